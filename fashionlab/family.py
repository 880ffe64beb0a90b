"""The GAN family: what its members change about one and the same pair of networks.

All members share the networks (`nets.dcgan_generator`, `nets.dcgan_discriminator`), the loop
(`train.GAN`), the batch size, the kind of optimizer and the moving average; they differ in what
`MEMBERS` says. Constants of a method (clipping limit, penalty weights, critic steps) are those of
its papers, but for one, which is marked. The learning rate is the one setting that was tuned, with
the same effort for everybody: four values, one seed, the same CPU seconds, judged by training
images (`data/make_family.py --tune`). Each did best with one of the two values in the middle.

What is the kit's, for all alike: batches of 32, Adam with betas (0, 0.99), which without momentum
is RMSprop with its start corrected, one constant learning rate for both players, and an average of
the generator.
"""

import itertools
import json
import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from fashionlab import nets, shipped
from fashionlab.autodiff import R1, R2, GradientPenalty
from fashionlab.backend import keras
from fashionlab.errors import ConfigurationError
from fashionlab.losses import ModeSeeking
from fashionlab.train import GAN

BATCH_SIZE = 32
LEARNING_RATES = (1e-3, 2e-3, 4e-3, 8e-3)


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
        learning_rate=2e-3,
    ),
    "non_saturating": Member(
        idea="The generator raises log D(G(z)) instead: a live gradient when it loses.",
        paper="Goodfellow et al. 2014",
        loss="non_saturating",
        learning_rate=4e-3,
    ),
    "least_squares": Member(
        idea="Logits are pulled to targets, so images far from them count most.",
        paper="Mao et al. 2016",
        loss="least_squares",
        learning_rate=2e-3,
    ),
    "wgan": Member(
        idea="A critic scores instead of judging; clipped weights bound its slope.",
        paper="Arjovsky et al. 2017",
        loss="wasserstein",
        learning_rate=4e-3,
        change=nets.with_clipped_weights,
        critic_steps=5,
    ),
    "wgan_gp": Member(
        idea="The critic's slope is pulled to 1 between real and generated images.",
        paper="Gulrajani et al. 2017",
        loss="wasserstein",
        learning_rate=4e-3,
        penalties=(GradientPenalty(weight=10.0),),
        critic_steps=5,
    ),
    "hinge_spectral": Member(
        idea="Every kernel's largest singular value is 1; beyond the margin nothing counts.",
        paper="Lim & Ye 2017, Miyato et al. 2018; one turn each as in Zhang et al. 2018",
        loss="hinge",
        learning_rate=2e-3,
        change=nets.with_spectral_norm,
    ),
    "r1": Member(
        idea="The discriminator is kept flat around real images.",
        paper="Mescheder et al. 2018, every 16th step as in Karras et al. 2020",
        loss="non_saturating",
        learning_rate=2e-3,
        penalties=(R1(weight=10.0, every=16),),
    ),
    "relativistic": Member(
        idea="Each generated image is judged beside a real one; flat around both.",
        paper="Jolicoeur-Martineau 2018, Huang et al. 2024",
        loss="relativistic_pairing",
        learning_rate=4e-3,
        # The paper sets the weights anew for each data set; 1 is the kit's, and was not tuned.
        penalties=(R1(weight=1.0), R2(weight=1.0)),
    ),
    "mode_seeking": Member(
        idea="Against collapse: unlike latents have to give unlike images.",
        paper="Mao et al. 2019",
        loss="non_saturating",
        learning_rate=2e-3,
        generator_penalties=(ModeSeeking(weight=1.0),),
    ),
    "minibatch_std": Member(
        idea="Against collapse: the discriminator sees how much the images of a group differ.",
        paper="Karras et al. 2018",
        loss="non_saturating",
        learning_rate=4e-3,
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


def results() -> dict:
    """What the runs of `data/make_family.py` gave, as shipped.

    Returns:
        `facts` (settings of all runs), `floor` (the figures of real images), `learning_rates` (as
        chosen, by member), `tuning` and `runs` (rows, as dicts: a member, a seed, its figures).
    """
    return json.loads((shipped.DATA / "family.json").read_text(encoding="utf-8"))


def samples() -> dict[str, np.ndarray]:
    """32 images of each member's shipped run with seed 0: float32 (32, 28, 28, 1) in [-1, 1]."""
    with np.load(shipped.DATA / "family.npz") as arrays:
        return {name: np.float32(arrays[name][..., None] / 127.5 - 1) for name in MEMBERS}


@dataclass(frozen=True)
class Spread:
    """A figure of one member, measured once a seed.

    Example:
        >>> Spread((3.0, 5.0, 4.0)).deviation
        1.0
        >>> Spread((3.0, 5.0, 4.0)).overlaps(Spread((4.5, 6.0, 7.0)))
        True
    """

    values: tuple[float, ...]

    @property
    def mean(self) -> float:
        """Mean over the seeds."""
        return statistics.mean(self.values)

    @property
    def deviation(self) -> float:
        """Standard deviation over the seeds, with 1 / (n - 1)."""
        return statistics.stdev(self.values)

    def overlaps(self, other: "Spread") -> bool:
        """Whether the ranges from lowest to highest value have a point in common."""
        return min(self.values) <= max(other.values) and min(other.values) <= max(self.values)


def over_seeds(runs: list[dict], figure: str) -> dict[str, Spread]:
    """Collect a figure by member.

    Args:
        runs: Rows, such as `results()["runs"]`.
        figure: Key of a number in each row, such as `"fashion_fid"`.

    Example:
        >>> rows = [{"member": "wgan", "seed": seed, "recall": seed / 4} for seed in (1, 2, 3)]
        >>> over_seeds(rows, "recall")
        {'wgan': Spread(values=(0.25, 0.5, 0.75))}
    """
    members = dict.fromkeys(row["member"] for row in runs)
    return {
        name: Spread(tuple(row[figure] for row in runs if row["member"] == name))
        for name in members
    }


def pairs_apart(spreads: Mapping[str, Spread]) -> list[tuple[str, str]]:
    """Pairs of members whose ranges do not overlap, the lower one first.

    Three values of each of two equal members lie apart by luck in one case of ten: of the 20
    orders that six values can take, two keep the threes together.

    Example:
        >>> spreads = {"a": Spread((5.0, 6.0)), "b": Spread((1.0, 2.0)), "c": Spread((1.5, 5.5))}
        >>> pairs_apart(spreads)
        [('b', 'a')]
    """
    return [
        (one, other) if spreads[one].mean < spreads[other].mean else (other, one)
        for one, other in itertools.combinations(spreads, 2)
        if not spreads[one].overlaps(spreads[other])
    ]
