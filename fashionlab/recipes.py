"""Named, frozen configurations: networks, loss, penalties, optimizers, batch size."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace

from fashionlab import nets
from fashionlab.autodiff import R1
from fashionlab.backend import keras
from fashionlab.budgets import budget
from fashionlab.errors import ConfigurationError
from fashionlab.train import GAN, VAE, VAEGAN


@dataclass(frozen=True, kw_only=True)
class Recipe(ABC):
    """What every training run needs beside its networks, its data and its length.

    Attributes:
        summary: One line on what it is for.
        batch_size: Images in a batch.
        learning_rate: Of every Adam optimizer, at the first step.
        half_after: Steps after which the learning rate has halved; it falls on as
            learning_rate / (1 + step / half_after). None keeps it as it is.
        betas: Decay of Adam's first and second moment.
        epsilon: Adam's epsilon.
        averaging: Decay of the moving averages of networks per step. None keeps no average.
        laptop_epochs: Epochs over the 60,000 images that take about five minutes on two cores.
        gpu_epochs: Epochs worth a GPU's time.
    """

    summary: str
    batch_size: int
    learning_rate: float
    betas: tuple[float, float]
    epsilon: float = 1e-7
    half_after: int | None = None
    averaging: float | None = 0.9999
    laptop_epochs: int
    gpu_epochs: int = 50

    @abstractmethod
    def build(self, name: str) -> GAN | VAE | VAEGAN:
        """A compiled model with new weights."""

    def epochs(self) -> int:
        """Epochs at the budget in force."""
        return budget(smoke=1, laptop=self.laptop_epochs, gpu=self.gpu_epochs)

    def adam(self):
        """A new optimizer with this recipe's settings."""
        beta_1, beta_2 = self.betas
        rate = self.learning_rate
        if self.half_after is not None:
            rate = keras.optimizers.schedules.InverseTimeDecay(rate, self.half_after, 1.0)
        return keras.optimizers.Adam(rate, beta_1=beta_1, beta_2=beta_2, epsilon=self.epsilon)


@dataclass(frozen=True, kw_only=True)
class GANRecipe(Recipe):
    """A `GAN`.

    Attributes:
        generator: Builds the generator.
        discriminator: Builds the discriminator.
        loss: Name of the adversarial loss.
        penalties: Penalties on the discriminator.
    """

    generator: Callable
    discriminator: Callable
    loss: str = "non_saturating"
    penalties: tuple = ()

    def build(self, name: str) -> GAN:
        """A compiled model with new weights."""
        gan = GAN(self.generator(), self.discriminator(), averaging=self.averaging, name=name)
        gan.compile(self.adam(), self.adam(), loss=self.loss, penalties=self.penalties)
        return gan


@dataclass(frozen=True, kw_only=True)
class VAERecipe(Recipe):
    """A `VAE` of `nets.encoder` and `nets.dcgan_generator`.

    Attributes:
        variance: Of a pixel, as in `VAE.compile`.
        beta: Weight of the KL divergence.
    """

    variance: float
    beta: float

    def build(self, name: str) -> VAE:
        """A compiled model with new weights."""
        vae = VAE(nets.encoder(), nets.dcgan_generator(), averaging=self.averaging, name=name)
        vae.compile(self.adam(), variance=self.variance, beta=self.beta)
        return vae


@dataclass(frozen=True, kw_only=True)
class VAEGANRecipe(Recipe):
    """A `VAEGAN` of `nets.encoder`, `nets.dcgan_generator` and `nets.dcgan_discriminator`.

    Attributes:
        convolution: Whose activations of the discriminator are compared, the first is 1.
        variance: Of a feature, as in `VAEGAN.compile`.
        gamma: Weight of the feature error in the decoder's loss.
        encoder_betas: Decay of the moments of the encoder's Adam; the `betas` are the others'.
        penalties: Penalties on the discriminator.
    """

    convolution: int
    variance: float
    gamma: float
    encoder_betas: tuple[float, float]
    penalties: tuple = ()

    def build(self, name: str) -> VAEGAN:
        """A compiled model with new weights."""
        discriminator = nets.with_features(nets.dcgan_discriminator(), self.convolution)
        vaegan = VAEGAN(
            nets.encoder(),
            nets.dcgan_generator(),
            discriminator,
            averaging=self.averaging,
            name=name,
        )
        vaegan.compile(
            replace(self, betas=self.encoder_betas).adam(),
            self.adam(),
            self.adam(),
            penalties=self.penalties,
            variance=self.variance,
            gamma=self.gamma,
        )
        return vaegan


# Many cheap steps, fast at first.
STEPS = {
    "batch_size": 32,
    "learning_rate": 2e-3,
    "betas": (0.0, 0.99),
    "epsilon": 1e-8,
    "half_after": 10_000,
}
# Chosen by Fréchet distance after 100 to 160 CPU seconds (tests/benchmarks/recipes.py). What
# helped most: an average that starts short and grows, narrow layers and small batches (many
# cheap steps), and a strong R1 penalty; the falling learning rate pays after ten epochs.
DCGAN = GANRecipe(
    summary="The best picture per second on two CPU cores, from images alone.",
    generator=nets.dcgan_generator,
    discriminator=nets.dcgan_discriminator,
    **STEPS,
    penalties=(R1(weight=3.0, every=16),),
    laptop_epochs=8,
)

RECIPES = {
    "dcgan": DCGAN,
    "dcgan_quality": replace(
        DCGAN,
        summary="Wider networks, for a GPU or a night.",
        generator=nets.quality_generator,
        discriminator=nets.quality_discriminator,
        laptop_epochs=3,
        gpu_epochs=100,
    ),
    "conditional": replace(
        DCGAN,
        summary="The same with the classes of the images: better garments still, as asked for.",
        generator=nets.conditional_generator,
        discriminator=nets.projection_discriminator,
    ),
    "dcgan_classic": GANRecipe(
        summary="What the widely read tutorials teach, to compare with.",
        generator=nets.classic_generator,
        discriminator=nets.classic_discriminator,
        batch_size=256,
        learning_rate=1e-4,
        betas=(0.9, 0.999),
        averaging=None,
        laptop_epochs=1,
    ),
    "vae": VAERecipe(
        summary="An encoder and a decoder: every image has a latent, and comes back blurred.",
        **STEPS | {"betas": (0.9, 0.99)},
        variance=0.04,
        beta=5.0,
        laptop_epochs=8,
    ),
    "vaegan": VAEGANRecipe(
        summary="A VAE that is told by a discriminator what is alike: sharper, less exact.",
        **STEPS,
        convolution=2,
        variance=0.01,
        gamma=0.01,
        encoder_betas=(0.9, 0.99),
        penalties=(R1(weight=3.0, every=16),),
        laptop_epochs=3,
    ),
}


def get(name: str) -> Recipe:
    """The recipe of that name.

    Raises:
        ConfigurationError: There is none.
    """
    if name not in RECIPES:
        raise ConfigurationError(f"recipe {name!r} is unknown. Use one of {', '.join(RECIPES)}.")
    return RECIPES[name]


def build(name: str, seed: int | None = None) -> GAN | VAE | VAEGAN:
    """A compiled model, ready for `fit`.

    Args:
        name: A key of `RECIPES`.
        seed: Seeds weights and noise, as `fl.seed` before this call would.

    Raises:
        ConfigurationError: The recipe is unknown.
    """
    recipe = get(name)
    if seed is not None:
        keras.utils.set_random_seed(seed)
    return recipe.build(name)
