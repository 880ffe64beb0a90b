"""What an image keeps and takes on in neural style transfer: losses on features.

Features are activations `(batch, height, width, channels)` of a layer of some network. Content is
what they say at each place; style is what they say together, wherever that is.
"""

from fashionlab.backend import keras
from fashionlab.errors import DataError

ops = keras.ops


def content_loss(features, target):
    """Half the mean squared difference of features at the same places.

    Args:
        features: `(batch, height, width, channels)`.
        target: Of the same shape, or of one that broadcasts to it.

    Returns:
        `(batch,)`, each 0 or more. The paper adds up where this takes the mean, so that a weight
        fits images of every size.

    Reference:
        Gatys, Ecker & Bethge, "Image Style Transfer Using Convolutional Neural Networks", 2016,
        equation 1.
    """
    return 0.5 * ops.mean(ops.square(features - target), axis=(1, 2, 3))


def gram(features, weights=None):
    """How often two channels are active at the same place: the mean of their products.

    The order of the places does not matter, which is what makes it a description of style.

    Args:
        features: `(batch, height, width, channels)`.
        weights: How much each place counts, 0 or more, `(batch or 1, height, width, 1)`, somewhere
            above 0: the squares of the paper's guidance channels. None counts all alike.

    Returns:
        `(batch, channels, channels)`: symmetric, with no negative eigenvalue.

    Raises:
        DataError: The features have another number of axes.

    Reference:
        Gatys, Ecker & Bethge, "Image Style Transfer Using Convolutional Neural Networks", 2016,
        equation 3, divided by the number of places. With weights: Gatys et al., "Controlling
        Perceptual Factors in Neural Style Transfer", 2017, section 4.1.

    Example:
        >>> gram([[[[1.0, 0.0], [1.0, 2.0]]]]).numpy().tolist()
        [[[1.0, 1.0], [1.0, 2.0]]]
    """
    features = ops.convert_to_tensor(features)
    _check_rank(features, "features", "(batch, height, width, channels)")
    if weights is None:
        weights = ops.ones_like(features[:1, :, :, :1])
    weights = weights / ops.sum(weights, axis=(1, 2), keepdims=True)
    return ops.einsum("bhwi,bhwj->bij", weights * features, features)


def style_loss(grams, target):
    """Squared difference of two Gram matrices, over four times the square of the channels.

    Args:
        grams: `(batch, channels, channels)`, as `gram` makes them.
        target: Of the same shape, or of one that broadcasts to it.

    Returns:
        `(batch,)`, each 0 or more.

    Raises:
        DataError: They are no Gram matrices, but features, say.

    Reference:
        Gatys, Ecker & Bethge, "Image Style Transfer Using Convolutional Neural Networks", 2016,
        equation 4. The number of places stands in `gram`, so the images may differ in size.
    """
    grams = ops.convert_to_tensor(grams)
    _check_rank(grams, "Gram matrices", "(batch, channels, channels)")
    return ops.mean(ops.square(grams - target), axis=(1, 2)) / 4


def total_variation(images):
    """Mean squared difference of neighbouring pixels, across and along: 0 for a plain surface.

    Args:
        images: `(batch, height, width, channels)`, 2 pixels or more each way.

    Returns:
        `(batch,)`, in squared pixel values.

    Raises:
        DataError: The images have another number of axes, or are less than 2 pixels high or wide.

    Reference:
        Mahendran & Vedaldi, "Understanding Deep Image Representations by Inverting Them", 2015,
        with the exponent beta of 2.
    """
    _check_rank(images, "images", "(batch, height, width, channels)")
    if any(side is not None and side < 2 for side in images.shape[1:3]):
        raise DataError(
            f"The images have shape {tuple(images.shape)}; wanted (batch, height, width, "
            f"channels), 2 pixels or more each way."
        )
    across = ops.square(images[:, :, 1:] - images[:, :, :-1])
    along = ops.square(images[:, 1:] - images[:, :-1])
    return ops.mean(across, axis=(1, 2, 3)) + ops.mean(along, axis=(1, 2, 3))


def _check_rank(array, name, wanted):
    if len(array.shape) != wanted.count(",") + 1:
        raise DataError(
            f"The {name} have shape {tuple(array.shape)}; wanted {wanted}. A single one goes in "
            f"with a first axis of its own: image[None]."
        )
