"""Exercises of notebook 10."""

import numpy as np

from fashionlab.checks.exercise import RETURNS_NOTHING, Exercise
from fashionlab.data.images import LUMA


def gram(features):
    """Activations (height, width, channels) to the Gram matrix (channels, channels)."""
    places = features.reshape(-1, features.shape[-1])
    return places.T @ places / len(places)


def _examine_gram(answer):
    features = np.random.default_rng(0).normal(0.5, 1, (4, 5, 3))
    found = answer(features.copy())
    if found is None:
        return RETURNS_NOTHING
    found, wanted = np.asarray(found, float), gram(features)
    if found.shape == (20, 20):
        return (
            "You multiply places by places, (20, 20); wanted is channels by channels: transpose "
            "the first factor, not the second."
        )
    if found.shape == (3,):
        return "That says something of each channel alone; the style is in their products: (3, 3)."
    if found.shape != (3, 3):
        return f"It has shape {found.shape} for 3 channels; wanted is (3, 3)."
    if np.allclose(found, wanted):
        return None
    centred = features - features.mean(axis=(0, 1))
    mistakes = {
        "The products are added up; divide by the number of places, height times width.": (
            20 * wanted
        ),
        "You divide by the number of channels; the mean is over places, height times width.": (
            20 * wanted / 3
        ),
        "You divide by places and channels; the mean is over places alone.": wanted / 3,
        "You divide by the height alone: places are height times width.": 5 * wanted,
        "You divide by the width alone: places are height times width.": 4 * wanted,
        "You take the mean off first: that is the covariance, and forgets the mean colour.": (
            gram(centred)
        ),
        "Those are correlations: nothing is taken off, and nothing scaled.": (
            np.corrcoef(features.reshape(20, 3).T)
        ),
        "Those are products of means; wanted is the mean of products.": np.outer(
            features.mean(axis=(0, 1)), features.mean(axis=(0, 1))
        ),
        "reshape(channels, -1) mixes places and channels up: channels are the last axis.": (
            features.reshape(3, -1) @ features.reshape(3, -1).T / 20
        ),
    }
    for message, value in mistakes.items():
        if np.allclose(found, value):
            return message
    return f"Its first entry is {found[0, 0]:.4f} on the test features; wanted {wanted[0, 0]:.4f}."


e10_1 = Exercise(
    name="e10_1",
    examine=_examine_gram,
    praise="Right: how often two channels are active together, wherever that is.",
    hint_text=(
        "features.reshape(-1, channels) has a row for each place. Of such a matrix F, F.T @ F adds "
        "up the products over all places."
    ),
    answer=gram,
    shapes="Lay all places in one row each first: features.reshape(-1, features.shape[-1]).",
)


def total_variation(image):
    """Mean squared difference of neighbours across, plus that along; image (height, width, 3)."""
    across = image[:, 1:] - image[:, :-1]
    along = image[1:] - image[:-1]
    return (across**2).mean() + (along**2).mean()


def _examine_variation(answer):
    image = np.random.default_rng(0).normal(size=(6, 4, 3))
    found = answer(image.copy())
    if found is None:
        return RETURNS_NOTHING
    found, wanted = np.asarray(found, float), total_variation(image)
    if found.shape != ():
        return f"It has shape {found.shape}; wanted is one number for the whole image."
    if np.isclose(found, wanted):
        return None
    across, along = (np.square(np.diff(image, axis=axis)) for axis in (1, 0))
    round_the_edge = sum(np.square(image - np.roll(image, 1, axis)).mean() for axis in (0, 1))
    mistakes = {
        "Only neighbours in a row are compared; those in a column are missing.": across.mean(),
        "Only neighbours in a column are compared; those in a row are missing.": along.mean(),
        "You add the squares up; wanted is their mean, so that size does not matter.": (
            across.sum() + along.sum()
        ),
        "The differences are squared, not taken without their sign.": (
            np.sqrt(across).mean() + np.sqrt(along).mean()
        ),
        "The colours are neighbours for you, too: differences run along axes 0 and 1 only.": (
            wanted + np.square(np.diff(image, axis=2)).mean()
        ),
        "np.diff goes along the last axis, the colours, unless you give it axis=1 and axis=0.": (
            np.square(np.diff(image)).mean()
        ),
        "np.diff without an axis goes along the colours; neighbours in a row are axis=1.": (
            np.square(np.diff(image)).mean() + along.mean()
        ),
        "np.roll makes the left edge a neighbour of the right one: use slices.": round_the_edge,
        "The differences are not squared, so they cancel.": (
            np.diff(image, axis=1).mean() + np.diff(image, axis=0).mean()
        ),
        "Half of it: the two means are added, not averaged.": wanted / 2,
        "That is the variance of the pixels, which does not ask who is whose neighbour.": (
            image.var()
        ),
    }
    for message, value in mistakes.items():
        if np.isclose(found, value):
            return message
    return f"On the test image it is {found:.4f}; wanted {wanted:.4f}."


e10_2 = Exercise(
    name="e10_2",
    examine=_examine_variation,
    praise="Right: 0 on a plain surface, large where neighbours disagree.",
    hint_text=(
        "image[:, 1:] - image[:, :-1] are the differences in rows, image[1:] - image[:-1] those in "
        "columns. Square each, take each mean, add the two."
    ),
    answer=total_variation,
)


def keep_colours(result, content):
    """The lightness of result with the colours of content, both (height, width, 3)."""
    shares = np.array([0.299, 0.587, 0.114])
    lighter = result @ shares - content @ shares
    return content + lighter[..., np.newaxis]


def _examine_colours(answer):
    result, content = np.random.default_rng(0).uniform(-0.4, 0.4, (2, 4, 5, 3))
    found = answer(result.copy(), content.copy())
    if found is None:
        return RETURNS_NOTHING
    found, wanted = np.asarray(found, float), keep_colours(result, content)
    if found.shape == (4, 5):
        return "That is one number a pixel; add it to all three channels of the content."
    if found.shape != (4, 5, 3):
        return f"It has shape {found.shape}; wanted is an image, (4, 5, 3)."
    if np.allclose(found, wanted, atol=1e-6):
        return None
    gap = (result - content) @ LUMA
    mistakes = {
        "Exchanged: that is the lightness of the content with the colours of the result.": (
            keep_colours(content, result)
        ),
        "Grey alone: the colours of the content are missing.": np.repeat(
            (result @ LUMA)[..., None], 3, axis=2
        ),
        "The lightness of the result is added to that of the content; take the content's off.": (
            content + (result @ LUMA)[..., None]
        ),
        "The eye sees green best: weigh the channels by 0.299, 0.587, 0.114, not alike.": (
            content + (result - content).mean(axis=2, keepdims=True)
        ),
        "You multiply by a ratio, which changes how colourful a pixel is; add the difference.": (
            content * ((result @ LUMA) / (content @ LUMA))[..., None]
        ),
        "The difference has the wrong sign: result minus content.": content - gap[..., None],
        "That is the result as it was.": result,
        "That is the content as it was.": content,
    }
    for message, value in mistakes.items():
        if np.allclose(found, value, atol=1e-6):
            return message
    gap = np.nan_to_num(np.abs(found - wanted), nan=np.inf).max(axis=2)
    row, column = np.unravel_index(gap.argmax(), gap.shape)
    return (
        f"Its pixel in row {row}, column {column} is {found[row, column].round(5)}; wanted "
        f"{wanted[row, column].round(5)}."
    )


e10_3 = Exercise(
    name="e10_3",
    examine=_examine_colours,
    praise="Right: as light as the result at every place, and as colourful as the content.",
    hint_text=(
        "image @ np.array([0.299, 0.587, 0.114]) is the lightness, (height, width). Add to the "
        "content, in all three channels alike, what it lacks of the result's."
    ),
    answer=keep_colours,
    shapes=(
        "A lightness is (height, width), an image (height, width, 3): give the lightness a last "
        "axis, lightness[..., np.newaxis]."
    ),
)
