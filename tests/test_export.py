"""A generator becomes one file that needs nothing else; what the page cannot compute is refused."""

import base64
import json
import re

import numpy as np
import pytest

from fashionlab import nets
from fashionlab.backend import keras
from fashionlab.errors import ConfigurationError, StorageError, WeightsError
from fashionlab.export import export_explorer

layers = keras.layers


def network(*between, size=4):
    """Latents of two numbers through some layers on a size x size image."""
    z = keras.Input((2,))
    x = layers.Reshape((size, size, 1))(layers.Dense(size * size)(z))
    for layer in between:
        x = layer(x)
    return keras.Model(z, x)


@pytest.fixture(scope="module")
def dcgan(tmp_path_factory):
    file = tmp_path_factory.mktemp("page") / "dcgan.html"
    return export_explorer(nets.dcgan_generator(), file)


def element(file, name):
    """The text of a script element of the page."""
    page = file.read_text(encoding="utf-8")
    return re.search(rf'<script [^>]*id="{name}">(.*?)</script>', page, re.DOTALL)[1]


def program(file):
    return json.loads(element(file, "explorer"))


def weights(file, place):
    first, length = place
    return np.frombuffer(base64.b64decode(element(file, "weights")), "<f4")[first : first + length]


# The file


def test_a_page_is_one_small_file_that_asks_for_nothing(dcgan):
    assert 2_500_000 < dcgan.stat().st_size < 6_000_000  # 470,000 weights are in it
    page = dcgan.read_text(encoding="utf-8")
    assert "default-src 'none'" in page
    assert not re.search(r"https?:|\bsrc=|<link|@import|url\(|\bfetch\b|\bimport\b", page)
    assert list(dcgan.parent.iterdir()) == [dcgan]


def test_the_path_comes_back_and_its_folder_is_made(tmp_path):
    file = tmp_path / "a" / "b" / "page.html"
    assert export_explorer(network(), str(file)) == file
    assert file.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_the_title_is_text_and_nothing_else(tmp_path):
    title = '</script></title><b>Tom & "Ann"</b> $title $weights ${scripts}'
    page = export_explorer(network(), tmp_path / "p.html", title=title).read_text(encoding="utf-8")
    assert title not in page
    safe = "&lt;/script&gt;&lt;/title&gt;&lt;b&gt;Tom &amp; &quot;Ann&quot;&lt;/b&gt;"
    assert page.count(f"{safe} $title $weights ${{scripts}}") == 2


def test_names_of_directions_cannot_end_the_data(tmp_path):
    names = ["</script><script>alert(1)</script>", "<!--<script>", "\u2028 ü \\u003c"]
    directions = {name: [0.0, 1.0] for name in names}
    file = export_explorer(network(), tmp_path / "p.html", directions=directions)
    assert [direction["name"] for direction in program(file)["directions"]] == names
    usual = export_explorer(network(), tmp_path / "q.html")
    assert file.read_text("utf-8").count("<script") == usual.read_text("utf-8").count("<script")


# What is in it


def test_the_program_of_a_dcgan_reads_like_its_source(dcgan):
    steps = program(dcgan)["steps"]
    assert [(step["kind"], step["inputs"], step["shape"]) for step in steps] == [
        ("input", [], [64]),
        ("dense", [0], [6272]),
        ("reshape", [1], [7, 7, 128]),
        ("scaleAndShift", [2], [7, 7, 128]),
        ("relu", [3], [7, 7, 128]),
        ("conv2dTranspose", [4], [14, 14, 32]),
        ("scaleAndShift", [5], [14, 14, 32]),
        ("relu", [6], [14, 14, 32]),
        ("conv2dTranspose", [7], [28, 28, 1]),
        ("tanh", [8], [28, 28, 1]),
    ]
    assert program(dcgan)["output"] == 9


def test_batch_normalisation_becomes_a_scale_and_a_shift(tmp_path):
    model = network(layers.BatchNormalization(epsilon=1.0))
    gamma, beta, mean, variance = ([value] for value in (6.0, 10.0, 2.0, 3.0))
    model.layers[-1].set_weights([np.array(values) for values in (gamma, beta, mean, variance)])
    file = export_explorer(model, tmp_path / "p.html")
    step = program(file)["steps"][-1]
    # 6 (x - 2) / sqrt(3 + 1) + 10 = 3 x + 4
    assert weights(file, step["scale"]) == pytest.approx([3.0], abs=1e-6)
    assert weights(file, step["shift"]) == pytest.approx([4.0], abs=1e-6)


def test_batch_normalisation_may_have_no_scale_and_no_shift(tmp_path):
    model = network(layers.BatchNormalization(scale=False, center=False, epsilon=0.0))
    model.layers[-1].set_weights([np.array([2.0]), np.array([4.0])])
    file = export_explorer(model, tmp_path / "p.html")
    step = program(file)["steps"][-1]
    assert weights(file, step["scale"]) == pytest.approx([0.5], abs=1e-6)
    assert weights(file, step["shift"]) == pytest.approx([-1.0], abs=1e-6)


def test_the_sliders_take_named_directions_an_array_or_the_first_six(dcgan, tmp_path):
    usual = program(dcgan)["directions"]
    assert [direction["name"] for direction in usual] == [f"direction {i}" for i in range(1, 7)]
    rows = np.array([direction["vector"] for direction in usual])
    np.testing.assert_allclose(rows @ rows.T, np.eye(6), atol=1e-5)

    def exported(directions):
        file = export_explorer(network(), tmp_path / "p.html", directions=directions)
        return [(d["name"], d["vector"]) for d in program(file)["directions"]]

    assert exported({"width": np.array([1, 2])}) == [("width", [1.0, 2.0])]
    assert exported(np.eye(2)) == [("direction 1", [1.0, 0.0]), ("direction 2", [0.0, 1.0])]
    assert len(exported(None)) == 2  # there are no more


def test_ten_classes_are_those_of_fashion_mnist_and_others_are_counted(tmp_path):
    def exported(number):
        z, classes = keras.Input((2,)), keras.Input((number,))
        x = layers.Dense(16)(layers.Concatenate()([z, classes]))
        model = keras.Model([z, classes], layers.Reshape((4, 4, 1))(x))
        file = export_explorer(model, tmp_path / "p.html", directions=np.eye(2))
        return program(file)["classes"]

    assert exported(10)[-1] == "ankle boot"
    assert exported(3) == ["class 0", "class 1", "class 2"]


# What is refused, before anything is written


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        (layers.AveragePooling2D(1, name="p"), r"'p' is a AveragePooling2D.* It knows Activation"),
        (layers.Conv2D(1, 3, name="c"), r"'c' \(Conv2D\) has padding='valid', not 'same'"),
        (layers.Conv2D(1, (1, 3), padding="same"), r"kernel_size=\(1, 3\)"),
        (layers.Conv2D(1, 3, padding="same", dilation_rate=2), r"dilation \(2, 2\)"),
        (layers.Conv2D(1, 3, padding="same", activation="gelu"), "has the activation gelu"),
        (layers.Conv2DTranspose(1, 3, 2, "valid"), r"\(Conv2DTranspose\) has padding='valid'"),
        (layers.Conv2DTranspose(1, 3, (1, 2), "same"), r"strides=\(1, 2\)"),
        (layers.Conv2DTranspose(1, 3, 2, "same", output_padding=1), "has output_padding"),
        (layers.Dense(1), "more than a row of numbers"),
        (layers.BatchNormalization(axis=1), "has axis=1"),
        (layers.ReLU(max_value=6.0), "has a max_value"),
        (layers.Activation("sigmoid"), r"\(Activation\) has the activation sigmoid"),
        (layers.UpSampling2D(interpolation="bilinear"), "interpolation='bilinear'"),
        (layers.UpSampling2D((1, 2)), r"size=\(1, 2\)"),
        (keras.Sequential([layers.ReLU()], name="nested"), "'nested' is a Sequential"),
    ],
)
def test_a_layer_that_the_page_cannot_compute_is_refused_by_name(layer, message, tmp_path):
    with pytest.raises(ConfigurationError, match=message):
        export_explorer(network(layer), tmp_path / "page.html")
    assert list(tmp_path.iterdir()) == []


def test_a_bare_operation_is_refused_too(tmp_path):
    z = keras.Input((16,))
    model = keras.Model(z, layers.Reshape((4, 4, 1))(keras.ops.sin(z)))
    with pytest.raises(ConfigurationError, match=r"is a Sin, which the page cannot compute"):
        export_explorer(model, tmp_path / "page.html", directions=np.eye(16))


def test_sums_and_joins_of_unlike_parts_are_refused(tmp_path):
    z = keras.Input((4,))
    row = layers.Reshape((2, 2, 1))(layers.Dense(4)(z))
    pixel = layers.Reshape((1, 1, 1))(layers.Dense(1)(z))
    thick = layers.Conv2D(1, 1)(layers.Concatenate(axis=1)([row, row]))
    with pytest.raises(ConfigurationError, match=r"\(Concatenate\) has axis=1"):
        export_explorer(keras.Model(z, thick), tmp_path / "page.html")
    with pytest.raises(ConfigurationError, match=r"\(Add\) has inputs of different shapes"):
        export_explorer(keras.Model(z, layers.Add()([row, pixel])), tmp_path / "page.html")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "generator",
    [
        "dcgan",
        None,
        nets.dcgan_discriminator,
        lambda: network(layers.Conv2D(3, 1)),
        keras.Sequential,
    ],
)
def test_what_is_no_generator_is_refused(generator, tmp_path):
    generator = generator() if callable(generator) else generator
    with pytest.raises(ConfigurationError, match=r"The explorer wants a generator: .*averaged_gen"):
        export_explorer(generator, tmp_path / "page.html")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["page", "page.htm", "page.html.txt"])
def test_a_page_has_to_end_in_html(name, tmp_path):
    with pytest.raises(ConfigurationError, match=r"does not end in \.html"):
        export_explorer(network(), tmp_path / name)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("directions", "message"),
    [
        ({}, "directions holds 0. Give 1 or more"),
        (np.eye(3), r"'direction 1' is no direction: it has shape \(3,\).* Wanted: \(2,\)"),
    ],
)
def test_directions_that_do_not_fit_are_refused(directions, message, tmp_path):
    with pytest.raises(ConfigurationError, match=message):
        export_explorer(network(), tmp_path / "page.html", directions=directions)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_weight_that_is_not_finite_is_refused(value, tmp_path):
    model = network()
    model.layers[1].kernel.assign(np.full((2, 16), value))
    with pytest.raises(WeightsError, match="NaN or infinity"):
        export_explorer(model, tmp_path / "page.html", directions=np.eye(2))
    assert list(tmp_path.iterdir()) == []


def test_a_page_that_cannot_be_written_leaves_the_old_one(tmp_path, monkeypatch):
    file = export_explorer(network(), tmp_path / "page.html")
    before = file.read_bytes()

    def fail(*_):
        raise OSError("no space left")

    monkeypatch.setattr("fashionlab.files.os.replace", fail)
    with pytest.raises(StorageError, match="no space left"):
        export_explorer(network(), file, title="new")
    assert file.read_bytes() == before
    assert list(tmp_path.iterdir()) == [file]
