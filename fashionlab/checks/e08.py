"""Exercises of notebook 08."""

import numpy as np

from fashionlab.checks.exercise import RETURNS_NOTHING, Exercise


def projection_logit(f, c, v, directions):
    """Logits (number,) of features (number, width) beside class weights (number, classes)."""
    return f @ v + (f * (c @ directions)).sum(axis=1)


def _examine_projection(answer):
    rng = np.random.default_rng(0)
    f, v, directions = (rng.normal(size=shape) for shape in ((6, 4), (4,), (3, 4)))
    c = np.eye(3)[[0, 2, 1, 1, 0, 2]]
    found = answer(f.copy(), c.copy(), v.copy(), directions.copy())
    if found is None:
        return RETURNS_NOTHING
    found, wanted = np.asarray(found, float), projection_logit(f, c, v, directions)
    if found.shape == (6, 6):
        return (
            "You get a table (6, 6), every image with every image's class. Multiply features and "
            "directions number by number, and add up over axis 1."
        )
    if found.shape == (6, 3):
        return "You get a logit for each class; the class weights c pick one of them: use c."
    if found.shape == ():
        return "You get one number for all six images; add up over axis 1."
    if found.shape != (6,):
        return f"It has shape {found.shape} for 6 images; wanted is one logit each, (6,)."
    if np.allclose(found, wanted):
        return None
    mistakes = {
        "The first term is missing: v asks whether it is a garment at all.": wanted - f @ v,
        "The second term is missing: nobody looks at the class.": f @ v,
        "The direction of every class is added; the class weights c pick the one asked for.": (
            f @ v + f @ directions.sum(axis=0)
        ),
        "Only v is multiplied by the features, the direction of the class is just added up.": (
            f @ v + (c @ directions).sum(axis=1)
        ),
        "The two terms are added, not subtracted.": 2 * (f @ v) - wanted,
        "Add up over the features; you take their mean.": f @ v + (wanted - f @ v) / 4,
    }
    for message, value in mistakes.items():
        if np.allclose(found, value):
            return message
    return f"On the test features the first logit is {found[0]:.4f}; wanted {wanted[0]:.4f}."


e08_1 = Exercise(
    name="e08_1",
    examine=_examine_projection,
    praise="Right: one inner product asks “a garment?”, the other “one of those?”.",
    hint_text=(
        "c @ directions has a row for each image: the direction of its class. An inner product of "
        "two rows is (a * b).sum(axis=1)."
    ),
    answer=projection_logit,
)


def kl(mean, log_variance):
    """KL divergence of N(mean, variance) from N(0, 1), nats: (number, latent_dim) to (number,)."""
    return 0.5 * (np.exp(log_variance) + mean**2 - 1 - log_variance).sum(axis=1)


def _examine_kl(answer):
    rng = np.random.default_rng(0)
    mean, log_variance = rng.normal(size=(5, 3)), rng.normal(size=(5, 3))
    found = answer(mean.copy(), log_variance.copy())
    if found is None:
        return RETURNS_NOTHING
    found, wanted = np.asarray(found, float), kl(mean, log_variance)
    parts = np.exp(log_variance) + mean**2 - 1 - log_variance
    if found.shape == (5, 3):
        return "That is the divergence in each dimension; of one image they add up: sum(axis=1)."
    if found.shape == (3,):
        return "You add up over the images; add up over the dimensions of one image: axis=1."
    if found.shape == ():
        return "You get one number for the whole batch; wanted is one for each image: axis=1."
    if found.shape != (5,):
        return f"It has shape {found.shape} for 5 images; wanted is one number each, (5,)."
    if np.allclose(found, wanted):
        return None
    mistakes = {
        "The half in front is missing.": 2 * wanted,
        "The sign is turned round: a divergence is never negative.": -wanted,
        "Add up over the dimensions; you take their mean.": wanted / 3,
        "exp(log_variance) is the variance itself; it is not squared again.": (
            0.5 * (np.exp(2 * log_variance) + mean**2 - 1 - log_variance).sum(axis=1)
        ),
        "exp(log_variance) is the variance already; half of the exponent gives the deviation.": (
            0.5 * (np.exp(0.5 * log_variance) + mean**2 - 1 - log_variance).sum(axis=1)
        ),
        "log_variance stands in the place of the variance: take exp of it first.": (
            0.5 * (log_variance + mean**2 - 1 - log_variance).sum(axis=1)
        ),
        "log_variance squared is no variance: take exp of it.": (
            0.5 * (log_variance**2 + mean**2 - 1 - log_variance).sum(axis=1)
        ),
        "log_variance is the log of the variance already; do not double it.": (
            0.5 * (parts - log_variance).sum(axis=1)
        ),
        "The mean has to be squared.": (
            0.5 * (np.exp(log_variance) + mean - 1 - log_variance).sum(axis=1)
        ),
        "The - 1 is missing: without it the standard normal would not be at 0.": (
            0.5 * (parts + 1).sum(axis=1)
        ),
        "The - log_variance is missing: nothing would keep the variance from shrinking to 0.": (
            0.5 * (parts + log_variance).sum(axis=1)
        ),
        "The mean is missing: nothing would keep the codes together.": (
            0.5 * (parts - mean**2).sum(axis=1)
        ),
    }
    for message, value in mistakes.items():
        if np.allclose(found, value):
            return message
    return f"On the test codes the first is {found[0]:.4f}; wanted {wanted[0]:.4f}."


e08_2 = Exercise(
    name="e08_2",
    examine=_examine_kl,
    praise="Right: 0 for the standard normal itself, and more wherever a code moves away from it.",
    hint_text=(
        "Write it for one dimension: half of (variance + mean squared - 1 - log of the variance). "
        "The variance is np.exp(log_variance). Then add up: .sum(axis=1)."
    ),
    answer=kl,
)


def code(mean, log_variance, noise):
    """A draw from N(mean, variance), written as a function of noise from N(0, 1)."""
    return mean + np.exp(0.5 * log_variance) * noise


def _examine_code(answer):
    rng = np.random.default_rng(0)
    mean, log_variance, noise = (rng.normal(size=(4, 3)) for _ in range(3))
    found = answer(mean.copy(), log_variance.copy(), noise.copy())
    if found is None:
        return RETURNS_NOTHING
    found, wanted = np.asarray(found, float), code(mean, log_variance, noise)
    if found.shape != (4, 3):
        return f"It has shape {found.shape}; a code has that of the mean, here (4, 3)."
    if np.isnan(found).any():
        return "There are NaN in it: log_variance may be negative and has no root; take exp first."
    if np.allclose(found, wanted):
        return None
    mistakes = {
        "exp(log_variance) is the variance; noise is stretched by its root, the deviation.": (
            mean + np.exp(log_variance) * noise
        ),
        "log_variance has to go through exp first: a deviation is never negative.": (
            mean + log_variance * noise
        ),
        "The mean is missing: every image would get a code around 0.": wanted - mean,
        "The noise is missing: that is no draw, but always the same code.": (
            mean + np.exp(0.5 * log_variance)
        ),
        "That is the mean alone, without the noise.": mean,
        "A draw it is, but add the noise; the check knows only that one.": 2 * mean - wanted,
        "A log of a variance is 2 log of the deviation: halve it, do not double it.": (
            mean + np.exp(2 * log_variance) * noise
        ),
    }
    for message, value in mistakes.items():
        if np.allclose(found, value):
            return message
    return f"On the test codes the first number is {found[0, 0]:.4f}; wanted {wanted[0, 0]:.4f}."


e08_3 = Exercise(
    name="e08_3",
    examine=_examine_code,
    praise="Right: the chance is in the noise alone, so a gradient reaches mean and log_variance.",
    hint_text="A draw from N(m, s^2) is m + s * noise. What is s, if log_variance is log(s^2)?",
    answer=code,
)


ROUTES = {
    "prior": {"encoder"},
    "likeness": {"encoder", "decoder"},
    "adversarial": {"decoder", "discriminator"},
}
NETWORKS = {"encoder", "decoder", "discriminator"}
WHY = {
    ("prior", "decoder"): "prior: the KL divergence is computed from the codes alone; the decoder "
    "takes no part in it.",
    ("prior", "discriminator"): "prior: no image is judged in it.",
    ("prior", "encoder"): "prior: it is about the codes, and those are made by the encoder.",
    ("likeness", "discriminator"): "likeness: the discriminator only lends its features. If this "
    "loss could move it, it would learn to see nothing, and everything would look alike.",
    ("likeness", "encoder"): "likeness: a code that says more about the image makes it smaller, so "
    "the encoder learns from it.",
    (
        "likeness",
        "decoder",
    ): "likeness: the decoder draws the reconstruction, so it learns from it.",
    ("adversarial", "encoder"): "adversarial: Larsen et al. keep the encoder out of the game; it "
    "shall describe images, not deceive anybody.",
    ("adversarial", "decoder"): "adversarial: the decoder is the generator of the game.",
    ("adversarial", "discriminator"): "adversarial: the discriminator plays, too.",
}


def _examine_routes(answer):
    form = 'Give a dict such as {"prior": {"encoder"}, "likeness": {...}, "adversarial": {...}}.'
    if not isinstance(answer, dict) or set(answer) != set(ROUTES):
        return form
    for loss, networks in answer.items():
        if not isinstance(networks, (set, list, tuple)) or not set(networks) <= NETWORKS:
            known = ", ".join(sorted(NETWORKS))
            return f'{loss}: a set of names out of {known}, please, such as {{"encoder"}}.'
        for network in sorted(NETWORKS):
            if (network in networks) != (network in ROUTES[loss]):
                return WHY[loss, network]
    return None


e08_4 = Exercise(
    name="e08_4",
    examine=_examine_routes,
    praise="Right: three losses, three networks, and each learns only what it is there for.",
    hint_text=(
        "Ask of each loss: which networks made the numbers in it? Then leave out the one that only "
        "lends its features, and the one that Larsen et al. keep out of the game."
    ),
    answer=ROUTES,
)
