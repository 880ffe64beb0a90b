"""Fashion-MNIST: find it, fetch it, trust it only by its content.

Reference:
    Xiao, Rasul & Vollgraf, "Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine
    Learning Algorithms", 2017. MIT licence, Zalando SE.
"""

import gzip
import hashlib
import http.client
import io
import os
import urllib.request
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import platformdirs
from tqdm.auto import tqdm

from fashionlab import shipped
from fashionlab.data.batches import Batches
from fashionlab.errors import DataError, StorageError
from fashionlab.files import write_atomically

CLASS_NAMES = (
    "T-shirt/top",
    "trouser",
    "pullover",
    "dress",
    "coat",
    "sandal",
    "shirt",
    "sneaker",
    "bag",
    "ankle boot",
)

# sha256 of the decompressed IDX files: the gz files differ between distributors.
SHA256 = {
    "train-images-idx3-ubyte": "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    "train-labels-idx1-ubyte": "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    "t10k-images-idx3-ubyte": "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    "t10k-labels-idx1-ubyte": "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
}
PREFIXES = {"train": "train", "test": "t10k"}
VARIABLE = "FASHIONLAB_DATA"
DEBIAN = Path("/usr/share/datasets/fashion-mnist")
MIRRORS = (
    "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
    "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",
)
TIMEOUT = 10  # seconds without a byte before a mirror is given up
SAMPLE = shipped.DATA / "fashion_mnist_sample.npz"


@dataclass(frozen=True)
class LabelledImages:
    """Images with a class each.

    Attributes:
        images: float32 `(number, 28, 28, 1)` in [-1, 1]; -1 is the black background.
        labels: uint8 `(number,)`, positions in `class_names`.
        source: Where they were read from, in words.
        class_names: Name of each class.
    """

    images: np.ndarray
    labels: np.ndarray
    source: str
    class_names: tuple[str, ...] = CLASS_NAMES

    def __len__(self) -> int:
        return len(self.images)

    def batches(self, batch_size: int, seed: int = 0, classes: bool = False) -> Batches:
        """Shuffled batches of the images for `gan.fit`; with `class_weights` if `classes`."""
        return Batches(self.images, batch_size, seed, self.class_weights if classes else None)

    @property
    def class_weights(self) -> np.ndarray:
        """The labels as float32 `(number, classes)`: 1 for an image's class, 0 for the others."""
        return np.eye(len(self.class_names), dtype=np.float32)[self.labels]


def load_fashion_mnist(
    split: str = "train", *, path: str | os.PathLike | None = None, verbose: bool = True
) -> LabelledImages:
    """Load Fashion-MNIST from the first place that has it whole.

    Looked for in this order: `path`; the environment variable `FASHIONLAB_DATA`;
    `/usr/share/datasets/fashion-mnist` (Debian and Ubuntu: `apt install dataset-fashion-mnist`);
    the Keras cache; the kit's own cache; two download mirrors; last, the sample of 12,000 images
    that the kit ships (1,000 for training and 200 for testing of each class). Data whose sha256 is
    not the published one are never used.

    Args:
        split: `"train"` (60,000 images) or `"test"` (10,000).
        path: A folder with the four IDX files, gzipped or not, or `"sample"` for the shipped
            sample. When given (here or by the environment variable), no other place is tried.
        verbose: Print which source was used. That the sample had to do for the whole data set is
            always printed.

    Returns:
        Images, labels and the source's name.

    Raises:
        DataError: The split is unknown, or the named folder lacks a file or holds a wrong one.

    Example:
        >>> load_fashion_mnist("train", path="sample", verbose=False).labels[:5]
        array([0, 1, 2, 3, 4], dtype=uint8)
    """
    if split not in PREFIXES:
        raise DataError(f"split={split!r} is unknown. Use 'train' or 'test'.")
    tell = print if verbose else (lambda *_: None)
    named = path if path is not None else os.environ.get(VARIABLE) or None
    if named is not None:
        found = _sample(split) if str(named) == "sample" else _from_named(split, Path(named))
    else:
        found = _search(split, tell)
    tell(f"Fashion-MNIST {split}: {len(found):,} images from {found.source}.")
    return found


def cache_folder() -> Path:
    """Folder in which downloads are kept."""
    return Path(platformdirs.user_cache_dir("fashionlab")) / "fashion-mnist"


def keras_folder() -> Path:
    """Folder in which `keras.datasets.fashion_mnist` keeps its downloads."""
    home = os.path.expanduser(os.environ.get("KERAS_HOME") or "~/.keras")
    return Path(home) / "datasets" / "fashion-mnist"


def _from_named(split: str, folder: Path) -> LabelledImages:
    if (found := _from_folder(split, folder.expanduser())) is None:
        raise DataError(
            f"{folder} holds no Fashion-MNIST {split} set. Expected there: "
            f"{PREFIXES[split]}-images-idx3-ubyte and {PREFIXES[split]}-labels-idx1-ubyte, "
            f"with or without .gz. Unset path= and {VARIABLE} to search the usual places."
        )
    return found


def _search(split: str, tell: Callable) -> LabelledImages:
    for folder in (DEBIAN, keras_folder(), cache_folder()):
        try:
            if (found := _from_folder(split, folder)) is not None:
                return found
        except DataError as error:
            tell(f"Passing over a damaged copy: {error}")
    try:
        return _download(split, tell)
    except DataError as error:
        print(
            f"NOTE: the whole data set is not on this machine and could not be fetched ({error}). "
            f"Using the kit's sample instead: fewer images, so networks trained on it are "
            f"somewhat worse. On Debian or Ubuntu `sudo apt install dataset-fashion-mnist` "
            f"brings all 70,000 images; `{VARIABLE}` can name a folder that has them."
        )
    return _sample(split)


def _from_folder(split: str, folder: Path) -> LabelledImages | None:
    """Read a split out of a folder; `None` when a file of it is missing."""
    arrays = []
    for name in _names(split):
        candidates = [folder / name, folder / f"{name}.gz"]
        try:
            file = next((c for c in candidates if c.is_file()), None)
            if file is None:
                return None
            content = file.read_bytes()
        except OSError as error:
            raise DataError(f"{folder} cannot be read: {error}.") from error
        arrays.append(_parse(name, content, str(file)))
    return _as_images(*arrays, source=str(folder))


def _download(split: str, tell: Callable) -> LabelledImages:
    arrays = [_parse(name, _fetch(name, tell), name) for name in _names(split)]
    return _as_images(*arrays, source="a download")


def _fetch(name: str, tell: Callable) -> bytes:
    """Download one file, check it, and keep it in the cache if that can be written."""
    failures = []
    for mirror in MIRRORS:
        try:
            content = _read_url(f"{mirror}{name}.gz")
            _parse(name, content, f"{mirror}{name}.gz")
        except (OSError, ValueError, http.client.HTTPException, DataError) as error:
            failures.append(str(error))
            continue
        kept = cache_folder() / f"{name}.gz"
        try:
            write_atomically(kept, content)
            tell(f"Kept for next time: {kept}")
        except StorageError as error:
            tell(f"The download is used but not kept: {error}")
        return content
    raise DataError("; ".join(failures))


def _read_url(url: str) -> bytes:
    request = urllib.request.Request(url, headers={"User-Agent": "fashionlab"})
    content = io.BytesIO()
    with urllib.request.urlopen(request, timeout=TIMEOUT) as response:
        total = int(response.headers.get("Content-Length") or 0) or None
        with tqdm(total=total, unit="B", unit_scale=True, desc=url.rpartition("/")[2]) as bar:
            while block := response.read(1 << 16):
                content.write(block)
                bar.update(len(block))
    return content.getvalue()


def _parse(name: str, content: bytes, where: str) -> np.ndarray:
    """Bytes of an IDX file, gzipped or not, as an array of the shape that its header says."""
    if content[:2] == b"\x1f\x8b":
        try:
            content = gzip.decompress(content)
        except (OSError, EOFError, zlib.error) as error:
            raise DataError(f"{where} is truncated or damaged ({error}). Delete it.") from error
    dimensions = 3 if "images" in name else 1
    header = 4 + 4 * dimensions
    magic = bytes((0, 0, 8, dimensions))
    if content[:4] != magic:
        hint = " It looks like a web page." if content.lstrip()[:1] == b"<" else ""
        raise DataError(
            f"{where} is not an IDX file: it begins with {content[:4]!r} instead of {magic!r} "
            f"({len(content):,} bytes).{hint} Delete it."
        )
    if hashlib.sha256(content).hexdigest() != SHA256[name]:
        raise DataError(
            f"{where} is not Fashion-MNIST: the sha256 of its content is not the published one "
            f"({len(content):,} bytes). Delete it."
        )
    shape = np.frombuffer(content, ">u4", count=dimensions, offset=4)
    return np.frombuffer(content, np.uint8, offset=header).reshape(shape)


def _names(split: str) -> tuple[str, str]:
    prefix = PREFIXES[split]
    return f"{prefix}-images-idx3-ubyte", f"{prefix}-labels-idx1-ubyte"


def _sample(split: str) -> LabelledImages:
    with np.load(SAMPLE) as arrays:
        return _as_images(
            arrays[f"{split}_images"],
            arrays[f"{split}_labels"],
            source="the kit's sample of Fashion-MNIST",
        )


def _as_images(images: np.ndarray, labels: np.ndarray, source: str) -> LabelledImages:
    scaled = images[..., np.newaxis].astype(np.float32) / np.float32(127.5) - np.float32(1)
    return LabelledImages(scaled, labels, source)
