"""Exercises of notebook 07."""

import math
from numbers import Real

import numpy as np

from fashionlab import losses
from fashionlab.backend import keras
from fashionlab.checks.exercise import RETURNS_NOTHING, Exercise, letters_of
from fashionlab.errors import ConfigurationError
from fashionlab.train import LabSettings

ops = keras.ops


class MyHinge:
    """The hinge loss of Lim & Ye 2017."""

    def discriminator(self, real, fake):
        """Nothing to pay for real logits above 1 and fake ones below -1."""
        return ops.mean(ops.relu(1 - real)) + ops.mean(ops.relu(1 + fake))

    def generator(self, real, fake):
        """The higher the fakes' logits the better, without end."""
        return -ops.mean(fake)


# One logit beyond its margin, one within, one on the wrong side.
REAL = np.array([[2.25], [0.5], [-1.25]], "float32")
FAKE = np.array([[-2.75], [-0.25], [1.75]], "float32")


def _hinge_mistakes():
    """What typical mistakes give on the test logits, method by method."""

    def pay(real, fake):
        return np.mean(np.maximum(real, 0)) + np.mean(np.maximum(fake, 0))

    right = pay(1 - REAL, 1 + FAKE)
    return {
        "discriminator": {
            "The margins lie on the wrong side: a real image is paid for when its logit is below "
            "1, relu(1 - real), a fake when its logit is above -1.": pay(1 + REAL, 1 - FAKE),
            "There is no margin: being on the right side of 0 is not enough, a real image has to "
            "get above 1 and a fake below -1.": pay(-REAL, FAKE),
            "Without relu every image counts, however far beyond the margin: that is the "
            "Wasserstein loss (plus 2).": float(np.mean(1 - REAL) + np.mean(1 + FAKE)),
            "That is the non-saturating loss: softplus has no corner. The hinge is made of relu.": (
                float(losses.NonSaturating().discriminator(REAL, FAKE))
            ),
            "Only real images are paid for: add the fakes' relu(1 + fake).": pay(1 - REAL, -9.0),
            "Only fakes are paid for: add the real images' relu(1 - real).": pay(-9.0, 1 + FAKE),
            "It is half as large as the paper's: both means are added up, not averaged.": right / 2,
            "It adds up over the batch: take the mean, and batch size does not matter.": 3 * right,
        },
        "generator": {
            "The generator has no margin: it has never done enough. Take relu away, and -fake is "
            "left.": pay(1 - FAKE, -9.0),
            "The sign is turned round: this loss rewards fakes that get low logits.": (
                float(np.mean(FAKE))
            ),
            "That is the non-saturating loss, whose pull fades; the hinge's generator is pulled "
            "equally hard at every logit.": float(losses.NonSaturating().generator(REAL, FAKE)),
            "It adds up over the batch: take the mean, and batch size does not matter.": (
                -float(np.sum(FAKE))
            ),
        },
    }


def _examine_hinge(answer):
    loss = answer() if isinstance(answer, type) else answer
    for method, mistakes in _hinge_mistakes().items():
        if not hasattr(loss, method):
            return f"There is no method {method}(self, real, fake)."
        raw = getattr(loss, method)(REAL, FAKE)
        if raw is None or raw is ...:
            return f"{method} returns nothing: it needs a return."
        if np.shape(raw) != ():
            return f"{method} has shape {np.shape(raw)}; a loss is one number, so take the mean."
        found, wanted = float(raw), float(getattr(losses.Hinge(), method)(REAL, FAKE))
        if math.isclose(found, wanted, rel_tol=1e-4):
            continue
        for message, value in mistakes.items():
            if math.isclose(found, value, rel_tol=1e-4):
                return f"{method}: {message}"
        return f"{method} gives {found:.4f} on the test logits; wanted {wanted:.4f}."
    try:
        LabSettings(loss=loss)  # refuses a loss without a gradient
    except ConfigurationError as error:
        return str(error)
    return None


e07_1 = Exercise(
    name="e07_1",
    examine=_examine_hinge,
    praise="Right: beyond the margin D has nothing left to learn, while G is never done.",
    hint_text=(
        "ops.relu(t) is t where t is positive, and 0 elsewhere. What is positive when a real logit "
        "is below 1? What when a fake one is above -1? The generator needs no relu."
    ),
    answer=MyHinge,
)


PLACES = ("first", "second", "third", "fourth")


def _examine_slopes(answer):
    form = "Give four numbers, in the order of the questions: (..., ..., ..., ...)."
    if not isinstance(answer, (tuple, list, np.ndarray)) or len(answer) != 4:
        return form
    for number, place in zip(answer, PLACES, strict=True):
        if number is ...:
            return f"{form} The {place} is still missing."
        if not isinstance(number, Real):
            return form
    wanted = (160.0, 125.0, 0.01 * math.sqrt(2), 1.0)
    penalty = "The gradient penalty: "
    mistakes = (
        {
            16: penalty + "the weight of 10 is missing.",
            5760: penalty + "the slope is the length of the gradient, 5, not its square, 25.",
            40: penalty + "the distance of the slope from 1 is squared.",
            250: penalty + "it is the distance from slope 1 that counts, not from slope 0.",
            360: penalty + "the length of (3, -4) is not 3 + 4: take the root of 9 + 16.",
            10 * (math.sqrt(74) - 1) ** 2: (
                penalty + "the 7 moves all scores alike; it is no part of the gradient."
            ),
        },
        {
            250: "R1 has a half in front: weight / 2.",
            25: "R1 is weight / 2 times the squared slope: 5 times something.",
            12.5: "R1: the weight of 10 is missing.",
            5: "R1 is weight / 2 times the squared slope; you give the slope.",
            160: "R1 wants the slope at 0, not at 1.",
            370: "R1: the 7 moves all scores alike; it is no part of the gradient.",
        },
        {
            0.014: "The third is right, but rounded to two digits. Give three: 0.0141.",
            0.01: "Each of the two weights is clipped to 0.01; the slope is the length of both.",
            0.02: "The length of (0.01, -0.01) is not 0.01 + 0.01: take the root of the squares.",
            1: "Clipping does not bring the slope to 1: each weight is put into [-0.01, 0.01].",
            5: "Clipping changes both weights: 3 becomes 0.01, and -4 becomes -0.01.",
            0.07: "The length of (0.01, -0.01) is a root of squares, not a sum of weights.",
            0.05: "Clipping is no scaling: 3 and -4 both end at the border, 0.01 and -0.01.",
            0: "Clipped weights are not 0: 3 becomes 0.01, and -4 becomes -0.01.",
        },
        {
            5: "5 is the largest singular value; the weights are divided by it.",
            0.2: "Divide the weights by 5, then take the slope again.",
            1.4: "The length of (3, -4) is the root of 9 + 16, 5, and not 3 + 4.",
            7: "The length of (3, -4) is the root of 9 + 16, 5, and not 3 + 4.",
            4: "The singular value of (3, -4) is its length, 5, not its largest number.",
            1.25: "The singular value of (3, -4) is its length, 5, not its largest number.",
        },
    )
    for number, right, known in zip(answer, wanted, mistakes, strict=True):
        if math.isclose(number, right, rel_tol=0.005):
            continue
        for value, message in known.items():
            if math.isclose(number, value, rel_tol=0.005, abs_tol=1e-9):
                return message
        place = PLACES[wanted.index(right)]
        return f"The {place} is not {number:.4g}. The gradient is (3, -4) at every picture."
    return None


e07_2 = Exercise(
    name="e07_2",
    examine=_examine_slopes,
    praise="Right: two penalties and two bounds, and they do not want the same slope.",
    hint_text=(
        "The gradient of 3 a - 4 b + 7 is (3, -4) whatever the picture, so the slope is "
        "sqrt(9 + 16) everywhere, and every mean over pictures is that one number."
    ),
    answer=(160, 125, 0.01414, 1),
)


def w1_at_least(real, fake, slope):
    """What the scores of a critic whose slope is nowhere above `slope` prove about W1."""
    return (real.mean() - fake.mean()) / slope


def _examine_bound(answer):
    rng = np.random.default_rng(0)
    real, fake, slope = rng.normal(2, 1, 50), rng.normal(-1, 3, 50), 4.0
    found = answer(real.copy(), fake.copy(), slope)
    if found is None:
        return RETURNS_NOTHING
    if np.shape(found) != ():
        return f"It has shape {np.shape(found)}; wanted is one number: take means of the scores."
    found, wanted = float(found), w1_at_least(real, fake, slope)
    if math.isclose(found, wanted, rel_tol=1e-6):
        return _examine_bound_elsewhere(answer)
    difference = wanted * slope
    judged = np.mean(1 / (1 + np.exp(-real))) - np.mean(1 / (1 + np.exp(-fake)))
    mistakes = {
        "A critic ten times as steep makes the difference ten times as large, and W1 is the same: "
        "divide by the slope.": difference,
        "Divide by the slope: a steeper critic proves less with the same difference.": (
            difference * slope
        ),
        "The sign is turned round: that is the critic's loss. W1 is a distance, and a good critic "
        "scores real images higher.": -wanted,
        "The sign is turned round, and the slope is missing.": -difference,
        "Scores are no logits of a probability: no sigmoid here.": judged / slope,
        "You compare images in pairs, but no fake belongs to a real image. Compare the means.": (
            np.mean(np.abs(real - fake)) / slope
        ),
        "That is W1 between the scores, by sorting; what the critic proves is the difference of "
        "the means.": np.mean(np.abs(np.sort(real) - np.sort(fake))) / slope,
        "Take means, not sums: W1 does not grow with the number of images.": 50 * wanted,
    }
    for message, value in mistakes.items():
        if math.isclose(found, value, rel_tol=1e-6):
            return message
    return f"For the test scores it gives {found:.4g}; wanted {wanted:.4g}."


def _examine_bound_elsewhere(answer):
    rng = np.random.default_rng(1)
    real, fake, slope = rng.normal(2, 1, 30), rng.normal(-1, 3, 70), 0.25
    try:
        found = float(answer(real.copy(), fake.copy(), slope))
    except ValueError:
        return (
            "With 30 real and 70 fake scores it fails: you subtract image by image. There need not "
            "be equally many; subtract the means."
        )
    wanted = w1_at_least(real, fake, slope)
    if math.isclose(found, wanted, rel_tol=1e-6):
        return None
    return (
        f"With 30 real and 70 fake scores and a slope of {slope} it gives {found:.4g}; wanted "
        f"{wanted:.4g}. There need not be equally many, and a slope below 1 counts, too."
    )


e07_3 = Exercise(
    name="e07_3",
    examine=_examine_bound,
    praise="Right: no critic within the bound can prove more than W1, and the best one proves it.",
    hint_text=(
        "If the critic's slope is at most 1, mean(real) - mean(fake) is at most W1. A critic of "
        "slope K, divided by K, has slope 1."
    ),
    answer=w1_at_least,
)


CLAIMS = {
    "A": "A is allowed: it says what was measured, under which conditions, and the ranges lie "
    "apart.",
    "B": "B: the ranges overlap. The lower mean may be the seeds' doing.",
    "C": "C: that a few seeds do not tell two members apart does not make them equal; more seeds "
    "may find a difference.",
    "D": "D goes beyond the minute that was measured. The curve of wgan_gp was still falling when "
    "it was over, and an order can change: section 6 shows one that did.",
    "E": "E compares losses of two members, which are not the same quantity: for a blind "
    "discriminator they are 0.25 and 1.386.",
    "F": "F is allowed: every dot lies far from the dotted line.",
}
ALLOWED = {"A", "F"}


def _examine_claims(answer):
    letters = letters_of(answer)
    if not letters <= set(CLAIMS) or not letters:
        return 'Give a set of letters from A to F, such as {"A", "B"}.'
    for letter in sorted(CLAIMS):
        if (letter in letters) != (letter in ALLOWED):
            return CLAIMS[letter]
    return None


e07_4 = Exercise(
    name="e07_4",
    examine=_examine_claims,
    praise="Right: what was measured, under these conditions, and with ranges that lie apart.",
    hint_text=(
        "Ask of each: do the ranges lie apart? Was it measured under these conditions, or is it "
        "about others? Are the two numbers the same quantity?"
    ),
    answer=ALLOWED,
)
