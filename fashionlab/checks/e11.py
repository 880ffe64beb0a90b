"""Exercises of notebook 11."""

import numpy as np

from fashionlab.checks.exercise import RETURNS_NOTHING, Exercise


def adain(content, style):
    """Content (h, w, channels) with the mean and deviation of each channel of the style."""
    normal = (content - content.mean(axis=(0, 1))) / content.std(axis=(0, 1))
    return normal * style.std(axis=(0, 1)) + style.mean(axis=(0, 1))


def _examine_adain(answer):
    rng = np.random.default_rng(0)
    content, style = rng.normal(1, 2, (6, 5, 3)), rng.normal(-1, 0.5, (4, 7, 3))
    content, style = content * [1, 2, 3], style * [3, 1, 2]
    found = answer(content.copy(), style.copy())
    if found is None:
        return RETURNS_NOTHING
    found, wanted = np.asarray(found, float), adain(content, style)
    if found.shape == style.shape != content.shape:
        return "It has the shape of the style: it is the content that changes its statistics."
    if found.shape != content.shape:
        return f"It has shape {found.shape}; wanted that of the content, {content.shape}."
    if np.allclose(found, wanted, atol=1e-3):
        return None

    def mean(x):
        return x.mean(axis=(0, 1))

    def deviation(x):
        return x.std(axis=(0, 1))

    normal = (content - mean(content)) / deviation(content)
    mistakes = {
        "The mean of the style is missing.": normal * deviation(style),
        "The deviation of the style is missing.": normal + mean(style),
        "You only normalised the content; the style's deviation and mean are to come.": normal,
        "Both deviations are missing: divide by the content's, multiply by the style's.": (
            content - mean(content) + mean(style)
        ),
        "You put the content's own mean back; wanted is the style's.": (
            normal * deviation(style) + mean(content)
        ),
        "The content's deviation is not divided out.": (
            (content - mean(content)) * deviation(style) + mean(style)
        ),
        "The content's mean is not taken off.": (
            content / deviation(content) * deviation(style) + mean(style)
        ),
        "One mean and deviation for all channels together: take axis=(0, 1).": (
            (content - content.mean()) / content.std() * style.std() + style.mean()
        ),
        "You use variances; a deviation is the root of it, .std().": (
            (content - mean(content)) / content.var(axis=(0, 1)) * style.var(axis=(0, 1))
            + mean(style)
        ),
        "You divide by n - 1 (ddof=1); this layer divides by n, which .std() does by itself.": (
            (content - mean(content))
            / content.std(axis=(0, 1), ddof=1)
            * style.std(axis=(0, 1), ddof=1)
            + mean(style)
        ),
        "First scale, then shift: the mean is multiplied by the deviation, too.": (
            (normal + mean(style)) * deviation(style)
        ),
        "The content comes back as it was.": content,
    }
    for message, value in mistakes.items():
        if np.allclose(found, value, atol=1e-3):
            return message
    return f"Its first number is {found[0, 0, 0]:.4f}; wanted {wanted[0, 0, 0]:.4f}."


e11_1 = Exercise(
    name="e11_1",
    examine=_examine_adain,
    praise="Right: where things are comes from the content, how strong they are from the style.",
    hint_text=(
        "x.mean(axis=(0, 1)) and x.std(axis=(0, 1)) have one number for each channel. Take the "
        "content's off, divide by its own; then multiply by the style's, and add the style's."
    ),
    answer=adain,
    shapes=(
        "Each channel has one mean and one deviation, over both axes of places: "
        "x.mean(axis=(0, 1)), x.std(axis=(0, 1))."
    ),
)


def corner_weights(x, y):
    """Weights of four styles, (4,), at a place of a pad: x to the right and y upwards, -1 to 1.

    The order is upper left, upper right, lower left, lower right.
    """
    right, up = (x + 1) / 2, (y + 1) / 2
    return np.array([(1 - right) * up, right * up, (1 - right) * (1 - up), right * (1 - up)])


CORNERS = {
    "upper left": (-1, 1), "upper right": (1, 1), "lower left": (-1, -1), "lower right": (1, -1)
}  # fmt: skip


def _examine_corners(answer):
    for i, (name, place) in enumerate(CORNERS.items()):
        found = answer(*place)
        if found is None:
            return RETURNS_NOTHING
        found = np.asarray(found, float)
        if found.shape != (4,):
            return f"It has shape {found.shape}; wanted are four weights, (4,)."
        if np.allclose(found, np.eye(4)[i]):
            continue
        place = f"In the corner {name}, at {place}, you give {found.round(2)}"
        if np.allclose(found, np.eye(4)[(i + 2) % 4]):
            return f"{place}: up and down are exchanged; y = 1 is above."
        if np.allclose(found, np.eye(4)[i ^ 1]):
            return f"{place}: left and right are exchanged."
        return f"{place}; there the style of that corner counts alone: {np.eye(4)[i]}."
    for place in ((0.0, 0.0), (0.5, -0.2), (-0.6, 0.8)):
        found = np.asarray(answer(*place), float)
        if np.allclose(found, corner_weights(*place)):
            continue
        if not np.isclose(found.sum(), 1):
            return f"At {place} your weights add up to {found.sum():.3f}; they have to make 1."
        return (
            f"The corners are right; at {place} you give {found.round(3)}, and the weight of a "
            f"corner is its share across times its share along: {corner_weights(*place).round(3)}."
        )
    return None


e11_2 = Exercise(
    name="e11_2",
    examine=_examine_corners,
    praise="Right: each corner alone at its place, and always 1 in all.",
    hint_text=(
        "right = (x + 1) / 2 runs from 0 to 1, and so does up = (y + 1) / 2. The weight of the "
        "corner upper right is right * up; where a corner is left, 1 - right takes its place."
    ),
    answer=corner_weights,
)
