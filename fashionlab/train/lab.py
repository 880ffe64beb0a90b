"""A GAN on points in the plane that one can look into, and change while it trains."""

import numbers
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from fashionlab import metrics
from fashionlab.backend import keras, tf
from fashionlab.errors import ConfigurationError
from fashionlab.train.lab_settings import OPTIMIZERS, PENALTIES, REACH, LabSettings
from fashionlab.train.point_gan import PointGAN, point_network

LOSSES = ("discriminator_loss", "real_accuracy", "fake_accuracy", "generator_loss")
MEASURES = (*LOSSES, "js", "sliced_wasserstein", "modes")
COMPILED_IN = ("noise", "loss", "penalty", "optimizer", "batch_size")  # parts of the graphs
POOL = 20_000  # real points that batches are drawn from
EVALUATED = 1_000  # points that the measures compare
PULLED = 100  # fakes whose gradient is looked at
SIDE = 40  # of the verdict's grid
FOLDS = 21  # of the latent grid
FAR = 1e6  # the farthest point that is shown or measured
KEPT = 1_000  # entries of the history; beyond, every second one goes


@dataclass(frozen=True)
class Look:
    """One look into the lab; all float32.

    Attributes:
        real: Real points `(number, 2)`.
        fake: What the generator makes of the same latents at every look, `(number, 2)`. What has
            gone to infinity stands at one million.
        verdict: The discriminator's probability of "real" on a grid, `(side, side)`, rows from
            bottom to top; for a loss without probabilities, a sigmoid of its distance from the
            boundary.
        manifold: The image of a grid in latent space: a curve `(1, n, 2)` of a one-dimensional
            latent, a sheet `(n, n, 2)` of the first two dimensions of others.
        pull: Where the generator's loss pulls the first fakes: minus its gradient, `(k, 2)`.
    """

    real: np.ndarray
    fake: np.ndarray
    verdict: np.ndarray
    manifold: np.ndarray
    pull: np.ndarray


class Lab:
    """A GAN on points in the plane, trained a few turns at a time.

    Nothing runs by itself: `train` takes turns, `train_discriminator` and `train_generator` take
    one side of a turn, `look` looks, and `change` changes settings between any two of them.

    Args:
        settings: Where to start from.
        generator: Your own network from latents `(batch, any)` to points `(batch, 2)`; the lab
            trains it in place. By default one as the settings describe it.
        discriminator: Your own network from points `(batch, 2)` to logits `(batch, 1)`.

    Attributes:
        settings: The `LabSettings` in force.
        gan: The `PointGAN` in training.
        turn: Turns taken since the last reset; a `train_generator` by itself counts as one.
        history: Lists under `"turn"` and the names of `MEASURES`, one entry a `record`.
        fixed: Names of settings that your own networks leave no choice about.
        floor: What `"js"` and `"sliced_wasserstein"` are for fresh real points, in the mean of ten
            draws: about the best that fakes can do.

    Raises:
        ConfigurationError: A network has another input or output.

    Example:
        >>> lab = Lab(LabSettings(toy="ring", seed=1))
        >>> lab.train(2)
        >>> lab.turn
        2
    """

    def __init__(self, settings: LabSettings | None = None, generator=None, discriminator=None):
        self.settings = settings or LabSettings()
        _expect_shapes("generator", generator, None, 2)
        _expect_shapes("discriminator", discriminator, 2, 1)
        if generator is not None:
            self.settings = self.settings.changed(latent_dim=generator.input_shape[-1])
        self._own = {"generator": generator, "discriminator": discriminator}
        self._own_start = {name: _values(network) for name, network in self._own.items() if network}
        self.fixed = {"latent_dim"} if generator else set()
        if generator and discriminator:
            self.fixed |= {"hidden_layers", "units"}
        self._build()
        self.reset()

    def reset(self, seed: int | None = None) -> None:
        """Start over with new weights; your own networks get back those they came with.

        Args:
            seed: Another seed; None keeps the one there is.
        """
        if seed is not None:
            self.settings = self.settings.changed(seed=seed)
        gan, seed = self.gan, self.settings.seed
        for name, network in self._networks().items():
            start = self._own_start.get(name) or _values(network)
            for variable, value in zip(getattr(gan, name).variables, start, strict=True):
                variable.assign(value)
        for source, its_seed in ((gan.noise_source, seed), (self._order, seed + 1)):
            source.state.assign(keras.random.SeedGenerator(its_seed).state)
        gan.step.assign(0)
        gan.skipped.assign(0)
        self.turn = 0
        self.history = {name: [] for name in ("turn", *MEASURES)}
        self._latest = dict.fromkeys(LOSSES, np.nan)
        self._use_toy()
        self._use_optimizers()
        self._use_graphs()
        self._use_numbers()

    def change(self, **changes) -> bool:
        """Change settings, in mid-run.

        A network or latent of another size starts over, and so does another seed. All else keeps
        what was learned.

        Args:
            **changes: Attributes of `LabSettings`.

        Returns:
            Whether it started over.

        Raises:
            ConfigurationError: There is no such setting, a value is unknown or out of range, or
                your own networks leave no choice about it. Then nothing is changed.
        """
        before, after = self.settings, self.settings.changed(**changes)
        changed = {name for name in changes if getattr(before, name) != getattr(after, name)}
        if changed & self.fixed:
            raise ConfigurationError(
                f"{', '.join(changed & self.fixed)} cannot be changed: your own network decides."
            )
        kept = self.__dict__.copy()
        try:
            self.settings = after
            return self._apply(changed)
        except BaseException:  # an interrupt, too: all or nothing
            self.__dict__.update(kept)
            raise

    def _apply(self, changed):
        if changed & {"hidden_layers", "units", "latent_dim"}:
            self._build()
        if changed & {"hidden_layers", "units", "latent_dim", "seed"}:
            self.reset()
            return True
        if "toy" in changed:
            self._use_toy()
        if "optimizer" in changed:
            self._use_optimizers()
        if changed & set(COMPILED_IN):
            self._use_graphs()
        self._use_numbers()
        return False

    def train(self, turns: int) -> None:
        """Take turns: updates of the discriminator, then updates of the generator.

        Raises:
            ConfigurationError: The number of turns is not a whole number of 0 or more.
        """
        if not isinstance(turns, numbers.Integral) or turns < 0:
            raise ConfigurationError(f"{turns!r} turns: wanted a whole number, 0 or more.")
        if turns == 0:
            return
        updates = self.settings.discriminator_updates, self.settings.generator_updates
        self._remember(LOSSES, self._graphs["turns"](*map(tf.constant, (turns, *updates))))
        self.turn += turns

    def train_discriminator(self) -> None:
        """Update the discriminator once; the generator stays as it is."""
        self._remember(LOSSES[:3], self._graphs["discriminator"]())

    def train_generator(self) -> None:
        """Update the generator once; the discriminator stays as it is."""
        self.turn += 1
        self._remember(LOSSES[3:], [self._graphs["generator"]()])

    def look(self) -> Look:
        """What there is to see now."""
        parts = self._graphs["look"](tf.constant(self._latents), tf.constant(self._real))
        # So that even a run that has gone astray can be drawn and measured.
        finite = [np.clip(np.nan_to_num(part.numpy()), -FAR, FAR) for part in parts]
        fake, verdict, manifold, pull = finite
        return Look(self._real, fake, verdict, manifold, pull)

    def record(self) -> Look:
        """Measure the fakes and add an entry to the history; returns the look that it took."""
        look = self.look()
        entry = {"turn": self.turn} | self._latest | self._measure(look.fake)
        thin = 2 if len(self.history["turn"]) == KEPT else 1
        # Assigned as a whole, so that another thread never sees columns of different lengths.
        self.history = {
            name: [*column, entry[name]][::thin] for name, column in self.history.items()
        }
        return look

    def _networks(self):
        """New networks of the chosen size, under the names of those that are not your own."""
        settings = self.settings
        size = settings.hidden_layers, settings.units
        made = {
            "generator": lambda: point_network(
                settings.latent_dim, 2, *size, settings.seed, "generator"
            ),
            "discriminator": lambda: point_network(2, 1, *size, settings.seed + 1, "discriminator"),
        }
        return {name: self._own[name] or make() for name, make in made.items()}

    def _build(self):
        self.gan = PointGAN(**self._networks())
        self._order = keras.random.SeedGenerator(0)
        self._pool = tf.Variable(tf.zeros((POOL, 2)), trainable=False)
        self._penalty_weight = tf.Variable(0.0, trainable=False)
        # Kept once made: to compile takes a second, and Keras' optimizers never let go of a graph.
        self._optimizers = {}
        self._compiled = []

    def _use_toy(self):
        settings = self.settings
        self._pool.assign(settings.toy.sample(POOL, settings.seed))
        self._real = settings.toy.sample(EVALUATED, settings.seed + 1)
        draws = settings.toy.sample(10 * EVALUATED, settings.seed + 2).reshape(10, EVALUATED, 2)
        measured = [self._measure(points) for points in draws]
        self.floor = {
            name: float(np.mean([row[name] for row in measured]))
            for name in ("js", "sliced_wasserstein")
        }

    def _use_optimizers(self):
        """An optimizer for each player, without memory of earlier steps."""
        name = self.settings.optimizer
        if name not in self._optimizers:
            self._optimizers[name] = [OPTIMIZERS[name](0.0) for _ in ("generator", "discriminator")]
        for optimizer in self._optimizers[name]:
            for variable in optimizer.variables:
                variable.assign(keras.ops.zeros_like(variable))

    def _use_numbers(self):
        settings = self.settings
        self._penalty_weight.assign(settings.penalty_weight)
        self.gan.generator_optimizer.learning_rate = settings.generator_lr
        self.gan.discriminator_optimizer.learning_rate = settings.discriminator_lr

    def _use_graphs(self):
        settings, gan = self.settings, self.gan
        self._latents = _latents(EVALUATED, settings)
        gan.noise = settings.noise
        gan.compile(
            *self._optimizers[settings.optimizer],
            settings.loss,
            [penalty(self._penalty_weight) for penalty in PENALTIES[settings.penalty]],
        )
        wanted = [getattr(settings, name) for name in COMPILED_IN]
        for key, graphs in self._compiled:
            if key == wanted:
                self._graphs = graphs
                return
        self._graphs = self._compile()
        self._compiled.append((wanted, self._graphs))

    def _compile(self):
        settings, gan = self.settings, self.gan
        ticks = np.linspace(-REACH, REACH, SIDE, dtype=np.float32)
        window = np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)
        sheet = _latent_grid(settings)

        def draw_batch():
            positions = keras.random.randint((settings.batch_size,), 0, POOL, seed=self._order)
            return tf.gather(self._pool, positions)

        @tf.function
        def discriminator_update():
            gan.step.assign_add(1)
            real, fake, loss = gan.train_discriminator(draw_batch())
            boundary = gan.boundary(real, fake)
            right = [
                tf.reduce_mean(tf.cast(v, tf.float32)) for v in (real > boundary, fake < boundary)
            ]
            return tf.stack([loss, *right])

        @tf.function
        def generator_update():
            return gan.train_generator(draw_batch())

        @tf.function
        def turns(number, discriminator_updates, generator_updates):
            total = tf.zeros(4)
            for _ in tf.range(number):
                by_d, by_g = tf.zeros(3), 0.0
                for _ in tf.range(discriminator_updates):
                    by_d = discriminator_update()
                for _ in tf.range(generator_updates):
                    by_g = generator_update()
                total += tf.concat([by_d, [by_g]], axis=0)
            return total / tf.cast(number, tf.float32)

        @tf.function
        def look(latents, real):
            fake = gan.generator(latents)
            real_logits = gan.discriminator(real[:PULLED])
            with tf.GradientTape() as tape:
                pulled = fake[:PULLED]
                tape.watch(pulled)
                fake_logits = gan.discriminator(pulled)
                loss = settings.loss.generator(real_logits, fake_logits)
            # The loss is a mean: times the number is what each point feels by itself.
            pull = -PULLED * tape.gradient(loss, pulled, unconnected_gradients="zero")
            score = gan.discriminator(window) - gan.boundary(real_logits, fake_logits)
            verdict = tf.reshape(tf.sigmoid(score), (SIDE, SIDE))
            manifold = gan.generator(sheet.reshape(-1, settings.latent_dim))
            return fake, verdict, tf.reshape(manifold, (*sheet.shape[:2], 2)), pull

        # Compiled here and now, so that what goes wrong shows up where it was asked for.
        number = tf.TensorSpec((), tf.int32)
        points = tf.TensorSpec((EVALUATED, 2))
        latents = tf.TensorSpec((EVALUATED, settings.latent_dim))
        return {
            "turns": turns.get_concrete_function(number, number, number),
            "discriminator": discriminator_update.get_concrete_function(),
            "generator": generator_update.get_concrete_function(),
            "look": look.get_concrete_function(latents, points),
        }

    def _remember(self, names, values):
        """What the players that moved have measured; the other one's figures stand."""
        self._latest |= {name: float(value) for name, value in zip(names, values, strict=True)}

    def _measure(self, points):
        toy = self.settings.toy
        return {
            "js": metrics.grid_js(points, self._pool.numpy()),
            "sliced_wasserstein": metrics.sliced_wasserstein(points, self._real),
            "modes": metrics.modes_covered(points, toy.modes, toy.spread),
        }


def _latents(number, settings):
    """Always the same latents, float32 `(number, latent_dim)`."""
    rng = np.random.default_rng(settings.seed)
    shape = number, settings.latent_dim
    draw = rng.standard_normal(shape) if settings.noise == "gaussian" else rng.uniform(-1, 1, shape)
    return draw.astype(np.float32)


def _latent_grid(settings):
    """Latents on a curve `(1, n, 1)` or a sheet `(n, n, latent_dim)`, as dense as the noise is."""
    columns, rows = (FOLDS, FOLDS) if settings.latent_dim > 1 else (FOLDS**2, 1)
    shares = (np.arange(columns) + 0.5) / columns
    gaussian = settings.noise == "gaussian"
    ticks = [NormalDist().inv_cdf(share) if gaussian else 2 * share - 1 for share in shares]
    sheet = np.zeros((rows, columns, settings.latent_dim), np.float32)
    sheet[..., 0] = ticks
    if rows > 1:
        sheet[..., 1] = np.array(ticks)[:, None]
    return sheet


def _values(network):
    return [variable.numpy() for variable in network.variables]


def _expect_shapes(name, network, inputs, outputs):
    if network is None:
        return
    shapes = [getattr(network, side, None) for side in ("input_shape", "output_shape")]
    fits = all(isinstance(shape, tuple) and len(shape) == 2 for shape in shapes)
    if not fits or shapes[1][1] != outputs or inputs not in (None, shapes[0][1]):
        raise ConfigurationError(
            f"Your {name} maps {shapes[0]} to {shapes[1]}; wanted a keras.Model from "
            f"(None, {inputs or 'any'}) to (None, {outputs})."
        )
    if name == "discriminator" and _last_activation(network) is keras.activations.sigmoid:
        raise ConfigurationError(
            "Your discriminator ends in a sigmoid, but losses take logits: leave it out."
        )


def _last_activation(network):
    return getattr(network.layers[-1], "activation", None)
