import numpy as np
import pytest
from scipy.stats import mannwhitneyu

from fashionlab import data
from fashionlab.errors import ConfigurationError
from fashionlab.latent import attributes


@pytest.fixture(scope="module")
def garments():
    """2,000 test images that every installation has."""
    return data.load_fashion_mnist("test", path="sample", verbose=False)


def auc(values, garments, low, high):
    """How often a garment of one class has a greater value than one of the other."""
    low, high = (
        values[garments.labels == garments.class_names.index(name)] for name in (low, high)
    )
    return mannwhitneyu(high, low).statistic / len(low) / len(high)


def drawn(rows, columns, value=0.5):
    image = np.full((1, 28, 28, 1), -1.0, np.float32)
    image[0, rows, columns] = value
    return image


def test_a_rectangle_is_measured():
    image = drawn(slice(3, 20), slice(9, 17))
    assert attributes.height(image) == 17
    assert attributes.width(image) == 8
    assert attributes.brightness(image) == pytest.approx(0.5)


def test_a_rectangle_at_the_edge_and_no_garment_are_measured():
    for attribute, full in (("height", 28), ("width", 28), ("brightness", 0.5)):
        measure = getattr(attributes, attribute)
        assert measure(drawn(slice(None), slice(None))) == pytest.approx(full)
    nothing = drawn(slice(0, 0), slice(0, 0))
    assert attributes.height(nothing) == attributes.width(nothing) == 0
    assert attributes.brightness(nothing) == -1
    assert attributes.sleeve_length(nothing) == 0


def test_brightness_does_not_depend_on_the_size():
    small, large = drawn(slice(9, 12), slice(9, 12)), drawn(slice(2, 26), slice(2, 26))
    assert attributes.brightness(small) == pytest.approx(attributes.brightness(large)[0])


def test_a_sleeve_counts_as_far_as_it_hangs():
    # Four columns wide at both sides: 8 of 14 columns, in 6 of 12 rows.
    image = np.maximum(drawn(slice(4, 20), slice(2, 6)), drawn(slice(4, 20), slice(22, 26)))
    assert attributes.sleeve_length(image) == pytest.approx(8 / 14 * 6 / 12)


def test_sleeves_tell_pullovers_from_t_shirts(garments):
    values = attributes.sleeve_length(garments.images)
    assert auc(values, garments, "T-shirt/top", "pullover") > 0.93
    assert auc(values, garments, "T-shirt/top", "coat") > 0.88
    # The height, for one, does not tell them.
    by_height = auc(attributes.height(garments.images), garments, "T-shirt/top", "pullover")
    assert 0.2 < by_height < 0.8


def test_trousers_are_narrow_and_shoes_low(garments):
    assert auc(attributes.width(garments.images), garments, "trouser", "pullover") > 0.98
    assert auc(attributes.height(garments.images), garments, "sneaker", "dress") > 0.98


def test_a_class_logit_is_greatest_on_its_class(garments):
    few = garments.images[:300]
    values = attributes.class_logit("bag")(few)
    assert values.shape == (300,)
    bags = garments.labels[:300] == garments.class_names.index("bag")
    assert np.median(values[bags]) > np.percentile(values[~bags], 99)


def test_a_class_that_there_is_not_is_refused():
    with pytest.raises(ConfigurationError, match=r"'hat'.*ankle boot"):
        attributes.class_logit("hat")
