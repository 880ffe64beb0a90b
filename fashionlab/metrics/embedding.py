"""Images as features: what the metrics measure in."""

import functools
from typing import NamedTuple

import numpy as np
from tqdm.auto import tqdm

from fashionlab import pretrained
from fashionlab.metrics.inputs import checked_images

BATCH = 250


class Embedding(NamedTuple):
    """What a feature network says about images.

    Attributes:
        features: float32 `(number, 128)`, 0 or more.
        logits: float32 `(number, 10)`, of the classes.
    """

    features: np.ndarray
    logits: np.ndarray


def embed(images: np.ndarray, network="plain_features", progress: bool = False) -> Embedding:
    """Features and logits of images.

    Args:
        images: float32 `(number, 28, 28, 1)` in [-1, 1].
        network: Name as in `pretrained.features`, or a `keras.Model` with the same two outputs.
        progress: Whether to show a bar.

    Returns:
        Both as NumPy arrays, in the order of the images.

    Raises:
        DataError: The images are not what is wanted; the message says what they look like.
        WeightsError: There is no network of that name.
    """
    images = checked_images(images, "images")
    if isinstance(network, str):
        network = _load(network)
    parts = [
        network(images[start : start + BATCH], training=False)
        for start in tqdm(
            range(0, len(images), BATCH),
            desc=f"Embedding with {network.name}",
            leave=False,
            disable=not progress,
        )
    ]
    return Embedding(
        *(np.concatenate([np.asarray(p) for p in out]) for out in zip(*parts, strict=True))
    )


@functools.cache
def _load(name: str):
    return pretrained.features(name)
