import numpy as np
import pytest
from PIL import Image

from fashionlab import metrics
from fashionlab.errors import DataError
from fashionlab.metrics import read_folder

# What is no set of images


def spoiled(images, value):
    images = images.copy()
    images[[3, 7], 5, 5] = value
    return images


WRONG = {
    r"\(50, 28, 28\).*channel is missing: images\[..., None\]": lambda x: x[..., 0],
    r"\(50, 784\).*reshape\(-1, 28, 28, 1\)": lambda x: x.reshape(50, 784),
    r"\(50, 1, 28, 28\).*channel comes first": lambda x: np.moveaxis(x, -1, 1),
    r"\(50, 28, 28, 3\).*in colour": lambda x: x.repeat(3, axis=-1),
    r"\(28, 28, 1\).*one image": lambda x: x[0],
    r"\(50, 14, 28, 1\).*this size only": lambda x: x[:, ::2],
    "There are no samples": lambda x: x[:0],
    "are uint8; .*p / 127.5 - 1": lambda x: np.uint8((x + 1) * 127.5),
    "from 0 to 1; .*scaled to .0, 1.: images \\* 2 - 1": lambda x: (x + 1) / 2,
    "from 0 to 255; .*scaled to .0, 255.": lambda x: (x + 1) * 127.5,
    "from 0.9 to 0.9; .*bright: has the generator collapsed": lambda x: np.full_like(x, 0.9),
    "from -3 to 3; .*should be a tanh": lambda x: x * 3,
    "2 of 50 samples hold NaN or infinity, the first at position 3": lambda x: spoiled(x, np.nan),
    "2 of 50 samples hold NaN or .*broke": lambda x: spoiled(x, np.inf),
}


@pytest.mark.parametrize("says", WRONG)
@pytest.mark.parametrize("figure", [metrics.evaluate, metrics.fashion_fid])
def test_what_is_no_set_of_images_is_named_and_refused(real, figure, says):
    with pytest.raises(DataError, match=says):
        figure(WRONG[says](real["test"][:50]))


def test_a_wrong_reference_is_called_so(real):
    with pytest.raises(DataError, match="The reference images run from 0 to 1"):
        metrics.evaluate(real["unseen"], (real["test"] + 1) / 2)


def test_images_in_double_precision_and_a_hair_beyond_the_range_are_fine(real):
    images = real["test"][:10].astype(np.float64) * 1.0005
    assert metrics.embed(images).features.dtype == np.float32


# Folders of images


@pytest.fixture
def folder(tmp_path, real):
    pixels = np.uint8(np.round((real["test"][:3, ..., 0] + 1) * 127.5))
    Image.fromarray(pixels[1]).save(tmp_path / "b.PNG")
    Image.fromarray(pixels[0]).save(tmp_path / "a.png")
    Image.fromarray(pixels[2]).convert("RGB").save(tmp_path / "c.png")
    (tmp_path / "notes.txt").write_text("not an image")
    return tmp_path


def test_a_folder_is_read_in_the_order_of_its_names(folder, real):
    np.testing.assert_allclose(read_folder(folder), real["test"][:3], atol=1e-6)


def test_jpegs_are_read_too(tmp_path, real):
    Image.fromarray(np.full((28, 28), 128, np.uint8)).save(tmp_path / "a.jpg")
    np.testing.assert_allclose(read_folder(tmp_path), 128 / 127.5 - 1, atol=0.01)


@pytest.mark.parametrize(
    ("image", "says"),
    [
        (Image.new("L", (32, 28)), "z.png is 32x28 pixels; wanted 28x28"),
        (Image.new("RGB", (28, 28), "red"), "z.png is in colour"),
        (Image.new("I;16", (28, 28)), "z.png has mode I;16; wanted 8-bit grey"),
    ],
)
def test_an_image_of_another_kind_is_refused_by_name(folder, image, says):
    image.save(folder / "z.png")
    with pytest.raises(DataError, match=says):
        read_folder(folder)


def test_a_damaged_chunk_is_refused_by_name(folder):
    content = bytearray((folder / "a.png").read_bytes())
    content[content.index(b"IDAT") - 1] ^= 0x20  # its length
    (folder / "z.png").write_bytes(content)
    with pytest.raises(DataError, match=r"z\.png cannot be read as an image \(broken PNG"):
        read_folder(folder)


def test_a_damaged_image_and_an_empty_folder_are_refused(folder, tmp_path):
    (folder / "z.png").write_bytes((folder / "a.png").read_bytes()[:60])
    with pytest.raises(DataError, match=r"z\.png cannot be read as an image"):
        read_folder(folder)
    with pytest.raises(DataError, match=r"There is no folder .*nowhere"):
        read_folder(tmp_path / "nowhere")
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(DataError, match="empty holds no PNG or JPEG images, nor the generator"):
        read_folder(empty)
