"""The report tells what is wrong with a generator, and the door what is wrong with its images."""

import json

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from fashionlab import data, latent, metrics, pretrained
from fashionlab.errors import ConfigurationError, DataError, WeightsError
from fashionlab.metrics import embedding, evaluation
from fashionlab.metrics.inputs import read_folder

NUMBER = 2000


@pytest.fixture(scope="module")
def real():
    """Real images that every installation has: to train on, to refer to, and unseen ones."""
    images = data.load_fashion_mnist("train", path="sample", verbose=False).images
    return {"train": images[:6000], "test": images[6000:8000], "unseen": images[8000:]}


@pytest.fixture(scope="module", autouse=True)
def _small_fashion_mnist(real):
    def load(split, verbose):
        return data.LabelledImages(real[split], np.zeros(len(real[split])), "a test")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(evaluation, "load_fashion_mnist", load)
        patch.setattr(evaluation, "_memory", {})
        yield


@pytest.fixture(scope="module")
def generators(real):
    """Samples of generators that are made up out of real images, each with one fault."""
    rng = np.random.default_rng(0)
    unseen = real["unseen"]
    prototypes = unseen[rng.integers(0, 20, NUMBER)]
    jitter = rng.normal(0, 0.05, prototypes.shape)
    return {
        "good": unseen,
        "collapsed": np.clip(prototypes + jitter, -1, 1).astype(np.float32),
        "blurred": ndimage.gaussian_filter(unseen, (0, 0.8, 0.8, 0)),
        "memorising": rng.permutation(real["train"])[:NUMBER],
    }


@pytest.fixture(scope="module")
def reports(generators):
    return {name: metrics.evaluate(samples, progress=False) for name, samples in generators.items()}


def off_floor(report, name):
    """By what factor a distance or share is above its floor."""
    return report[name].value / report[name].floor


# Each fault is told by the figure that should


def test_a_good_generator_is_at_the_floor_in_every_figure(reports):
    good = reports["good"]
    for name in ("fashion_fid", "fashion_fid_check", "patch_distance"):
        assert 0.7 < off_floor(good, name) < 1.4
    assert abs(good["kid"].value) < 4 * good["kid"].error
    for name in ("precision", "recall", "density", "coverage"):
        assert good[name].value == pytest.approx(good[name].floor, abs=0.05)
    assert good["class_entropy"].value == pytest.approx(np.log(10), abs=0.01)
    for name in ("near_duplicates", "copied"):
        assert good[name].value < 0.03
        assert good[name].floor < 0.03


def test_a_collapsed_generator_repeats_itself_though_each_image_looks_real(reports):
    collapsed = reports["collapsed"]
    assert collapsed["near_duplicates"].value > 0.95
    assert collapsed["recall"].value < 0.05
    assert collapsed["coverage"].value < 0.3
    assert collapsed["precision"].value > collapsed["precision"].floor - 0.05
    assert collapsed["copied"].value < 0.03
    assert off_floor(collapsed, "fashion_fid") > 10


def test_a_blurred_generator_loses_texture_and_fidelity(reports):
    blurred = reports["blurred"]
    assert off_floor(blurred, "patch_distance") > 5
    assert blurred["precision"].value < blurred["precision"].floor - 0.15
    assert blurred["density"].value < 0.6
    assert blurred["copied"].value < 0.03
    assert blurred["near_duplicates"].value < 0.3
    assert off_floor(blurred, "fashion_fid") > 10


def test_a_memorising_generator_copies_and_no_other_figure_complains(reports):
    memorising, good = reports["memorising"], reports["good"]
    assert memorising["copied"].value == 1
    assert memorising["near_duplicates"].value < 0.03
    assert off_floor(memorising, "fashion_fid") < 1.6
    for name in ("precision", "recall", "density", "coverage"):
        assert memorising[name].value == pytest.approx(good[name].value, abs=0.05)


def test_the_shipped_dcgan_is_between_the_floor_and_the_broken_ones(reports):
    samples = latent.sample(pretrained.generator("dcgan"), NUMBER, seed=1)
    shipped = metrics.evaluate(samples, progress=False)
    for name in ("fashion_fid", "fashion_fid_check"):
        assert 2 < off_floor(shipped, name) < 20
        for broken in ("collapsed", "blurred"):
            assert shipped[name].value < reports[broken][name].value / 2
    assert shipped["copied"].value < 0.03
    assert shipped["near_duplicates"].value < 0.03
    assert 0.5 < shipped["recall"].value < shipped["recall"].floor


def test_fashion_fid_alone_is_the_figure_of_the_report(generators, reports):
    for network, name in [
        ("plain_features", "fashion_fid"),
        ("residual_features", "fashion_fid_check"),
    ]:
        value = metrics.fashion_fid(generators["blurred"], network=network)
        assert value == pytest.approx(reports["blurred"][name].value, rel=1e-6)


def test_the_floor_does_not_depend_on_the_samples(reports):
    floors = [{name: f.floor for name, f in report.figures.items()} for report in reports.values()]
    assert all(floor == floors[0] for floor in floors)


# The same again, quickly


def test_the_same_samples_get_the_same_figures_and_real_images_are_embedded_once(
    generators, reports, monkeypatch
):
    seen = []
    embed = metrics.embed

    def spy(images, network="plain_features", progress=False):
        seen.append(network)
        return embed(images, network, progress)

    monkeypatch.setattr(evaluation, "embed", spy)
    again = metrics.evaluate(generators["collapsed"], progress=False)
    assert again.to_dict() == reports["collapsed"].to_dict()
    assert seen == ["plain_features", "residual_features"]


def test_another_reference_is_not_taken_for_the_one_in_memory(generators, real, reports):
    samples = generators["good"]
    value = metrics.fashion_fid(samples, reference=samples)
    assert value == pytest.approx(0, abs=1e-6)
    assert metrics.fashion_fid(samples) == pytest.approx(reports["good"]["fashion_fid"].value)


def test_what_is_kept_in_memory_is_bounded(monkeypatch):
    monkeypatch.setattr(evaluation, "_memory", {})
    made = [evaluation._remember(number, lambda n=number: n) for number in range(20)]
    assert made == list(range(20))
    assert list(evaluation._memory) == list(range(20 - evaluation.MEMORIES, 20))
    assert evaluation._remember(19, lambda: "made again") == 19
    assert evaluation._remember(0, lambda: "made again") == "made again"


# What the report shows


def test_the_text_has_every_figure_beside_its_floor_in_columns(reports):
    lines = str(reports["collapsed"]).splitlines()
    rows = {line.split()[0]: line for line in lines if line}
    figure = reports["collapsed"]["recall"]
    assert rows["recall"].split()[:4] == ["recall", "0.000", f"{figure.floor:.3f}", "higher"]
    assert all(name in rows for name in evaluation.KINDS)
    column = rows["figure"].index("better")
    assert {rows[name][column:].split()[0] for name in evaluation.KINDS} == {"lower", "higher"}
    assert "+-" in rows["kid"]
    assert lines[0].startswith("2,000 samples against 2,000 real images.")
    assert "not comparable with FID from Inception features" in lines[-1]
    assert str(reports["collapsed"]).isascii()  # a Windows console can show it
    assert repr(reports["collapsed"]) == str(reports["collapsed"])


def test_each_class_has_a_bar(reports):
    report = reports["good"]
    share, real = report.class_shares[9], report.real_class_shares[9]
    bar = "#" * round(100 * share)
    assert f"ankle boot  {share:6.1%} (real {real:5.1%}) {bar}\n" in str(report)
    assert report.class_shares.sum() == pytest.approx(1)


def test_the_page_has_a_table_a_picture_and_no_colours(reports):
    page = reports["good"]._repr_html_()
    assert page.count("<tr>") == 1 + len(evaluation.KINDS)
    assert "src='data:image/png;base64," in page
    assert "color" not in page
    assert "background" not in page
    assert len(page) < 150_000


def test_the_picture_shows_the_first_64(reports):
    picture = reports["good"].picture
    assert len(picture.axes) == 64
    assert picture._repr_png_().startswith(b"\x89PNG")


def test_json_holds_the_whole_report(reports):
    report = json.loads(json.dumps(reports["good"].to_dict()))
    assert report["formula"] == "FashionFID v1"
    assert report["size"] == NUMBER
    assert report["figures"]["recall"]["value"] == reports["good"]["recall"].value
    assert report["figures"]["kid"]["error"] > 0
    assert sum(entry["share"] for entry in report["classes"].values()) == pytest.approx(1)
    manifest = pretrained.read_manifest("plain_features")
    assert report["networks"]["plain_features"] == manifest["sha256"]


def test_a_figure_that_does_not_exist_is_refused_with_those_that_do(reports):
    with pytest.raises(ConfigurationError, match=r"No figure 'fid'.*fashion_fid, "):
        reports["good"]["fid"]


# Sizes


def test_fewer_images_than_asked_for_are_told(reports):
    assert reports["good"].size == NUMBER
    assert "Not 10,000 but 2,000 images each: there were 2,000 samples" in str(reports["good"])


def test_a_size_that_is_there_needs_no_note_and_takes_the_first(generators):
    more = np.concatenate([generators["good"], generators["collapsed"]])
    report = metrics.evaluate(more, size=NUMBER, progress=False)
    assert report.note == ""
    np.testing.assert_array_equal(report.images, generators["good"][:64])


@pytest.mark.parametrize(("samples", "size"), [(2000, 500), (1999, 10_000)])
def test_too_few_images_are_refused_with_the_reason(generators, samples, size):
    says = f"size={size:,} with {samples:,} samples and 2,000 ref.*covariance of 128 features"
    with pytest.raises(DataError, match=says):
        metrics.evaluate(generators["good"][:samples], size=size)


def test_the_order_of_classes_has_no_part_in_copied():
    images = np.arange(20)
    some = evaluation._some(images, 10)
    assert len(set(some)) == 10
    assert {number % 2 for number in some} == {0, 1}
    assert len(evaluation._some(images, 99)) == 20


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


# Embedding


def test_embedding_keeps_the_order_over_batches(real, monkeypatch):
    whole = metrics.embed(real["test"][:30])
    monkeypatch.setattr(embedding, "BATCH", 7)
    parts = metrics.embed(real["test"][:30], pretrained.features("plain_features"))
    assert whole.features.shape == (30, 128)
    assert whole.logits.shape == (30, 10)
    assert whole.features.min() >= 0
    for one, other in zip(whole, parts, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-4)


def test_a_network_is_loaded_once(real, monkeypatch):
    metrics.embed(real["test"][:1])
    monkeypatch.setattr(pretrained, "features", lambda name: pytest.fail("loaded again"))
    metrics.embed(real["test"][:1])


def test_a_network_that_is_not_there_is_refused(real):
    with pytest.raises(WeightsError, match="No trained network 'inception'"):
        metrics.embed(real["test"][:1], "inception")


def test_progress_goes_to_stderr_and_only_if_wanted(real, capsys):
    metrics.embed(real["test"][:1])
    assert capsys.readouterr() == ("", "")
    metrics.embed(real["test"][:1], progress=True)
    out, err = capsys.readouterr()
    assert out == ""
    assert "Embedding with plain_features" in err


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


def test_a_damaged_image_and_an_empty_folder_are_refused(folder, tmp_path):
    (folder / "z.png").write_bytes((folder / "a.png").read_bytes()[:60])
    with pytest.raises(DataError, match="z.png cannot be read as an image"):
        read_folder(folder)
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(DataError, match="empty holds no PNG or JPEG images, nor the generator"):
        read_folder(empty)
