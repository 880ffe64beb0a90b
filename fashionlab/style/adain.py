"""Style transfer in one pass: the statistics of the style's features put on the content's."""

from functools import cache, lru_cache

import numpy as np

from fashionlab import pretrained
from fashionlab.backend import keras
from fashionlab.errors import ConfigurationError
from fashionlab.style.features import perceptual
from fashionlab.style.inputs import SMALLEST, checked_image, checked_mask, checked_styles

ops = keras.ops

LAYERS = ("scale_8", "scale_4", "scale_2", "scale_1")  # of `nets.fashion_features`: are restyled
STEP = 8  # pixels of the image to one of the coarsest
GRAIN = 0.15  # deviation of the noise on a content
OCTAVES = (1, 2, 4, 8, 16)  # pixels of its grains
GREY = 0.64  # share of the noise's variance that all colours have in common
EPSILON = 1e-5  # added to variances: the root of 0 has no slope


def statistics(features, weights=None):
    """Mean and standard deviation of each channel over the places of a layer.

    Args:
        features: `(batch, height, width, channels)`.
        weights: How much each place counts, 0 or more, `(batch or 1, height, width, 1)`, somewhere
            above 0. None counts all alike.

    Returns:
        Two of `(batch, 1, 1, channels)`: means, and deviations above 0.

    Reference:
        Huang & Belongie, "Arbitrary Style Transfer in Real-time with Adaptive Instance
        Normalization", 2017, equations 5 and 6.
    """
    features = ops.convert_to_tensor(features)
    if weights is None:
        weights = ops.ones_like(features[:1, :, :, :1])
    weights = weights / ops.sum(weights, axis=(1, 2), keepdims=True)
    mean = ops.sum(weights * features, axis=(1, 2), keepdims=True)
    variance = ops.sum(weights * ops.square(features - mean), axis=(1, 2), keepdims=True)
    return mean, ops.sqrt(variance + EPSILON)


def adaptive_instance_norm(content_features, style_features, weights=None):
    """The content's features, with the mean and deviation that the style's have in each channel.

    Args:
        content_features: `(batch, height, width, channels)`.
        style_features: `(batch or 1, height', width', channels)`.
        weights: How much each place of the content counts for its own statistics, as in
            `statistics`: a mask, say.

    Returns:
        `(batch, height, width, channels)`.

    Reference:
        Huang & Belongie, "Arbitrary Style Transfer in Real-time with Adaptive Instance
        Normalization", 2017, equation 8.

    Example:
        >>> adaptive_instance_norm([[[[1.0], [3.0]]]], [[[[10.0], [14.0]]]]).numpy().round(2)
        array([[[[10.],
                 [14.]]]], dtype=float32)
    """
    return _with_statistics(content_features, *statistics(style_features), weights)


def _with_statistics(features, mean, deviation, weights=None):
    own_mean, own_deviation = statistics(features, weights)
    return deviation * (features - own_mean) / own_deviation + mean


def restyled(content, style) -> dict:
    """`adaptive_instance_norm` on each of the layers that the decoder takes.

    Args:
        content: Name of a layer to its activations of the content, as `perceptual` gives them.
        style: The same of the style.

    Returns:
        Name of a layer to its activations: of `"scale_8"`, `"scale_4"`, `"scale_2"`, `"scale_1"`.
    """
    return {name: adaptive_instance_norm(content[name], style[name]) for name in LAYERS}


def grain(shape, seed):
    """Noise with grains of 1 to 16 pixels: something to make a pattern of, where cloth is plain.

    AdaIN gives the features of the content another size and mean; it does not draw. Where the
    content is one even surface, so is the result, whatever the style.

    Args:
        shape: `(batch, height, width, 3)`.
        seed: A number, or a `keras.random.SeedGenerator`.

    Returns:
        `(batch, height, width, 3)`, of mean 0 and a deviation of about 1.
    """
    seed = (
        seed if isinstance(seed, keras.random.SeedGenerator) else keras.random.SeedGenerator(seed)
    )
    batch, height, width, _ = shape
    noise = 0.0
    for size in OCTAVES:
        few = (batch, -(-height // size), -(-width // size))
        small = GREY**0.5 * keras.random.normal((*few, 1), seed=seed)
        small += (1 - GREY) ** 0.5 * keras.random.normal((*few, 3), seed=seed)
        noise += ops.image.resize(small, (height, width), interpolation="bicubic")
    return noise / len(OCTAVES) ** 0.5


def adain(
    content,
    styles,
    *,
    weights=None,
    alpha=1.0,
    mask=None,
    grain_strength=GRAIN,
    seed=0,
    decoder=None,
) -> np.ndarray:
    """The content in the style of one image, or of several mixed.

    Args:
        content: `(height, width, 3)` in [-1, 1], 32 pixels or more each way.
        styles: One such image, or a list of up to four, each of any size.
        weights: Of the styles: as many numbers of 0 or more. Their sum is made 1. By default all
            weigh alike.
        alpha: How much of the style, from 0 to 1. At 0 the content comes back as the decoder
            remembers it.
        mask: `(height, width)` in [0, 1]: 1 where the image may change, 0 where it stays as it is.
            What is outside does not take part in the content's statistics. None changes all.
        grain_strength: Deviation of the noise that is put on the content in proportion to `alpha`,
            0 or more: more of it is more print and less garment. 0 leaves plain cloth plain.
        seed: Of the grain, which decides where a pattern falls.
        decoder: `keras.Model`, as `nets.adain_decoder` builds it. By default the one that the kit
            ships.

    Returns:
        float32 `(height, width, 3)` in [-1, 1].

    Raises:
        DataError: An image or the mask has another shape or range, or the mask is 0 everywhere.
        ConfigurationError: There are too many styles or none, the weights do not fit them, or alpha
            or the grain is out of range.

    Reference:
        Huang & Belongie, "Arbitrary Style Transfer in Real-time with Adaptive Instance
        Normalization", 2017, equations 8, 14 and 15. There one layer is restyled, and the content
        gets no grain.
    """
    content = checked_image(content, "content", SMALLEST)
    mask = checked_mask(mask, content.shape[:2])[..., None]
    styles, weights = checked_styles(styles, weights)
    if not 0 <= alpha <= 1:
        raise ConfigurationError(f"alpha={alpha}: use a number from 0 to 1.")
    if not 0 <= grain_strength < np.inf:
        raise ConfigurationError(f"grain_strength={grain_strength}: use a number of 0 or more.")
    where = _filled(mask)
    places = {name: ops.average_pool(where, int(name.removeprefix("scale_"))) for name in LAYERS}
    filled = _filled(content)
    # No more noise than style, and none outside of the mask.
    noise = alpha * grain_strength * where * _kept_grain(filled.shape, seed)
    seen = _encoder()(filled + noise)
    # A mixture of restyled features is the features in a mixture of statistics.
    wanted = [_style_statistics(style.tobytes(), style.shape) for style in styles]
    features = {}
    for layer in LAYERS:
        mean, deviation = (
            sum(weight * each[layer][i] for weight, each in zip(weights, wanted, strict=True))
            for i in range(2)
        )
        painted = _with_statistics(seen[layer], mean, deviation, places[layer])
        features[layer] = seen[layer] + alpha * places[layer] * (painted - seen[layer])
    image = (decoder or _decoder())(features)[0, : mask.shape[0], : mask.shape[1]]
    return mask * np.asarray(image) + (1 - mask) * content


@lru_cache(maxsize=1)
def _kept_grain(shape, seed):
    return np.asarray(grain(shape, seed))


@lru_cache(maxsize=8)
def _style_statistics(pixels: bytes, shape):
    """Means and deviations of a style by layer; kept, as a style is mostly used again."""
    seen = _encoder()(_filled(np.frombuffer(pixels, np.float32).reshape(shape)))
    return {layer: statistics(seen[layer]) for layer in LAYERS}


@cache
def _encoder():
    return perceptual()


@cache
def _decoder():
    return pretrained.decoder()


def _filled(image):
    """A batch of the image, mirrored below and to the right up to multiples of `STEP` pixels."""
    height, width = image.shape[:2]
    return np.pad(image, ((0, -height % STEP), (0, -width % STEP), (0, 0)), mode="reflect")[None]
