"""The two classifiers that the metrics measure in."""

import numpy as np
import pytest

from fashionlab import data, nets, pretrained
from fashionlab.backend import keras

NAMES = ("plain_features", "residual_features")


@pytest.fixture(scope="module")
def garments():
    return data.load_fashion_mnist("test", path="sample", verbose=False)


@pytest.mark.parametrize("name", NAMES)
def test_features_are_128_numbers_of_0_or_more_and_logits_ten(name):
    network = getattr(nets, name)()
    features, logits = network(np.zeros((3, 28, 28, 1), "float32"))
    assert features.shape == (3, 128)
    assert logits.shape == (3, 10)
    assert keras.ops.min(features) >= 0
    assert network.name == name


@pytest.mark.parametrize("name", NAMES)
def test_the_shipped_network_is_small_frozen_and_knows_the_garments(name, garments):
    network = pretrained.features(name)
    manifest = pretrained.read_manifest(name)
    assert network.trainable_variables == []
    assert (manifest["folder"] / manifest["file"]).stat().st_size < 2e6
    assert 0.92 <= manifest["test_accuracy"] <= 0.96
    _, logits = network.predict(garments.images, batch_size=500, verbose=0)
    accuracy = np.mean(logits.argmax(axis=1) == garments.labels)
    # 2,000 of the 10,000 test images: the same figure, give or take three standard errors.
    assert accuracy == pytest.approx(manifest["test_accuracy"], abs=0.018)


def test_the_cross_check_is_another_network():
    counts = {name: getattr(nets, name)().count_params() for name in NAMES}
    assert counts["plain_features"] != counts["residual_features"]
    seeds = {pretrained.read_manifest(name)["seed"] for name in NAMES}
    assert len(seeds) == 2


def test_an_untrained_network_does_not_know_the_garments(garments):
    keras.utils.set_random_seed(0)
    _, logits = nets.plain_features().predict(garments.images, batch_size=500, verbose=0)
    assert np.mean(logits.argmax(axis=1) == garments.labels) < 0.5
