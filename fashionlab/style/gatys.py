"""Neural style transfer by descent on the pixels, and textures out of noise."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import scipy.ndimage
from tqdm.auto import tqdm

from fashionlab.backend import keras, tf
from fashionlab.data.images import LUMA
from fashionlab.errors import ConfigurationError, DataError
from fashionlab.style.descent import adam, lbfgs
from fashionlab.style.features import perceptual
from fashionlab.style.inputs import SMALLEST, checked_image, checked_mask, checked_styles
from fashionlab.style.losses import content_loss, gram, style_loss, total_variation

ADDED = ("colours", "edges")  # to a network's layers
KEPT = slice(1, 3)  # of a network's layers: a face takes fine ones, the finest sees grain
CONTENT = 0.5  # weight of these layers, next to a style of strength 1
LIGHT = 0.02  # weight of light and shade
LIGHTS = 8  # patches of light across the shorter side
SMOOTH = 0.03  # weight of the total variation
NOISE = 0.05  # deviation of what a descent starts with: on a plain image it finds no way otherwise
BLIND = 0.01  # share of a Gram matrix that is added to its distance from a plain image's
TINY = 1e-8
OPTIMIZERS = {"lbfgs": lbfgs, "adam": adam}


class _Region(NamedTuple):
    """Where some styles are wanted."""

    share: float  # of the style's loss
    mask: np.ndarray  # (height, width)
    styles: list[np.ndarray]
    weights: np.ndarray  # one for each style, 1 together


class _Task(NamedTuple):
    """What is wanted of an image."""

    network: keras.Model
    content: np.ndarray | None  # (height, width, 3)
    mask: np.ndarray  # (height, width): where the content counts
    regions: list[_Region]
    strength: float


def neural_style(
    content: np.ndarray,
    styles,
    *,
    weights=None,
    strength: float = 1.0,
    mask: np.ndarray | None = None,
    areas=None,
    features=None,
    steps: int = 300,
    optimizer: str = "lbfgs",
    seed: int = 0,
    progress: bool = True,
    on_step: Callable[[int, int, float, np.ndarray], None] | None = None,
) -> np.ndarray:
    """Paint one image in the style of others.

    Descent on the pixels lowers a sum of losses on the activations of a network:

    - style: distance of the Gram matrices of every layer, of the colours themselves, and of their
      differences between neighbours, from those of the style. A layer counts 1 where the image is
      plain, in the style's mean colour, and 0 where the style is reached: so layers weigh alike,
      whatever their size and activations.
    - content: squared difference of the activations of two fine layers, as a share of the
      content's, and counted less where the content hardly varies, since a plain cloth does not ask
      to stay plain; and of light and shade, which is the luminance of patches, as a share of its
      variance. The mean change is free: a blue dress may become red, but keeps its folds.
    - a little total variation.

    It begins small, since the network sees wide motifs only there: halved as often as content
    and all styles keep 32 pixels each way. Then come images of twice the size, each from the one
    before.

    An interruption (the stop button, Ctrl+C) ends the descent and gives the image so far.

    Args:
        content: `(height, width, 3)` in [-1, 1], 32 pixels or more each way.
        styles: One image, or a list of up to four, each like the content, of any sizes. A motif
            keeps its size in pixels.
        weights: How much each style counts next to the others, 0 or more. None: all alike.
        strength: Weight of the style next to the content, 0 or more.
        mask: `(height, width)` in [0, 1]: where the content may change. At 0 its pixels stay
            exactly as they are, and the network does not see them. None: everywhere.
        areas: Of each style a mask of where it goes; what is in none only keeps its content. None:
            all styles go everywhere and mix.
        features: A `keras.Model` as `perceptual` returns. None: the one that the kit ships.
        steps: Steps of the descent in all, 1 or more; each size gets an equal share.
        optimizer: `"lbfgs"` or `"adam"`, which takes about three times the steps.
        seed: Seeds the noise that the descent starts with.
        progress: Whether to show a bar.
        on_step: Called after each step with its number, from 1 to `steps`, with `steps`, the loss
            and the image so far. If it raises a KeyboardInterrupt, that is an interruption, too.

    Returns:
        float32 of the content's shape.

    Raises:
        DataError: An image or a mask is not as wanted.
        ConfigurationError: The optimizer or a number is not as wanted.

    Reference:
        Gatys, Ecker & Bethge, "Image Style Transfer Using Convolutional Neural Networks", 2016.
        Masks, areas and coarse to fine: Gatys et al., "Controlling Perceptual Factors in Neural
        Style Transfer", 2017. The sum of both losses is theirs; how layers are weighed,
        and the Gram matrices of colours and of differences between neighbours, are not.
    """
    content = checked_image(content, "content", SMALLEST)
    mask = checked_mask(mask, content.shape[:2])
    regions = _regions(styles, weights, areas, mask)
    if not 0 <= strength < np.inf:
        raise ConfigurationError(f"strength={strength}: wanted a number of 0 or more.")
    network = perceptual() if features is None else features
    noise = np.random.default_rng(seed).normal(0, NOISE, content.shape)
    start = _continued(_recoloured(content, regions), mask) + noise
    start = np.clip(start, -1, 1).astype(np.float32)
    task = _Task(network, _continued(content, mask), mask, regions, strength)

    def finished(image):
        opacity = mask[..., None]
        return opacity * image + (1 - opacity) * content

    return _painted(task, start, steps, optimizer, finished, progress, on_step)


def texture(
    style: np.ndarray,
    size: int = 128,
    *,
    features=None,
    steps: int = 300,
    seed: int = 0,
    progress: bool = True,
    on_step: Callable[[int, int, float, np.ndarray], None] | None = None,
) -> np.ndarray:
    """Make more of a textile: an image with the statistics of another one, out of noise.

    Args:
        style: `(height, width, 3)` in [-1, 1], 32 pixels or more each way.
        size: Pixels of each side, 32 or more.
        features: As for `neural_style`.
        steps: The same.
        seed: Seeds the noise.
        progress: Whether to show a bar.
        on_step: As for `neural_style`.

    Returns:
        float32 `(size, size, 3)`.

    Raises:
        DataError: The style is not as wanted.
        ConfigurationError: A number is not as wanted.

    Reference:
        Gatys, Ecker & Bethge, "Texture Synthesis Using Convolutional Neural Networks", 2015. The
        Gram matrices of colours and of differences between neighbours are not theirs.
    """
    style = checked_image(style, "style", SMALLEST)
    if size < SMALLEST:
        raise ConfigurationError(f"size={size}: wanted {SMALLEST} pixels or more.")
    network = perceptual() if features is None else features
    noise = np.random.default_rng(seed).normal(0, NOISE, (size, size, 3))
    start = np.clip(style.mean(axis=(0, 1)) + noise, -1, 1).astype(np.float32)
    everywhere = checked_mask(None, (size, size))
    regions = _regions(style, None, None, everywhere)
    task = _Task(network, None, everywhere, regions, 1.0)
    return _painted(task, start, steps, "lbfgs", np.asarray, progress, on_step)


# What is wanted where.


def _regions(styles, weights, areas, mask):
    styles, shares = checked_styles(styles, weights)
    used = np.flatnonzero(shares)
    if areas is None:
        return [_Region(1.0, mask, [styles[i] for i in used], shares[used])]
    if len(areas) != len(styles):
        raise ConfigurationError(f"{len(areas)} areas: wanted {len(styles)}, one for each style.")
    areas = [mask * checked_mask(area, mask.shape, f"area {i + 1}") for i, area in enumerate(areas)]
    sizes = np.array([area.sum() for area in areas])
    if not sizes.all():
        raise DataError(f"Area {sizes.argmin() + 1} lies outside the mask: nothing may change.")
    parts = shares * sizes / (shares * sizes).sum()
    return [_Region(parts[i], areas[i], [styles[i]], np.ones(1)) for i in used]


def _continued(content, mask):
    """The content as if what is in the mask went on outside of it, so that no outline shows."""
    outside = mask < 0.99 * mask.max()
    nearest = scipy.ndimage.distance_transform_edt(
        outside, return_distances=False, return_indices=True
    )
    return content[tuple(nearest)]


def _recoloured(content, regions):
    """The content, moved in each region to the mean colour of its styles."""
    moved = content.copy()
    for region in regions:
        opacity = region.mask[..., None]
        wanted = region.weights @ np.stack([style.mean(axis=(0, 1)) for style in region.styles])
        there = (opacity * content).sum(axis=(0, 1)) / opacity.sum()
        moved += opacity * (wanted - there).astype(np.float32)
    return moved


# The loss.


def _loss(task, size, factor):
    """A function of an image at a part of the full size: its loss, and the gradient."""
    masks = [_resized(region.mask[..., None], size) for region in task.regions]
    wanted = [_wanted(task.network, region, factor) for region in task.regions]
    whole = _resized(task.mask[..., None], size)
    shares = [region.share for region in task.regions]
    kept = None
    if task.content is not None:
        kept = _kept(_activations(task.network, _resized(task.content, size)[None]))

    @tf.function(autograph=False)  # its loops are over layers: nothing to translate
    def loss(image):
        with tf.GradientTape() as tape:
            tape.watch(image)
            seen = _activations(task.network, image[None])
            total = SMOOTH * total_variation(image[None])
            for share, mask, targets in zip(shares, masks, wanted, strict=True):
                total += task.strength * share * _unlike(seen, targets, mask)
            if kept is not None:
                total += _lost(_kept(seen), kept, whole, masks)
        return total[0], tape.gradient(total, image)

    return loss


def _activations(network, images):
    """Those of a network's layers, the colours with a constant for their mean, and the edges.

    The edges are differences of neighbours: without them a fine mesh that the network hardly sees
    grows on plain surfaces.
    """
    across = tf.pad(images[:, :, 1:] - images[:, :, :-1], ((0, 0), (0, 0), (0, 1), (0, 0)))
    along = tf.pad(images[:, 1:] - images[:, :-1], ((0, 0), (0, 1), (0, 0), (0, 0)))
    return {
        **network(images),
        "colours": tf.concat([images, tf.ones_like(images[..., :1])], axis=-1),
        "edges": tf.concat([across, along], axis=-1),
    }


def _wanted(network, region, factor):
    """Of each layer the Gram matrix wanted, and how far a plain image is from it."""
    grams, plain = [], []
    for style in region.styles:
        small = _resized(style, _size(style, factor))[None]
        even = tf.zeros_like(small) + tf.reduce_mean(small, axis=(1, 2), keepdims=True)
        grams.append({name: gram(x) for name, x in _activations(network, small).items()})
        plain.append({name: gram(x) for name, x in _activations(network, even).items()})
    targets = {}
    for name in grams[0]:
        target = sum(w * g[name] for w, g in zip(region.weights, grams, strict=True))
        away = sum(
            w * style_loss(p[name], g[name])
            for w, p, g in zip(region.weights, plain, grams, strict=True)
        )
        # A layer that hardly tells a style from a plain image must not count without limit.
        targets[name] = target, away + BLIND * style_loss(target, 0.0) + TINY
    return targets


def _unlike(seen, targets, mask):
    """Mean over the layers of the style's loss, `(1,)`."""
    losses = []
    for name, (target, away) in targets.items():
        weights = _resized(mask, seen[name].shape[1:3])[None]
        losses.append(style_loss(gram(seen[name], weights), target) / away)
    return sum(losses) / len(losses)


def _kept(seen):
    """What the content's loss looks at: light and shade, and the middle layers."""
    colours = seen["colours"][..., :3]
    light = tf.reduce_sum(colours * LUMA, axis=-1, keepdims=True)
    window = max(min(light.shape[1:3]) // LIGHTS, 1)
    patches = tf.nn.avg_pool2d(light, window, max(window // 4, 1), "SAME")
    patches = tf.nn.avg_pool2d(patches, 4, 2, "SAME")  # twice, or the patches' edges would show
    names = [name for name in seen if name not in ADDED][KEPT]
    return [patches, *(seen[name] for name in names)]


def _lost(kept, wanted, whole, masks):
    """The content's loss, `(1,)`."""
    total = 0.0
    for i, (now, then) in enumerate(zip(kept, wanted, strict=True)):
        inside, *places = (_resized(mask, then.shape[1:3])[None] for mask in (whole, *masks))
        change = content_loss(inside * _without_means(now - then, places), 0.0)
        spread = content_loss(inside * _without_means(then, places), 0.0)
        if i == 0:
            total += LIGHT * change / (spread + TINY)
        else:  # where the content is plain, it has nothing to say against a print
            size = content_loss(inside * then, 0.0) + TINY
            total += CONTENT / (len(kept) - 1) * change * spread / size**2
    return total


def _without_means(values, places):
    """Values less their mean in each place, where there are several by the shares of them."""
    overlap = tf.maximum(sum(places), 1.0)
    rest = values
    for where in places:
        mean = tf.reduce_sum(where * values, axis=(1, 2), keepdims=True) / tf.reduce_sum(where)
        rest -= mean * where / overlap
    return rest


# The descent.


def _painted(task, start, steps, optimizer, finished, progress, on_step):
    """The image that the descent ends with, at full size and finished."""
    if optimizer not in OPTIMIZERS:
        raise ConfigurationError(
            f"optimizer={optimizer!r} is unknown. Use {' or '.join(map(repr, OPTIMIZERS))}."
        )
    if not isinstance(steps, int | np.integer) or steps < 1:
        raise ConfigurationError(f"steps={steps!r}: wanted a whole number, 1 or more.")
    factors = _factors(start, task.regions)
    ends = [steps * (i + 1) // len(factors) for i in range(len(factors))]
    image, factor, step = _resized(start, _size(start, factors[0])), factors[0], 0
    bar = tqdm(total=steps, desc="Painting", leave=False, disable=not progress)

    def report(now, loss):
        nonlocal image, step
        image, step = now, step + 1
        bar.update()
        bar.set_postfix_str(f"loss {loss:.4f}", refresh=False)
        if on_step is not None:
            on_step(step, steps, loss, finished(_refined(image, start, factor, 1)))

    try:
        for finer, end in zip(factors, ends, strict=True):
            image, factor = _refined(image, start, factor, finer), finer
            if end > step:  # L-BFGS takes a step even where it is given none
                loss = _loss(task, image.shape[:2], factor)
                OPTIMIZERS[optimizer](loss, image, end - step, report)
            bar.update(end - step)  # where nothing is left to gain, fewer were needed
            step = end
    except KeyboardInterrupt:
        if not step:  # nothing was painted yet
            raise
    finally:
        bar.close()
    return finished(_refined(image, start, factor, 1))


def _factors(image, regions):
    """By what the sizes are divided, from coarse to fine."""
    sides = [image.shape[:2], *(style.shape[:2] for region in regions for style in region.styles)]
    halvings = int(np.log2(np.min(sides) // SMALLEST))
    return [2**i for i in reversed(range(halvings + 1))]


def _size(image, factor):
    return [side // factor for side in image.shape[:2]]


def _resized(image, size):
    """Means of areas, `(*size, channels)`."""
    return tf.image.resize(image[None], size, method="area")[0]


def _refined(image, start, factor, finer):
    """An image at another size: its change grows, the details of the start stay."""
    if factor == finer:
        return np.asarray(image)
    change = image - _resized(start, _size(start, factor))
    fine = _resized(start, _size(start, finer))
    grown = tf.image.resize(change[None], fine.shape[:2], method="bicubic")[0]
    return np.clip(fine + grown, -1, 1)
