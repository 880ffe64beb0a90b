"""The GAN family: what its members change about one and the same pair of networks.

All members share the networks (`nets.dcgan_generator`, `nets.dcgan_discriminator`), the loop
(`train.GAN`), the batch size, the kind of optimizer and the moving average; they differ in what
`MEMBERS` says. Constants of a method (clipping limit, penalty weights, critic steps) are those of
its papers, but for one, which is marked. The learning rate is the one setting that was tuned, with
the same effort for everybody: three values, one seed, the same CPU seconds
(`data/make_family.py --tune`).

What is the kit's, for all alike: batches of 32, Adam with betas (0, 0.99), which without momentum
is RMSprop with its start corrected, one constant learning rate for both players, and an average of
the generator.
"""

from collections.abc import Callable
from dataclasses import dataclass

from fashionlab import nets
from fashionlab.autodiff import R1, R2, GradientPenalty
from fashionlab.backend import keras
from fashionlab.errors import ConfigurationError
from fashionlab.losses import ModeSeeking
from fashionlab.train import GAN

BATCH_SIZE = 32
LEARNING_RATES = (2e-4, 1e-3, 2e-3)


@dataclass(frozen=True)
class Member:
    """What sets one member of the family apart.

    Attributes:
        idea: What it changes, and why, in one line.
        paper: Who had the idea, and when.
        loss: Name of the adversarial loss.
        learning_rate: Of both Adam optimizers, one of `LEARNING_RATES`.
        change: Takes the discriminator and returns a changed one. None leaves it as it is.
        penalties: Penalties on the discriminator.
        generator_penalties: Penalties on the generator.
        critic_steps: Turns of the discriminator before each turn of the generator.
    """

    idea: str
    paper: str
    loss: str
    learning_rate: float
    change: Callable | None = None
    penalties: tuple = ()
    generator_penalties: tuple = ()
    critic_steps: int = 1

    @property
    def images_per_step(self) -> int:
        """Real images in a batch for `gan.fit`: `BATCH_SIZE` for each turn of the discriminator."""
        return BATCH_SIZE * self.critic_steps

    def adam(self):
        """A new optimizer with this member's learning rate."""
        return keras.optimizers.Adam(self.learning_rate, beta_1=0.0, beta_2=0.99, epsilon=1e-8)


MEMBERS = {
    "minimax": Member(
        idea="The game as first written; the generator's gradient fades when it loses.",
        paper="Goodfellow et al. 2014",
        loss="minimax",
        learning_rate=1e-3,
    ),
    "non_saturating": Member(
        idea="The generator raises log D(G(z)) instead: a live gradient when it loses.",
        paper="Goodfellow et al. 2014",
        loss="non_saturating",
        learning_rate=1e-3,
    ),
    "least_squares": Member(
        idea="Logits are pulled to targets, so images far from them count most.",
        paper="Mao et al. 2016",
        loss="least_squares",
        learning_rate=1e-3,
    ),
    "wgan": Member(
        idea="A critic scores instead of judging; clipped weights bound its slope.",
        paper="Arjovsky et al. 2017",
        loss="wasserstein",
        learning_rate=1e-3,
        change=nets.with_clipped_weights,
        critic_steps=5,
    ),
    "wgan_gp": Member(
        idea="The critic's slope is pulled to 1 between real and generated images.",
        paper="Gulrajani et al. 2017",
        loss="wasserstein",
        learning_rate=1e-3,
        penalties=(GradientPenalty(weight=10.0),),
        critic_steps=5,
    ),
    "hinge_spectral": Member(
        idea="Every layer stretches by 1 at most; images beyond the margin do not count.",
        paper="Lim & Ye 2017, Miyato et al. 2018; one turn each as in Zhang et al. 2018",
        loss="hinge",
        learning_rate=1e-3,
        change=nets.with_spectral_norm,
    ),
    "r1": Member(
        idea="The discriminator is kept flat around real images.",
        paper="Mescheder et al. 2018, every 16th step as in Karras et al. 2020",
        loss="non_saturating",
        learning_rate=1e-3,
        penalties=(R1(weight=10.0, every=16),),
    ),
    "relativistic": Member(
        idea="Each generated image is judged beside a real one; flat around both.",
        paper="Jolicoeur-Martineau 2018, Huang et al. 2024",
        loss="relativistic_pairing",
        learning_rate=1e-3,
        # The paper sets the weights anew for each data set; 1 is the kit's, and was not tuned.
        penalties=(R1(weight=1.0), R2(weight=1.0)),
    ),
    "mode_seeking": Member(
        idea="Against collapse: unlike latents have to give unlike images.",
        paper="Mao et al. 2019",
        loss="non_saturating",
        learning_rate=1e-3,
        generator_penalties=(ModeSeeking(weight=1.0),),
    ),
    "minibatch_std": Member(
        idea="Against collapse: the discriminator sees how much the images of a group differ.",
        paper="Karras et al. 2018",
        loss="non_saturating",
        learning_rate=1e-3,
        change=nets.with_minibatch_std,
    ),
}


def get(name: str) -> Member:
    """The member of that name.

    Raises:
        ConfigurationError: There is none.
    """
    if name not in MEMBERS:
        raise ConfigurationError(f"member {name!r} is unknown. Use one of {', '.join(MEMBERS)}.")
    return MEMBERS[name]


def build(member: str | Member, seed: int | None = None) -> GAN:
    """A compiled `GAN`, ready for `fit` with batches of `images_per_step`.

    Args:
        member: A key of `MEMBERS`, or a `Member` of your own (`dataclasses.replace` changes one).
        seed: Seeds weights and noise, as `fl.seed` before this call would.

    Raises:
        ConfigurationError: There is no member of that name.
    """
    name = member if isinstance(member, str) else "member"
    member = get(member) if isinstance(member, str) else member
    if seed is not None:
        keras.utils.set_random_seed(seed)
    generator, discriminator = nets.dcgan_generator(), nets.dcgan_discriminator()
    if member.change is not None:
        discriminator = member.change(discriminator)
    gan = GAN(generator, discriminator, name=name)
    gan.compile(
        member.adam(),
        member.adam(),
        loss=member.loss,
        penalties=member.penalties,
        generator_penalties=member.generator_penalties,
        critic_steps=member.critic_steps,
    )
    return gan
