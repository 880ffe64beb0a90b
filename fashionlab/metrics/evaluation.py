"""All figures about a generator's images at once, with what real images get beside them."""

import hashlib
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from fashionlab import pretrained
from fashionlab.data import load_fashion_mnist
from fashionlab.errors import DataError
from fashionlab.metrics.classes import class_histogram, entropy
from fashionlab.metrics.distances import frechet_distance, kid, patch_distance
from fashionlab.metrics.embedding import Embedding, embed
from fashionlab.metrics.inputs import checked_images
from fashionlab.metrics.neighbours import (
    RARE,
    nearest,
    neighbour_figures,
    reaches,
    share_below,
)
from fashionlab.metrics.report import KINDS, Figure, Report

SIZE = 10_000
SMALLEST = 2_000
COPIES = 2_000  # samples whose nearest of all training images is looked for
PLAIN, RESIDUAL = NETWORKS = ("plain_features", "residual_features")


def fashion_fid(samples: np.ndarray, reference: np.ndarray | None = None, network=PLAIN) -> float:
    """FashionFID v1: the Fréchet distance of samples from real images in Fashion-MNIST's features.

    Equally many of both are used, from the front, 10,000 at most. Values at different sizes cannot
    be compared with each other, nor with FID, which measures in Inception features of photographs.

    Args:
        samples: float32 `(number, 28, 28, 1)` in [-1, 1], at least 2,000, in random order.
        reference: Real images, in random order; by default the test images of Fashion-MNIST.
        network: Name as in `pretrained.features`, or a `keras.Model` with the same two outputs.

    Returns:
        0 or more; lower is better. Real images do not get 0 either: see the floor in `evaluate`.

    Raises:
        DataError: The images are not what is wanted, or too few.
    """
    samples, reference, _ = _equally_many(samples, _real_images(reference)[0], SIZE)
    real = _embed_real(reference, network).features
    return frechet_distance(embed(samples, network).features, real)


def evaluate(
    samples: np.ndarray,
    reference: np.ndarray | None = None,
    *,
    size: int = SIZE,
    progress: bool = True,
) -> Report:
    """Measure a generator's images, each figure with its floor: what real images get.

    The floor is of Fashion-MNIST's training images, equally many, measured in the same way. Only
    for `copied` it is of reference images, because a training image is its own nearest one. What
    there is to know of the real images is kept in memory for the next evaluation.

    Args:
        samples: float32 `(number, 28, 28, 1)` in [-1, 1], at least 2,000, in random order.
        reference: Real images that the generator has not seen, in random order; by default the
            test images of Fashion-MNIST.
        size: How many of each are used, from the front; fewer if there are fewer of either. Only
            figures of one size can be compared.
        progress: Whether to show bars while images go through the networks.

    Returns:
        A `Report`, which shows itself as a table, in a notebook as in a terminal.

    Raises:
        DataError: The images are not what is wanted, or too few; or the reference images are among
            the training images.
    """
    reference, source = _real_images(reference)
    samples, reference, note = _equally_many(samples, reference, size)
    training = load_fashion_mnist("train", verbose=False).images
    real = _remember(
        ("real", _digest(reference), _digest(training)),
        lambda: _look_at_real(reference, training, progress),
    )
    embeddings = {name: embed(samples, name, progress) for name in NETWORKS}
    values = _compare(samples, embeddings, reference, real)
    to_nearest = nearest(_some(samples, COPIES), training)[1]
    values["copied"] = share_below(to_nearest, real.to_nearest)
    return Report(
        figures={
            name: Figure(values[name], real.floor[name], *kind, values.get(f"{name}_error"))
            for name, kind in KINDS.items()
        },
        size=len(samples),
        note=note,
        source=source,
        training_images=len(training),
        class_shares=class_histogram(embeddings[PLAIN].logits),
        real_class_shares=class_histogram(real.embeddings[PLAIN].logits),
        images=samples[:64],
        networks={name: pretrained.read_manifest(name)["sha256"] for name in NETWORKS},
    )


def _real_images(reference) -> tuple[np.ndarray, str]:
    """The reference, by default the test images of Fashion-MNIST, and where it comes from."""
    if reference is not None:
        return reference, "given"
    test = load_fashion_mnist("test", verbose=False)
    return test.images, test.source


def _equally_many(samples, reference, size) -> tuple[np.ndarray, np.ndarray, str]:
    """Checked samples and reference, cut to one number, and a note if that is not `size`."""
    samples = checked_images(samples, "samples")
    reference = checked_images(reference, "reference images")
    number = min(size, len(samples), len(reference))
    found = f"{len(samples):,} samples and {len(reference):,} reference images"
    if number < SMALLEST:
        raise DataError(
            f"size={size:,} with {found}: wanted {SMALLEST:,} or more of each. With fewer, the "
            f"covariance of 128 features is mostly chance and the Fréchet distance far too high."
        )
    note = f"Not {size:,} but {number:,} images each: there were {found}."
    return samples[:number], reference[:number], note if number < size else ""


class _RealImages(NamedTuple):
    """What there is to know of real images, whichever samples they are compared with.

    Attributes:
        embeddings: Of the reference, by network.
        reaches: Of the reference, in the features of `PLAIN`.
        to_nearest: Distances of some reference images to the nearest training image.
        floor: What other real images get, by figure.
    """

    embeddings: dict[str, Embedding]
    reaches: np.ndarray
    to_nearest: np.ndarray
    floor: dict[str, float]


def _look_at_real(reference, training, progress) -> _RealImages:
    # One half of them says what is near to a training image; by that the other half is judged.
    some = _some(reference, 2 * COPIES)
    to_nearest, others_to_nearest = (nearest(half, training)[1] for half in np.array_split(some, 2))
    if np.quantile(to_nearest, RARE) == 0:
        raise DataError(
            "The reference images are among the training images; give images that the generator "
            "has not seen."
        )
    embeddings = {name: _embed_real(reference, name, progress) for name in NETWORKS}
    real = _RealImages(
        embeddings=embeddings,
        reaches=reaches(embeddings[PLAIN].features),
        to_nearest=to_nearest,
        floor={"copied": share_below(others_to_nearest, to_nearest)},
    )
    others = training[: len(reference)]
    embeddings = {name: embed(others, name, progress) for name in NETWORKS}
    real.floor.update(_compare(others, embeddings, reference, real))
    return real


def _compare(images, embeddings, reference, real: _RealImages) -> dict[str, float]:
    """All figures about images but `copied`."""
    features, logits = embeddings[PLAIN]
    real_features = real.embeddings[PLAIN].features
    kernel_distance, error = kid(features, real_features, block=len(images) // 10)
    return {
        "fashion_fid": frechet_distance(features, real_features),
        "fashion_fid_check": frechet_distance(
            embeddings[RESIDUAL].features, real.embeddings[RESIDUAL].features
        ),
        "kid": kernel_distance,
        "kid_error": error,
        **neighbour_figures(real_features, features, real.reaches),
        "class_entropy": entropy(class_histogram(logits)),
        "patch_distance": patch_distance(images, reference),
    }


def _some(images, number) -> np.ndarray:
    """Up to so many images, drawn from all over: the order may repeat the classes in turn."""
    return images[np.random.default_rng(0).permutation(len(images))[:number]]


_memory: dict = {}
MEMORIES = 8  # a few megabytes each


def _remember(key, make: Callable):
    """What was made for this key before, or else now."""
    if key not in _memory:
        made = make()
        while len(_memory) >= MEMORIES:
            del _memory[next(iter(_memory))]  # the oldest
        _memory[key] = made
    return _memory[key]


def _embed_real(images, network, progress=False) -> Embedding:
    if not isinstance(network, str):
        return embed(images, network, progress)
    return _remember((network, _digest(images)), lambda: embed(images, network, progress))


def _digest(images) -> str:
    return hashlib.sha256(np.ascontiguousarray(images)).hexdigest()
