"""What all training loops on images share: batches, averages, updates left out, and the state."""

import numpy as np

from fashionlab import weights
from fashionlab.backend import keras, tf
from fashionlab.data import Batches
from fashionlab.errors import ConfigurationError
from fashionlab.train.callbacks import LiveDashboard
from fashionlab.train.checkpoint import Checkpointer


class Resumable(keras.Model):
    """A `keras.Model` that trains on batches of images, and resumes to the same bits.

    A child names what it is made of in `parts`, and in `_inputs` the inputs of the network that
    takes a batch: images, and class weights where there are any. It sets its curves up with
    `_watch`, and calls `_descend`, `_average` and `_results` in its own `train_step`.

    Args:
        averaging: Decay of the moving averages per step, in [0, 1). It starts lower and rises to
            this value, so that the first, untrained weights are soon forgotten. None keeps none:
            an averaged network is then the network itself.
        seed: Seeds the noise of training.
    """

    conditional = False  # whether batches are pairs of images and class weights
    critic_steps = 1  # turns of a discriminator in one step; a batch is divided among them

    def __init__(self, *, averaging, seed, name):
        super().__init__(name=name)
        self.averaging = averaging
        self.noise_source = keras.random.SeedGenerator(seed)
        self.step = self._counter("step")
        self.skipped = self._counter("skipped")
        self.built = True  # the networks are; saving weights asks for it

    def _counter(self, name):
        return self.add_weight(
            shape=(), dtype="int64", initializer="zeros", trainable=False, name=name
        )

    def parts(self) -> dict[str, list]:
        """The variables that training changes, by the part that they belong to."""
        return {"training": [self.noise_source.state, self.step, self.skipped]}

    def settings(self) -> dict:
        """What a run depends on beside its networks: numbers, losses, penalties, optimizers."""
        return {"averaging": self.averaging}

    @property
    def metrics(self):
        return list(self.trackers.values())

    def _watch(self, *names):
        """Keep the mean over each epoch of these values."""
        self.trackers = {name: keras.metrics.Mean(name=name) for name in names}

    def _track(self, **values):
        """Add to the means; a NaN or infinity, whose update is left out, is left out here, too."""
        for name, value in values.items():
            finite = tf.math.is_finite(value)
            self.trackers[name].update_state(
                tf.where(finite, value, 0.0), sample_weight=tf.cast(finite, tf.float32)
            )

    def _results(self):
        return {name: tracker.result() for name, tracker in self.trackers.items()}

    def draw_noise(self, number):
        """Standard normal latents `(number, latent_dim)` from the model's own, saved source."""
        return keras.random.normal((number, self.latent_dim), seed=self.noise_source)

    def _averaged_copy(self, network):
        """A network to hold the moving average of another one's weights."""
        if self.averaging is None:
            return network
        copy = keras.models.clone_model(network)
        copy.set_weights(network.get_weights())
        copy.trainable = False
        return copy

    def _statistics(self, *networks):
        """What layers note when called in training, such as means over batches: with its values.

        An update that is left out comes too late for them: they were written on the way forward.
        """
        return [
            (variable, tf.identity(variable.value))
            for network in networks
            for variable in network.non_trainable_variables
            if variable.dtype == "float32"
        ]

    def _put_back(self, statistics):
        """Restore the statistics that a NaN or infinity got into."""
        for variable, before in statistics:
            finite = tf.reduce_all(tf.math.is_finite(variable.value))
            variable.assign(tf.where(finite, variable.value, before))

    def _average(self, averaged, network):
        """Move an averaged network a step towards the one it follows."""
        if self.averaging is None:
            return
        step = tf.cast(self.step, tf.float32)
        kept = tf.minimum(self.averaging, (1 + step) / (10 + step))
        for average, current in zip(averaged.weights, network.weights, strict=True):
            average.assign(current + kept * (average - current))

    def _penalty(self, discriminator, real, fake):
        """The penalties whose turn it is in this step, as many times as strong as they are rare."""
        total = tf.constant(0.0)
        for penalty in self.penalties:
            total += tf.cond(
                self.step % penalty.every == 0,
                lambda p=penalty: p.every * p(discriminator, real, fake, self.noise_source),
                lambda: 0.0,
            )
        return total

    def _descend(self, tape, loss, variables, optimizer):
        """Apply a gradient step, unless a NaN or infinity would get into the weights."""
        gradients = tape.gradient(loss, variables)
        finite = tf.math.is_finite(loss) & tf.math.is_finite(tf.linalg.global_norm(gradients))

        def apply():
            optimizer.apply(gradients, variables)
            return tf.constant(0, tf.int64)

        self.skipped.assign_add(tf.cond(finite, apply, lambda: tf.constant(1, tf.int64)))

    def _check_shapes(self, batches):
        for array, layer in zip((batches.images, batches.classes), self._inputs(), strict=False):
            found, wanted = array.shape[1:], tuple(layer.shape[1:])
            if None not in wanted and found != wanted:
                raise ConfigurationError(
                    f"{self.name} is made for {wanted}, and the batches bring {found}. The kit's "
                    f"recipes train on images (28, 28, 1), in folders read_images(folder, size=28, "
                    f"grey=True), and on ten classes. For others build networks of your own."
                )

    def fit(self, x, *, epochs=1, initial_epoch=0, callbacks=None, **kwargs):
        """Train, as `keras.Model.fit`; with a `Checkpointer`, go on where its folder stands.

        Args:
            x: `Batches`, whose order survives a resume; or any `tf.data.Dataset` of batches of
                images, all of one size. A conditional GAN wants pairs of images and class weights.
            epochs: Train until this epoch, counted from the very first one.
            initial_epoch: Epochs already done; a `Checkpointer` finds it out by itself.
            callbacks: As in Keras.
            **kwargs: Further arguments of `keras.Model.fit`.

        Returns:
            `keras.callbacks.History` of this call's epochs.

        Raises:
            ConfigurationError: There are no batches of one size, nobody knows how many, or the
                turns of a step do not divide them.
        """
        if isinstance(x, Batches):
            self.batch_size, with_classes = x.batch_size, x.classes is not None
        else:
            spec = getattr(x, "element_spec", None)
            with_classes = isinstance(spec, tuple)
            self.batch_size = getattr(spec[0] if with_classes else spec, "shape", [None])[0]
        if self.batch_size is None:
            raise ConfigurationError(
                f"{self.name}.fit wants batches of images, all of one size, and got a "
                f"{type(x).__name__}. Use {self.name}.fit(data.batches(32)); a tf.data.Dataset "
                f"needs drop_remainder=True."
            )
        if with_classes != self.conditional:
            raise ConfigurationError(
                f"The batches come {'with' if with_classes else 'without'} classes, which this "
                f"model {'needs' if self.conditional else 'cannot use'}. "
                f"Use data.batches({self.batch_size}, classes={self.conditional})."
            )
        if isinstance(x, Batches):
            self._check_shapes(x)
        known = isinstance(x, Batches) or "steps_per_epoch" in kwargs
        if not known and x.cardinality() < 0:
            raise ConfigurationError(
                f"{self.name}.fit cannot tell how many batches an epoch has. Give steps_per_epoch, "
                f"or use data.batches({self.batch_size})."
            )
        if self.batch_size % self.critic_steps:
            raise ConfigurationError(
                f"A batch of {self.batch_size} images cannot be divided among the "
                f"{self.critic_steps} turns of the discriminator. Use a multiple of "
                f"{self.critic_steps}."
            )
        callbacks = list(callbacks or [])
        for callback in callbacks:
            if isinstance(callback, Checkpointer):
                initial_epoch = callback.resume(self, x)
        if isinstance(x, Batches):
            kwargs["steps_per_epoch"] = len(x)
            x = x.dataset(initial_epoch)
        if any(isinstance(c, LiveDashboard) and c.in_notebook for c in callbacks):
            kwargs.setdefault("verbose", 0)  # the dashboard says it all
        return super().fit(
            x,
            epochs=epochs,
            initial_epoch=initial_epoch,
            callbacks=callbacks,
            shuffle=False,  # a tf.data pipeline brings its own order
            **kwargs,
        )

    def state(self) -> dict[str, np.ndarray]:
        """Everything that training changes, by name: weights, optimizers, counters, noise."""
        return {name: v.numpy() for name, v in self._state_variables().items()}

    def load_state(self, state: dict[str, np.ndarray]) -> None:
        """Put back what `state` returned; names and shapes have to agree."""
        weights.assign(self._state_variables(), state, "the saved state")

    def _state_variables(self):
        # By position: optimizers name their variables after layers, whose numbers (dense_2) depend
        # on what else was built before.
        return {
            f"{part}/{position:03d}": variable
            for part, variables in self.parts().items()
            for position, variable in enumerate(variables)
        }
