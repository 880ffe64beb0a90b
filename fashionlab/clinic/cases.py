"""The patients: what was done to them, what shows it, and what cures them."""

import html
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from fashionlab.clinic import images, plane
from fashionlab.clinic.evidence import Evidence, Measurement
from fashionlab.clinic.knowledge import ILLNESSES
from fashionlab.errors import ConfigurationError


@dataclass(frozen=True, repr=False)
class Case:
    """A run that goes wrong for one reason.

    Attributes:
        illness: A key of `ILLNESSES`.
        settings: What the sick run is made of.
        cure: The settings that the cured run has instead.
        measurement: The number that shows it.
        shows: Keys of `SYMPTOMS`: what its evidence shows, the most telling first.
        observe: Trains with settings and a seed and returns updates, curves and samples.
    """

    illness: str
    settings: Mapping[str, object]
    cure: Mapping[str, object]
    measurement: Measurement
    shows: tuple[str, ...]
    observe: Callable

    def _repr_html_(self) -> str:
        # Folded, so that a reader decides when to look.
        why = html.escape(ILLNESSES[self.illness].why)
        return (
            f"<details><summary>Reveal</summary><p><b>{self.illness.capitalize()}.</b> {why}</p>"
            f"<p><b>The cure, in one setting:</b> {html.escape(self.changes())}</p></details>"
        )

    def __repr__(self) -> str:
        return f"{self.illness}; the cure: {self.changes()}"

    def changes(self) -> str:
        """What the cure changes, in words."""
        return ", ".join(
            f"{_say(name)}: {_say(self.settings[name])} → {_say(new)}"
            for name, new in self.cure.items()
        )


CASES = {
    "memorising_discriminator": Case(
        illness="memorising discriminator",
        settings={"images": 100, "augmented": False, "upsampling": "transposed 4"},
        cure={"augmented": True},
        measurement=Measurement("held-out gap", "0 as training, 1 as fakes", 0.5, True),
        shows=("gap",),
        observe=partial(images.observe, probe=images.memorised, shown=9),
    ),
    "vanishing_gradient": Case(
        illness="vanishing gradient",
        settings={
            "toy": plane.FAR_PAIR,
            "loss": "minimax",
            "penalty": "none",
            "optimizer": "sgd",
            "discriminator_lr": 0.3,
            "generator_lr": 0.001,
        },
        cure={"loss": "non_saturating"},
        measurement=Measurement("pull on a fake", "nats per unit", 0.03, False, log=True),
        shows=("faint_pull", "d_wins", "still", "missing"),
        observe=partial(plane.observe, probe=plane.pull, head_start=15),
    ),
    "learning_rate_imbalance": Case(
        illness="learning-rate imbalance",
        settings={"penalty": "none", "discriminator_lr": 2e-5, "generator_lr": 2e-3},
        cure={"discriminator_lr": 2e-3},
        measurement=Measurement("way of G's weights", "times that of D's", 3.0, True, log=True),
        shows=("unequal", "astray", "d_below_chance", "missing", "wander"),
        observe=partial(plane.observe, probe=plane.lead),
    ),
    "mode_collapse": Case(
        illness="mode collapse",
        settings={"penalty": "none", "generator_updates": 5},
        cure={"generator_updates": 1},
        measurement=Measurement("modes covered", "of 8", 5.0, False),
        shows=("alike", "missing", "wander"),
        observe=partial(plane.observe, probe=plane.modes, every=30),
    ),
    "checkerboard": Case(
        illness="checkerboard",
        settings={"images": 10_000, "augmented": False, "upsampling": "transposed 3"},
        cure={"upsampling": "resize 3"},
        measurement=Measurement("2-pixel waves", "relative power", 1.0, True, log=True),
        shows=("pattern",),
        observe=partial(images.observe, probe=images.finest_waves_of_samples, steps=120, shown=4),
    ),
    "oscillation": Case(
        illness="oscillation",
        settings={
            "toy": plane.CLOUD,
            "penalty": "none",
            "penalty_weight": 1.0,
            "discriminator_lr": 0.01,
            "generator_lr": 0.01,
        },
        cure={"penalty": "r1"},
        measurement=Measurement("fakes' centre from data's centre", "units", 0.15, True),
        shows=("waves", "wander"),
        observe=partial(plane.observe, probe=plane.off_centre, looks=45, every=10, linear=True),
    ),
    "unstable_formula": Case(
        illness="unstable formula",
        settings={"loss": plane.LogOfSigmoid(), "penalty": "none", "discriminator_lr": 0.05},
        cure={"loss": "non_saturating"},
        measurement=Measurement("updates left out", "so far", 5.0, True, running=True),
        shows=("left_out", "broken_curve", "still", "missing"),
        observe=partial(plane.observe, probe=plane.left_out, head_start=10),
    ),
}
PATIENTS = dict(zip("ABCDEFG", CASES, strict=True))


def get(patient: str) -> Case:
    """A case by its name, or by its patient's letter.

    Raises:
        ConfigurationError: There is none.
    """
    name = PATIENTS.get(str(patient).upper(), patient)
    if name not in CASES:
        raise ConfigurationError(
            f"{patient!r} is no patient. Use a letter from {min(PATIENTS)} to {max(PATIENTS)}, or "
            f"one of {', '.join(CASES)}."
        )
    return CASES[name]


def run(name: str, seed: int = 0, cured: bool = False) -> Evidence:
    """Train a case from the start, and watch.

    Args:
        name: A key of `CASES`, or a patient's letter.
        seed: Seeds everything.
        cured: Whether to apply the cure.

    Returns:
        The evidence, which shows itself at the end of a notebook cell. At the smoke budget it is
        made of a few updates and says nothing.

    Raises:
        ConfigurationError: There is no such case.
    """
    case = get(name)
    settings = {**case.settings, **case.cure} if cured else case.settings
    updates, curves, samples = case.observe(settings, seed)
    letter = name.upper()
    title = f"patient {letter}" if letter in PATIENTS else name.replace("_", " ")
    title += ", with the cure" if cured else ""
    return Evidence(title, updates, curves, samples, case.measurement)


def _say(value):
    if isinstance(value, plane.LogOfSigmoid):
        return "log of a sigmoid"
    return str(value).replace("_", " ")
