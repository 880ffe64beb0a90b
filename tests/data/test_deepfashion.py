"""A small made-up copy of DeepFashion's benchmark is read, and each way to be damaged is named."""

import re

import numpy as np
import pytest
from PIL import Image

from fashionlab.data.deepfashion import read_deepfashion
from fashionlab.errors import ConfigurationError, DataError

# Partition, category (counted from 1), grey of the garment, attributes.
GARMENTS = {
    "img/Sheer_Pleated-Front_Blouse/img_00000001.jpg": ("train", 2, 40, (1, -1, 0)),
    "img/Sheer_Pleated-Front_Blouse/img_00000002.jpg": ("val", 2, 80, (0, 0, 0)),
    "img/Lace_Dress/img_00000001.jpg": ("train", 3, 120, (-1, 1, -1)),
    "img/Lace_Dress/img_00000010.jpg": ("train", 3, 160, (-1, -1, 1)),
    "img/Denim_Jacket/img_00000001.jpg": ("test", 1, 200, (1, 1, 1)),
}
BOX = 5, 10, 25, 30  # left, top, right, bottom


def rows(header, lines):
    return "\n".join([str(len(lines)), header, *lines]) + "\n"


@pytest.fixture
def benchmark(tmp_path):
    for name, (_, _, grey, _) in GARMENTS.items():
        picture = np.full((60, 40), 255, np.uint8)
        picture[BOX[1] : BOX[3], BOX[0] : BOX[2]] = grey
        file = tmp_path / "Img" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(picture).convert("RGB").save(file, "PNG")  # so that edges are sharp
    files = {
        "Anno/list_category_cloth.txt": rows(
            "category_name  category_type", ["Jacket  1", "Blouse    1", "Dress  3"]
        ),
        "Anno/list_category_img.txt": rows(
            "image_name  category_label",
            [f"{name}      {category}" for name, (_, category, *_) in GARMENTS.items()],
        ),
        "Anno/list_attr_cloth.txt": rows(
            "attribute_name  attribute_type", ["a-line   3", "abstract chevron print  1", "lace 2"]
        ),
        "Anno/list_attr_img.txt": rows(
            "image_name  attribute_labels",
            [f"{name}  {' '.join(map(str, g[3]))} " for name, g in reversed(GARMENTS.items())],
        ),
        "Anno/list_bbox.txt": rows(
            "image_name  x_1  y_1  x_2  y_2",
            [f"{name}  {' '.join(f'{x:03d}' for x in BOX)}" for name in GARMENTS],
        ),
        "Eval/list_eval_partition.txt": rows(
            "image_name  evaluation_status", [f"{name}  {g[0]}" for name, g in GARMENTS.items()]
        ),
    }
    for name, text in files.items():
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
    return tmp_path


def edit(benchmark, file, old, new):
    path = benchmark / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_garments_come_cut_out_with_categories_and_attributes(benchmark):
    found = read_deepfashion(benchmark, size=10)
    names = [name for name, garment in GARMENTS.items() if garment[0] == "train"]
    assert [str(file.relative_to(benchmark / "Img")) for file in found.files] == names
    assert found.pixels.shape == (3, 10, 10, 3)
    for pixels, grey in zip(found.pixels, (40, 120, 160), strict=True):
        assert (pixels == grey).all()  # nothing is left of the white around it
    assert found.class_names == ("Jacket", "Blouse", "Dress")
    assert found.labels.tolist() == [1, 2, 2]
    assert found.attribute_names == ("a-line", "abstract chevron print", "lace")
    assert found.attributes.dtype == np.int8
    assert found.attributes.tolist() == [[1, -1, 0], [-1, 1, -1], [-1, -1, 1]]
    assert found.problems == ()
    assert repr(found) == "<DeepFashion: 3 images of 10 x 10 pixels, 3 classes>"
    images, weights = next(found.batches(3, classes=True).epoch(0))
    assert sorted(weights.argmax(axis=1)) == [1, 2, 2]
    assert images.shape == (3, 10, 10, 3)


@pytest.mark.parametrize(("partition", "grey"), [("val", 80), ("test", 200)])
def test_partitions(benchmark, partition, grey):
    found = read_deepfashion(benchmark, partition, size=4)
    assert found.pixels[:, 0, 0, 0].tolist() == [grey]


def test_categories_limit_and_grey(benchmark):
    found = read_deepfashion(benchmark, categories=["Dress", "Jacket"], size=4, grey=True)
    assert found.pixels.shape == (2, 4, 4, 1)
    assert (found.class_names, found.labels.tolist()) == (("Dress", "Jacket"), [0, 0])
    found = read_deepfashion(benchmark, size=4, limit=2)
    assert found.labels.tolist() == [1, 2]
    assert found.attributes.tolist() == [[1, -1, 0], [-1, 1, -1]]


def test_the_newer_name_of_the_annotations_will_do(benchmark):
    (benchmark / "Anno").rename(benchmark / "Anno_coarse")
    assert len(read_deepfashion(benchmark, size=4)) == 3


def test_a_garment_higher_than_wide_gets_white_bars_or_is_cut(benchmark):
    edit(benchmark, "Anno/list_bbox.txt", "005 010 025 030", "005 010 015 030")
    whole = read_deepfashion(benchmark, size=8).pixels[0, ..., 0]
    assert whole[0].tolist() == [255, 255, 40, 40, 40, 40, 255, 255]
    assert (read_deepfashion(benchmark, size=8, fit="cover").pixels[0] == 40).all()


def test_bad_images_and_boxes_are_listed_and_labels_stay_right(benchmark, capsys):
    first, last = (
        name for name in GARMENTS if name.endswith(("Blouse/img_00000001.jpg", "10.jpg"))
    )
    (benchmark / "Img" / first).write_bytes(b"")
    edit(benchmark, "Anno/list_bbox.txt", f"{last}  005 010 025 030", f"{last}  050 010 070 030")
    found = read_deepfashion(benchmark, size=4)
    assert found.pixels[:, 0, 0, 0].tolist() == [120]
    assert (found.labels.tolist(), found.attributes.tolist()) == ([2], [[-1, 1, -1]])
    assert [file for file, _ in found.problems] == [benchmark / "Img" / n for n in (first, last)]
    assert "has 40 x 60 pixels; its box [50, 10, 70, 30] is not in" in found.problems[1][1]
    assert "NOTE: 2 left out" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("Anno/list_category_cloth.txt", "3\n", "three\n", "line 1: found 'three', wanted the num"),
        ("Anno/list_category_cloth.txt", "Jacket  1", "Jacket", "line 3: .* wanted a name and wha"),
        ("Anno/list_category_img.txt", "jpg      2", "jpg    4", "line 3: found '4', .* 1 to 3"),
        ("Anno/list_category_img.txt", "jpg      3", "jpg    x", "line 5: found 'x', wanted 1 who"),
        ("Anno/list_attr_img.txt", "-1 1 -1", "-1 2 -1", "line 5: found '-1 2 -1', .* -1 to 1"),
        ("Anno/list_attr_img.txt", "-1 1 -1", "-1 1", "line 5: found '-1 1', wanted 3 whole"),
        ("Anno/list_bbox.txt", "010 025", "010 -25", "line 3: .* 4 whole numbers from 0"),
        ("Anno/list_bbox.txt", "5\n", "6\n", "announces 6 rows and has 5. Download it again"),
        ("Anno/list_bbox.txt", "img/Lace", "img/Lacy", "has no line for img/Lace.* and 0 other"),
        ("Eval/list_eval_partition.txt", "train", "trane", "line 3: found 'trane', wanted one of"),
        ("Eval/list_eval_partition.txt", "train\n", "train\n\n", "line 4: found '', wanted"),
    ],
)
def test_damaged_annotations_are_named_with_file_and_line(benchmark, file, old, new, says):
    edit(benchmark, file, old, new)
    with pytest.raises(DataError, match=re.escape(str(benchmark / file)) + ".*" + says):
        read_deepfashion(benchmark, size=4)


@pytest.mark.parametrize(
    "file",
    ["Anno/list_category_cloth.txt", "Anno/list_attr_img.txt", "Eval/list_eval_partition.txt"],
)
def test_missing_and_unreadable_annotations_are_named(benchmark, file):
    (benchmark / file).write_bytes(b"3\n\xff\xff\n")
    with pytest.raises(DataError, match=f"{file} cannot be read .*utf-8"):
        read_deepfashion(benchmark)
    (benchmark / file).write_bytes(b"")
    with pytest.raises(DataError, match=f"{file}, line 1: found ''"):
        read_deepfashion(benchmark)
    (benchmark / file).unlink()
    with pytest.raises(DataError, match=f"There is no file .*{file}: the benchmark is not whole"):
        read_deepfashion(benchmark)


def test_another_folder_is_refused(benchmark):
    with pytest.raises(DataError, match="holds no folder Anno"):
        read_deepfashion(benchmark / "Img")


def test_a_benchmark_without_its_images_is_refused(benchmark):
    (benchmark / "Img").rename(benchmark / "Images")
    with pytest.raises(
        DataError, match=r"None of 3 images .* The first: There is no file .*01.jpg"
    ):
        read_deepfashion(benchmark)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"partition": "training"}, "partition='training' is unknown"),
        ({"categories": ["Skirt"]}, "wanted a list of some of these: Jacket, Blouse, Dress"),
        ({"categories": "Dress"}, "wanted a list"),
        ({"categories": []}, "wanted a list"),
        ({"size": 0}, "size=0"),
        ({"limit": -1}, "limit=-1"),
    ],
)
def test_unknown_settings_are_refused(benchmark, settings, says):
    with pytest.raises(ConfigurationError, match=says):
        read_deepfashion(benchmark, **settings)


def test_a_partition_without_the_wanted_category_is_refused(benchmark):
    with pytest.raises(DataError, match=r"No image of 'val' .* is of these categories"):
        read_deepfashion(benchmark, "val", categories=["Jacket"])
