"""Translation between two domains of which no pairs are known: the CycleGAN."""

import numpy as np

from fashionlab import losses
from fashionlab.backend import keras, tf
from fashionlab.data import UnpairedBatches
from fashionlab.data.arrays import checked_images
from fashionlab.data.augment import floats
from fashionlab.errors import ConfigurationError
from fashionlab.latent.sampling import in_batches
from fashionlab.train.resumable import Resumable


class LinearDecay(keras.optimizers.schedules.LearningRateSchedule):
    """A learning rate that stays as it is, and then falls to 0 along a straight line.

    Args:
        rate: The learning rate at first.
        steps: Steps until it is 0.
        constant: Share of them, in [0, 1), in which it stays as it is; a half in the paper.

    Raises:
        ConfigurationError: There is no step, or the share is out of range.

    Reference:
        Zhu et al., "Unpaired Image-to-Image Translation using Cycle-Consistent Adversarial
        Networks", 2017, section 4.

    Example:
        >>> rate = LinearDecay(1e-3, steps=100)
        >>> [round(float(rate(step)), 6) for step in (0, 50, 75, 100)]
        [0.001, 0.001, 0.0005, 0.0]
    """

    def __init__(self, rate: float, steps: int, constant: float = 0.5):
        if steps < 1 or not 0 <= constant < 1:
            raise ConfigurationError(
                f"steps={steps}, constant={constant}: use 1 step or more, and a share of them from "
                f"0 up to, but not including, 1."
            )
        self.rate, self.steps, self.constant = rate, steps, constant

    def __call__(self, step):
        left = (self.steps - tf.cast(step, tf.float32)) / (self.steps * (1 - self.constant))
        return self.rate * tf.clip_by_value(left, 0.0, 1.0)

    def get_config(self):
        return {"rate": self.rate, "steps": self.steps, "constant": self.constant}


class ImagePool(keras.layers.Layer):
    """Generated images of earlier steps, for a critic that shall not forget them.

    The first images fill the pool, and are given back as they are. From then on each is, with
    probability a half, put into the pool, and the one whose place it takes given back instead.
    Images with a NaN or infinity are never kept.

    Args:
        size: Images kept; 0 keeps none and gives all back.
        shape: Height, width and channels of an image.
        seed: A `keras.random.SeedGenerator`, or an integer.

    Reference:
        Shrivastava et al., "Learning from Simulated and Unsupervised Images through Adversarial
        Training", 2017, section 2.3. One image at a time, as here: Zhu et al., 2017, section 4.
    """

    def __init__(self, size, shape, seed, name="pool"):
        super().__init__(name=name, trainable=False)
        self.size = size
        self.seed = keras.random.SeedGenerator(seed) if isinstance(seed, int) else seed
        self.images = self.add_weight((size, *shape), "zeros", trainable=False, name="images")
        self.count = self.add_weight((), "zeros", "int64", trainable=False, name="count")

    def call(self, images):
        """As many images as are given, `(batch, height, width, channels)`."""
        if not self.size:
            return images
        number = images.shape[0]
        places = keras.random.randint((number,), 0, self.size, "int64", seed=self.seed)
        swaps = keras.random.uniform((number,), seed=self.seed) < 0.5
        return tf.stack([self._swap(images[i], places[i], swaps[i]) for i in range(number)])

    def _swap(self, image, place, swap):
        filling = self.count < self.size
        place = tf.where(filling, self.count.value, place)
        old = self.images[place]
        kept = (filling | swap) & tf.reduce_all(tf.math.is_finite(image))
        self.images.value[place].assign(tf.where(kept, image, old))
        self.count.assign_add(tf.cast(filling & kept, tf.int64))
        return tf.where(kept & ~filling, old, image)


class CycleGAN(Resumable):
    """Two generators that translate between domains X and Y, and a critic of each domain.

    No image of one domain has a partner in the other. Three things stand in for one:

    - a translation has to pass for an image of its domain;
    - translated there and back, every image has to come back (the cycle);
    - what is in the target domain already has to stay as it is (the identity).

    Moving averages run beside both generators; `to_x` and `to_y` use them.

    Args:
        x_to_y: Maps images `(batch, h, w, 3)` in [-1, 1] to images of the same size.
        y_to_x: The other way round.
        critic_x: Maps images to logits, of one shape or another: higher for images of X.
        critic_y: The same for Y.
        shape: Height, width and channels of the images to train on.
        pool: Translations of earlier steps kept for each critic, as in `ImagePool`.
        averaging: Decay of the moving averages per step, in [0, 1), as in `GAN`; None keeps none.
        seed: Seeds what the pools keep.

    Reference:
        Zhu, Park, Isola & Efros, "Unpaired Image-to-Image Translation using Cycle-Consistent
        Adversarial Networks", 2017, equation 3; least squares and pools: section 4; identity:
        section 5.2.
    """

    def __init__(
        self,
        x_to_y,
        y_to_x,
        critic_x,
        critic_y,
        *,
        shape=(64, 64, 3),
        pool=50,
        averaging=0.999,
        seed=None,
        name="cyclegan",
    ):
        super().__init__(averaging=averaging, seed=seed, name=name)
        self.x_to_y, self.y_to_x = x_to_y, y_to_x
        self.critic_x, self.critic_y = critic_x, critic_y
        self.shape = tuple(shape)
        self.pool_x, self.pool_y = (
            ImagePool(pool, self.shape, self.noise_source, name=f"pool_{domain}") for domain in "xy"
        )
        self.averaged_x_to_y = self._averaged_copy(x_to_y)
        self.averaged_y_to_x = self._averaged_copy(y_to_x)

    def compile(
        self,
        generator_optimizer,
        critic_optimizer,
        *,
        cycle=5.0,
        identity=2.5,
        run_eagerly=False,
        jit_compile=False,
    ):
        """Set how to train.

        Args:
            generator_optimizer: A `keras.optimizers.Optimizer` for both generators; its learning
                rate may be a `LinearDecay`.
            critic_optimizer: Another one, for both critics.
            cycle: Weight of the mean absolute difference of images that come back. 5 is the 10 of
                the paper, whose least squares are twice those of `losses.LeastSquares`.
            identity: Weight of the mean absolute difference of images that should stay as they
                are; half of the other one in the paper. 0 leaves them out, and takes a third of
                the time away.
            run_eagerly: Run line by line, for debugging.
            jit_compile: Compile with XLA.

        Raises:
            ConfigurationError: Generators and critics are given one optimizer.
        """
        if generator_optimizer is critic_optimizer:
            raise ConfigurationError(
                "Generators and critics are given the same optimizer object, but its state belongs "
                "to one of them. Make two."
            )
        super().compile(optimizer=None, run_eagerly=run_eagerly, jit_compile=jit_compile)
        self.adversarial_loss = losses.LeastSquares()
        self.cycle, self.identity = cycle, identity
        self.generator_optimizer, self.critic_optimizer = generator_optimizer, critic_optimizer
        # Built now, so that a checkpoint finds the variables it is to be loaded into.
        generator_optimizer.build(self._generators())
        critic_optimizer.build(self._critics())
        self._watch(
            "discriminator_loss",
            "generator_loss",
            "real_accuracy",
            "fake_accuracy",
            "cycle_error",
            *(["identity_error"] if identity else []),
        )

    def _generators(self):
        return self.x_to_y.trainable_variables + self.y_to_x.trainable_variables

    def _critics(self):
        return self.critic_x.trainable_variables + self.critic_y.trainable_variables

    def settings(self):
        return super().settings() | {
            "pool": self.pool_x.size,
            "cycle": self.cycle,
            "identity": self.identity,
            "generator optimizer": self.generator_optimizer,
            "critic optimizer": self.critic_optimizer,
        }

    def parts(self):
        names = ("x_to_y", "y_to_x", "critic_x", "critic_y", "pool_x", "pool_y")
        names += ("averaged_x_to_y", "averaged_y_to_x", "generator_optimizer", "critic_optimizer")
        return super().parts() | {name: getattr(self, name).variables for name in names}

    def _check_shapes(self, batches):
        for domain, pixels in (("x", batches.images), ("y", batches.others)):
            if pixels.shape[1:] != self.shape:
                raise ConfigurationError(
                    f"Images of {domain} have the shape {pixels.shape[1:]}, and {self.name} is "
                    f"made for {self.shape}. Both domains need one size and three channels: "
                    f"read_images(folder, size={self.shape[0]}); or CycleGAN(..., shape=...)."
                )

    def fit(self, x, **kwargs):
        """Train, as `GAN.fit`, on `UnpairedBatches`.

        Raises:
            ConfigurationError: They are none, or their images have another shape.
        """
        if not isinstance(x, UnpairedBatches):
            raise ConfigurationError(
                f"{self.name}.fit wants two domains and got a {type(x).__name__}. Use "
                f"{self.name}.fit(data.UnpairedBatches(x, y, batch_size=4))."
            )
        self.batches = x
        return super().fit(x, **kwargs)

    def train_step(self, batch):
        """One step on a pair of batches, images of X and of Y in [-1, 1]."""
        x, y = batch
        self.step.assign_add(1)
        with tf.GradientTape() as tape:
            loss, fake_x, fake_y = self.translate(x, y)
        self._descend(tape, loss, self._generators(), self.generator_optimizer)
        self.train_critics(x, y, self.pool_x(fake_x), self.pool_y(fake_y))
        self._average(self.averaged_x_to_y, self.x_to_y)
        self._average(self.averaged_y_to_x, self.y_to_x)
        return self._results()

    def translate(self, x, y):
        """Translate both ways and back: what the generators minimise, and both translations.

        Args:
            x: Images of X.
            y: As many images of Y.
        """
        count = tf.shape(x)[0]
        if self.identity:
            # One pass for what is to be translated and what is to stay.
            fake_y, same_y = self._both(self.x_to_y, x, y, count)
            fake_x, same_x = self._both(self.y_to_x, y, x, count)
            identity_error = _difference(same_x, x) + _difference(same_y, y)
        else:
            fake_y, fake_x = self.x_to_y(x, training=True), self.y_to_x(y, training=True)
        back_x, back_y = self.y_to_x(fake_y, training=True), self.x_to_y(fake_x, training=True)
        cycle_error = _difference(back_x, x) + _difference(back_y, y)
        adversarial = self._passing(self.critic_x, fake_x) + self._passing(self.critic_y, fake_y)
        loss = adversarial + self.cycle * cycle_error
        self._track(generator_loss=adversarial, cycle_error=cycle_error)
        if self.identity:
            loss += self.identity * identity_error
            self._track(identity_error=identity_error)
        return loss, fake_x, fake_y

    def _both(self, generator, foreign, own, count):
        images = generator(tf.concat([foreign, own], axis=0), training=True)
        return images[:count], images[count:]

    def _passing(self, critic, fake):
        """The loss of a generator whose translations a critic judges."""
        logits = critic(fake, training=True)
        return self.adversarial_loss.generator(logits, logits)

    def train_critics(self, x, y, fake_x, fake_y):
        """Tell both domains from translations a little better; the generators take no step here.

        Args:
            x: Images of X.
            y: Images of Y.
            fake_x: As many translations of Y to X, of this step or out of the pool.
            fake_y: As many of X to Y.
        """
        with tf.GradientTape() as tape:
            real, fake = zip(
                self._judged(self.critic_x, x, fake_x),
                self._judged(self.critic_y, y, fake_y),
                strict=True,
            )
            loss = sum(map(self.adversarial_loss.discriminator, real, fake))
        self._descend(tape, loss, self._critics(), self.critic_optimizer)
        boundary = self.adversarial_loss.boundary(real, fake)
        self._track(
            discriminator_loss=loss,
            real_accuracy=tf.cast(tf.concat(real, axis=0) > boundary, tf.float32),
            fake_accuracy=tf.cast(tf.concat(fake, axis=0) < boundary, tf.float32),
        )

    def _judged(self, critic, real, fake):
        """Logits of real images and of translations, from one pass."""
        logits = critic(tf.concat([real, fake], axis=0), training=True)
        count = tf.shape(real)[0]
        return logits[:count], logits[count:]

    def to_y(self, images: np.ndarray, batch_size: int = 50) -> np.ndarray:
        """Images of X as the averaged generator would have them in Y.

        Args:
            images: `(number, h, w, 3)` in [-1, 1], of any size.
            batch_size: Images translated together; bounds the memory.

        Returns:
            float32 of the same shape, in [-1, 1].

        Raises:
            DataError: The images have another shape or range.
        """
        return translated(self.averaged_x_to_y, images, batch_size)

    def to_x(self, images: np.ndarray, batch_size: int = 50) -> np.ndarray:
        """Images of Y as the averaged generator would have them in X; as `to_y`."""
        return translated(self.averaged_y_to_x, images, batch_size)

    def sample(self, number: int, seed: int) -> np.ndarray:
        """Translations to Y of images that it trains on, drawn by a seed; for `HealthMonitor`."""
        images = self.batches.images
        chosen = np.random.default_rng(seed).integers(len(images), size=number)
        return self.to_y(floats(images[chosen]))


def translated(generator, images: np.ndarray, batch_size: int = 50) -> np.ndarray:
    """What a generator makes of images, such as one that the kit ships.

    Args:
        generator: A `keras.Model` from images to images.
        images: `(number, h, w, 3)` in [-1, 1].
        batch_size: Images translated together; bounds the memory.

    Returns:
        float32 of the same shape, in [-1, 1].

    Raises:
        DataError: The images have another shape or range.
    """
    images = checked_images(images, (*np.shape(images)[-3:-1], 3))
    return in_batches(lambda batch: generator(batch, training=False), images, batch_size=batch_size)


def _difference(first, second):
    """Mean absolute difference of two batches of images."""
    return tf.reduce_mean(tf.abs(first - second))
