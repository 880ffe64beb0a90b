"""The report tells what is wrong with a generator."""

import json

import numpy as np
import pytest
from scipy import ndimage

from fashionlab import data, latent, metrics, plots, pretrained
from fashionlab.errors import ConfigurationError, DataError
from fashionlab.metrics import evaluation

NUMBER = 2000


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
            assert shipped[name].value < reports[broken][name].value
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


def test_other_training_images_are_noticed_wherever_they_lie(
    generators, real, reports, monkeypatch
):
    class LookedAgain(Exception):
        pass

    def look(reference, training, progress):
        raise LookedAgain

    def load(split, verbose):
        images = real[split].copy()
        images[-1] = -1
        return data.LabelledImages(images, np.zeros(len(images)), "a test")

    monkeypatch.setattr(evaluation, "_look_at_real", look)
    metrics.evaluate(generators["good"], real["test"], progress=False)
    monkeypatch.setattr(evaluation, "load_fashion_mnist", load)
    with pytest.raises(LookedAgain):
        metrics.evaluate(generators["good"], real["test"], progress=False)


def test_training_images_are_refused_as_a_reference(generators, real):
    with pytest.raises(DataError, match="The reference images are among the training images"):
        metrics.evaluate(generators["good"], real["train"][:NUMBER], progress=False)


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
    assert (
        lines[0]
        .split("get. ")[1]
        .startswith("Real images: a test; copies were looked for among 6,000 training images.")
    )
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


def test_the_picture_shows_the_first_64(generators, reports):
    shown = reports["good"].picture.axes[0].images[0].get_array()
    tiles = plots.mosaic(generators["good"][:64], columns=8)
    np.testing.assert_array_equal(shown.squeeze(), tiles.squeeze())


def test_json_holds_the_whole_report(reports):
    report = json.loads(json.dumps(reports["good"].to_dict()))
    assert report["formula"] == "FashionFID v1"
    assert report["size"] == NUMBER
    assert report["source"] == "a test"
    assert report["training_images"] == 6000
    assert report["figures"]["recall"]["value"] == reports["good"]["recall"].value
    assert report["figures"]["kid"]["error"] > 0
    assert sum(entry["share"] for entry in report["classes"].values()) == pytest.approx(1)
    manifest = pretrained.read_manifest("plain_features")
    assert report["networks"]["plain_features"] == manifest["sha256"]


def test_reports_can_be_compared_and_put_into_sets(reports):
    assert reports["good"] != reports["blurred"]
    assert len(set(reports.values())) == len(reports)


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
