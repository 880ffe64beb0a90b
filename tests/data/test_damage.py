import itertools

import numpy as np
import pytest

from fashionlab.data import LabelledImages, damage, load_fashion_mnist
from fashionlab.errors import ConfigurationError, DataError

NUMBER = 500


@pytest.fixture(scope="module")
def source():
    return damage.split(load_fashion_mnist(path="sample", verbose=False), NUMBER)


def changed(source, images):
    return (images != source.clean.images).any(axis=(1, 2, 3))


def rows(images):
    return {image.tobytes() for image in images}


# What holds for all


@pytest.mark.parametrize("name", damage.BY_NAME)
def test_damaged_images_are_images_in_the_shape_of_the_clean_ones(source, name):
    for strength in (0.3, 1):
        images = damage.BY_NAME[name](source, strength, seed=1)
        assert images.shape == (NUMBER, 28, 28, 1)
        assert images.dtype == np.float32
        assert -1 <= images.min() < images.max() <= 1
        assert changed(source, images).any()


@pytest.mark.parametrize("name", damage.BY_NAME)
def test_strength_0_changes_nothing_and_the_source_is_left_alone(source, name):
    before = [part.copy() for part in (source.clean.images, source.spare.images, source.training)]
    np.testing.assert_array_equal(damage.BY_NAME[name](source, 0), source.clean.images)
    damage.BY_NAME[name](source, 1)
    after = (source.clean.images, source.spare.images, source.training)
    for old, new in zip(before, after, strict=True):
        np.testing.assert_array_equal(old, new)


@pytest.mark.parametrize("name", damage.BY_NAME)
def test_the_seed_decides(source, name):
    first, again, other = (damage.BY_NAME[name](source, 0.5, seed=seed) for seed in (3, 3, 4))
    np.testing.assert_array_equal(first, again)
    assert np.array_equal(first, other) == (name == "blur")


@pytest.mark.parametrize("name", ["drop_classes", "copies", "collapse"])
def test_what_a_strength_replaces_every_greater_one_replaces(source, name):
    gone = [changed(source, damage.BY_NAME[name](source, s, seed=2)) for s in (0.2, 0.4, 1)]
    for less, more in itertools.pairwise(gone):
        assert not (less & ~more).any()
        assert less.sum() < more.sum()


@pytest.mark.parametrize("name", damage.BY_NAME)
@pytest.mark.parametrize("strength", [-0.1, 1.1, float("nan")])
def test_a_strength_beyond_0_and_1_is_refused(source, name, strength):
    with pytest.raises(ConfigurationError, match=f"strength={strength}: use a number from 0 to 1"):
        damage.BY_NAME[name](source, strength)


# Pixels


def test_blur_keeps_the_mean_and_takes_the_edges(source):
    clean, blurred = source.clean.images, damage.blur(source, 1)
    assert blurred.mean() == pytest.approx(clean.mean(), abs=0.02)  # edges are continued outwards
    edges = [np.abs(np.diff(images, axis=2)).mean() for images in (clean, blurred)]
    assert edges[1] < edges[0] / 2


def test_blur_spreads_a_point_as_a_bell_of_its_width():
    image = np.full((1, 28, 28, 1), -1, np.float32)
    image[0, 14, 14] = 1
    labelled = LabelledImages(image, np.zeros(1, np.uint8), "a point")
    bell = damage.blur(damage.Source(labelled, labelled, image), 0.75)[0, :, :, 0] + 1
    place = np.arange(28) - 14
    variance = (bell.sum(axis=0) * place**2).sum() / bell.sum()
    assert variance**0.5 == pytest.approx(1.5, rel=0.01)


def test_noise_has_the_standard_deviation_of_its_strength(source):
    # On grey pixels nothing is clipped.
    grey = LabelledImages(np.zeros((100, 28, 28, 1), np.float32), source.clean.labels[:100], "grey")
    grain = damage.noise(damage.Source(grey, grey, grey.images), 0.4, seed=0)
    assert grain.std() == pytest.approx(0.2, rel=0.02)
    assert grain.mean() == pytest.approx(0, abs=0.005)


# Replaced images


@pytest.mark.parametrize(("strength", "left"), [(0.2, 9), (0.5, 8), (0.6, 7), (1, 5)])
def test_a_fifth_of_strength_is_a_class_less(source, strength, left):
    images = damage.drop_classes(source, strength, seed=0)
    known = {
        image.tobytes(): label
        for part in (source.clean, source.spare)
        for image, label in zip(part.images, part.labels, strict=True)
    }
    labels = [known[image.tobytes()] for image in images]
    assert len(set(labels)) == left
    assert len(rows(images)) == len(rows(source.clean.images))  # nobody stands in twice


def test_copies_are_the_share_of_training_images(source):
    training = rows(source.training)
    for strength in (0.1, 0.5, 1):
        images = damage.copies(source, strength, seed=0)
        assert sum(image.tobytes() in training for image in images) == strength * NUMBER
        assert len(rows(images)) == NUMBER


def test_collapsed_images_crowd_around_five_prototypes(source):
    images = damage.collapse(source, 0.6, seed=0)
    lost = changed(source, images)
    assert lost.sum() == 0.6 * NUMBER
    prototypes = images[lost][:, :, :, 0].reshape(lost.sum(), -1) + 1
    directions = prototypes / np.linalg.norm(prototypes, axis=1, keepdims=True)
    # Darker copies point the same way: as many directions as prototypes, and no two images alike.
    assert np.linalg.matrix_rank(directions, tol=0.01) == damage.PROTOTYPES
    assert len(rows(images[lost])) == lost.sum()


# The source


def test_the_parts_of_a_split_share_no_image():
    data = load_fashion_mnist(path="sample", verbose=False)
    source = damage.split(data, 2000)
    parts = [rows(part) for part in (source.clean.images, source.spare.images, source.training)]
    assert [len(part) for part in parts] == [2000, 4000, 4000]
    assert len(set.union(*parts)) == len(data)


@pytest.mark.parametrize("number", [0, -1, 2501])
def test_a_number_that_leaves_too_few_is_refused(number):
    data = load_fashion_mnist(path="sample", verbose=False)
    with pytest.raises(DataError, match=r"Use a number from 1 to 2,500"):
        damage.split(data, number)


def few(images, number):
    return LabelledImages(images.images[:number], images.labels[:number], images.source)


def test_too_few_images_to_replace_others_are_refused(source):
    poor = damage.Source(source.clean, few(source.spare, 4), source.training[:9])
    with pytest.raises(DataError, match=r"only \d spare ones are of the classes that stay"):
        damage.drop_classes(poor, 0.2)
    with pytest.raises(DataError, match=r"500 images, but only 9 for training"):
        damage.copies(poor, 0.2)
    with pytest.raises(DataError, match=r"5 prototypes out of 4 spare images"):
        damage.collapse(poor, 0.2)
