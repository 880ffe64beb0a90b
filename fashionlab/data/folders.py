"""Folders of images, read to one size; what cannot be read is listed and not in the way."""

import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from numbers import Integral
from pathlib import Path

import numpy as np
from tqdm.auto import tqdm

from fashionlab.data.augment import FolderBatches, floats
from fashionlab.data.images import LUMA, check_size, load_image
from fashionlab.errors import ConfigurationError, DataError

MEMORY = 2_000_000_000  # bytes that images read at once may take, one byte a value
READABLE = ".png", ".jpg", ".jpeg", ".jfif", ".webp"
# Looked at, too, so that they are named and not passed over.
UNREADABLE = ".gif", ".bmp", ".tif", ".tiff", ".heic", ".heif", ".avif"
NAMED = 3  # of the problems, in the notice


@dataclass(frozen=True, repr=False)
class ImageFolder:
    """Images of one size, kept as bytes: a quarter of the memory that float32 would take.

    `folder[3]`, `folder[:16]` and `folder[[5, 1]]` are images as float32 in [-1, 1].

    Attributes:
        pixels: uint8 `(number, size, size, channels)`, as they are kept.
        files: Where each image was read from.
        problems: Files that were left out, and why.
        labels: int32 `(number,)`, positions in `class_names`; None where there are no classes.
        class_names: Name of each class.
    """

    pixels: np.ndarray
    files: tuple[Path, ...]
    problems: tuple[tuple[Path, str], ...] = ()
    labels: np.ndarray | None = None
    class_names: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.pixels)

    def __getitem__(self, numbers) -> np.ndarray:
        return floats(self.pixels[numbers])

    def __repr__(self) -> str:
        number, height, width, _ = self.pixels.shape
        classes = f", {len(self.class_names)} classes" if self.class_names else ""
        left_out = f", {len(self.problems):,} files left out" if self.problems else ""
        kind = type(self).__name__
        return f"<{kind}: {number:,} images of {height} x {width} pixels{classes}{left_out}>"

    @property
    def images(self) -> np.ndarray:
        """All images as float32 `(number, size, size, channels)` in [-1, 1]: made at each call."""
        return self[:]

    @property
    def class_weights(self) -> np.ndarray:
        """The labels as float32 `(number, classes)`: 1 for an image's class, 0 for the others."""
        if self.labels is None:
            raise DataError("These images have no classes: read a folder with one folder a class.")
        return np.eye(len(self.class_names), dtype=np.float32)[self.labels]

    def batches(
        self, batch_size: int, seed: int = 0, *, classes: bool = False, augment: bool = False
    ) -> FolderBatches:
        """`FolderBatches` of the images for `gan.fit`; with `class_weights` if `classes`."""
        weights = self.class_weights if classes else None
        return FolderBatches(self, batch_size, seed, weights, augment)


def read_images(
    folder: str | os.PathLike,
    *,
    size: int = 128,
    fit: str = "cover",
    grey: bool = False,
    limit: int | None = None,
) -> ImageFolder:
    """Read the images of a folder, or of its sub-folders, one a class.

    Images come in the order of their names, `img2` before `img10`. Where images lie in the folder
    itself, its sub-folders are left out. Files that are no images, hidden ones and `__MACOSX` are
    passed over; images that cannot be read are listed in `problems` and in a notice at the end.

    Args:
        folder: A folder of PNG, JPEG or WebP images, or of folders of them.
        size: Height and width of the images, in pixels. 10,000 images of 128 pixels take 0.5 GB;
            more than 2 GB are refused.
        fit: `"cover"` cuts off both ends of an image's longer side, `"contain"` keeps all of it and
            adds white bars.
        grey: Give one channel, not three.
        limit: Read at most so many images, spread evenly over the folder.

    Returns:
        The images, with labels where there are classes.

    Raises:
        DataError: There is no such folder, it or a class holds no images, or none can be read.
        ConfigurationError: A size, fit or limit is out of range, or the images would not fit into
            2 GB.

    Example:
        >>> import tempfile
        >>> from PIL import Image
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     Image.new("RGB", (60, 40), "white").save(f"{folder}/dress.png")
        ...     read_images(folder, size=32).images.shape
        (1, 32, 32, 3)
    """
    check_settings(size, fit, limit)
    folder = Path(folder).expanduser()
    files, left_out, labels, class_names = _find(folder)
    chosen = spread(len(files), limit)
    files = [files[number] for number in chosen]

    def load(file):
        return load_image(file, size=size, fit=fit)

    pixels, kept, problems = read_all(files, load, (size, size), grey, folder)
    problems = (*left_out, *problems)
    tell(problems, folder)
    labels = None if labels is None else labels[chosen][kept]
    return ImageFolder(pixels, tuple(files[k] for k in kept), problems, labels, class_names)


def read_pairs(
    x_folder: str | os.PathLike,
    y_folder: str | os.PathLike,
    *,
    size: int = 128,
    fit: str = "cover",
    grey: bool = False,
    limit: int | None = None,
) -> tuple[ImageFolder, ImageFolder]:
    """Read two folders whose images belong together by name, as `a.png` and `a.jpg` do.

    Args:
        x_folder: A folder of images.
        y_folder: A folder of their partners.
        size: As in `read_images`, for each image of a pair.
        fit: As in `read_images`.
        grey: As in `read_images`.
        limit: Read at most so many pairs.

    Returns:
        Images x and y, as many and in the same order. Files without a partner, and pairs of which
        one cannot be read, are listed in the `problems` of both.

    Raises:
        DataError: There is no such folder, no image has a partner, or no pair can be read.
        ConfigurationError: As in `read_images`.
    """
    check_settings(size, fit, limit)
    x_folder, y_folder = Path(x_folder).expanduser(), Path(y_folder).expanduser()
    x_files, y_files = _by_stem(x_folder), _by_stem(y_folder)
    stems = [stem for stem in x_files if stem in y_files]
    if not stems:
        raise DataError(
            f"No image in {x_folder} has a partner of the same name in {y_folder}. Partners "
            f"differ in their ending at most: a.png and a.jpg."
        )
    pairs = [(x_files[stem][0], y_files[stem][0]) for stem in stems]
    pairs = [pairs[number] for number in spread(len(pairs), limit)]

    def load(pair):
        return np.stack([load_image(file, size=size, fit=fit) for file in pair])

    where = f"{x_folder} and {y_folder}"
    pixels, kept, unread = read_all(pairs, load, (2, size, size), grey, where)
    problems = (
        *_unpaired(x_files, y_files, y_folder),
        *_unpaired(y_files, x_files, x_folder),
        *((pair[0], reason) for pair, reason in unread),
    )
    tell(problems, where)
    x, y = (
        ImageFolder(pixels[:, side], tuple(pairs[k][side] for k in kept), problems)
        for side in (0, 1)
    )
    return x, y


def _by_stem(folder) -> dict[str, list[Path]]:
    files = {}
    for file in image_files(folder):
        files.setdefault(file.stem, []).append(file)
    return files


def _unpaired(files, partners, there) -> Iterator[tuple[Path, str]]:
    """Files without a partner, and files beside others that have it already."""
    for stem, (first, *more) in files.items():
        if stem not in partners:
            yield first, f"{first} has no partner in {there}."
        for file in more:
            yield file, f"{file} has the name of {first.name}, which comes first."


def image_files(folder: str | os.PathLike) -> list[Path]:
    """The images right in a folder, by their endings, in natural order: `img2` before `img10`.

    Raises:
        DataError: There is no such folder, or it cannot be opened.
    """
    return [
        entry
        for entry in _entries(Path(folder))
        if entry.suffix.lower() in READABLE + UNREADABLE and not entry.is_dir()
    ]


def _entries(folder) -> list[Path]:
    """What lies in a folder, in natural order, without hidden files and what macOS adds to ZIPs."""
    if folder.is_file():
        raise DataError(f"{folder} is a file. Name its folder, or read it with load_image.")
    if not folder.is_dir():
        raise DataError(f"There is no folder {folder.absolute()}.")
    try:
        entries = [
            entry for entry in folder.iterdir() if not entry.name.startswith((".", "__MACOSX"))
        ]
    except OSError as error:
        raise DataError(f"The folder {folder} cannot be opened ({error}).") from error
    return sorted(entries, key=_natural)


def _natural(path):
    """Sorts numbers in names by their value, and what differs in case alone always alike."""
    parts = re.split(r"(\d+)", path.name)
    return [int(part) if part.isdecimal() else part.casefold() for part in parts], path.name


def _find(folder):
    """Image files, what is left out, labels, and names of the classes in a folder."""
    files = image_files(folder)
    inside = folder.resolve()
    # A link to a folder around this one would be a class that holds itself.
    classes = {
        entry: image_files(entry)
        for entry in _entries(folder)
        if entry.is_dir() and not inside.is_relative_to(entry.resolve())
    }
    if files:
        reason = "is a sub-folder beside images. Read it by itself, or move the images into one."
        left_out = [(entry, f"{entry} {reason}") for entry, images in classes.items() if images]
        return files, left_out, None, ()
    if not any(classes.values()):
        raise DataError(
            f"{folder} holds no images. Put PNG, JPEG or WebP files into it, or into one "
            f"sub-folder a class."
        )
    for entry, images in classes.items():
        if not images:
            raise DataError(
                f"The class folder {entry} holds no images. Remove it, or put some right into it."
            )
    files = [file for images in classes.values() for file in images]
    labels = np.repeat(np.arange(len(classes), dtype=np.int32), [*map(len, classes.values())])
    return files, [], labels, tuple(entry.name for entry in classes)


def check_settings(size, fit, limit):
    """Refuse a size, fit or limit that no folder could be read with."""
    if fit is None:
        raise ConfigurationError("fit=None leaves images as they are. Use 'cover' or 'contain'.")
    check_size(size, fit)
    if limit is not None and not (isinstance(limit, Integral) and limit >= 1):
        raise ConfigurationError(f"limit={limit!r}: wanted a whole number, 1 or more, or None.")


def spread(number: int, limit: int | None) -> np.ndarray:
    """At most `limit` of the numbers below `number`, spread evenly, in order."""
    wanted = min(number, limit or number)
    return np.arange(wanted) * number // wanted


def read_all(
    sources: Sequence, load: Callable, shape: tuple[int, ...], grey: bool, where: str | Path
) -> tuple[np.ndarray, list[int], list[tuple]]:
    """Load what can be loaded.

    Args:
        sources: What `load` takes, one after the other.
        load: Gives float32 `(*shape, 3)` in [-1, 1], or raises `DataError`.
        shape: Of what is loaded, without the channels.
        grey: Keep one channel, not three.
        where: The folder, for errors.

    Returns:
        uint8 pixels `(number, *shape, channels)`; positions of the sources they are of; and the
        other sources, with reasons.

    Raises:
        DataError: Nothing could be loaded.
        ConfigurationError: The pixels would not fit into 2 GB.
    """
    shape = (*shape, 1 if grey else 3)
    _check_memory(len(sources), shape)
    pixels = np.empty((len(sources), *shape), np.uint8)
    kept, problems = [], []
    with tqdm(sources, desc="Reading images", unit="image", leave=False, delay=1) as bar:
        for number, source in enumerate(bar):
            try:
                image = load(source)
            except DataError as error:
                problems.append((source, str(error)))
                continue
            image = (image @ LUMA)[..., np.newaxis] if grey else image
            pixels[len(kept)] = np.round((image + 1) * 127.5)
            kept.append(number)
    if not kept:
        raise DataError(
            f"None of {len(sources):,} images in {where} can be read. The first: {problems[0][1]}"
        )
    return pixels[: len(kept)], kept, problems


def _check_memory(number, shape):
    each = int(np.prod(shape))
    if number * each > MEMORY:
        raise ConfigurationError(
            f"{number:,} images of {shape[-3]} x {shape[-2]} pixels would take "
            f"{number * each / 1e9:.1f} GB; wanted {MEMORY / 1e9:.1f} GB at most. Use "
            f"limit={MEMORY // each} or a smaller size."
        )


def tell(problems: Sequence[tuple[Path, str]], where: str | Path) -> None:
    """One visible notice of what was left out."""
    if not problems:
        return
    reasons = [reason for _, reason in problems[:NAMED]]
    if len(problems) > NAMED:
        reasons.append(f"and {len(problems) - NAMED:,} more: see .problems")
    print(f"NOTE: {len(problems):,} left out of {where}:", *reasons, sep="\n  ")
