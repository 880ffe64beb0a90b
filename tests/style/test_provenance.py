"""A saved picture tells where it comes from, and is there whole or not at all."""

import hashlib
import json
import os
import re
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from PIL import ExifTags, Image
from PIL.PngImagePlugin import PngInfo

import fashionlab
from fashionlab import pretrained
from fashionlab.backend import keras
from fashionlab.data import textiles
from fashionlab.errors import ConfigurationError, DataError, StorageError, WeightsError
from fashionlab.style import provenance
from fashionlab.style.provenance import read_provenance, save_picture

PIXELS = np.random.default_rng(0).integers(0, 256, (12, 20, 3), np.uint8)
RECORD = {"picture": "result", "licence": "CC0", "made_with": {"fashionlab": "0.1.0"}}
ENDINGS = ("png", "jpg", "jpeg", "PNG", "JPG")


# What is noted.


def test_of_a_file_its_name_hash_and_stored_size_are_noted(tmp_path, monkeypatch):
    path = tmp_path / "my dress.jpg"
    Image.fromarray(PIXELS).save(path)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 10)  # the largest photographs are none too large
    assert provenance.file_source(str(path)) == {
        "file": "my dress.jpg",
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "width": 20,
        "height": 12,
    }


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_every_kind_of_file_that_can_be_loaded_has_a_size(tmp_path, kind):
    Image.fromarray(PIXELS).save(tmp_path / "file", kind)
    noted = provenance.file_source(tmp_path / "file")
    assert (noted["width"], noted["height"]) == (20, 12)


def test_a_file_that_turned_into_another_one_is_an_error(tmp_path):
    (tmp_path / "file").write_bytes(b"no image any more")
    with pytest.raises(DataError, match="replaced while it was being read"):
        provenance.file_source(tmp_path / "file")


def test_of_an_array_the_hash_of_its_float32_is_noted_whatever_lies_in_memory():
    image = (PIXELS / 127.5 - 1).astype(np.float32)
    noted = provenance.array_source(image)
    sha256 = hashlib.sha256(image.astype("<f4").tobytes()).hexdigest()
    assert noted == {"array": "float32", "sha256": sha256, "width": 20, "height": 12}
    assert provenance.array_source(np.asfortranarray(image)) == noted
    assert provenance.array_source(-image)["sha256"] != sha256


def test_of_a_drawn_textile_all_is_noted_that_draws_it_again():
    drawn = textiles.draw_textile("seigaiha", size=32, seed=7)
    noted = provenance.textile_source(drawn)
    assert noted["textile"] == "seigaiha"
    assert noted["origin"].startswith("Japanese, 'waves of the blue sea'")
    assert (noted["width"], noted["height"]) == (32, 32)
    again = textiles.draw_textile(noted["textile"], noted["width"], noted["seed"])
    np.testing.assert_array_equal(again.pixels, drawn.pixels)
    colours = [[int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)] for colour in noted["palette"]]
    np.testing.assert_allclose(colours, drawn.palette, atol=0.5 / 255 + 1e-6)


def test_a_textile_without_a_note_is_said_to_be_drawn():
    noted = provenance.textile_source(textiles.draw_textile("stripes", size=32))
    assert noted["origin"] == "drawn by fashionlab"


def test_networks_are_noted_with_the_hash_of_their_weights():
    noted = provenance.networks("dcgan", "vae")
    for name, sha256 in noted.items():
        file = pretrained.FOLDER / f"{name}-{sha256[:8]}.npz"
        assert hashlib.sha256(file.read_bytes()).hexdigest() == sha256
    assert list(noted) == ["dcgan", "vae"]
    with pytest.raises(WeightsError, match="No trained network 'nothing'"):
        provenance.networks("nothing")


def test_versions_and_the_time_are_noted():
    noted = provenance.circumstances()
    assert noted["made_with"] == {
        "fashionlab": fashionlab.__version__,
        "keras": keras.__version__,
    }
    made_at = datetime.fromisoformat(noted["made_at"])
    assert timedelta(0) <= datetime.now(UTC) - made_at < timedelta(seconds=60)


def test_a_licence_is_a_text_that_fits():
    provenance.check_licence("x" * 1000)
    for licence in ("x" * 1001, None, 3):
        with pytest.raises(ConfigurationError, match="a text of 1,000 characters at most"):
            provenance.check_licence(licence)


# Saving and reading.


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_record_comes_back_out_of_the_file(tmp_path, ending):
    path = tmp_path / f"out.{ending}"
    assert save_picture(str(path), PIXELS, RECORD) == path
    assert read_provenance(path) == RECORD
    assert read_provenance(str(path)) == RECORD
    assert [*tmp_path.iterdir()] == [path]


@pytest.mark.parametrize("ending", ["png", "jpg"])
def test_any_sign_in_a_record_comes_back(tmp_path, ending):
    licence = "© Zoë 雲 🧵, “as is”\n\\ $x$ </svg> \udc80"  # the last is how Python reads odd names
    record = {**RECORD, "licence": licence}
    save_picture(tmp_path / f"out.{ending}", PIXELS, record)
    assert read_provenance(tmp_path / f"out.{ending}") == record


@pytest.mark.parametrize("ending", ["png", "jpg"])
def test_the_longest_record_fits(tmp_path, ending):
    names = [{"file": "🧵" * 63, "sha256": "0" * 64, "origin": "x" * 300}] * 6
    record = {**RECORD, "licence": "🧵" * 1000, "styles": names}
    save_picture(tmp_path / f"out.{ending}", PIXELS, record)
    assert read_provenance(tmp_path / f"out.{ending}") == record


def test_a_png_keeps_every_pixel_and_a_jpeg_nearly(tmp_path):
    across, down = np.meshgrid(np.linspace(0, 255, 64), np.linspace(0, 255, 48))
    smooth = np.stack([across, down, 255 - across], axis=2).astype(np.uint8)
    for name in ("out.png", "out.jpg"):
        save_picture(tmp_path / name, smooth, RECORD)
    with Image.open(tmp_path / "out.png") as png, Image.open(tmp_path / "out.jpg") as jpeg:
        assert (png.format, jpeg.format) == ("PNG", "JPEG")
        np.testing.assert_array_equal(png, smooth)
        off = np.abs(np.asarray(jpeg).astype(int) - smooth).mean()
    assert 0 < off < 2


def test_nothing_but_the_record_is_in_the_metadata(tmp_path):
    save_picture(tmp_path / "out.png", PIXELS, RECORD)
    save_picture(tmp_path / "out.jpg", PIXELS, RECORD)
    with Image.open(tmp_path / "out.png") as png, Image.open(tmp_path / "out.jpg") as jpeg:
        assert png.text == {"Provenance": json.dumps(RECORD)}
        assert dict(jpeg.getexif()) == {ExifTags.Base.ImageDescription: json.dumps(RECORD)}


def test_folders_are_made(tmp_path):
    save_picture(tmp_path / "a" / "b" / "out.png", PIXELS, RECORD)
    assert read_provenance(tmp_path / "a" / "b" / "out.png") == RECORD


@pytest.mark.parametrize("name", ["out.gif", "out", "png", ".png", "out.png.webp"])
def test_another_ending_is_refused(tmp_path, name):
    with pytest.raises(ConfigurationError, match=r"does not end in \.png, \.jpg or \.jpeg"):
        save_picture(tmp_path / name, PIXELS, RECORD)
    assert [*tmp_path.iterdir()] == []


def test_what_is_there_is_overwritten_only_on_demand(tmp_path):
    path = tmp_path / "out.png"
    path.write_bytes(b"another picture")
    for refused in (
        lambda: save_picture(path, PIXELS, RECORD),
        lambda: provenance.check_target(path),
    ):
        with pytest.raises(StorageError, match=r"out\.png exists already.*--overwrite"):
            refused()
    assert path.read_bytes() == b"another picture"
    save_picture(path, PIXELS, RECORD, overwrite=True)
    assert read_provenance(path) == RECORD


def test_a_folder_is_never_overwritten(tmp_path):
    (tmp_path / "out.png").mkdir()
    with pytest.raises(StorageError, match=r"out\.png is a folder"):
        save_picture(tmp_path / "out.png", PIXELS, RECORD, overwrite=True)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="this user may write everywhere")
def test_a_folder_that_is_read_only_is_a_storage_error(tmp_path):
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(StorageError, match=r"out\.png cannot be written"):
            save_picture(tmp_path / "out.png", PIXELS, RECORD)
    finally:
        tmp_path.chmod(0o700)


def fail_with(error):
    def fail(*_, **__):
        raise error

    return fail


@pytest.mark.parametrize(
    ("error", "becomes"),
    [
        (PermissionError(13, "Permission denied"), StorageError),
        (OSError(28, "No space left on device"), StorageError),
        (KeyboardInterrupt(), KeyboardInterrupt),
    ],
)
@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_failed_write_leaves_nothing_new_and_the_old(tmp_path, monkeypatch, step, error, becomes):
    (tmp_path / "old.png").write_bytes(b"old")
    monkeypatch.setattr(os, step, fail_with(error))
    for name in ("new.png", "old.png"):
        with pytest.raises(becomes):
            save_picture(tmp_path / name, PIXELS, RECORD, overwrite=True)
    assert [*tmp_path.iterdir()] == [tmp_path / "old.png"]
    assert (tmp_path / "old.png").read_bytes() == b"old"


@pytest.mark.parametrize("name", ["out.png", "out.jpg"])
def test_a_picture_without_a_record_says_so(tmp_path, name):
    Image.fromarray(PIXELS).save(tmp_path / name)
    with pytest.raises(DataError, match=re.escape(name) + " holds no record of where"):
        read_provenance(tmp_path / name)


@pytest.mark.parametrize("text", ["A dress.", "[1]", "3", "null", "{}", '{"made_with": "GIMP"}'])
@pytest.mark.parametrize("name", ["out.png", "out.jpg"])
def test_what_other_programs_note_is_no_record(tmp_path, name, text):
    chunks, exif = PngInfo(), Image.Exif()
    chunks.add_text("Provenance", text)
    exif[ExifTags.Base.ImageDescription] = text
    options = {"pnginfo": chunks} if name.endswith("png") else {"exif": exif}
    Image.fromarray(PIXELS).save(tmp_path / name, **options)
    with pytest.raises(DataError, match="holds no record"):
        read_provenance(tmp_path / name)


def test_a_note_that_is_nested_without_end_is_no_record(tmp_path):
    chunks = PngInfo()
    chunks.add_text("Provenance", "[" * 200_000)
    Image.fromarray(PIXELS).save(tmp_path / "out.png", pnginfo=chunks)
    with pytest.raises(DataError, match="holds no record"):
        read_provenance(tmp_path / "out.png")


def test_what_is_no_picture_says_so(tmp_path):
    (tmp_path / "text.png").write_text("no picture")
    save_picture(tmp_path / "whole.png", PIXELS, RECORD)
    (tmp_path / "cut.png").write_bytes((tmp_path / "whole.png").read_bytes()[:20])
    Image.fromarray(PIXELS).save(tmp_path / "other.gif")
    for name in ("text.png", "cut.png", "other.gif", "nowhere.png", "."):
        with pytest.raises(DataError, match="cannot be read as a PNG or JPEG"):
            read_provenance(tmp_path / name)
