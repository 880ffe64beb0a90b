"""How good a style transfer is: what it keeps, what it takes on, and what it leaves alone.

The content is a plain garment; the truth is the same garment in the textile, as `garments.dress`
draws it; the result is what a transfer made of the content. The mask is where it may change things.
"""

import functools
import json

import numpy as np
from scipy import ndimage

from fashionlab import shipped
from fashionlab.data.images import LUMA
from fashionlab.errors import DataError
from fashionlab.metrics.edges import beside, canny
from fashionlab.metrics.points import sliced_wasserstein
from fashionlab.metrics.ssim import blurred, ssim_map
from fashionlab.style import gram, perceptual
from fashionlab.style.inputs import checked_image, checked_mask

SHADING = 6 / 128  # heights of the image: standard deviation of the blur that hides a print
BORDER = 2  # pixels inside the mask in which an edge belongs to the outline
TURNS = 12  # directions told apart for the hits by chance
PATCH = 7  # pixels on each side
FEWEST = 10  # patches of a level that counts
MOST = 50_000  # patches of a level: more of a large image would fill the memory
DIRECTIONS = 64
SOLID = 0.999  # a mask from here on is 1, but for rounding
TINY = 1e-9


def transfer_figures(
    result: np.ndarray, content: np.ndarray, truth: np.ndarray, mask: np.ndarray
) -> dict[str, float]:
    """All figures of this module about one transfer.

    Args:
        result: `(height, width, 3)` in [-1, 1]: what is judged.
        content: The plain garment, of the same shape.
        truth: What a perfect transfer would give, of the same shape.
        mask: `(height, width)` in [0, 1]: 1 where the result may differ from the content.

    Returns:
        `structure`, `seams` (NaN where there are none) and `edges`, best 1; `patches`, `gram`,
        `error` and `leak`, best 0.

    Raises:
        DataError: An image or the mask is not as wanted, or one of the figures has nothing to look
            at.
    """
    return {
        "structure": structure_kept(result, content, mask),
        "seams": seams_kept(result, content, mask),
        "edges": edge_f1(result, content, mask),
        "patches": patch_style_distance(result, truth, mask),
        "gram": gram_distance(result, truth, mask),
        "error": truth_error(result, truth, mask),
        "leak": leak(result, content, mask),
    }


def shipped_results() -> dict:
    """What `data/make_transfer.py` measured, as shipped.

    Returns:
        `facts` (settings), `pairs` (names of garment and swatch, by table), and `rows`: a method in
        a table, with `mean` and `error` (standard error of the mean) of each figure.
    """
    return json.loads((shipped.DATA / "transfer.json").read_text(encoding="utf-8"))


# Structure


def structure_kept(result: np.ndarray, content: np.ndarray, mask: np.ndarray) -> float:
    """How much of the content's light and shade the result has: the SSIM of both when blurred.

    A print is no lost structure. So the luminances are blurred inside the mask by more than the
    print is wide, and the result's mean and deviation there are made those of the content: a dark
    textile may be lit as a bright one is. The window is as wide as the blur, because in a narrower
    one blurred images are plain slopes.

    Args:
        result: `(height, width, 3)` in [-1, 1].
        content: Of the same shape.
        mask: `(height, width)` in [0, 1]. None: everywhere.

    Returns:
        The mean inside the mask, 1 at most; 1 for the content itself. Shading is faint beside the
        span of values that the SSIM is made for: expect 0.6 of noise, and 0.8 of the truth.

    Raises:
        DataError: An image or the mask is not as wanted.
    """
    result, content, mask = _checked(result, content, mask)
    blur = SHADING * len(mask)
    x, y = (blurred(_luminance(image), mask, blur) for image in (result, content))
    (mean_x, spread_x), (mean_y, spread_y) = (_moments(z, mask) for z in (x, y))
    x = (x - mean_x) * spread_y / max(spread_x, TINY) + mean_y
    return float(np.average(ssim_map(x, y, mask, blur), weights=mask))


def edge_f1(result: np.ndarray, content: np.ndarray, mask: np.ndarray) -> float:
    """F1 of the result's edges as a guess at the content's: outline, seams and sharp folds.

    An edge is found again if there is one next to it, one pixel away at most, that runs the same
    way to 30 degrees. Edges are Canny's, of the luminance.

    A print has edges of its own, so the truth does not get 1 either; and the outline comes with the
    mask. `seams_kept` is made to leave out both.

    Args:
        result: `(height, width, 3)` in [-1, 1].
        content: Of the same shape.
        mask: `(height, width)` in [0, 1]. None: everywhere.

    Returns:
        From 0 to 1: the harmonic mean of the share of the content's edges that are found again, and
        the share of the result's that are the content's.

    Raises:
        DataError: An image or the mask is not as wanted, or the content has no edges there.

    Reference:
        Canny, "A Computational Approach to Edge Detection", 1986. The F-measure of edges: Martin,
        Fowlkes & Malik, "Learning to Detect Natural Image Boundaries Using Local Brightness, Color,
        and Texture Cues", 2004.
    """
    result, content, mask = _checked(result, content, mask)
    region = ndimage.maximum_filter(mask > 0, 3)
    wanted, way = canny(_luminance(content))
    found, found_way = canny(_luminance(result))
    wanted, found = wanted & region, found & region
    if not wanted.any():
        raise DataError("The content shows no edges in the mask, so that none can be found again.")
    recall = beside(way, found, found_way)[wanted].mean()
    precision = beside(found_way, wanted, way)[found].sum() / max(found.sum(), 1)
    return float(2 * recall * precision / max(recall + precision, TINY))


def seams_kept(result: np.ndarray, content: np.ndarray, mask: np.ndarray) -> float:
    """How much more of the content's edges the result has than it would have by chance.

    The outline is left out. With the edges of `edge_f1`: the share of the content's that are found
    again, less the share that would be found if they lay, turned as they are, anywhere else inside.
    A busy print finds every seam, but would find it anywhere, and gains nothing.

    Args:
        result: `(height, width, 3)` in [-1, 1].
        content: Of the same shape.
        mask: `(height, width)` in [0, 1]. None: everywhere.

    Returns:
        From -1 to 1; 0 by chance, 1 for the content itself; NaN if that has no edges inside, as a
        black garment has none.

    Raises:
        DataError: An image or the mask is not as wanted.

    Reference:
        Youden, "Index for Rating Diagnostic Tests", 1950.
    """
    result, content, mask = _checked(result, content, mask)
    inside = ndimage.minimum_filter(mask > SOLID, 2 * BORDER + 1)
    edges, way = canny(_luminance(content))
    seams = edges & inside
    if not seams.any():
        return np.nan
    found, found_way = canny(_luminance(result))
    hits = beside(way, found, found_way)[seams].mean()
    elsewhere = inside & ~ndimage.maximum_filter(edges, 3)
    turns = np.arctan2(*way[:, seams]) % np.pi
    steps, counts = np.unique(np.round(turns / np.pi * TURNS) % TURNS, return_counts=True)
    chance = 0.0
    for step, count in zip(steps * np.pi / TURNS, counts, strict=True):
        one_way = np.broadcast_to(np.array([np.sin(step), np.cos(step)])[:, None, None], way.shape)
        by_chance = beside(one_way, found, found_way)[elsewhere]
        chance += by_chance.sum() / max(by_chance.size, 1) * count / counts.sum()
    return float(hits - chance)


# Style


def patch_style_distance(
    result: np.ndarray, truth: np.ndarray, mask: np.ndarray, seed: int = 0
) -> float:
    """Sliced Wasserstein distance of the small patches inside the mask; no network takes part.

    The patches of 7x7 pixels in colour that lie wholly where the mask is 1, on three levels of a
    Laplacian pyramid: what means of 2x2 pixels take away, the same of those means, and what
    remains. So the widest patches span 28 pixels. Their places do not matter: a print may lie
    anywhere. The distances of the levels are averaged. A garment too narrow for the widest patches
    is looked at on fewer levels.

    Args:
        result: `(height, width, 3)` in [-1, 1].
        truth: Of the same shape.
        mask: `(height, width)` in [0, 1]. None: everywhere.
        seed: Seeds the directions, and which 50,000 patches of a large image are looked at.

    Returns:
        0 or more, in units of pixel values.

    Raises:
        DataError: An image or the mask is not as wanted, or has room for fewer than 10 patches.

    Reference:
        Rabin et al., "Wasserstein Barycenter and its Application to Texture Mixing", 2011; Karras
        et al., "Progressive Growing of GANs", 2018, section 5 (there of many images, normalised).
    """
    result, truth, mask = _checked(result, truth, mask)
    distances = []
    x, y, share = result, truth, (mask > SOLID).astype(float)
    while len(distances) < 3 and (places := _places(share)).sum() >= FEWEST:
        x_half, y_half, half = _halved(x, share), _halved(y, share), _halved(share)
        is_last = len(distances) == 2 or _places(half).sum() < FEWEST
        pair = (x, y) if is_last else (_detail(x, x_half), _detail(y, y_half))
        patches = (_patches(image, _thinned(places, seed)) for image in pair)
        distances.append(sliced_wasserstein(*patches, DIRECTIONS, seed))
        x, y, share = x_half, y_half, half
    if not distances:
        raise DataError(
            f"The mask has room for {places.sum()} patches of {PATCH} x {PATCH} pixels in which "
            f"it is 1; wanted {FEWEST} or more. Use a larger image, or a mask with a hard edge."
        )
    return float(np.mean(distances))


def gram_distance(result: np.ndarray, truth: np.ndarray, mask: np.ndarray, features=None) -> float:
    """How far the Gram matrices of two images' features lie apart inside the mask.

    |G - G'| / (|G| + |G'|) in the Frobenius norm, averaged over the layers. Outside the mask, both
    are given the truth's pixels.

    Args:
        result: `(height, width, 3)` in [-1, 1], 32 pixels or more each way.
        truth: Of the same shape.
        mask: `(height, width)` in [0, 1]. None: everywhere.
        features: A network as `style.perceptual` returns. By default its random filters, which no
            transfer of this kit aims at.

    Returns:
        From 0 to 1.

    Raises:
        DataError: An image or the mask is not as wanted.

    Reference:
        Gatys, Ecker & Bethge, "Image Style Transfer Using Convolutional Neural Networks", 2016,
        equation 3.
    """
    result, truth, mask = _checked(result, truth, mask, least=32)
    inside = truth + mask[..., None] * (result - truth)
    network = _random_filters() if features is None else features
    distances = []
    for seen in network(np.float32([inside, truth])).values():
        weights = mask
        while len(weights) // 2 >= seen.shape[1]:
            weights = _halved(weights)
        if not weights.any():  # all that the mask shows was a last line, which has no half
            continue
        x, y = np.asarray(gram(seen, np.float32(weights)[None, ..., None]), float)
        distances.append(np.linalg.norm(x - y) / max(np.linalg.norm(x) + np.linalg.norm(y), TINY))
    return float(np.mean(distances))


@functools.cache
def _random_filters():
    return perceptual("random")


# Pixels


def truth_error(result: np.ndarray, truth: np.ndarray, mask: np.ndarray) -> float:
    """Mean difference from the truth inside the mask, as a share of the range of pixel values.

    It asks for the print at its very place. Where the place is free, see `patch_style_distance`.

    Args:
        result: `(height, width, 3)` in [-1, 1].
        truth: Of the same shape.
        mask: `(height, width)` in [0, 1]. None: everywhere.

    Returns:
        From 0 to 1.

    Raises:
        DataError: An image or the mask is not as wanted.
    """
    result, truth, mask = _checked(result, truth, mask)
    return float(np.average(np.abs(result - truth).mean(axis=2), weights=mask) / 2)


def leak(result: np.ndarray, content: np.ndarray, mask: np.ndarray) -> float:
    """Mean change where nothing may change, as a share of the range of pixel values.

    Outside is where the mask is 0; pixels at the edge of a garment, which it covers in part, may
    change.

    Args:
        result: `(height, width, 3)` in [-1, 1].
        content: Of the same shape.
        mask: `(height, width)` in [0, 1], somewhere 0.

    Returns:
        From 0 to 1.

    Raises:
        DataError: An image or the mask is not as wanted, or the mask is 0 nowhere.
    """
    result, content, mask = _checked(result, content, mask)
    if not (mask == 0).any():
        raise DataError("The mask is 0 nowhere, so that nothing can leak. Give the garment's mask.")
    return float(np.abs(result - content)[mask == 0].mean() / 2)


# Parts


def _checked(result, other, mask, least=1):
    """Two images of one shape and the mask, as float64."""
    result, other = checked_image(result, "result", least), checked_image(other, "other image")
    if result.shape != other.shape:
        raise DataError(f"The images have shapes {result.shape} and {other.shape}; wanted one.")
    return (
        result.astype(float),
        other.astype(float),
        checked_mask(mask, result.shape[:2]).astype(float),
    )


def _luminance(image):
    """`(height, width)` in [0, 1]."""
    return (image @ LUMA + 1) / 2


def _moments(values, weights):
    """Mean and standard deviation."""
    mean = np.average(values, weights=weights)
    return mean, np.sqrt(np.average((values - mean) ** 2, weights=weights))


def _halved(values, weights=None):
    """Means of 2x2 pixels by their weights; an odd last line is left out."""
    if weights is not None:
        weights = weights[..., None]
        return _halved(values * weights) / np.maximum(_halved(weights), TINY)
    height, width = (side // 2 for side in values.shape[:2])
    blocks = values[: 2 * height, : 2 * width].reshape(height, 2, width, 2, *values.shape[2:])
    return blocks.mean(axis=(1, 3))


def _detail(image, half):
    """What halving takes away."""
    doubled = half.repeat(2, axis=0).repeat(2, axis=1)
    missing = [(0, whole - part) for whole, part in zip(image.shape, doubled.shape, strict=True)]
    return image - np.pad(doubled, missing, mode="edge")


def _places(share):
    """Top left corners of the patches that lie wholly inside."""
    if min(share.shape) < PATCH:
        return np.zeros((0, 0), bool)
    windows = np.lib.stride_tricks.sliding_window_view(share, (PATCH, PATCH))
    return windows.min(axis=(2, 3)) > 1 - TINY


def _thinned(places, seed):
    """As many of the places as are looked at, chosen by chance."""
    where = np.flatnonzero(places)
    if len(where) <= MOST:
        return places
    thinned = np.zeros(places.size, bool)
    thinned[np.random.default_rng(seed).choice(where, MOST, replace=False)] = True
    return thinned.reshape(places.shape)


def _patches(image, places):
    windows = np.lib.stride_tricks.sliding_window_view(image, (PATCH, PATCH), axis=(0, 1))
    return windows[places].reshape(places.sum(), -1)
