"""Exercises of notebook 05."""

import math

import numpy as np
from scipy import linalg

from fashionlab.checks.exercise import RETURNS_NOTHING, Exercise, letters_of


def frechet(x, y):
    """Squared Fréchet distance of two sets of features, (number, width) each."""
    shift = x.mean(axis=0) - y.mean(axis=0)
    cov_x, cov_y = np.cov(x, rowvar=False), np.cov(y, rowvar=False)
    root = linalg.sqrtm(cov_x @ cov_y).real
    return shift @ shift + np.trace(cov_x + cov_y - 2 * root)


# How the columns of two sets of features are mixed out of independent ones.
MIXING = (
    [[3.0, 2.0, 1.0], [0.0, 0.5, 0.0], [0.0, 0.0, 0.2]],
    [[0.2, 0.0, 0.0], [0.0, 0.5, 0.0], [1.0, -2.0, 3.0]],
)


def _correlated(number, seed):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(number, 3)) @ np.array(MIXING[seed]) + rng.normal(size=3)


def _frechet_biased(x, y) -> float:
    """The same with 1/n in place of 1/(n - 1) in the covariances, which is right, too."""
    shift = x.mean(axis=0) - y.mean(axis=0)
    cov_x, cov_y = np.cov(x, rowvar=False, ddof=0), np.cov(y, rowvar=False, ddof=0)
    return float(shift @ shift + np.trace(cov_x + cov_y - 2 * linalg.sqrtm(cov_x @ cov_y).real))


def _frechet_mistakes(x, y) -> dict[str, float]:
    """What typical mistakes give."""
    shift = x.mean(axis=0) - y.mean(axis=0)
    cov_x, cov_y = np.cov(x, rowvar=False), np.cov(y, rowvar=False)
    squared, total = shift @ shift, np.trace(cov_x + cov_y)
    rest = cov_x + cov_y - 2 * linalg.sqrtm(cov_x @ cov_y).real
    apart = np.trace(linalg.sqrtm(cov_x) @ linalg.sqrtm(cov_y)).real
    deviations = x.std(axis=0, ddof=1) - y.std(axis=0, ddof=1)
    return {
        "You take the root in the end: the Fréchet distance of the formula is the squared one.": (
            math.sqrt(squared + np.trace(rest))
        ),
        "The length of the shift has to be squared.": math.sqrt(squared) + np.trace(rest),
        "You leave out the shift between the means.": np.trace(rest),
        "You leave out the covariances: two sets may differ in spread alone.": squared,
        "The factor 2 in front of the root is missing.": squared + (total + np.trace(rest)) / 2,
        "The root is taken off, not added.": squared + 2 * total - np.trace(rest),
        "Take the trace of the matrix, the sum of its diagonal, not the sum of all its numbers.": (
            squared + rest.sum()
        ),
        "You take the root of each covariance and multiply: that is not the root of the product.": (
            squared + total - 2 * apart
        ),
        "np.sqrt takes the root of each number; the root of a matrix is linalg.sqrtm.": (
            squared + total - 2 * np.trace(np.sqrt(np.abs(cov_x @ cov_y)))
        ),
        "You use the spread of each feature alone, but not how features vary together.": (
            squared + deviations @ deviations
        ),
        "x.mean() is one mean over all features; each has its own: mean(axis=0).": (
            (x.mean() - y.mean()) ** 2 + np.trace(rest)
        ),
        "C1 * C2 multiplies number by number; the product of matrices is C1 @ C2.": (
            squared + total - 2 * np.trace(linalg.sqrtm(cov_x * cov_y)).real
        ),
    }


def _examine_frechet(answer):
    x, y = _correlated(400, seed=0), _correlated(300, seed=1)
    try:
        with np.errstate(invalid="ignore"):
            found = answer(x, y)
    except ValueError as error:
        if "400" in str(error) and "300" in str(error):
            return "np.cov takes each row for a variable; here rows are images: rowvar=False."
        raise
    if found is None:
        return RETURNS_NOTHING
    if np.shape(found) != ():
        return f"It has shape {np.shape(found)}; a distance is one number. Is the trace missing?"
    if np.iscomplexobj(found):
        return "It is a complex number: rounding gave the root an imaginary part. Take root.real."
    found = float(found)
    if not math.isfinite(found):
        return (
            "It is NaN: np.sqrt takes the root of each number; the root of a matrix is "
            "linalg.sqrtm."
        )
    wanted = float(frechet(x, y))
    if any(math.isclose(found, right, rel_tol=1e-4) for right in (wanted, _frechet_biased(x, y))):
        return None
    for message, value in _frechet_mistakes(x, y).items():
        if math.isclose(found, value, rel_tol=0.005):
            return message
    return f"For the test features it gives {found:.4g}; wanted {wanted:.4g}."


e05_1 = Exercise(
    name="e05_1",
    examine=_examine_frechet,
    praise="Right: on the features of a network, this is FashionFID.",
    hint_text=(
        "shift = x.mean(axis=0) - y.mean(axis=0); the covariances are np.cov(x, rowvar=False) and "
        "the same of y; the root of their product is linalg.sqrtm(cov_x @ cov_y).real; np.trace "
        "adds up a diagonal."
    ),
    answer=frechet,
)


def precision(distances, reach):
    """Share of fakes that lie within the ball of at least one real image."""
    return (distances <= reach).any(axis=1).mean()


def _examine_precision(answer):
    rng = np.random.default_rng(0)
    # Half of the real points are crowded and have small balls, the others large ones.
    real = np.concatenate([rng.normal(0, 0.1, (15, 2)), rng.normal(0, 2, (15, 2))])
    fake = np.concatenate([rng.normal(0, 1.5, (30, 2)), rng.normal(4, 1, (10, 2))])
    distances = np.linalg.norm(fake[:, None] - real, axis=2)
    reach = np.sort(np.linalg.norm(real[:, None] - real, axis=2), axis=1)[:, 3]
    try:
        found = answer(distances.copy(), reach.copy())
    except ValueError as error:
        if "(30,1)" in str(error).replace(" ", ""):
            return "reach belongs to the columns, the real images: compare without reach[:, None]."
        raise
    if found is None:
        return RETURNS_NOTHING
    if np.shape(found) != ():
        return f"It has shape {np.shape(found)}; wanted is one share. Which axis is the fakes'?"
    inside, wanted = distances <= reach, precision(distances, reach)
    own_ball = distances.min(axis=1) <= reach[distances.argmin(axis=1)]
    mistakes = {
        "That is a number of fakes; divide by how many there are.": inside.any(axis=1).sum(),
        "You ask for fakes within all balls; one ball is enough: any, not all.": (
            inside.all(axis=1).mean()
        ),
        "You count the balls that have a fake in them, as coverage does. Here fakes are counted: "
        "any over the real images, axis=1.": inside.any(axis=0).mean(),
        "You count pairs of a fake and a ball. A fake in many balls counts once.": inside.mean(),
        "That is more than 1, and no share: you count the balls around each fake, as density does. "
        "Several balls count once: any.": inside.sum(axis=1).mean(),
        "You look only at the ball of the nearest real image; another one may reach farther.": (
            own_ball.mean()
        ),
        "Each ball has a reach of its own; you use one for all.": (
            (distances.min(axis=1) <= reach.mean()).mean()
        ),
        "That is the share of fakes outside of all balls.": 1 - wanted,
    }
    found = float(found)
    if math.isclose(found, wanted, abs_tol=1e-9):
        return None
    for message, value in mistakes.items():
        if math.isclose(found, value, abs_tol=1e-9):
            return message
    return f"For 40 fakes and 30 real points it gives {found:.4g}; wanted {wanted:.4g}."


e05_2 = Exercise(
    name="e05_2",
    examine=_examine_precision,
    praise="Right: a fake counts as soon as one ball holds it.",
    hint_text=(
        "distances <= reach compares every column with its own reach and gives a table of True and "
        "False. A fake is a row: is any of it True? The mean of True and False is a share."
    ),
    answer=precision,
)

# Measured by the damage explorer, on 1,000 images: what undamaged images get with its standard
# deviation, then collapse 0.2, copies 0.3, blur 0.25 and drop_classes 0.4.
REPORTS = {
    "fashion_fid": ("0.209 +- 0.030", 0.707, 0.208, 1.215, 1.827),
    "precision": ("0.877 +- 0.010", 0.850, 0.869, 0.854, 0.869),
    "recall": ("0.883 +- 0.013", 0.886, 0.882, 0.619, 0.779),
    "coverage": ("0.966 +- 0.008", 0.953, 0.970, 0.857, 0.865),
    "class_entropy": ("2.299 +- 0.002", 2.266, 2.300, 2.288, 2.147),
    "near_duplicates": ("0.007 +- 0.005", 0.206, 0.008, 0.015, 0.015),
    "copied": ("0.016 +- 0.004", 0.010, 0.310, 0.018, 0.008),
    "patch_distance": ("0.012 +- 0.002", 0.021, 0.012, 0.032, 0.033),
}
DAMAGES = {"A": "collapse", "B": "copies", "C": "blur", "D": "drop_classes"}
EVIDENCE = {
    "A": "a fifth of its images have a near-twin, and recall is untouched; a blur would cost "
    "recall.",
    "B": "all is as in real images, but for a third that are suspiciously near to training images.",
    "C": "recall falls most, and the patches have changed, but the ten classes are in balance.",
    "D": "the classes are out of balance, while precision is that of real images: what is there "
    "is fine, but something is missing. And nothing is repeated.",
}


def _examine_damages(answer):
    if not isinstance(answer, dict) or set(answer) != set(DAMAGES):
        return 'Give a dict with all four letters: {"A": ..., "B": ..., "C": ..., "D": ...}.'
    for name in answer.values():
        if name not in DAMAGES.values():
            return f"{name!r} is none of {', '.join(sorted(DAMAGES.values()))}."
    if len(set(answer.values())) < len(DAMAGES):
        return "Each damage was used once; one of yours stands there twice."
    for letter, name in DAMAGES.items():
        if answer[letter] != name:
            return f"{letter} is not {answer[letter]}: {EVIDENCE[letter]}"
    return None


e05_3 = Exercise(
    name="e05_3",
    examine=_examine_damages,
    praise="Right: no single figure would have told all four apart.",
    hint_text=(
        "Begin with copied, which only one damage raises. Then: whose near duplicates are many, "
        "while its recall is untouched? Of the other two, one leaves every image as sharp as it "
        "was."
    ),
    answer=DAMAGES,
)


CLAIMS = {
    "A": "A compares 500 images with 10,000: the Fréchet distance falls with their number, "
    "whatever they show. (G and H are one generator.)",
    "B": "B: the difference is 0.0026, and the error of K alone is 0.0066. That is chance. "
    "(J and K are one generator.)",
    "C": "C is justified: one size, one network, and a difference of some twenty standard errors.",
    "D": "D compares features of two networks, whose units are not the same.",
    "E": "E is justified: recall is far below its floor, precision is nearly there.",
}
JUSTIFIED = {"C", "E"}


def _examine_comparison(answer):
    letters = letters_of(answer)
    if not letters <= set(CLAIMS) or not letters:
        return 'Give a set of letters from A to E, such as {"A", "B"}.'
    for letter in sorted(CLAIMS):
        if (letter in letters) != (letter in JUSTIFIED):
            return CLAIMS[letter]
    return None


e05_4 = Exercise(
    name="e05_4",
    examine=_examine_comparison,
    praise=(
        "Right: one size, one network, and more than the error. (G and H are one generator: from "
        "1.28 to 0.80 is the number of images alone. So are J and K.)"
    ),
    hint_text="Ask three things: the same number of images? the same network? more than the error?",
    answer=JUSTIFIED,
)
