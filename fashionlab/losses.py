"""Adversarial losses on logits.

Each loss is a small frozen object with two methods. Both take the discriminator's logits on real
and on generated images, `(batch, 1)`, and return a scalar to be minimised:

- `.discriminator(real, fake)` for the discriminator (the critic),
- `.generator(real, fake)` for the generator.

With D(x) = sigmoid(logit), -log D(x) = softplus(-logit) and -log(1 - D(x)) = softplus(logit). The
softplus form is exact and keeps its gradient at any logit; log(sigmoid(x) + epsilon) loses it.
Logarithms are natural: a discriminator that cannot tell (logits 0) has loss 2 log 2 = 1.386.

`ModeSeeking` is no such loss, but a term that `GAN.compile(generator_penalties=...)` adds to one.
"""

from dataclasses import dataclass
from typing import Protocol

from fashionlab.backend import keras
from fashionlab.errors import ConfigurationError

ops = keras.ops


class AdversarialLoss(Protocol):
    """What `GAN.compile(loss=...)` takes: any object with these two methods.

    A loss whose verdict does not turn at logit 0 has a third one, `.boundary(real, fake)`: the
    logit above which an image counts as called real.
    """

    def discriminator(self, real, fake):
        """Scalar loss of the discriminator from logits `(batch, 1)` each."""

    def generator(self, real, fake):
        """Scalar loss of the generator from logits `(batch, 1)` each."""


@dataclass(frozen=True)
class Minimax:
    """The two-player game as first written: the generator minimises E[log(1 - D(G(z)))].

    Its generator gradient vanishes when the discriminator is sure of itself.

    Reference:
        Goodfellow et al., "Generative Adversarial Nets", 2014, equation 1.
    """

    def discriminator(self, real, fake):
        return ops.mean(ops.softplus(-real)) + ops.mean(ops.softplus(fake))

    def generator(self, real, fake):
        return -ops.mean(ops.softplus(fake))


@dataclass(frozen=True)
class NonSaturating(Minimax):
    """Minimax with a generator that maximises E[log D(G(z))]: same fixed point, live gradients.

    Reference:
        Goodfellow et al., "Generative Adversarial Nets", 2014, section 3.
    """

    def generator(self, real, fake):
        return ops.mean(ops.softplus(-fake))


@dataclass(frozen=True)
class LeastSquares:
    """Logits are pulled to 1 on real and 0 on generated images; the generator pulls them to 1.

    Reference:
        Mao et al., "Least Squares Generative Adversarial Networks", 2016, equation 9.
    """

    def discriminator(self, real, fake):
        return 0.5 * ops.mean(ops.square(real - 1)) + 0.5 * ops.mean(ops.square(fake))

    def generator(self, real, fake):
        return 0.5 * ops.mean(ops.square(fake - 1))

    def boundary(self, real, fake):
        return 0.5  # half way between the two targets


@dataclass(frozen=True)
class Hinge:
    """Real logits are pushed above 1, generated ones below -1, and no further.

    Reference:
        Lim & Ye, "Geometric GAN", 2017, equations 5 and 6.
    """

    def discriminator(self, real, fake):
        return ops.mean(ops.relu(1 - real)) + ops.mean(ops.relu(1 + fake))

    def generator(self, real, fake):
        return -ops.mean(fake)


@dataclass(frozen=True)
class Wasserstein:
    """Difference of mean scores: minus an estimate of the Wasserstein-1 distance.

    Only meaningful for a critic kept 1-Lipschitz, by `autodiff.GradientPenalty` for one.

    Reference:
        Arjovsky, Chintala & Bottou, "Wasserstein GAN", 2017, equation 2.
    """

    def discriminator(self, real, fake):
        return ops.mean(fake) - ops.mean(real)

    def generator(self, real, fake):
        return -ops.mean(fake)

    def boundary(self, real, fake):
        return _middle(real, fake)


@dataclass(frozen=True)
class RelativisticPairing:
    """Each generated image is judged beside a real one, by the difference of their logits.

    Converges with `autodiff.R1` and `autodiff.R2` together.

    Reference:
        Jolicoeur-Martineau, "The relativistic discriminator", 2018, equations 4 and 5;
        Huang et al., "The GAN is dead; long live the GAN! A Modern GAN Baseline", 2024, equation 2.
    """

    def discriminator(self, real, fake):
        return ops.mean(ops.softplus(fake - real))

    def generator(self, real, fake):
        return ops.mean(ops.softplus(real - fake))

    def boundary(self, real, fake):
        return _middle(real, fake)


@dataclass(frozen=True)
class ModeSeeking:
    """A penalty on generators that make like images of unlike latents: collapse in numbers.

    weight / ratio, where the ratio is the mean distance of two images of a batch, divided by the
    mean distance of their latents. Distances are absolute differences, averaged over numbers; each
    image is paired with the one before it in the batch.

    Reference:
        Mao et al., "Mode Seeking Generative Adversarial Networks for Diverse Image Synthesis",
        2019, section 3.2. It maximises the ratio; its published code minimises the inverse, as
        here.
    """

    weight: float = 1.0

    def __call__(self, z, fake):
        between_latents, between_images = (
            ops.mean(ops.abs(batch - ops.roll(batch, 1, axis=0))) for batch in (z, fake)
        )
        # The epsilon bounds the penalty of a generator that makes one image only.
        return self.weight / (between_images / between_latents + 1e-5)


def _middle(real, fake):
    """Where scores that only count by their difference are split."""
    return (ops.mean(real) + ops.mean(fake)) / 2


BY_NAME = {
    "minimax": Minimax,
    "non_saturating": NonSaturating,
    "least_squares": LeastSquares,
    "hinge": Hinge,
    "wasserstein": Wasserstein,
    "relativistic_pairing": RelativisticPairing,
}


def get(loss: str | AdversarialLoss) -> AdversarialLoss:
    """A loss from its name, or the object itself.

    Args:
        loss: A key of `losses.BY_NAME`, or any object with the two methods.

    Raises:
        ConfigurationError: The name is unknown, or the object lacks a method or is a class.

    Example:
        >>> get("hinge")
        Hinge()
    """
    if isinstance(loss, str):
        if loss not in BY_NAME:
            raise ConfigurationError(f"loss={loss!r} is unknown. Use one of {', '.join(BY_NAME)}.")
        return BY_NAME[loss]()
    methods = hasattr(loss, "discriminator") and hasattr(loss, "generator")
    if isinstance(loss, type) or not methods:
        raise ConfigurationError(
            f"loss={loss!r} needs the methods .discriminator(real, fake) and "
            f".generator(real, fake). An instance is wanted, not a class."
        )
    return loss
