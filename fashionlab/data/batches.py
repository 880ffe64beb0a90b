"""Batches whose order is a pure function of (seed, epoch)."""

import itertools
from collections.abc import Iterator

import numpy as np

from fashionlab.errors import DataError


class Batches:
    """Shuffled batches of images, the same in every run with the same seed.

    Every epoch has its own order, drawn from `numpy.random.default_rng([seed, epoch])`. The order
    depends on nothing else, so training that resumes at epoch 7 sees what it would have seen had it
    never stopped. Images are shuffled before they are batched, and a last, smaller batch is left
    out: the kit's networks see batches of one size.

    Args:
        images: float32 `(number, height, width, channels)` in [-1, 1].
        batch_size: Images in a batch, 1 or more.
        seed: Seeds the order.
        classes: Class weights, float32 `(number, classes)`, for batches that are pairs of images
            and class weights. None gives batches of images alone.

    Raises:
        DataError: The images have another type, shape or range, or are fewer than one batch takes;
            or the class weights are not of as many images.

    Example:
        >>> batches = Batches(np.zeros((100, 28, 28, 1), "float32"), batch_size=32)
        >>> len(batches), next(batches.epoch(0)).shape
        (3, (32, 28, 28, 1))
    """

    def __init__(self, images: np.ndarray, batch_size: int, seed: int = 0, classes=None):
        if images.ndim != 4 or images.dtype != np.float32:
            raise DataError(
                f"Images are {images.dtype} of shape {images.shape}; wanted float32 (number, "
                f"height, width, channels)."
            )
        low, high = images.min(initial=0), images.max(initial=0)
        if not -1 <= low <= high <= 1:  # NaN is refused, too
            raise DataError(
                f"Pixel values run from {low:.3g} to {high:.3g}; wanted [-1, 1], the range of the "
                f"generator's tanh. uint8 pixels p become p / 127.5 - 1."
            )
        if not 1 <= batch_size <= len(images):
            raise DataError(
                f"batch_size={batch_size} does not fit {len(images)} images. "
                f"Use a batch size from 1 to {len(images)}."
            )
        if classes is not None and (classes.ndim != 2 or len(classes) != len(images)):
            raise DataError(
                f"Class weights of shape {classes.shape} for {len(images)} images; wanted "
                f"({len(images)}, classes). Labels become weights by np.eye(10, dtype='float32')"
                f"[labels]."
            )
        self.images = images
        self.classes = classes
        self.batch_size = batch_size
        self.seed = seed

    def __len__(self) -> int:
        """Batches in one epoch."""
        return len(self.images) // self.batch_size

    def settings(self) -> dict:
        """What the batches depend on: arrays and numbers, by name. A checkpoint notes them."""
        settings = {
            "images": self.images,
            "batch size": self.batch_size,
            "order's seed": self.seed,
        }
        return settings if self.classes is None else settings | {"classes": self.classes}

    def order(self, epoch: int) -> np.ndarray:
        """Image numbers in the order of one epoch, int64 `(len(self), batch_size)`."""
        order = np.random.default_rng([self.seed, epoch]).permutation(len(self.images))
        return order[: len(self) * self.batch_size].reshape(len(self), self.batch_size)

    def epoch(self, epoch: int) -> Iterator[np.ndarray | tuple[np.ndarray, np.ndarray]]:
        """The batches of one epoch as NumPy arrays, for a training loop written by hand."""
        if self.classes is None:
            return (self.images[numbers] for numbers in self.order(epoch))
        return ((self.images[numbers], self.classes[numbers]) for numbers in self.order(epoch))

    def dataset(self, first_epoch: int = 0):
        """An endless `tf.data.Dataset` of batches, from the first batch of `first_epoch` on.

        Being endless, it prepares the next epoch's first batches while the last ones of this epoch
        are in use: the train step never waits for an epoch to begin.
        """
        from fashionlab.backend import tf

        with tf.device("CPU:0"):  # the pipeline runs there, beside whatever trains
            images = tf.constant(self.images)
            classes = None if self.classes is None else tf.constant(self.classes)
        orders = tf.data.Dataset.from_generator(
            lambda: map(self.order, itertools.count(first_epoch)),
            output_signature=tf.TensorSpec((len(self), self.batch_size), tf.int64),
        )

        def batch(numbers):
            chosen = tf.gather(images, numbers)
            return chosen if classes is None else (chosen, tf.gather(classes, numbers))

        return orders.flat_map(tf.data.Dataset.from_tensor_slices).map(batch).prefetch(4)
