"""What the clinic knows: symptoms, illnesses, and which illness explains which symptoms."""

import html
from collections.abc import Collection
from dataclasses import dataclass

from fashionlab.errors import ConfigurationError


@dataclass(frozen=True)
class Symptom:
    """Something that can be seen on a run.

    Attributes:
        where: Where to look: `"curves"`, `"samples"` or `"numbers"`.
        text: What one sees, as a clause.
    """

    where: str
    text: str


SYMPTOMS = {
    "d_wins": Symptom("curves", "D's loss sinks to 0"),
    "d_below_chance": Symptom("curves", "D's loss climbs far above 2 log 2"),
    "waves": Symptom("curves", "both losses swing in a steady beat"),
    "broken_curve": Symptom("curves", "a loss curve breaks off (NaN or infinity)"),
    "alike": Symptom("samples", "all samples are alike"),
    "still": Symptom("samples", "the samples are bad and stand still"),
    "wander": Symptom("samples", "the samples change wholesale from look to look"),
    "astray": Symptom("samples", "the samples leave the range of the data"),
    "pattern": Symptom("samples", "a fine pattern lies on every second pixel"),
    "missing": Symptom("numbers", "whole kinds of data are never made"),
    "faint_pull": Symptom("numbers", "the gradient that reaches G is tiny"),
    "gap": Symptom("numbers", "D takes real images for fakes if it has not trained on them"),
    "unequal": Symptom("numbers", "one player's weights move many times as far as the other's"),
    "frozen": Symptom("numbers", "one player's weights do not move at all"),
    "left_out": Symptom("numbers", "updates are left out"),
}


@dataclass(frozen=True)
class Illness:
    """A way in which training goes wrong.

    Attributes:
        signs: Keys of `SYMPTOMS`, the most telling one first.
        why: What goes on.
        test: The test that tells it apart.
        cure: What helps.
        place: Where to read on.
    """

    signs: tuple[str, ...]
    why: str
    test: str
    cure: str
    place: str


ILLNESSES = {
    "mode collapse": Illness(
        ("alike", "missing", "wander"),
        "G has the time to find the one place that D likes best, and sends everything there. When "
        "D objects at last, G moves everything to the next.",
        "Draw many samples at one moment: do they cover the kinds of data?",
        "Fewer updates or a lower learning rate for G; a penalty on D.",
        "patient D",
    ),
    "vanishing gradient": Illness(
        ("faint_pull", "d_wins", "still"),
        "D is sure of every fake, so log(1 - D(G(z))) is flat there: no slope, nothing to learn.",
        "Measure the gradient of G's loss by its fakes: is it orders of magnitude too small?",
        "The non-saturating loss.",
        "patient B",
    ),
    "oscillation": Illness(
        ("waves", "wander"),
        "Each player answers the other's last move. Without friction they circle the solution and "
        "never arrive.",
        "Plot the distance of the samples from the data over time: does it ever settle?",
        "A gradient penalty (R1) as friction; a moving average of G's weights.",
        "patient F",
    ),
    "memorising discriminator": Illness(
        ("gap",),
        "D has learned its few training images by heart. What it tells G is how to look like "
        "those, not like garments.",
        "Show D real images that it was not trained on: does it take them for fakes?",
        "More images; augmentation of real and fake images alike; a smaller D.",
        "patient A",
    ),
    "checkerboard": Illness(
        ("pattern",),
        "A transposed convolution whose kernel is no multiple of its stride paints some pixels "
        "more often than their neighbours.",
        "Measure the power of waves with a period of 2 pixels: is there a peak?",
        "Enlarge, then convolve; or a kernel that is a multiple of the stride.",
        "patient E",
    ),
    "unstable formula": Illness(
        ("left_out", "broken_curve"),
        "log(1 - sigmoid(x)) in float32: from about x = 17 on, sigmoid(x) rounds to 1, and the "
        "logarithm of 0 is minus infinity.",
        "Count the updates left out (gan.skipped), and try the loss on logits of 20 and -120.",
        "Write losses on logits with softplus; an epsilon below every square root.",
        "patient G",
    ),
    "learning-rate imbalance": Illness(
        ("unequal", "astray", "d_below_chance", "wander", "missing"),
        "One player moves much faster than the other. Here G runs off along D's slope, and D is "
        "too slow to turn it back.",
        "Compare how far each player's weights move, relative to their size.",
        "Learning rates that let both move about equally far.",
        "patient C",
    ),
    "a player that does not learn": Illness(
        ("frozen", "still", "unequal"),
        "A bug: the optimizer never gets the weights, or a layer stops the gradient.",
        "Compare the weights before and after one step: did both players move?",
        "Find the bug.",
        "the bug hunt",
    ),
}


@dataclass(frozen=True)
class Suspect:
    """An illness that explains at least one symptom.

    Attributes:
        name: A key of `ILLNESSES`.
        explained: Symptoms seen that it explains.
        expected: Signs of it that were not seen, the most telling first.
    """

    name: str
    explained: tuple[str, ...]
    expected: tuple[str, ...]


def rank(symptoms: Collection[str]) -> list[Suspect]:
    """Illnesses that explain the symptoms, best first.

    First the one that explains most of them; of equals, the one with fewest other signs to look
    for; then in the order of `ILLNESSES`. That is a rule of thumb, no probability: the test
    decides.

    Args:
        symptoms: Keys of `SYMPTOMS`.

    Returns:
        Those illnesses that explain at least one symptom.

    Raises:
        ConfigurationError: There is no such symptom.

    Example:
        >>> [suspect.name for suspect in rank(["wander", "waves"])]
        ['oscillation', 'mode collapse', 'learning-rate imbalance']
    """
    if isinstance(symptoms, str) or not set(symptoms) <= SYMPTOMS.keys():
        raise ConfigurationError(
            f"symptoms={symptoms!r}: wanted a list with some of {', '.join(SYMPTOMS)}."
        )
    suspects = []
    for name, illness in ILLNESSES.items():
        explained = tuple(sign for sign in illness.signs if sign in symptoms)
        expected = tuple(sign for sign in illness.signs if sign not in symptoms)
        if explained:
            suspects.append(Suspect(name, explained, expected))
    return sorted(suspects, key=lambda s: (-len(s.explained), len(s.expected)))


def rank_html(symptoms: Collection[str]) -> str:
    """The ranking as an HTML table, in the colours of the page it stands on."""
    suspects = rank(symptoms)
    if not suspects:
        return "<p><em>Tick what you see on your run.</em></p>"
    cells = ["likely", "explains", "look for, too", "the test", "what helps", "where"]
    rows = [_row("th", cells, 'scope="col" ')]
    for number, suspect in enumerate(suspects, 1):
        illness = ILLNESSES[suspect.name]
        signs = [
            "; ".join(SYMPTOMS[sign].text for sign in part) or "–"
            for part in (suspect.explained, suspect.expected)
        ]
        name = f"{number}. {suspect.name}"
        rows.append(_row("td", [name, *signs, illness.test, illness.cure, illness.place]))
    return f'<table style="border-collapse: collapse; text-align: left">{"".join(rows)}</table>'


def _row(tag, texts, attributes=""):
    # Half-transparent lines and no colours of its own: legible on light and dark pages.
    style = (
        "text-align: left; vertical-align: top; padding: 0.3em 0.6em; white-space: normal; "
        "border-bottom: 1px solid rgba(128, 128, 128, 0.5)"
    )
    cells = (f'<{tag} {attributes}style="{style}">{html.escape(text)}</{tag}>' for text in texts)
    return f"<tr>{''.join(cells)}</tr>"
