"""One door for every image of a user: whatever it comes as, the same float32 pixels come out."""

import io
import math
import os
import threading
import warnings
from numbers import Integral
from pathlib import Path

import numpy as np
from PIL import ExifTags, Image
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from fashionlab.errors import ConfigurationError, DataError

PIXELS = 25_000_000  # an image of so many takes 300 MB as float32 RGB
SCALES = 1, 2, 4  # a JPEG too large can be decoded at 1/2 or 1/4 of its width and height
GAP = 3.0  # how many times the wanted size is kept for the filter that does the fine work
READERS = {"PNG": PngImageFile, "JPEG": JpegImageFile, "WebP": WebPImageFile}
# Where files of a kind hold what. Kinds without a reader are here so that errors can name them.
SIGNATURES = (
    (0, b"\x89PNG\r\n\x1a\n", "PNG"),
    (0, b"\xff\xd8\xff", "JPEG"),
    (8, b"WEBP", "WebP"),
    (0, b"GIF8", "GIF"),
    (0, b"BM", "BMP"),
    (0, b"II*\0", "TIFF or raw photo"),
    (0, b"MM\0*", "TIFF or raw photo"),
    (4, b"ftyp", "HEIC, AVIF or video"),
    (0, b"%PDF", "PDF"),
    (0, b"PK\3\4", "ZIP"),
    (0, b"<", "HTML or SVG"),
)
# EXIF orientation: whether rows and columns change places, and which axes are flipped then.
UPRIGHT = {
    2: (False, (1,)),
    3: (False, (0, 1)),
    4: (False, (0,)),
    5: (True, ()),
    6: (True, (1,)),
    7: (True, (0, 1)),
    8: (True, (0,)),
}
WANTED = (
    "wanted a path, bytes, an open file, a NumPy array, a PIL image or the value of a FileUpload"
)
# Threads that silence warnings at the same time would leave them silenced for good.
ONE_AT_A_TIME = threading.Lock()

SIDE = 28
LUMA = np.array([0.299, 0.587, 0.114], np.float32)  # of red, green and blue, Rec. 601
TOLERANCE = 0.05  # of the distance from black to white: as near as that is background
DUST = 0.02  # of the largest piece's area: a smaller piece is no part of the garment
SIGMA, RADIUS = 1.0, 1  # pixels, of the Gaussian that sharpens: 3 x 3 weights


def load_image(source, *, size: int | None = None, fit: str | None = None) -> np.ndarray:
    """Load a PNG, JPEG or WebP image, or take one that is in memory.

    The content decides what a file is, not its name. Photographs are turned upright, transparent
    parts come out on white, of an animation the first frame is taken, and colour profiles are
    passed over. Images of more than 25 million pixels are refused before they are decoded; only
    JPEGs of up to 400 million are decoded at 1/2 or 1/4 of their width and height instead
    (progressive ones are not: their decoder would hold the whole image in memory).

    Args:
        source: A path; bytes; a file opened with mode "rb"; a PIL image; the value of an ipywidgets
            FileUpload with one file in it; or an array `(height, width)` or `(height, width, 1, 3
            or 4 channels)`, uint8, uint16 or float in [-1, 1], alpha included. Floats in [0, 1]
            would pass for a pale image: turn them into 2 * x - 1 first.
        size: The longest side at most, in pixels, 1 or more. A larger image is scaled down and
            keeps its proportions, a smaller one stays as it is.
        fit: Makes a square of `size` pixels instead, 5,000 at most: `"cover"` fills it and cuts off
            both ends of the longer side, `"contain"` keeps all and adds white bars.

    Returns:
        float32 `(height, width, 3)` in [-1, 1].

    Raises:
        DataError: There is no such image, or it is none, damaged, too large or of another type.
        ConfigurationError: The size is no whole number in its range, or the fit unknown.

    Example:
        >>> grey = np.full((30, 40), 255, np.uint8)
        >>> image = load_image(grey, size=20)
        >>> image.shape, float(image.max())
        ((15, 20, 3), 1.0)
    """
    check_size(size, fit)
    if isinstance(source, np.ndarray):
        name, pixels = "The array", source
    elif isinstance(source, Image.Image):
        name = "The PIL image"
        pixels = _decode(lambda: source, name)
    else:
        name, file = _open(source)
        with file:
            reader = _reader(file, name)
            pixels = _decode(lambda: _read(reader, file, size, fit), name)
    image = _rgb(pixels, name)
    if fit is not None:
        return _square(image, size, fit)
    if size is None or size >= max(image.shape[:2]):
        return image
    return _resize(image, size)


def check_size(size, fit):
    """Refuse what `load_image` cannot make an image of."""
    if fit not in (None, "cover", "contain"):
        raise ConfigurationError(f"fit={fit!r} is unknown. Use 'cover', 'contain' or None.")
    largest = math.isqrt(PIXELS) if fit else PIXELS
    whole = isinstance(size, Integral) and 1 <= size <= largest
    if not whole and (fit or size is not None):
        raise ConfigurationError(
            f"size={size!r}: wanted a whole number of pixels from 1 to {largest:,}."
        )


def _open(source) -> tuple[str, io.IOBase]:
    """What to call a source in errors, and a file of its bytes."""
    if isinstance(source, str | os.PathLike):
        return str(source), _open_path(Path(source))
    if isinstance(source, dict | tuple | list):
        name, content = _upload(source)
    elif hasattr(source, "read"):
        name = getattr(source, "name", None) or "The open file"
        try:
            content = source.read()
        except (OSError, ValueError) as error:  # closed, or opened as text
            raise DataError(f"{name} cannot be read ({error}). Open it with mode 'rb'.") from error
    else:
        name, content = "The source", source
    if not isinstance(content, bytes | bytearray | memoryview):
        raise DataError(f"{name} is of type {type(content).__name__}; {WANTED}.")
    return str(name), io.BytesIO(content)


def _open_path(path: Path) -> io.IOBase:
    try:
        if path.is_dir():
            raise DataError(f"{path} is a folder. Name one image in it.")
        if not path.is_file():  # a pipe would be waited for
            raise DataError(f"There is no file {path.absolute()}.")
        return path.open("rb")
    except OSError as error:
        raise DataError(f"{str(path)!r} cannot be opened ({error}).") from error


def _upload(value) -> tuple[str, object]:
    """Name and content of the one file in a FileUpload's value, or in a file taken out of it."""
    if isinstance(value, dict) and "content" in value:
        files = [value]
    elif isinstance(value, dict):  # ipywidgets 7: files by name
        files = [{"name": name, **dict(file)} for name, file in value.items()]
    else:  # ipywidgets 8: files with their names
        files = list(value)
    if not all(isinstance(file, dict) and "content" in file for file in files):
        raise DataError(f"The source is of type {type(value).__name__}; {WANTED}.")
    if len(files) != 1:
        raise DataError(f"The upload holds {len(files)} files; choose one image.")
    return files[0].get("name", "The upload"), files[0]["content"]


def _reader(file, name) -> type:
    """The class of Pillow that reads what a file holds."""
    head = file.read(64)
    file.seek(0)
    if not head:
        raise DataError(f"{name} is empty: 0 bytes, or a file already read to its end.")
    kind = _kind(head)
    if kind not in READERS:
        raise DataError(
            f"{name} is no PNG, JPEG or WebP, whatever its name says: its kind is {kind}. Open it "
            f"in an image viewer and save it as PNG or JPEG."
        )
    return READERS[kind]


def _kind(head) -> str:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()  # an HTML page may begin with these
    for start, signature, kind in SIGNATURES:
        if (text if signature == b"<" else head)[start:].startswith(signature):
            return kind
    return f"unknown, beginning with {head[:8]!r}"


def _read(reader, file, size, fit) -> Image.Image:
    """Open a file, not decoded yet: a JPEG at the scale at which it fits and `size` needs it.

    Not with `Image.open`, which warns from 89 million pixels on and refuses 179 million, also where
    a JPEG can be decoded at a smaller scale.
    """
    picture = reader(file)
    if reader is JpegImageFile:
        width, height = picture.size
        scale = _scale(width, height, "progressive" in picture.info, size, fit)
        picture.draft(None, (max(1, width // scale), max(1, height // scale)))
    return picture


def _scale(width, height, progressive, size, fit) -> int:
    """How many times smaller to decode a JPEG: 1, 2, 4 or 8. One too large in all is left so."""
    fitting = [n for n in SCALES if math.ceil(width / n) * math.ceil(height / n) <= PIXELS]
    if not fitting or (progressive and fitting[0] > 1):
        return 1
    side = min(width, height) if fit == "cover" else max(width, height)
    ample = [n for n in (2, 4, 8) if size is not None and side >= n * GAP * size]
    return max([fitting[0], *ample])


def _decode(read, name) -> np.ndarray:
    """Upright pixels of the Pillow image that `read` returns."""
    try:
        # Pillow warns of metadata that nothing here needs.
        with ONE_AT_A_TIME, warnings.catch_warnings(action="ignore"):
            picture = read()
            _check_number(*picture.size, name)
            turned, flipped = UPRIGHT.get(_orientation(picture), (False, ()))
            pixels = _pixels(picture)
    except DataError:
        raise
    except Exception as error:  # Pillow's decoders raise nearly anything on damaged files
        raise DataError(
            f"{name} is damaged or of a rare kind and cannot be decoded ({error}). Download or "
            f"copy it again, or save it anew from an image viewer."
        ) from error
    return np.flip(pixels.swapaxes(0, 1) if turned else pixels, flipped)


def _check_number(width, height, name):
    if width * height > PIXELS:
        raise DataError(
            f"{name} has {width:,} x {height:,} pixels, {width * height / 1e6:,.1f} million; "
            f"wanted {PIXELS // 1_000_000} million at most. Scale it down in an image editor."
        )


def _orientation(picture) -> int:
    try:
        return picture.getexif().get(ExifTags.Base.Orientation)
    except Exception:  # many a sound photograph has broken EXIF
        return 1


def _pixels(picture) -> np.ndarray:
    """The pixels of a Pillow image as an array that `_rgb` takes."""
    if picture.mode == "I":  # how Pillow up to 10 reads 16-bit PNGs
        pixels = np.asarray(picture)
        if pixels.min() < 0 or pixels.max() > 65535:
            raise DataError("32-bit pixels beyond 0 to 65,535 have no known scale.")
        return pixels.astype(np.uint16)
    if picture.mode == "F" or picture.mode.startswith("I;16"):
        return np.asarray(picture)
    return np.asarray(picture.convert("RGBA" if picture.has_transparency_data else "RGB"))


def _rgb(pixels, name) -> np.ndarray:
    """Pixels of any accepted type as float32 `(height, width, 3)` in [-1, 1], on white."""
    channels = pixels.shape[2:] or (1,)
    if pixels.ndim < 2 or channels not in ((1,), (3,), (4,)) or not pixels.size:
        raise DataError(
            f"{name} has shape {pixels.shape}; wanted one image, (height, width) or (height, "
            f"width, 1, 3 or 4 channels)."
        )
    _check_number(pixels.shape[1], pixels.shape[0], name)
    kind = pixels.dtype.kind
    if kind == "f":
        low, high = pixels.min(), pixels.max()
        if not -1 <= low <= high <= 1:  # NaN is refused, too
            raise DataError(
                f"{name} has floats from {low:.3g} to {high:.3g}; wanted [-1, 1]. Values p from 0 "
                f"to 255 become p / 127.5 - 1."
            )
        scaled = pixels.astype(np.float32)
    elif kind == "u" and pixels.dtype.itemsize <= 2:
        scaled = pixels.astype(np.float32)
        scaled /= np.float32(np.iinfo(pixels.dtype).max / 2)
        scaled -= np.float32(1)
    else:
        raise DataError(
            f"{name} is of type {pixels.dtype}; wanted uint8, uint16 or float in [-1, 1]. Whole "
            f"numbers from 0 to 255 become uint8 by .astype('uint8')."
        )
    scaled = scaled.reshape(*pixels.shape[:2], *channels)
    if channels == (4,):
        scaled, alpha = scaled[..., :3], (scaled[..., 3:] + 1) / 2
        scaled -= 1
        scaled *= alpha
        scaled += 1
    return np.repeat(scaled, 3, axis=2) if channels == (1,) else np.ascontiguousarray(scaled)


def _resize(image, size) -> np.ndarray:
    """Scale `(height, width, channels)` until its longest side is `size`."""
    longest = max(image.shape[:2])
    return _resample(image, *(max(1, round(side * size / longest)) for side in image.shape[:2]))


def _square(image, size, fit) -> np.ndarray:
    if fit == "contain":
        whole = _resize(image, size)
        spare = [size - side for side in whole.shape[:2]]
        bars = [(left // 2, left - left // 2) for left in spare]
        return np.pad(whole, [*bars, (0, 0)], constant_values=1)
    height, width = image.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    return _resample(image[top : top + side, left : left + side], size, size)


def _resample(image, height, width) -> np.ndarray:
    if image.shape[:2] == (height, width):
        return np.ascontiguousarray(image)
    channels = [
        Image.fromarray(channel).resize((width, height), Image.Resampling.LANCZOS, reducing_gap=GAP)
        for channel in np.moveaxis(image, 2, 0)
    ]
    return np.clip(np.stack(channels, axis=2), -1, 1)  # Lanczos overshoots at edges


def to_fashion_mnist(image) -> np.ndarray:
    """Make of a photograph what Fashion-MNIST would have made of it.

    Made for one garment on a plain background. The steps are those of the data set: trim to the
    garment, scale its longest side to 28 pixels, sharpen, centre, and draw bright on black. Two
    differ: the image is averaged where it shrinks, where the data set skips pixels, and a garment
    lighter than its background is not negated, so that it comes out bright, too.

    Args:
        image: What `load_image` returns, or anything that it takes.

    Returns:
        float32 `(28, 28, 1)` in [-1, 1]; the background is -1.

    Raises:
        DataError: Nothing stands out from the background, or `load_image` cannot take the image.

    Reference:
        Xiao, Rasul & Vollgraf, "Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine
        Learning Algorithms", 2017, section 2.

    Example:
        >>> photo = np.full((60, 60), 255, np.uint8)
        >>> photo[10:50, 20:30] = 40  # a dark garment, 40 pixels high and 10 wide
        >>> np.argwhere(to_fashion_mnist(photo)[..., 0] > 0).min(axis=0)
        array([ 0, 10])
    """
    from scipy import ndimage

    colours = (load_image(image, size=20 * SIDE) + 1) / 2
    edges = (colours[0], colours[-1], colours[:, 0], colours[:, -1])
    border = np.concatenate(edges)
    background = np.median(border, axis=0)  # the garment may cover less than half of the border
    garment = _garment(colours, border, background)
    grey, ground = colours @ LUMA, background @ LUMA
    if grey[garment].mean() < ground:
        grey, ground = 1 - grey, 1 - ground
    bright = np.clip((grey - ground) / (1 - ground), 0, 1) * garment
    if bright.max() < TOLERANCE:
        raise DataError(
            "The garment is as light as its background and differs in colour alone. Photograph it "
            "on a clearly lighter or darker background."
        )
    rows, columns = (np.flatnonzero(garment.any(axis=axis)) for axis in (1, 0))
    trimmed = bright[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1, np.newaxis]
    small = np.maximum(_resize(trimmed, SIDE), 0)  # (28, up to 28, 1) or (up to 28, 28, 1)
    blurred = ndimage.gaussian_filter(small, SIGMA, mode="constant", radius=RADIUS, axes=(0, 1))
    sharp = 2 * small - blurred
    canvas = np.full((SIDE, SIDE, 1), -1, np.float32)
    height, width = sharp.shape[:2]
    top, left = (SIDE - height) // 2, (SIDE - width) // 2
    canvas[top : top + height, left : left + width] = 2 * np.clip(sharp, 0, 1) - 1
    return canvas


def _garment(colours, border, background) -> np.ndarray:
    """Where the garment is: bool `(height, width)`."""
    from scipy import ndimage

    # An evenly shaded background lies up to twice as far from its median as half of it does.
    shading = 3 * np.median(_distance(border, background))
    garment = _distance(colours, background) > max(TOLERANCE, shading)
    if not garment.any():
        raise DataError(
            "No garment stands out from the background. Photograph it on a plain background that "
            "is clearly lighter or darker, with a margin around it."
        )
    pieces, _ = ndimage.label(garment)
    areas = np.bincount(pieces[garment])
    return garment & (areas >= DUST * areas.max())[pieces]


def _distance(colours, background) -> np.ndarray:
    """Distance in RGB, where black and white are 1 apart."""
    return np.linalg.norm(colours - background, axis=-1) / math.sqrt(3)
