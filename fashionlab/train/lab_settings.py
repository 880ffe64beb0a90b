"""What can be chosen in the lab, and whether it makes sense."""

import copy
import math
import numbers
from dataclasses import dataclass, fields

import numpy as np

from fashionlab import losses
from fashionlab.autodiff import R1, R2, GradientPenalty
from fashionlab.backend import keras, tf
from fashionlab.data import toys
from fashionlab.errors import ConfigurationError

LAST_SEED = 2**31 - 3  # two more are needed beside it
NOISES = ("gaussian", "uniform")
OPTIMIZERS = {
    "adam": lambda lr: keras.optimizers.Adam(lr, beta_1=0.5, beta_2=0.99),
    "rmsprop": keras.optimizers.RMSprop,
    "sgd": keras.optimizers.SGD,
}
PENALTIES = {"none": (), "r1": (R1,), "r2": (R2,), "r1_r2": (R1, R2), "wgan_gp": (GradientPenalty,)}
REACH = 1.5  # half the side of the square that the lab shows
COUNTS = (
    *("latent_dim", "hidden_layers", "units", "batch_size"),
    *("discriminator_updates", "generator_updates"),
)


@dataclass(frozen=True)
class LabSettings:
    """What can be chosen in the lab.

    Attributes:
        toy: A name in `data.toys.BY_NAME` or a two-dimensional `Toy` within [-1.5, 1.5].
        noise: `"gaussian"`, standard normal, or `"uniform"`, on [-1, 1].
        latent_dim: Numbers in a latent, 1 or more.
        hidden_layers: Hidden layers of each network, 1 or more.
        units: Units in each hidden layer, 1 or more.
        loss: A name in `losses.BY_NAME` or an object with the same two methods. It is compiled:
            what you change in the object later has no effect, so make a new one.
        penalty: A key of `PENALTIES`.
        penalty_weight: Its weight, 0 or more.
        optimizer: A key of `OPTIMIZERS`.
        discriminator_lr: Learning rate of the discriminator, 0 or more.
        generator_lr: Learning rate of the generator, 0 or more.
        discriminator_updates: Updates of the discriminator in a turn, 1 or more.
        generator_updates: Updates of the generator in a turn, 1 or more.
        batch_size: Points, real and generated each, that an update looks at.
        seed: Seeds the weights, the noise and the order of the points, from 0 to 2**31 - 3.

    Raises:
        ConfigurationError: A value is unknown or out of range, or the loss is no loss.
    """

    toy: object = "ring"
    noise: str = "gaussian"
    latent_dim: int = 2
    hidden_layers: int = 2
    units: int = 64
    loss: object = "non_saturating"
    penalty: str = "r1"
    penalty_weight: float = 0.1
    optimizer: str = "adam"
    discriminator_lr: float = 2e-3
    generator_lr: float = 2e-3
    discriminator_updates: int = 1
    generator_updates: int = 1
    batch_size: int = 128
    seed: int = 0

    def __post_init__(self):
        self._settle([field.name for field in fields(self)])

    def _settle(self, changed):
        """Check all values, and look names up; what takes long only for those that changed."""
        for name, known in (("noise", NOISES), ("optimizer", OPTIMIZERS), ("penalty", PENALTIES)):
            if str(getattr(self, name)) not in known:
                raise ConfigurationError(
                    f"{name}={getattr(self, name)!r} is unknown. Use one of {', '.join(known)}."
                )
        for name in COUNTS:
            value = getattr(self, name)
            if not isinstance(value, numbers.Integral) or value < 1:
                raise ConfigurationError(f"{name}={value!r}: wanted a whole number, 1 or more.")
        for name in ("penalty_weight", "discriminator_lr", "generator_lr"):
            value = getattr(self, name)
            if not isinstance(value, numbers.Real) or not 0 <= value < math.inf:
                raise ConfigurationError(f"{name}={value!r}: wanted a number, 0 or more.")
        if not isinstance(self.seed, numbers.Integral) or not 0 <= self.seed <= LAST_SEED:
            raise ConfigurationError(
                f"seed={self.seed!r}: wanted a whole number from 0 to {LAST_SEED}."
            )
        if "toy" in changed:
            object.__setattr__(self, "toy", toys.get(self.toy))
            _check_toy(self.toy)
        if "loss" in changed:
            object.__setattr__(self, "loss", losses.get(self.loss))
            _check_loss(self.loss)

    def changed(self, **changes) -> "LabSettings":
        """The same settings but for these.

        Raises:
            ConfigurationError: There is no such setting, or a value is unknown or out of range.
        """
        known = [field.name for field in fields(self)]
        for name in changes:
            if name not in known:
                raise ConfigurationError(f"There is no setting {name!r}. Use {', '.join(known)}.")
        new = copy.copy(self)
        for name, value in changes.items():
            object.__setattr__(new, name, value)
        new._settle(changes)
        return new


def _check_toy(toy):
    if toy.dimension != 2:
        raise ConfigurationError(f"{toy.name} lies on a line; the lab wants points in a plane.")
    farthest = np.quantile(np.abs(toy.sample(1000, seed=0)), 0.99)
    if farthest > REACH:
        raise ConfigurationError(
            f"The points of {toy.name} reach {farthest:.3g}; the lab shows -{REACH} to {REACH}. "
            f"Divide them by {farthest:.3g}."
        )


def _check_loss(loss):
    """Compile a loss for a few logits, so that a mistake shows up where it is handed in."""
    real, fake = tf.constant([[0.5], [-1.0], [2.0]]), tf.constant([[1.5], [-0.5], [0.0]])
    for name in ("discriminator", "generator", "boundary"):
        if not hasattr(loss, name):
            continue
        with tf.GradientTape() as tape:
            tape.watch(fake)
            try:
                compiled = tf.function(getattr(loss, name)).get_concrete_function(real, fake)
                value = tf.convert_to_tensor(compiled(real, fake))
            except Exception as error:
                # The compiler puts the way to the error in front of it.
                reason = "".join(str(error).strip().splitlines()[-1:]).strip()
                kind = type(error).__name__
                raise ConfigurationError(
                    f"The loss's {name}(real, fake) fails on logits of shape (3, 1): "
                    f"{kind}: {reason.removeprefix(f'{kind}: ')} (Losses are compiled: use "
                    f"keras.ops in them, not NumPy.)"
                ) from error
        if value.shape != ():
            raise ConfigurationError(
                f"The loss's {name}(real, fake) has shape {tuple(value.shape)}; wanted one number. "
                f"Take the mean over the batch."
            )
        if name != "boundary" and tape.gradient(value, fake) is None:
            raise ConfigurationError(
                f"The loss's {name}(real, fake) does not depend on fake, so nobody can learn from "
                f"it."
            )
