"""Folders of made-up images come out in order, in one size, with their classes and partners.

Most images are of one grey, which holds their number.
"""

import os
import shutil
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from fashionlab.data import folders
from fashionlab.data.folders import ImageFolder, image_files, read_images, read_pairs
from fashionlab.data.images import load_image
from fashionlab.errors import ConfigurationError, DataError


def paint(file, grey, size=(8, 8), **options):
    """Save an image of one grey; its folder is made if need be."""
    file.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, (grey, grey, grey)).save(file, **options)
    return file


def greys(found):
    """The grey of each image in a folder."""
    assert (found.pixels == found.pixels[:, :1, :1]).all()
    return found.pixels[:, 0, 0, 0].tolist()


def bomb(file):
    """A PNG of a few kilobytes with 81 million pixels."""
    header = struct.pack(">IIBBBBB", 9000, 9000, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * (9000 * 1126), 9)
    chunks = ((b"IHDR", header), (b"IDAT", rows), (b"IEND", b""))
    file.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + b"".join(
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
            for kind, body in chunks
        )
    )


@pytest.fixture
def spoiled(tmp_path):
    """Two images, six files that are none, and much that is to be passed over."""
    paint(tmp_path / "a1.png", 10)
    paint(tmp_path / "b9.jpg", 200)
    (tmp_path / "c_empty.png").write_bytes(b"")
    (tmp_path / "d_text.jpg").write_text("no image at all")
    (tmp_path / "e_cut.png").write_bytes((tmp_path / "a1.png").read_bytes()[:50])
    bomb(tmp_path / "f_bomb.png")
    Image.new("L", (8, 8)).save(tmp_path / "g.gif")
    (tmp_path / "h_broken_link.png").symlink_to(tmp_path / "nowhere.png")
    paint(tmp_path / ".hidden.png", 1)
    paint(tmp_path / "._a1.png", 1)
    paint(tmp_path / "__MACOSX" / "a1.png", 1)
    paint(tmp_path / ".ipynb_checkpoints" / "a1.png", 1)
    (tmp_path / "Thumbs.db").write_bytes(b"\0")
    (tmp_path / "notes.txt").write_text("to be passed over")
    return tmp_path


# One folder


def test_images_come_in_natural_order_whatever_their_kind(tmp_path):
    names = ["img1.png", "img2.webp", "IMG3.JPG", "img10.jpeg", "img10b.png", "img011.png"]
    for number, name in reversed([*enumerate(names)]):
        paint(tmp_path / name, 40 * number, **({"lossless": True} if "webp" in name else {}))
    found = read_images(tmp_path, size=4)
    assert [file.name for file in found.files] == names
    assert greys(found) == [0, 40, 80, 120, 160, 200]
    assert (found.labels, found.class_names, found.problems) == (None, (), ())


def test_names_that_differ_in_case_or_zeros_alone_have_one_order():
    paths = [folders.Path(name) for name in ("a01", "a1", "A1", "a001", "1", "a")]
    ways = [paths, paths[::-1], paths[2:] + paths[:2]]
    orders = {tuple(path.name for path in sorted(way, key=folders._natural)) for way in ways}
    assert orders == {("1", "a", "A1", "a001", "a01", "a1")}


def test_pixels_are_those_of_load_image_to_the_last_level(tmp_path):
    colours = np.random.default_rng(0).integers(0, 256, (6, 6, 3), np.uint8)
    Image.fromarray(colours).save(tmp_path / "a.png")
    found = read_images(tmp_path, size=6)
    np.testing.assert_array_equal(found.pixels[0], colours)
    assert found.images.dtype == np.float32
    np.testing.assert_array_equal(found.images[0], load_image(tmp_path / "a.png"))
    np.testing.assert_array_equal(found[0], found.images[0])
    np.testing.assert_array_equal(found[[0, 0]], found.images[[0, 0]])
    assert (len(found), found[:0].shape) == (1, (0, 6, 6, 3))


@pytest.mark.parametrize("fit", ["cover", "contain"])
def test_fit_and_size_are_those_of_load_image(tmp_path, fit):
    picture = np.tile(np.arange(0, 240, 6, dtype=np.uint8), (20, 1))
    Image.fromarray(picture).save(tmp_path / "a.png")
    found = read_images(tmp_path, size=10, fit=fit).images[0]
    whole = load_image(picture, size=10, fit=fit)
    np.testing.assert_allclose(found, whole, atol=0.5 / 127.5 + 1e-6)


def test_grey_weighs_the_colours_as_the_eye_does(tmp_path):
    for name, colour in (("1", "red"), ("2", "lime"), ("3", "blue"), ("4", "white")):
        Image.new("RGB", (5, 5), colour).save(tmp_path / f"{name}.png")
    found = read_images(tmp_path, size=5, grey=True)
    assert found.pixels.shape == (4, 5, 5, 1)
    assert greys(found) == [76, 150, 29, 255]


def test_photographs_are_turned_upright(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # what is at the top belongs to the right
    picture = np.zeros((32, 32), np.uint8)
    picture[16:] = 255
    Image.fromarray(picture).save(tmp_path / "a.jpg", exif=exif, quality=95)
    found = read_images(tmp_path, size=32)[0]
    assert found[:, :15].min() > 0.95
    assert found[:, 17:].max() < -0.95


@pytest.mark.parametrize(
    ("limit", "numbers"), [(1, [0]), (2, [0, 5]), (3, [0, 3, 6]), (99, range(10))]
)
def test_a_limit_is_spread_over_the_folder(tmp_path, limit, numbers):
    for number in range(10):
        paint(tmp_path / f"{number}.png", 20 * number)
    assert greys(read_images(tmp_path, size=4, limit=limit)) == [20 * number for number in numbers]


# What cannot be read


def test_bad_files_are_named_once_and_stop_nothing(spoiled, capsys):
    found = read_images(spoiled, size=4)
    assert greys(found) == [10, 200]
    assert [file.name for file in found.files] == ["a1.png", "b9.jpg"]
    assert {file.name: reason.split(str(file))[1] for file, reason in found.problems}.keys() == {
        "c_empty.png", "d_text.jpg", "e_cut.png", "f_bomb.png", "g.gif", "h_broken_link.png",
    }  # fmt: skip
    for part, (_, reason) in zip(
        ("is empty", "beginning with b'no image'", "damaged", "81.0 million", "GIF", "no file"),
        found.problems,
        strict=True,
    ):
        assert part in reason
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"NOTE: 6 left out of {spoiled}:"
    assert [line.strip() for line in lines[1:4]] == [reason for _, reason in found.problems[:3]]
    assert lines[4:] == ["  and 3 more: see .problems"]
    assert repr(found) == "<ImageFolder: 2 images of 4 x 4 pixels, 6 files left out>"


def test_a_sound_folder_says_nothing(tmp_path, capsys):
    paint(tmp_path / "a.png", 1)
    read_images(tmp_path, size=4)
    assert capsys.readouterr() == ("", "")


def test_a_folder_without_a_readable_image_is_refused_with_a_reason(spoiled):
    for name in ("a1.png", "b9.jpg"):
        (spoiled / name).unlink()
    with pytest.raises(
        DataError, match=r"None of 6 images in .* The first: .*c_empty.png is empty"
    ):
        read_images(spoiled)


def test_missing_and_empty_folders_are_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataError, match=f"There is no folder {tmp_path}/style_images"):
        read_images("style_images")
    (tmp_path / "style_images").mkdir()
    (tmp_path / "style_images" / "notes.txt").touch()
    with pytest.raises(DataError, match=r"style_images holds no images\. Put PNG"):
        read_images("style_images")
    file = paint(tmp_path / "a.png", 1)
    with pytest.raises(DataError, match=r"a\.png is a file. Name its folder"):
        read_images(file)


def test_a_folder_that_cannot_be_opened_is_refused(tmp_path, monkeypatch):
    def refuse(_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(folders.Path, "iterdir", refuse)
    with pytest.raises(DataError, match=r"cannot be opened .*Permission denied"):
        read_images(tmp_path)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"size": 0}, "size=0: wanted a whole number of pixels from 1 to 5,000"),
        ({"size": 5001}, "size=5001: wanted"),
        ({"size": None}, "size=None: wanted"),
        ({"fit": None}, "fit=None leaves images as they are"),
        ({"fit": "crop"}, "fit='crop' is unknown"),
        ({"limit": 0}, "limit=0: wanted a whole number, 1 or more"),
        ({"limit": 1.5}, "limit=1.5: wanted"),
    ],
)
def test_settings_out_of_range_are_refused_before_anything_is_read(tmp_path, settings, says):
    for read in (read_images, lambda folder, **more: read_pairs(folder, folder, **more)):
        with pytest.raises(ConfigurationError, match=says):
            read(tmp_path / "nowhere", **settings)


def test_too_many_images_for_the_memory_are_refused_with_a_way_out(tmp_path, monkeypatch):
    for number in range(4):
        paint(tmp_path / f"{number}.png", 20 * number)
    monkeypatch.setattr(folders, "MEMORY", 3 * 4 * 4 * 3)
    with pytest.raises(ConfigurationError, match=r"4 images of 4 x 4 pixels .* Use limit=3 or a"):
        read_images(tmp_path, size=4)
    assert greys(read_images(tmp_path, size=4, limit=3)) == [0, 20, 40]
    assert len(read_images(tmp_path, size=4, grey=True)) == 4


def test_ten_thousand_images_of_128_pixels_are_let_in_and_50_000_are_not():
    folders._check_memory(10_000, (128, 128, 3))
    with pytest.raises(
        ConfigurationError, match=r"would take 2.5 GB; wanted 2.0 GB at most. .*40690"
    ):
        folders._check_memory(50_000, (128, 128, 3))


def test_an_interrupt_is_passed_on(tmp_path, monkeypatch):
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    paint(tmp_path / "a.png", 1)
    monkeypatch.setattr(folders, "load_image", interrupt)
    with pytest.raises(KeyboardInterrupt):
        read_images(tmp_path)


# Classes


@pytest.fixture
def classes(tmp_path):
    """Three classes, of 1, 2 and 3 images."""
    grey = iter(range(0, 250, 10))
    for number, name in ((1, "bag2"), (2, "bag10"), (3, "Dress")):
        for image in range(number):
            paint(tmp_path / name / f"{image}.png", next(grey))
    paint(tmp_path / "__MACOSX" / "a.png", 1)
    return tmp_path


def test_sub_folders_are_classes_in_natural_order(classes):
    found = read_images(classes, size=4)
    assert found.class_names == ("bag2", "bag10", "Dress")
    assert found.labels.tolist() == [0, 1, 1, 2, 2, 2]
    assert (found.labels.dtype, greys(found)) == (np.int32, [0, 10, 20, 30, 40, 50])
    assert [file.parent.name for file in found.files] == ["bag2", *2 * ["bag10"], *3 * ["Dress"]]
    assert found.class_weights.dtype == np.float32
    assert found.class_weights.argmax(axis=1).tolist() == found.labels.tolist()
    assert repr(found) == "<ImageFolder: 6 images of 4 x 4 pixels, 3 classes>"


def test_labels_stay_with_their_images_where_some_are_bad(classes, capsys):
    (classes / "bag10" / "0.png").write_bytes(b"")
    found = read_images(classes, size=4)
    assert [*zip(greys(found), found.labels, strict=True)] == [
        (0, 0), (20, 1), (30, 2), (40, 2), (50, 2),
    ]  # fmt: skip
    assert [f"{file.parent.name}/{file.stem}" for file in found.files] == [
        "bag2/0", "bag10/1", "Dress/0", "Dress/1", "Dress/2",
    ]  # fmt: skip
    assert "1 left out" in capsys.readouterr().out
    some = read_images(classes, size=4, limit=3)  # 0, 2 and 4 of six
    assert (greys(some), some.labels.tolist()) == ([0, 20, 40], [0, 1, 2])


def test_a_class_folder_without_images_is_refused(classes):
    (classes / "coat").mkdir()
    with pytest.raises(DataError, match=r"The class folder .*coat holds no images"):
        read_images(classes)


def test_sub_folders_beside_images_are_left_out_and_named(classes, capsys):
    paint(classes / "a.png", 99)
    found = read_images(classes, size=4)
    assert (greys(found), found.labels) == ([99], None)
    assert [path.name for path, _ in found.problems] == ["bag2", "bag10", "Dress"]
    assert "bag2 is a sub-folder beside images" in capsys.readouterr().out
    with pytest.raises(DataError, match="have no classes"):
        found.class_weights  # noqa: B018


def test_links_to_folders_are_followed_and_loops_do_no_harm(classes):
    away = classes / ".away"
    shutil.move(classes / "Dress", away)
    (classes / "Dress").symlink_to(away)
    (classes / "loop").symlink_to(classes)
    (classes / "up").symlink_to(classes.parent)
    (classes / "self").symlink_to(classes / "self")
    (classes / "bag2" / "loop").symlink_to(classes / "bag2")
    found = read_images(classes, size=4)
    assert found.class_names == ("bag2", "bag10", "Dress")
    assert len(found) == 6


# Pairs


@pytest.fixture
def pair(tmp_path):
    """Drawings 1, 2, 10, 11 and photographs 1, 2, 10, 12."""
    for number in (1, 2, 10, 11):
        paint(tmp_path / "drawings" / f"{number}.png", number)
    for number in (1, 2, 10, 12):
        paint(tmp_path / "photos" / f"{number}.jpg", 100 + number)
    return tmp_path / "drawings", tmp_path / "photos"


def test_pairs_have_the_same_name(pair, capsys):
    x, y = read_pairs(*pair, size=4)
    assert greys(x) == [1, 2, 10]
    assert greys(y) == [101, 102, 110]
    assert [file.name for file in (*x.files, *y.files)] == [
        "1.png", "2.png", "10.png", "1.jpg", "2.jpg", "10.jpg",
    ]  # fmt: skip
    assert x.problems == y.problems
    assert [file.name for file, _ in x.problems] == ["11.png", "12.jpg"]
    assert f"11.png has no partner in {pair[1]}." in capsys.readouterr().out


def test_a_pair_of_which_one_is_bad_is_left_out_whole(pair):
    (pair[1] / "2.jpg").write_bytes(b"")
    x, y = read_pairs(*pair, size=4)
    assert (greys(x), greys(y)) == ([1, 10], [101, 110])
    assert x.problems[-1][0] == pair[0] / "2.png"
    assert f"{pair[1] / '2.jpg'} is empty" in x.problems[-1][1]


def test_of_two_files_of_one_name_the_first_is_paired(pair):
    paint(pair[0] / "2.jpg", 222)
    x, y = read_pairs(*pair, size=4)
    assert (greys(x), greys(y)) == ([1, 222, 10], [101, 102, 110])
    assert "2.png has the name of 2.jpg, which comes first." in x.problems[0][1]


def test_pairs_can_be_grey_and_limited(pair):
    x, y = read_pairs(*pair, size=4, grey=True, limit=2)
    assert x.pixels.shape == y.pixels.shape == (2, 4, 4, 1)
    assert (greys(x), greys(y)) == ([1, 2], [101, 102])


def test_folders_without_a_pair_are_refused(pair, tmp_path):
    paint(tmp_path / "others" / "a.png", 1)
    with pytest.raises(
        DataError, match=r"No image in .*drawings has a partner of the same name in"
    ):
        read_pairs(pair[0], tmp_path / "others")
    with pytest.raises(DataError, match="There is no folder"):
        read_pairs(pair[0], tmp_path / "nowhere")


# To batches


def test_batches_of_a_folder_take_its_images_and_classes(classes):
    found = read_images(classes, size=4)
    assert isinstance(found, ImageFolder)
    images, weights = next(found.batches(6, seed=3, classes=True).epoch(2))
    order = np.random.default_rng([3, 2]).permutation(6)
    np.testing.assert_array_equal(images, found.images[order])
    np.testing.assert_array_equal(weights, found.class_weights[order])
    np.testing.assert_array_equal(next(found.batches(6, seed=3).epoch(2)), images)
    assert np.ptp(next(found.batches(6, augment=True).epoch(2)) - images) > 0


def test_files_are_found_without_being_opened(tmp_path):
    for name in ("b.PNG", "a.webp", "c.txt", ".d.png", "e.heic"):
        (tmp_path / name).touch()
    os.mkdir(tmp_path / "f.png")
    assert [file.name for file in image_files(tmp_path)] == ["a.webp", "b.PNG", "e.heic"]
