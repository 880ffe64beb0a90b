"""Exercises of notebook 01."""

import math

import numpy as np

from fashionlab import theory
from fashionlab.checks.exercise import RETURNS_NOTHING, Exercise


def best_guess(p, q):
    """Probability that a point is real, where p real and q generated ones are to be expected."""
    return p / (p + q)


def _examine_best_guess(answer):
    p, q = np.array([0.6, 0.1, 0.3, 0.2]), np.array([0.2, 0.4, 0.3, 0.0])
    raw = answer(p, q)
    if raw is None:
        return RETURNS_NOTHING
    found = np.asarray(raw, float)
    if found.shape != p.shape:
        return f"You return shape {found.shape}: one probability is wanted for each of 4 places."
    wanted = theory.optimal_discriminator(p, q)
    others = (
        (1 - wanted, "That is the probability of generated. D says how likely a point is real."),
        (p > q, "That is a verdict, yes or no. Wanted is how sure one can be: a probability."),
        (p - q, "The difference says who is ahead, not by how much of all points: divide."),
        (p, "Only p? Where many generated points lie as well, D must be less sure."),
    )
    for value, message in others:
        if np.allclose(found, value, atol=1e-6):
            return message
    if found.max() > 1:
        return f"A probability of {found.max():.3g}? Divide by all points at that place, p + q."
    if not np.allclose(found, wanted, atol=1e-6):
        place = int(np.abs(found - wanted).argmax())
        return (
            f"With p = {p[place]} and q = {q[place]} you say {found[place]:.3f}. Of all points "
            f"there, which share is real?"
        )
    return None


e01_1 = Exercise(
    name="e01_1",
    examine=_examine_best_guess,
    praise="Right: the share of real points among all points that lie there.",
    hint_text="Of 100 points here, 60 real ones for 20 generated ones: which share is real?",
    answer=best_guess,
)


def _examine_extremes(answer):
    if isinstance(answer, (set, dict)):
        return "Which is which? Give a tuple: (at p = q, with nothing in common, for the blocks)."
    try:
        tie, apart, blocks = (float(number) for number in answer)
    except (TypeError, ValueError):
        return "Give three numbers: (at p = q, with nothing in common, for the blocks)."
    wanted = -math.log(4)

    def near(a, b):
        return math.isclose(a, b, abs_tol=0.005)

    if near(apart, wanted) and near(tie, 0):
        return "The right numbers, the wrong way round: a sure and right D scores highest."
    if near(tie, -wanted):
        return "The sign: logarithms of probabilities are negative, and so is their sum."
    if near(tie, wanted / 2):
        return "V has two terms, one for real and one for generated points; each is log 1/2."
    if near(tie, -math.log10(4)):
        return "You took logarithms to base 10; here they are natural, math.log."
    if near(tie, -2):
        return "You took logarithms to base 2; here they are natural, math.log."
    if near(tie, 0.5) or near(tie, 1):
        return "That is made of D itself. V is made of the logarithms of D and of 1 - D."
    if not near(tie, wanted):
        return "At p = q the best D says 1/2 everywhere. What are log D and log(1 - D)?"
    if apart in (-math.inf, math.inf):
        return "Infinite if D were sure and wrong. The best D is sure and right: log 1 + log 1."
    if near(apart, math.log(2)):
        return "That is JS. V = 2 JS - log 4."
    if not near(apart, 0):
        return "The first is right. With nothing in common D says 1 on real points and 0 on others."
    if near(blocks, -wanted / 3):
        return "Two are right. The third is JS, or has the wrong sign. V = 2 JS - log 4."
    if near(blocks, wanted / 6):
        return (
            "Two are right. In the third, generated points between 2 and 3 cost D something, too."
        )
    if near(blocks, wanted):
        return "Two are right. In the third, D has to say 1/2 only between 2 and 3."
    if not near(blocks, wanted / 3):
        return "Two are right. The third: which share of each heap lies where D says 1/2?"
    return None


e01_2 = Exercise(
    name="e01_2",
    examine=_examine_extremes,
    praise="Right: between the first two lies every game, with D at its best.",
    hint_text="Put D = 1/2 into E[log D] + E[log(1 - D)]; then D = 1 on real and 0 on generated. "
    "In the third case, one third of each heap meets D = 1/2; the rest meets a sure and right D.",
    answer=(-math.log(4), 0.0, -math.log(4) / 3),
)


def transport_by_sorting(x, y):
    """Mean way from the points x to as many points y, in the cheapest plan."""
    return np.abs(np.sort(x) - np.sort(y)).mean()


def _examine_transport(answer):
    x, y = np.array([4.0, 0.0, 1.0, 7.0]), np.array([2.0, 9.0, -2.0, 1.5])
    raw = answer(x.copy(), y.copy())
    if raw is None:
        return RETURNS_NOTHING
    if np.ndim(raw) != 0:
        return f"You return shape {np.shape(raw)}: one number is wanted, the mean way."
    found = float(raw)
    ways = np.sort(x) - np.sort(y)
    unsorted = "That is not the cheapest plan. Did you sort both, and in the same direction?"
    others = (
        (np.abs(x - y).mean(), "You send each point to the one in the same row. Sort both first."),
        (abs(ways.mean()), "Ways to the left and to the right cancel: absolute values first."),
        (ways.mean(), "Ways to the left and to the right cancel: absolute values first."),
        (np.abs(ways).sum(), "That is the sum of all ways. Each point holds 1/n of the mass."),
        (np.square(ways).mean(), "You square the ways; W1 takes their size (W2 squares them)."),
        (np.sqrt(np.square(ways).mean()), "That is W2, the root of mean squares. W1 is the mean."),
        (np.abs(ways).max(), "That is the longest way. Wanted is the mean."),
        (
            np.abs(x[:, None] - y).min(axis=1).mean(),
            "You send each point to its nearest neighbour, so some y get two and others none.",
        ),
        (np.abs(np.sort(x) - np.sort(y)[::-1]).mean(), unsorted),  # as when only x is sorted
        (np.abs(x - np.sort(y)).mean(), unsorted),
    )
    for value, message in others:
        if math.isclose(found, value, abs_tol=1e-6):
            return message
    wanted = theory.wasserstein_1_of_samples(x, y)
    if not math.isclose(found, wanted, abs_tol=1e-6):
        return f"From {x} to {y} you get {found:.4f}; wanted {wanted:.4f}."
    return None


e01_3 = Exercise(
    name="e01_3",
    examine=_examine_transport,
    praise="Right: on a line the cheapest plan keeps the order.",
    hint_text="np.sort both, take the difference, its absolute value, and the mean.",
    answer=transport_by_sorting,
)


def generator_slopes(x, w, b):
    """Derivatives by x of log(1 - D) and of -log D, where D = sigmoid(w x + b)."""
    d = 1 / (1 + np.exp(-(w * x + b)))
    return -d * w, -(1 - d) * w


def _examine_slopes(answer):
    return _examine_slopes_at(answer, w=-1.5) or _examine_slopes_at(answer, w=0.8)


def _examine_slopes_at(answer, w):
    x, b, step = np.array([-1.0, 0.3, 2.0]), 0.4, 1e-5

    def d(x):
        return 1 / (1 + np.exp(-(w * x + b)))

    def losses(x):
        return np.stack([np.log(1 - d(x)), -np.log(d(x))])

    raw = answer(x, w, b)
    if raw is None:
        return RETURNS_NOTHING
    if not isinstance(raw, (tuple, list, np.ndarray)) or len(raw) != 2:
        return "Return two things: the slope of log(1 - D) and the slope of -log D."
    found = np.stack([np.broadcast_to(np.asarray(slopes, float), x.shape) for slopes in raw])
    by_differences = (losses(x + step) - losses(x - step)) / (2 * step)
    others = (
        (by_differences[::-1], "Right, but the wrong way round: log(1 - D) comes first."),
        (
            -by_differences,
            f"The signs are turned round at w = {w}. Does log(1 - D) grow or fall as D grows?",
        ),
        (losses(x), "These are the losses themselves. Wanted are their derivatives by x."),
        (by_differences / w, "That is the slope by the logit. The logit is w x + b: times w."),
        (
            np.stack([-1 / (1 - d(x)), -1 / d(x)]),
            "That is the slope by D. D itself moves with x: times D (1 - D) w.",
        ),
    )
    for value, message in others:
        if np.allclose(found, value, rtol=1e-3, atol=1e-5):
            return message
    for name, mine, wanted in zip(("log(1 - D)", "-log D"), found, by_differences, strict=True):
        if not np.allclose(mine, wanted, rtol=1e-4, atol=1e-6):
            i = int(np.abs(mine - wanted).argmax())
            return (
                f"The slope of {name} at x = {x[i]}, w = {w}, b = {b} is {wanted[i]:.4f} by finite "
                f"differences; yours is {mine[i]:.4f}."
            )
    return None


e01_4 = Exercise(
    name="e01_4",
    examine=_examine_slopes,
    praise="Right: your formulas agree with finite differences, for falling and rising D.",
    hint_text="By the logit they are -D and -(1 - D). The chain rule brings d logit / dx = w.",
    answer=generator_slopes,
)
