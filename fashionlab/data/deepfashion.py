"""DeepFashion's "Category and Attribute Prediction Benchmark", as it lies on a disk.

Reference:
    Liu, Luo, Qiu, Wang & Tang, "DeepFashion: Powering Robust Clothes Recognition and Retrieval with
    Rich Annotations", 2016.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fashionlab.data.folders import ImageFolder, check_settings, read_all, spread, tell
from fashionlab.data.images import load_image
from fashionlab.errors import ConfigurationError, DataError

PARTITIONS = "train", "val", "test"
ANNOTATIONS = "Anno", "Anno_coarse"  # the same files, by the name of an older and a newer release


@dataclass(frozen=True, repr=False)
class DeepFashion(ImageFolder):
    """Garments with a category and attributes each.

    Attributes:
        attributes: int8 `(number, attributes)`: 1 where a garment has it, -1 where it has not, 0
            where nobody knows.
        attribute_names: Name of each attribute.
    """

    attributes: np.ndarray | None = None
    attribute_names: tuple[str, ...] = ()


def read_deepfashion(
    folder: str | os.PathLike,
    partition: str = "train",
    *,
    categories: Sequence[str] | None = None,
    size: int = 128,
    fit: str = "contain",
    grey: bool = False,
    limit: int | None = None,
) -> DeepFashion:
    """Read garments of DeepFashion, each cut out of its photograph along its bounding box.

    The data set is given to researchers by its authors on request. The folder is the one that holds
    `Anno/` (or `Anno_coarse/`), `Eval/` and `Img/img/`.

    Args:
        folder: Where the benchmark lies.
        partition: `"train"`, `"val"` or `"test"`.
        categories: Read these alone, such as `["Dress", "Jacket"]`. None reads all.
        size: As in `read_images`.
        fit: As in `read_images`.
        grey: As in `read_images`.
        limit: Read at most so many images, spread evenly over the chosen ones.

    Returns:
        The garments; `labels` are positions in `class_names`, the categories.

    Raises:
        DataError: A folder or file is missing, an annotation file is damaged, or no image can be
            read.
        ConfigurationError: As in `read_images`; or a partition or category is unknown.
    """
    check_settings(size, fit, limit)
    if partition not in PARTITIONS:
        raise ConfigurationError(f"partition={partition!r} is unknown. Use one of {PARTITIONS}.")
    folder = Path(folder).expanduser()
    notes = next((folder / name for name in ANNOTATIONS if (folder / name).is_dir()), None)
    if notes is None:
        raise DataError(
            f"{folder.absolute()} holds no folder Anno. Name the folder of DeepFashion's Category "
            f"and Attribute Prediction Benchmark, with Anno, Eval and Img in it."
        )
    class_names, chosen = _categories(notes, categories)
    labels = _labels(folder, notes, partition, len(class_names))
    names = [name for name, label in labels.items() if label in chosen]
    if not names:
        raise DataError(f"No image of {partition!r} in {folder} is of these categories.")
    names = [names[number] for number in spread(len(names), limit)]
    boxes = _integers(notes / "list_bbox.txt", names, 4, 0, 100_000)
    attribute_names = _names(notes / "list_attr_cloth.txt")
    marks = _integers(notes / "list_attr_img.txt", names, len(attribute_names), -1, 1)

    def load(name):
        garment = _cut(folder / "Img" / name, boxes[name])
        return load_image(garment, size=size, fit=fit)

    pixels, kept, unread = read_all(names, load, (size, size), grey, folder)
    problems = tuple((folder / "Img" / name, reason) for name, reason in unread)
    tell(problems, folder)
    names = [names[k] for k in kept]
    return DeepFashion(
        pixels,
        tuple(folder / "Img" / name for name in names),
        problems,
        np.array([chosen.index(labels[name]) for name in names], np.int32),
        tuple(class_names[label] for label in chosen),
        np.array([marks[name] for name in names], np.int8),
        attribute_names,
    )


def _categories(notes, wanted) -> tuple[tuple[str, ...], list[int]]:
    """Names of all categories, and which of them are wanted."""
    names = _names(notes / "list_category_cloth.txt")
    if wanted is None:
        return names, list(range(len(names)))
    unknown = [name for name in wanted if name not in names]
    if unknown or isinstance(wanted, str) or not wanted:
        raise ConfigurationError(
            f"categories={wanted!r}: wanted a list of some of these: {', '.join(names)}."
        )
    return names, [names.index(name) for name in wanted]


def _labels(folder, notes, partition, number) -> dict[str, int]:
    """The category of each image in a partition, counted from 0."""
    partitions = folder / "Eval" / "list_eval_partition.txt"
    names = []
    for line, name, found in _rows(partitions):
        if found not in PARTITIONS:
            raise _malformed(partitions, line, found, f"one of {PARTITIONS}")
        if found == partition:
            names.append(name)
    found = _integers(notes / "list_category_img.txt", names, 1, 1, number)
    return {name: int(found[name][0]) - 1 for name in names}


def _cut(file, box) -> np.ndarray:
    """The part of an image in a box `(left, top, right, bottom)`."""
    image = load_image(file)
    left, top, right, bottom = box
    garment = image[top:bottom, left:right]
    if not garment.size:
        height, width = image.shape[:2]
        raise DataError(f"{file} has {width} x {height} pixels; its box {box.tolist()} is not in.")
    return garment


def _names(file) -> tuple[str, ...]:
    return tuple(name for _, name, _ in _rows(file, str.rsplit))  # names may hold spaces


def _integers(file, names, columns, low, high) -> dict[str, np.ndarray]:
    """The whole numbers that a file holds for each of these images, int64 `(columns,)`."""
    wanted, found = set(names), {}
    for line, name, rest in _rows(file):
        if name not in wanted:
            continue
        try:
            numbers = np.array(rest.split(), np.int64)
        except ValueError:
            numbers = np.array([])
        if len(numbers) != columns or numbers.min() < low or numbers.max() > high:
            raise _malformed(file, line, rest, f"{columns} whole numbers from {low} to {high}")
        found[name] = numbers
    missing = [name for name in names if name not in found]
    if missing:
        raise DataError(
            f"{file} has no line for {missing[0]} and {len(missing) - 1:,} other images. Download "
            f"it again."
        )
    return found


def _rows(file: Path, split: Callable = str.split) -> Iterator[tuple[int, str, str]]:
    """Number of the line, name, and what follows it, of each row of an annotation file.

    The first line of such a file is the number of rows, the second names the columns.
    """
    if not file.is_file():
        raise DataError(f"There is no file {file.absolute()}: the benchmark is not whole.")
    try:
        with file.open(encoding="utf-8") as lines:
            announced = next(lines, "").strip()
            if not announced.isdecimal():
                raise _malformed(file, 1, announced, "the number of rows")
            next(lines, None)
            number = 0
            for number, line in enumerate(lines, start=1):
                row = split(line, None, 1)
                if len(row) != 2:
                    raise _malformed(file, number + 2, line, "a name and what belongs to it")
                yield number + 2, row[0], row[1].strip()
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{file} cannot be read ({error}). Download it again.") from error
    if number != int(announced):
        raise DataError(
            f"{file} announces {int(announced):,} rows and has {number:,}. Download it again."
        )


def _malformed(file, line, found, wanted) -> DataError:
    return DataError(f"{file}, line {line}: found {found.strip()[:40]!r}, wanted {wanted}.")
