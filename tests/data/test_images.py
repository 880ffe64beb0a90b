"""Whatever an image comes as, the same pixels come out of `load_image`, or one clear DataError.

All files are made here by Pillow. Pixels are compared exactly where the format keeps them.
"""

import io
import struct
import tracemalloc
import warnings
import zlib
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngImageFile, PngInfo

from fashionlab.data import images, load_fashion_mnist
from fashionlab.data.images import load_image, to_fashion_mnist
from fashionlab.errors import ConfigurationError, DataError

RNG = np.random.default_rng(0)
COLOURS = RNG.integers(0, 256, (5, 4, 3), np.uint8)
SCALED = COLOURS.astype(np.float32) / np.float32(127.5) - np.float32(1)


def encode(picture, kind="PNG", **options):
    """A picture or array as the bytes of a file."""
    picture = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def levels(pixel, mode, **info):
    """What `load_image` makes of one pixel of a Pillow mode, saved as PNG, on the scale 0 to 1."""
    picture = Image.new(mode, (2, 3), pixel)
    found = load_image(encode(picture, **info))[0, 0].astype(float)
    return ((found + 1) / 2).round(4).tolist()


def smooth(width, height):
    """A picture with soft gradients, which JPEG keeps within a few levels."""
    x, y = np.meshgrid(np.linspace(0, 255, width), np.linspace(0, 255, height))
    return np.stack([x, y, (x + y) / 2], axis=2).round().astype(np.uint8)


def error_of(source, **options):
    with pytest.raises(DataError) as caught:
        load_image(source, **options)
    return str(caught.value)


# Where an image comes from


def test_a_path_bytes_files_arrays_pictures_and_uploads_all_give_the_same_pixels(tmp_path):
    content = encode(COLOURS)
    path = tmp_path / "shirt.png"
    path.write_bytes(content)
    with path.open("rb") as file:
        sources = [
            str(path),
            path,
            content,
            bytearray(content),
            memoryview(content),
            io.BytesIO(content),
            file,
            COLOURS,
            Image.fromarray(COLOURS),
            {"shirt.png": {"metadata": {"name": "shirt.png"}, "content": content}},
            ({"name": "shirt.png", "content": memoryview(content)},),
            {"name": "shirt.png", "content": memoryview(content)},
        ]
        for source in sources:
            found = load_image(source)
            assert found.dtype == np.float32
            np.testing.assert_array_equal(found, SCALED)
        assert not file.closed


def test_what_load_image_returns_goes_through_it_unchanged_and_is_a_copy():
    again = load_image(SCALED)
    np.testing.assert_array_equal(again, SCALED)
    again[:] = 0
    assert SCALED.any()


def test_a_picture_that_pillow_has_opened_is_loaded_and_left_as_it_is(tmp_path):
    (tmp_path / "shirt.jpg").write_bytes(encode(smooth(40, 30), "JPEG"))
    with Image.open(tmp_path / "shirt.jpg") as picture:
        assert load_image(picture, size=10).shape == (8, 10, 3)
        assert picture.size == (40, 30)


@pytest.mark.parametrize(("kind", "options"), [("PNG", {}), ("WEBP", {"lossless": True})])
def test_the_content_decides_and_not_the_name(tmp_path, kind, options):
    path = tmp_path / "shirt.jpg"
    path.write_bytes(encode(COLOURS, kind, **options))
    np.testing.assert_array_equal(load_image(path), SCALED)


def test_a_jpeg_keeps_a_smooth_picture_within_a_few_levels():
    picture = smooth(64, 48)
    found = load_image(encode(picture, "JPEG", quality=95))
    off = np.abs(found - load_image(picture)).mean() * 127.5
    assert 0 < off < 2


def test_a_jpeg_that_holds_several_pictures_gives_the_first():
    first, second = (Image.new("RGB", (8, 8), colour) for colour in ("white", "black"))
    content = encode(first, "MPO", save_all=True, append_images=[second])
    assert load_image(content).min() > 0.99


# Kinds of pixels


@pytest.mark.parametrize(
    ("array", "wanted"),
    [
        (np.array([[0, 51, 255]], np.uint8), [-1, -0.6, 1]),
        (np.array([[[0], [51], [255]]], np.uint8), [-1, -0.6, 1]),
        (np.array([[0, 13107, 65535]], np.uint16), [-1, -0.6, 1]),
        (np.array([[0, 13107, 65535]], ">u2"), [-1, -0.6, 1]),
        (np.array([[-1, 0.25, 1]]), [-1, 0.25, 1]),
        (np.array([[-1, 0.25, 1]], np.float16), [-1, 0.25, 1]),
    ],
)
def test_grey_arrays_become_three_equal_channels(array, wanted):
    found = load_image(array)
    assert found.shape == (1, 3, 3)
    assert found.dtype == np.float32
    for channel in range(3):
        np.testing.assert_allclose(found[0, :, channel], wanted, atol=1e-6)


@pytest.mark.parametrize(
    ("pixel", "dtype"), [([255, 0, 0, 51], np.uint8), ([1, -1, -1, -0.6], np.float32)]
)
def test_a_fifth_of_red_on_white_is_pink(pixel, dtype):
    found = load_image(np.array([[pixel]], dtype))
    np.testing.assert_allclose(found, [[[1, 0.6, 0.6]]], atol=1e-6)


@pytest.mark.parametrize(
    ("mode", "pixel", "wanted"),
    [
        ("1", 1, [1, 1, 1]),
        ("L", 51, [0.2, 0.2, 0.2]),
        ("LA", (51, 255), [0.2, 0.2, 0.2]),
        ("LA", (51, 0), [1, 1, 1]),
        ("RGB", (255, 51, 0), [1, 0.2, 0]),
        ("RGBA", (255, 51, 0, 255), [1, 0.2, 0]),
        ("RGBA", (255, 0, 0, 51), [1, 0.8, 0.8]),
        ("I;16", 13107, [0.2, 0.2, 0.2]),
        ("I;16", 300, [0.0046, 0.0046, 0.0046]),  # neither cut to 8 bits nor saturated
    ],
)
def test_modes_of_png(mode, pixel, wanted):
    assert levels(pixel, mode) == wanted


def test_palettes_with_and_without_transparency():
    picture = Image.new("P", (2, 1))
    picture.putpalette([255, 0, 0, 0, 0, 255])
    picture.putdata([0, 1])
    assert load_image(encode(picture)).tolist() == [[[1, -1, -1], [-1, -1, 1]]]
    assert load_image(encode(picture, transparency=0)).tolist() == [[[1, 1, 1], [-1, -1, 1]]]
    half = load_image(encode(picture, transparency=bytes([51, 255])))
    np.testing.assert_allclose(half, [[[1, 0.6, 0.6], [-1, -1, 1]]], atol=1e-6)


def test_one_grey_can_be_declared_transparent():
    assert levels(51, "L", transparency=51) == [1, 1, 1]


def test_cmyk_jpeg():
    found = load_image(encode(Image.new("CMYK", (8, 8), (0, 255, 255, 0)), "JPEG", quality=95))
    np.testing.assert_allclose(found, np.broadcast_to([1, -1, -1], (8, 8, 3)), atol=0.05)


def test_32_bit_pictures_are_taken_as_16_bit_or_refused():
    assert load_image(Image.new("I", (1, 1), 65535)).max() == 1
    assert load_image(Image.new("F", (1, 1), 0.25)).max() == 0.25
    assert "no known scale" in error_of(Image.new("I", (1, 1), 65536))
    assert "no known scale" in error_of(Image.new("I", (1, 1), -1))


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_the_first_frame_of_an_animation(kind):
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    content = encode(frames[0], kind, save_all=True, append_images=frames[1:], lossless=True)
    assert load_image(content)[0, 0].tolist() == [1, -1, -1]


# Orientation


@pytest.mark.parametrize(
    ("orientation", "wanted"),
    [
        (1, [[0, 1, 2], [3, 4, 5]]),
        (2, [[2, 1, 0], [5, 4, 3]]),
        (3, [[5, 4, 3], [2, 1, 0]]),
        (4, [[3, 4, 5], [0, 1, 2]]),
        (5, [[0, 3], [1, 4], [2, 5]]),
        (6, [[3, 0], [4, 1], [5, 2]]),
        (7, [[5, 2], [4, 1], [3, 0]]),
        (8, [[2, 5], [1, 4], [0, 3]]),
        (9, [[0, 1, 2], [3, 4, 5]]),  # no such orientation
    ],
)
@pytest.mark.parametrize(("kind", "options"), [("PNG", {}), ("WEBP", {"lossless": True})])
def test_photographs_are_turned_upright(kind, options, orientation, wanted):
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = Image.fromarray(np.arange(6, dtype=np.uint8).reshape(2, 3) * 51).convert("RGB")
    found = load_image(encode(picture, kind, exif=exif, **options))[..., 0]
    assert ((found + 1) * 2.5).round().tolist() == wanted


def test_a_jpeg_is_turned_upright_before_its_size_is_bounded():
    exif = Image.Exif()
    exif[0x0112] = 6
    assert load_image(encode(smooth(40, 20), "JPEG", exif=exif), size=30).shape == (30, 15, 3)


def test_broken_exif_does_not_keep_a_photograph_out():
    content = encode(smooth(40, 20), "JPEG", exif=b"Exif\0\0Exif\0\0II*\0\x08\0\0\0")
    assert load_image(content).shape == (20, 40, 3)
    text = PngInfo()
    text.add_text("Raw profile type exif", "\nexif\n4\nno hexadecimal")
    content = encode(COLOURS, pnginfo=text)
    with pytest.raises(ValueError, match="hexadecimal"):  # the case that is to be survived
        Image.open(io.BytesIO(content)).getexif()
    np.testing.assert_array_equal(load_image(content), SCALED)


# Size


@pytest.mark.parametrize(
    ("size", "shape"),
    [(None, (60, 80, 3)), (80, (60, 80, 3)), (500, (60, 80, 3)), (40, (30, 40, 3)), (1, (1, 1, 3))],
)
def test_size_bounds_the_longest_side_and_enlarges_nothing(size, shape):
    assert load_image(smooth(80, 60), size=size).shape == shape


def test_a_long_thin_image_keeps_a_pixel_of_width():
    assert load_image(np.zeros((3, 1000), np.uint8), size=100).shape == (1, 100, 3)


def test_scaling_down_averages_and_stays_in_range():
    checkers = np.indices((200, 200)).sum(axis=0) % 2 * np.uint8(255)
    np.testing.assert_allclose(load_image(checkers.astype(np.uint8), size=50), 0, atol=0.05)
    edges = np.where(np.indices((200, 200))[0] // 40 % 2, 1.0, -1.0)
    found = load_image(edges, size=77)
    assert (found.min(), found.max()) == (-1, 1)


@pytest.mark.parametrize("size", [0, -5, 2.5, "64", np.nan])
def test_a_size_that_is_none_is_refused(size):
    with pytest.raises(ConfigurationError, match="whole number of pixels"):
        load_image(COLOURS, size=size)


def test_a_size_is_refused_only_for_what_it_asks():
    assert load_image(COLOURS, size=6000).shape == (5, 4, 3)
    assert load_image(COLOURS, size=np.int64(3), fit="cover").shape == (3, 3, 3)
    for size in (5001, 0, None, 2.5):
        with pytest.raises(ConfigurationError, match="whole number of pixels from 1 to 5,000"):
            load_image(COLOURS, size=size, fit="cover")
    with pytest.raises(ConfigurationError, match=r"fit='stretch' is unknown\. Use 'cover'"):
        load_image(COLOURS, size=8, fit="stretch")


# Squares


@pytest.mark.parametrize("turned", [False, True])
def test_cover_cuts_off_both_ends_of_the_longer_side(turned):
    stripes = np.tile(np.repeat([-1, 0.5, 0.2, 1], 10), (20, 1))
    middle = stripes[:, 10:30]
    found = load_image(stripes.T if turned else stripes, size=20, fit="cover")
    np.testing.assert_array_equal(found, load_image(middle.T if turned else middle))


def test_contain_keeps_all_between_white_bars():
    picture = np.full((10, 40), -0.5)
    found = load_image(picture, size=20, fit="contain")
    assert found.shape == (20, 20, 3)
    rows = found[..., 0].round(5)
    assert (rows == -0.5).all(axis=1).tolist() == [False] * 7 + [True] * 5 + [False] * 8
    assert (rows == 1).all(axis=1).sum() == 15
    upright = load_image(picture.T, size=20, fit="contain")
    np.testing.assert_array_equal(upright, found.swapaxes(0, 1))


@pytest.mark.parametrize("fit", ["cover", "contain"])
def test_small_images_are_enlarged_to_the_square(fit):
    found = load_image(smooth(8, 8), size=16, fit=fit)
    assert found.shape == (16, 16, 3)
    coarse = found.reshape(8, 2, 8, 2, 3).mean(axis=(1, 3))
    np.testing.assert_allclose(coarse, load_image(smooth(8, 8)), atol=0.05)


@pytest.mark.parametrize("fit", ["cover", "contain"])
def test_a_square_of_the_wanted_size_is_left_as_it_is(fit):
    np.testing.assert_array_equal(load_image(COLOURS[:4], size=4, fit=fit), SCALED[:4])


def test_a_photograph_is_turned_upright_before_it_is_cut_square():
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = Image.fromarray(smooth(40, 20))
    turned = load_image(encode(picture, exif=exif), size=20, fit="cover")
    np.testing.assert_array_equal(
        turned, load_image(picture.rotate(-90, expand=True), size=20, fit="cover")
    )


# JPEGs at a smaller scale


@pytest.mark.parametrize(
    ("size", "fit", "decoded"),
    [
        (None, None, (800, 400)),
        (133, None, (400, 200)),  # 3 x 133 <= 400
        (134, None, (800, 400)),
        (66, None, (200, 100)),
        (33, None, (100, 50)),
        (1, None, (100, 50)),
        (66, "contain", (200, 100)),
        (66, "cover", (400, 200)),  # here the shorter side counts
        (33, "cover", (200, 100)),
    ],
)
def test_a_jpeg_is_decoded_no_larger_than_the_wanted_size_needs(monkeypatch, size, fit, decoded):
    sizes = []

    def remember(picture):
        sizes.append(picture.size)
        return np.asarray(picture)

    content = encode(smooth(800, 400), "JPEG", quality=95)
    whole = load_image(load_image(content), size=size, fit=fit)
    monkeypatch.setattr(images, "_pixels", remember)
    found = load_image(content, size=size, fit=fit)
    assert sizes == [decoded]
    assert found.shape == whole.shape
    np.testing.assert_allclose(found, whole, atol=0.05)


def test_a_thin_jpeg_is_not_reduced_to_nothing():
    content = encode(np.full((6000, 2), 255, np.uint8), "JPEG")
    assert load_image(content, size=100).shape == (100, 1, 3)


# Too large


def test_a_small_png_with_81_megapixels_is_refused_undecoded(monkeypatch):
    rows = zlib.compress(b"\0" * (9000 * 1126), 9)  # a filter byte and 9000 bits each
    header = struct.pack(">IIBBBBB", 9000, 9000, 1, 0, 0, 0, 0)
    content = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in ((b"IHDR", header), (b"IDAT", rows), (b"IEND", b""))
    )
    assert len(content) < 12_000
    monkeypatch.setattr(PngImageFile, "load", lambda _: pytest.fail("it was decoded"))
    tracemalloc.start()
    message = error_of(content, size=64)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "9,000 x 9,000 pixels, 81.0 million; wanted 25 million at most" in message
    assert peak < 1_000_000


@pytest.mark.parametrize("height", [100, 101])
def test_the_limit_is_exact(monkeypatch, height):
    monkeypatch.setattr(images, "PIXELS", 5000)
    array = np.zeros((height, 50), np.uint8)
    for source in (array, Image.fromarray(array), encode(array)):
        if height == 100:
            assert load_image(source).shape == (100, 50, 3)
        else:
            assert "50 x 101 pixels" in error_of(source)


def test_a_phones_108_megapixel_jpeg_is_decoded_at_a_quarter():
    found = load_image(encode(Image.linear_gradient("L").resize((12000, 9000)), "JPEG"))
    assert found.shape == (2250, 3000, 3)
    np.testing.assert_allclose(found[:, 7, 0], np.linspace(-1, 1, 2250), atol=0.02)


@pytest.mark.parametrize(
    ("width", "height", "shape"),
    [
        (100, 50, (50, 100, 3)),
        (101, 50, (25, 51, 3)),
        (199, 99, (50, 100, 3)),
        (201, 99, (25, 51, 3)),  # 101 x 50 would be too many
        (400, 200, (50, 100, 3)),
    ],
)
def test_a_large_jpeg_is_reduced_no_more_than_it_must(monkeypatch, width, height, shape):
    monkeypatch.setattr(images, "PIXELS", 5000)
    assert load_image(encode(smooth(width, height), "JPEG")).shape == shape


def test_a_picture_that_pillow_has_opened_is_not_reduced(monkeypatch):
    monkeypatch.setattr(images, "PIXELS", 5000)
    picture = Image.open(io.BytesIO(encode(smooth(200, 100), "JPEG")))
    assert "200 x 100 pixels" in error_of(picture)
    assert picture.size == (200, 100)


def test_a_large_progressive_jpeg_is_refused(monkeypatch):
    content = encode(smooth(101, 50), "JPEG", progressive=True)
    assert load_image(content).shape == (50, 101, 3)
    monkeypatch.setattr(images, "PIXELS", 5000)
    assert "101 x 50 pixels" in error_of(content)


def test_a_jpeg_with_more_than_400_megapixels_is_refused():
    content = bytearray(encode(smooth(16, 16), "JPEG"))
    start = content.index(b"\xff\xc0") + 5
    content[start : start + 4] = struct.pack(">HH", 20_000, 20_004)
    assert "20,004 x 20,000 pixels, 400.1 million" in error_of(bytes(content))


def test_a_phones_48_megapixel_jpeg_gives_a_square_in_its_colour():
    found = load_image(encode(Image.new("RGB", (8000, 6000), "teal"), "JPEG"), size=64, fit="cover")
    assert found.shape == (64, 64, 3)
    off = np.abs(found - load_image(np.uint8([[[0, 128, 128]]])))
    assert off.max() < 0.03


def test_a_jpeg_whose_header_promises_more_than_there_is_is_refused():
    content = bytearray(encode(smooth(16, 16), "JPEG"))
    start = content.index(b"\xff\xc0") + 5
    content[start : start + 4] = struct.pack(">HH", 19_000, 19_000)
    assert "is damaged" in error_of(bytes(content[:-2]), size=64, fit="cover")


def test_a_large_jpeg_stays_refused_for_a_small_size(monkeypatch):
    monkeypatch.setattr(images, "PIXELS", 5000)
    assert "401 x 200 pixels" in error_of(encode(smooth(401, 200), "JPEG"), size=10)
    progressive = encode(smooth(101, 50), "JPEG", progressive=True)
    assert "101 x 50 pixels" in error_of(progressive, size=10)


# No image


def test_a_missing_file_is_named_with_the_whole_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert error_of("dress.jpg") == f"There is no file {tmp_path / 'dress.jpg'}."


def test_a_folder_is_refused(tmp_path):
    assert error_of(tmp_path) == f"{tmp_path} is a folder. Name one image in it."


def test_a_file_that_cannot_be_opened_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "dress.png"
    path.write_bytes(encode(COLOURS))

    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(path), "open", refuse)
    assert "Permission denied" in error_of(path)
    assert "cannot be opened" in error_of("a" * 5000)
    assert "There is no file" in error_of("a\0b")


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        (b"", "is empty"),
        (b"<!DOCTYPE html><html>Not found</html>", "its kind is HTML or SVG"),
        (b"\xef\xbb\xbf\n <html>Not found</html>", "its kind is HTML or SVG"),
        (encode(COLOURS, "GIF"), "its kind is GIF"),
        (encode(COLOURS, "BMP"), "its kind is BMP"),
        (encode(COLOURS, "TIFF"), "its kind is TIFF"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "its kind is HEIC"),
        (b"%PDF-1.7", "its kind is PDF"),
        (b"hello", "beginning with b'hello'"),
        (b"\x89PNG\r\n\x1a\n", "is damaged"),
        (encode(COLOURS)[:-30], "is damaged"),
        (encode(smooth(64, 64), "JPEG")[:-200], "is damaged"),
        (encode(smooth(64, 64), "WEBP")[:-50], "is damaged"),
    ],
)
def test_files_that_are_no_whole_image_are_named(tmp_path, content, wanted):
    path = tmp_path / "dress.jpg"
    path.write_bytes(content)
    message = error_of(path)
    assert message.startswith(str(path))
    assert wanted in message
    if content:  # the same in memory
        assert wanted in error_of(content)


def test_open_files_that_give_nothing_are_refused(tmp_path):
    path = tmp_path / "dress.png"
    path.write_bytes(encode(COLOURS))
    with path.open("rb") as file:
        load_image(file)
        assert "already read to its end" in error_of(file)
    assert "Open it with mode 'rb'" in error_of(file)  # closed
    with path.open(encoding="utf-8") as file:
        assert "Open it with mode 'rb'" in error_of(file)
    assert "of type str; wanted a path, bytes" in error_of(io.StringIO("text"))


@pytest.mark.parametrize("source", [None, 5, [1, 2], (), {}, {"a.png": {}}, [[0.5]], object()])
def test_other_types_are_refused(source):
    message = error_of(source)
    assert "wanted a path, bytes" in message or "The upload holds 0 files" in message


def test_several_uploads_are_refused():
    file = {"name": "a.png", "content": memoryview(encode(COLOURS))}
    assert "The upload holds 2 files; choose one" in error_of((file, file))
    assert "The upload holds 2 files; choose one" in error_of({"a.png": file, "b.png": file})
    assert error_of(({"name": "a.png", "content": b"hello"},)).startswith("a.png is no PNG")


@pytest.mark.parametrize(
    ("array", "wanted"),
    [
        (np.zeros((0, 5), np.uint8), r"shape (0, 5)"),
        (np.zeros(5, np.uint8), r"shape (5,)"),
        (np.zeros((1, 8, 8, 3), np.uint8), r"shape (1, 8, 8, 3)"),
        (np.zeros((3, 8, 8), np.uint8), r"shape (3, 8, 8)"),
        (np.zeros((8, 8, 2), np.uint8), r"shape (8, 8, 2)"),
        (np.zeros((8, 8), np.int64), "of type int64"),
        (np.zeros((8, 8), np.uint32), "of type uint32"),
        (np.zeros((8, 8), bool), "of type bool"),
        (np.array([["a"]], object), "of type object"),
        (np.array([[0.0, 255.0]]), "floats from 0 to 255; wanted [-1, 1]"),
        (np.array([[-1.01, 0.0]]), "floats from -1.01 to 0; wanted [-1, 1]"),
        (np.array([[0.0, np.nan]]), "floats from nan to nan"),
    ],
)
def test_arrays_that_are_no_image_are_refused(array, wanted):
    assert wanted in error_of(array)


# Damage


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        (
            "PNG",
            {"exif": b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"},
        ),
        (
            "JPEG",
            {"exif": b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"},
        ),
        ("JPEG", {"progressive": True}),
        ("WEBP", {}),
        ("WEBP", {"lossless": True}),
    ],
)
def test_200_damaged_files_give_an_image_or_a_data_error_and_no_warning(kind, options):
    rng = np.random.default_rng(len(kind) + len(options))
    whole = encode(smooth(48, 32), kind, **options)
    refused = 0
    for trial in range(200):
        content = np.frombuffer(whole, np.uint8).copy()
        if trial % 2:
            content = content[: rng.integers(len(content))]
        else:  # half of them near the start, where the headers are
            reach = len(content) if trial % 4 else 64
            content[rng.integers(reach, size=rng.integers(1, 4))] ^= np.uint8(1 << rng.integers(8))
        with warnings.catch_warnings(record=True) as seen:
            warnings.simplefilter("always")
            try:
                found = load_image(content.tobytes(), size=64)
            except DataError:
                refused += 1
            else:
                assert found.dtype == np.float32
                assert np.abs(found).max() <= 1
        assert not seen
    assert 20 < refused < 200


def test_pillows_warning_of_decompression_bombs_stays_inside(monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    assert load_image(encode(COLOURS.repeat(8, axis=0))).shape == (40, 4, 3)


def test_threads_may_load_at_the_same_time_and_leave_the_warnings_on():
    content, before = encode(COLOURS), list(warnings.filters)
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(load_image, [content] * 200))
    assert all((image == SCALED).all() for image in found)
    assert warnings.filters == before


# As Fashion-MNIST would have it


def shirt(background, colour, left=0):
    """A shirt of 280 x 220 pixels, drawn off the centre of 400 x 400."""
    outline = [(20, 70), (90, 20), (130, 45), (170, 20), (240, 70), (200, 120), (200, 300)]
    outline += [(60, 300), (60, 120)]
    picture = Image.new("RGB", (400, 400), background)
    ImageDraw.Draw(picture).polygon([(x + left, y) for x, y in outline], fill=colour)
    return picture


def box(image):
    """First and last row, first and last column with something bright in them."""
    rows, columns = np.nonzero(image[..., 0] > -0.5)
    return rows.min(), rows.max(), columns.min(), columns.max()


@pytest.mark.parametrize(
    ("background", "colour"),
    [
        ("white", (30, 40, 90)),
        ("black", (240, 220, 200)),
        ((200, 200, 195), "white"),
        ((90, 90, 90), "black"),
    ],
)
@pytest.mark.parametrize("left", [10, 120])
def test_a_shirt_comes_out_centred_and_bright_on_black(background, colour, left):
    found = to_fashion_mnist(shirt(background, colour, left))
    assert found.shape == (28, 28, 1)
    assert found.dtype == np.float32
    assert box(found) == (0, 27, 3, 24)  # 220 / 280 of 28 pixels are 22
    assert found[:, :2].max() == found[:, 26:].max() == -1
    assert found[15:25, 10:18].min() > 0.5
    assert -1 <= found.min() <= found.max() <= 1


def test_a_wide_garment_fills_the_width():
    photo = np.full((100, 200), 255, np.uint8)
    photo[40:60, 30:170] = 0
    assert box(to_fashion_mnist(photo)) == (12, 15, 0, 27)  # 20 / 140 of 28 pixels are 4


def test_a_darker_garment_on_white_is_brighter():
    dark, pale = (to_fashion_mnist(shirt("white", (grey,) * 3)) for grey in (40, 180))
    assert dark[20, 14, 0] == pytest.approx(1 - 2 * 40 / 255, abs=0.03)
    assert pale[20, 14, 0] == pytest.approx(1 - 2 * 180 / 255, abs=0.03)


def test_brightness_counts_from_the_background():
    found = to_fashion_mnist(shirt((200, 200, 200), (100, 100, 100)))
    assert found[20, 14, 0] == pytest.approx(2 * 100 / 200 - 1, abs=0.03)


def test_a_shaded_grainy_background_and_a_speck_of_dust_do_not_move_the_garment():
    photo = np.asarray(shirt((235, 235, 230), (40, 40, 40), left=60)).astype(float)
    photo *= np.linspace(0.85, 1, 400)[:, np.newaxis, np.newaxis]
    photo += np.random.default_rng(0).normal(0, 4, photo.shape)
    photo[5:9, 5:9] = 0
    found = to_fashion_mnist(photo.clip(0, 255).astype(np.uint8))
    assert box(found) == (0, 27, 3, 24)
    assert found[:, :2].max() == -1


def test_a_pair_of_shoes_stays_a_pair():
    photo = np.full((100, 200), 255, np.uint8)
    photo[40:60, 30:80] = photo[40:55, 110:160] = 0
    found = to_fashion_mnist(photo)
    assert box(found)[2:] == (0, 27)
    assert found[:, 13:15].max() < -0.5


def test_edges_are_sharpened():
    photo = np.full((280, 280), 255, np.uint8)
    photo[50:230, 50:230] = 128
    found = to_fashion_mnist(photo)[14, :, 0]
    assert found[0] > found[14] + 0.1
    assert found[13] == pytest.approx(found[14], abs=0.02)


def test_images_of_the_data_set_photographed_anew_come_back_much_as_they_were():
    real = load_fashion_mnist("test", path="sample", verbose=False).images[:40]
    alike = []
    for image in real:
        garment = Image.fromarray(127.5 * (1 - image[..., 0])).resize((420, 420))
        photo = np.full((600, 500), 255, np.uint8)
        photo[60:480, 40:460] = np.clip(garment, 0, 255)
        alike.append(np.corrcoef(to_fashion_mnist(photo).ravel(), image.ravel())[0, 1])
    assert 0.88 < np.mean(alike) < 0.99  # 1 is out of reach: they are sharpened a second time


def test_without_a_garment_there_is_an_error():
    with pytest.raises(DataError, match="No garment stands out"):
        to_fashion_mnist(np.full((50, 50), 200, np.uint8))
    with pytest.raises(DataError, match="There is no file"):
        to_fashion_mnist("no-such-photo.jpg")


def test_a_garment_that_differs_in_colour_alone_is_refused():
    photo = np.zeros((60, 60, 3), np.uint8) + np.uint8([0, 130, 0])
    photo[10:50, 20:40] = (255, 0, 0)  # as light as the green
    with pytest.raises(DataError, match="differs in colour alone"):
        to_fashion_mnist(photo)
