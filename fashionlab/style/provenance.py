"""Where a picture comes from, told inside its file: in a text chunk of a PNG, in a JPEG's EXIF."""

import hashlib
import io
import json
import sys
import warnings
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from matplotlib.colors import to_hex
from PIL import ExifTags, Image
from PIL.PngImagePlugin import PngInfo

from fashionlab import pretrained
from fashionlab.backend import keras
from fashionlab.data.images import ONE_AT_A_TIME, READERS
from fashionlab.data.textiles import KINDS
from fashionlab.errors import ConfigurationError, DataError, StorageError
from fashionlab.files import write_atomically

KEYWORD = "Provenance"  # of the text chunk
KINDS_OF_FILE = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG"}
QUALITY = 95  # of a JPEG, from 1 to 100
LONGEST = 1000  # characters of a licence; the EXIF of a JPEG holds 64 kB in all


def file_source(path: str | Path) -> dict:
    """What to note of an image file that `load_image` could read: its name, not where it lies."""
    path = Path(path)
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        width, height = _stored_size(file)
    return {"file": path.name, "sha256": sha256, "width": width, "height": height}


def _stored_size(file) -> tuple[int, int]:
    # Only the header is read. `Image.open` would refuse the largest photographs.
    for reader in READERS.values():
        file.seek(0)
        try:
            return reader(file).size
        except (SyntaxError, OSError):  # how readers say, old and new, that it is of another kind
            continue
    raise DataError("The image was replaced while it was being read. Try again.")


def array_source(image: np.ndarray) -> dict:
    """What to note of an image that came without a file: float32 `(height, width, channels)`."""
    height, width = image.shape[:2]
    sha256 = hashlib.sha256(np.ascontiguousarray(image, "<f4")).hexdigest()
    return {"array": "float32", "sha256": sha256, "width": width, "height": height}


def textile_source(textile) -> dict:
    """What to note of a `Textile`: kind, seed and palette (to 8 bits) draw it again."""
    height, width = textile.pixels.shape[:2]
    return {
        "textile": textile.kind,
        "seed": int(textile.seed),
        "palette": [to_hex(colour) for colour in textile.palette],
        "origin": KINDS[textile.kind].note or "drawn by fashionlab",
        "width": width,
        "height": height,
    }


def networks(*names: str) -> dict[str, str]:
    """The sha256 of the weights of networks that the kit ships.

    Raises:
        WeightsError: One of them is not there.
    """
    return {name: pretrained.read_manifest(name)["sha256"] for name in names}


def circumstances() -> dict:
    """With what a picture is being made, and when."""
    # The package is loaded already; to import it from in here would be an arrow that runs back.
    version = sys.modules["fashionlab"].__version__
    return {
        "made_with": {"fashionlab": version, "keras": keras.__version__},
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def check_licence(licence: str) -> None:
    """Refuse what is no text, or does not fit into every file.

    Raises:
        ConfigurationError: It is so.
    """
    if not isinstance(licence, str) or len(licence) > LONGEST:
        raise ConfigurationError(
            f"licence={str(licence)[:40]!r}: wanted a text of {LONGEST:,} characters at most. Name "
            f"the licence and where it can be read."
        )


def check_target(path: str | Path, overwrite: bool = False) -> Path:
    """Refuse a path that no picture can be saved to, before any work is done for it.

    Args:
        path: Ending in .png, .jpg or .jpeg.
        overwrite: Whether a file may be there already.

    Raises:
        ConfigurationError: The name ends otherwise.
        StorageError: There is a file already, or a folder.
    """
    path = Path(path)
    if path.suffix.lower() not in KINDS_OF_FILE:
        raise ConfigurationError(f"{path} does not end in .png, .jpg or .jpeg.")
    if path.is_dir():
        raise StorageError(f"{path} is a folder. Name a file.")
    if path.exists() and not overwrite:
        raise StorageError(
            f"{path} exists already. Name another file, or overwrite it (overwrite=True, "
            f"--overwrite)."
        )
    return path


def save_picture(
    path: str | Path, pixels: np.ndarray, record: dict, *, overwrite: bool = False
) -> Path:
    """Save a picture and, inside its file, where it comes from.

    Args:
        path: Ending in .png, .jpg or .jpeg. Folders are made if need be.
        pixels: uint8 `(height, width, 3)`.
        record: What `json` can write.
        overwrite: Whether to replace a file that is there already.

    Returns:
        The path.

    Raises:
        ConfigurationError: The name ends otherwise.
        StorageError: There is a file already, or it cannot be written. What was there is untouched.
    """
    path = check_target(path, overwrite)
    text = json.dumps(record)  # pure ASCII, which is all that EXIF has room for
    content = io.BytesIO()
    picture = Image.fromarray(pixels)
    if KINDS_OF_FILE[path.suffix.lower()] == "PNG":
        chunks = PngInfo()
        chunks.add_text(KEYWORD, text)
        picture.save(content, "PNG", pnginfo=chunks)
    else:
        exif = Image.Exif()
        exif[ExifTags.Base.ImageDescription] = text
        picture.save(content, "JPEG", quality=QUALITY, subsampling=0, exif=exif)
    write_atomically(path, content.getvalue())
    return path


def read_provenance(path: str | Path) -> dict:
    """Where a picture that the kit saved comes from.

    Args:
        path: Of a PNG or JPEG file.

    Returns:
        The record: `content`, `styles`, `mask`, `licence`, `method`, `networks` with the sha256 of
        their weights, `parameters`, `seed`, `made_with`, `made_at`, and `picture`, which is
        `"result"` or `"sheet"`.

    Raises:
        DataError: There is no such picture, or it holds no record.
    """
    try:
        with (
            ONE_AT_A_TIME,
            warnings.catch_warnings(action="ignore"),  # Pillow's, of other metadata
            Image.open(path, formats=("PNG", "JPEG")) as picture,
        ):
            text = picture.info.get(KEYWORD)
            if picture.format != "PNG":
                text = picture.getexif().get(ExifTags.Base.ImageDescription)
    except Exception as error:  # Pillow's decoders raise nearly anything on damaged files
        raise DataError(f"{path} cannot be read as a PNG or JPEG ({error}).") from error
    try:
        record = json.loads(text)
        record["made_with"]["fashionlab"]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise DataError(
            f"{path} holds no record of where it comes from. Programs that edit or shrink pictures "
            f"often drop it; look for the file as it was saved."
        ) from error
    return record
