"""Batches out of folders, of one domain or of two, augmented where wanted."""

import itertools
from collections.abc import Iterator

import numpy as np

from fashionlab.data.batches import Batches
from fashionlab.errors import DataError

SMALLEST_WINDOW = 0.85  # of height and width
BRIGHTNESS = 0.1  # light is at most so much more or less
# What a seed and an epoch are followed by, so that no two draws are the same. Without a number, the
# order is that of `Batches`.
SECOND_ORDER, AUGMENTATION, SECOND_AUGMENTATION = 1, 2, 3


def floats(pixels: np.ndarray) -> np.ndarray:
    """uint8 pixels as float32 in [-1, 1]; float32 ones as they are."""
    if pixels.dtype != np.uint8:
        return pixels
    return pixels.astype(np.float32) / np.float32(127.5) - np.float32(1)


def augmented(images: np.ndarray, numbers=None, seed=0) -> np.ndarray:
    """Images as they might have been photographed: mirrored, moved, nearer, lighter or darker.

    Half of them are mirrored left to right. Of each, a window of 85 to 100 % of its height and
    width, anywhere in it, is scaled up to the whole image. Its light is multiplied by 0.9 to 1.1.

    Args:
        images: float32 `(batch, height, width, channels)` in [-1, 1].
        numbers: Number of each image in its data set, 0 or more; by default 0, 1, 2 and so on. What
            is drawn for an image depends on this number and the seed alone.
        seed: Seeds the draw, as `numpy.random.default_rng` takes it: `[seed, epoch]`, too.

    Returns:
        float32 of the same shape, in [-1, 1].

    Raises:
        DataError: The images have another type or shape, or there are not as many numbers.

    Example:
        >>> photos = np.zeros((2, 32, 32, 3), "float32")
        >>> augmented(photos, seed=[7, 0]).shape
        (2, 32, 32, 3)
    """
    numbers = np.arange(len(images)) if numbers is None else np.asarray(numbers)
    if images.ndim != 4 or images.dtype != np.float32 or numbers.shape != images.shape[:1]:
        raise DataError(
            f"Images are {images.dtype} of shape {images.shape}, numbers of shape {numbers.shape}; "
            f"wanted float32 (batch, height, width, channels) and (batch,)."
        )
    draws = np.random.default_rng(seed).random((numbers.max(initial=0) + 1, 5))[numbers]
    out = np.empty_like(images)
    for image, draw, result in zip(images, draws, out, strict=True):
        mirrored, size, top, left, light = draw
        window = SMALLEST_WINDOW + (1 - SMALLEST_WINDOW) * size
        rows = _positions(image.shape[0], top, window)
        columns = _positions(image.shape[1], left, window)
        moved = _interpolate(image, rows, axis=0)
        moved = _interpolate(moved, columns[::-1] if mirrored < 0.5 else columns, axis=1)
        factor = np.float32(1 + BRIGHTNESS * (2 * light - 1))
        result[:] = np.clip((moved + 1) * factor - 1, -1, 1)
    return out


def _positions(side, start, window) -> np.ndarray:
    """Where `side` new pixels lie among the old ones, in pixels, float64 `(side,)`."""
    first = start * (1 - window) * side
    return np.clip(first + (np.arange(side) + 0.5) * window - 0.5, 0, side - 1)


def _interpolate(image, positions, axis) -> np.ndarray:
    """Linear interpolation between the two nearest pixels along an axis."""
    low = np.floor(positions).astype(int)
    high = np.minimum(low + 1, image.shape[axis] - 1)
    shares = (positions - low).astype(np.float32)
    shares = np.expand_dims(shares, [other for other in range(image.ndim) if other != axis])
    near, far = np.take(image, low, axis), np.take(image, high, axis)
    return near + shares * (far - near)


class FolderBatches(Batches):
    """Shuffled batches as `Batches` makes them, of pixels that are kept as bytes.

    Args:
        images: An `ImageFolder`; or float32 images as `Batches` takes them.
        batch_size: Images in a batch, 1 or more.
        seed: Seeds the order, and what is drawn to augment the images.
        classes: Class weights, float32 `(number, classes)`, for batches that are pairs of images
            and class weights. None gives batches of images alone.
        augment: Pass each image through `augmented`, anew in every epoch. What it becomes depends
            on its number, the epoch and the seed alone.

    Raises:
        DataError: The images have another type, shape or range, or are fewer than one batch takes.

    Example:
        >>> batches = FolderBatches(np.zeros((100, 64, 64, 3), "float32"), 32, augment=True)
        >>> len(batches), next(batches.epoch(0)).shape
        (3, (32, 64, 64, 3))
    """

    def __init__(self, images, batch_size: int, seed: int = 0, classes=None, augment: bool = False):
        self.images = _pixels(images)
        self.classes = classes
        self.batch_size = batch_size
        self.seed = seed
        self.augment = augment
        if classes is not None and np.shape(classes)[:-1] != (len(self.images),):
            raise DataError(
                f"Class weights of shape {np.shape(classes)} for {len(self.images)} images; wanted "
                f"({len(self.images)}, classes)."
            )
        if not 1 <= batch_size <= self._longest():
            raise DataError(
                f"batch_size={batch_size} does not fit {self._longest()} images. "
                f"Use a batch size from 1 to {self._longest()}."
            )

    def settings(self) -> dict:
        return super().settings() | {"augment": self.augment}

    def _longest(self) -> int:
        """How many images an epoch goes through."""
        return len(self.images)

    def __len__(self) -> int:
        """Batches in one epoch."""
        return self._longest() // self.batch_size

    def epoch(self, epoch: int) -> Iterator[np.ndarray | tuple[np.ndarray, np.ndarray]]:
        """The batches of one epoch as NumPy arrays, for a training loop written by hand."""
        return (self._batch(numbers, epoch) for numbers in self.order(epoch))

    def dataset(self, first_epoch: int = 0):
        """An endless `tf.data.Dataset` of batches, from the first batch of `first_epoch` on.

        Batches are made from the bytes while the ones before are in use; of the images no second
        copy is held.
        """
        from fashionlab.backend import tf

        specs = tf.nest.map_structure(
            lambda batch: tf.TensorSpec(batch.shape, batch.dtype), next(self.epoch(first_epoch))
        )
        return tf.data.Dataset.from_generator(
            lambda: itertools.chain.from_iterable(map(self.epoch, itertools.count(first_epoch))),
            output_signature=specs,
        ).prefetch(4)

    def _batch(self, numbers, epoch):
        images = self._take(self.images, numbers, epoch)
        return images if self.classes is None else (images, self.classes[numbers])

    def _take(self, pixels, numbers, epoch, draw=AUGMENTATION) -> np.ndarray:
        images = floats(pixels[numbers % len(pixels)])
        return augmented(images, numbers, [self.seed, epoch, draw]) if self.augment else images


class PairedBatches(FolderBatches):
    """Batches of pairs that belong together: a drawing and its photograph.

    Both images of a pair are augmented in the same way.

    Args:
        x: An `ImageFolder`, or float32 `(number, height, width, channels)` in [-1, 1].
        y: Their partners, in the same order.
        batch_size: Pairs in a batch, 1 or more.
        seed: Seeds the order, and what is drawn to augment the images.
        augment: As in `FolderBatches`.

    Raises:
        DataError: There are not as many of y as of x; or as in `FolderBatches`.

    Example:
        >>> drawings, photos = np.zeros((2, 10, 64, 64, 3), "float32")
        >>> x, y = next(PairedBatches(drawings, photos, batch_size=4).epoch(0))
        >>> x.shape, y.shape
        ((4, 64, 64, 3), (4, 64, 64, 3))
    """

    def __init__(self, x, y, batch_size: int, seed: int = 0, augment: bool = False):
        super().__init__(x, batch_size, seed, augment=augment)
        self.partners = _pixels(y)
        if len(self.partners) != len(self.images):
            raise DataError(
                f"{len(self.images)} images and {len(self.partners)} partners are no pairs. Use "
                f"read_pairs for two folders, or UnpairedBatches."
            )

    def settings(self) -> dict:
        return super().settings() | {"partners": self.partners}

    def _batch(self, numbers, epoch):
        return tuple(self._take(pixels, numbers, epoch) for pixels in (self.images, self.partners))


class UnpairedBatches(FolderBatches):
    """Batches from two domains that are paired by chance, anew in every epoch.

    An epoch goes once through the larger domain; the smaller one is shuffled and gone through as
    often as it takes.

    Args:
        x: An `ImageFolder`, or float32 `(number, height, width, channels)` in [-1, 1].
        y: Images of the other domain, more or fewer.
        batch_size: Images of each domain in a batch, 1 or more.
        seed: Seeds both orders, and what is drawn to augment the images.
        augment: As in `FolderBatches`.

    Raises:
        DataError: As in `FolderBatches`.

    Reference:
        Zhu, Park, Isola & Efros, "Unpaired Image-to-Image Translation using Cycle-Consistent
        Adversarial Networks", 2017.

    Example:
        >>> photos, paintings = np.zeros((10, 64, 64, 3), "float32"), np.ones((3, 64, 64, 3), "f4")
        >>> len(UnpairedBatches(photos, paintings, batch_size=1))
        10
    """

    def __init__(self, x, y, batch_size: int, seed: int = 0, augment: bool = False):
        self.others = _pixels(y)
        super().__init__(x, batch_size, seed, augment=augment)

    def settings(self) -> dict:
        return super().settings() | {"others": self.others}

    def _longest(self) -> int:
        return max(len(self.images), len(self.others))

    def order(self, epoch: int) -> np.ndarray:
        """Image numbers in the order of one epoch, int64 `(len(self), 2 domains, batch_size)`.

        Of a domain with n images, numbers from n on stand for the same images in a second round,
        where they are augmented anew.
        """
        wanted = len(self) * self.batch_size
        x = _rounds(len(self.images), wanted, [self.seed, epoch])
        y = _rounds(len(self.others), wanted, [self.seed, epoch, SECOND_ORDER])
        return np.stack([x, y]).reshape(2, len(self), self.batch_size).swapaxes(0, 1)

    def _batch(self, numbers, epoch):
        x, y = numbers
        return (
            self._take(self.images, x, epoch),
            self._take(self.others, y, epoch, SECOND_AUGMENTATION),
        )


def _rounds(number, wanted, seed) -> np.ndarray:
    """`wanted` numbers: those below `number` in any order, then the next as many, and so on."""
    rng = np.random.default_rng(seed)
    rounds = -(-wanted // number)
    order = [rng.permutation(number) + number * already for already in range(rounds)]
    return np.concatenate(order)[:wanted]


def _pixels(images) -> np.ndarray:
    """What is kept: the bytes of an `ImageFolder`, or a float32 array itself."""
    if isinstance(images, np.ndarray):
        Batches(images, 1)  # refuses another type, shape or range
        return images
    if not hasattr(images, "pixels"):
        raise DataError(
            f"Images are of type {type(images).__name__}; wanted an ImageFolder or float32 "
            f"(number, height, width, channels)."
        )
    return images.pixels
