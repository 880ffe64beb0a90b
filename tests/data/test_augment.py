"""Batches of one domain or two: who comes when and what it becomes depends on seed and epoch."""

import numpy as np
import pytest

from fashionlab.data import Batches
from fashionlab.data.augment import (
    FolderBatches,
    PairedBatches,
    UnpairedBatches,
    _interpolate,
    _positions,
    augmented,
)
from fashionlab.data.folders import ImageFolder
from fashionlab.errors import DataError

RNG = np.random.default_rng(0)
PIXELS = RNG.integers(0, 256, (20, 6, 6, 3), np.uint8)
FOLDER = ImageFolder(PIXELS, ())
FLOATS = PIXELS.astype(np.float32) / np.float32(127.5) - np.float32(1)


def numbered(number, first=0):
    """Images of one pixel, which holds the image's number in 1024ths."""
    return (np.arange(first, first + number, dtype=np.float32) / 1024).reshape(number, 1, 1, 1)


def numbers(batch):
    return (batch.ravel() * 1024).round().astype(int).tolist()


def ramp(side=32, number=1):
    """Images that hold the number of their column, from -0.5 to 0.5."""
    row = np.linspace(-0.5, 0.5, side, dtype=np.float32)
    return np.tile(row[:, None], (number, side, 1, 3))


# Augmentation


def test_what_an_image_becomes_depends_on_its_number_and_the_seed_alone():
    images = ramp(number=6)
    whole = augmented(images, seed=[3, 1])
    some = augmented(images[:3], numbers=[5, 0, 2], seed=[3, 1])
    np.testing.assert_array_equal(some, whole[[5, 0, 2]])
    np.testing.assert_array_equal(augmented(images, range(6), [3, 1]), whole)
    for other in (augmented(images, seed=[3, 2]), augmented(images, range(1, 7), [3, 1])):
        assert (np.abs(other - whole).max(axis=(1, 2, 3)) > 0).all()


def test_images_are_copied_and_stay_in_range():
    images = np.sign(RNG.standard_normal((50, 8, 8, 1))).astype(np.float32)
    before = images.copy()
    found = augmented(images)
    np.testing.assert_array_equal(images, before)
    assert (found.dtype, found.shape) == (np.float32, images.shape)
    assert (found.min(), found.max()) == (-1, 1)
    assert augmented(images[:0]).shape == (0, 8, 8, 1)


def test_half_are_mirrored_and_the_rest_is_as_documented():
    found = augmented(ramp(64, 400), seed=5)
    light = (found[..., 0] + 1).mean(axis=1)  # of each column, one window's
    slopes = np.diff(light, axis=1).mean(axis=1)
    assert 0.45 < (slopes < 0).mean() < 0.55
    # The mean of a ramp is that of the window's middle; up and down light goes by 10 %.
    window_and_light = np.abs(slopes) * 63
    assert 0.85 * 0.9 * 0.98 < window_and_light.min() < 0.8
    assert 1.05 < window_and_light.max() < 1.1 * 1.02


def test_brightness_multiplies_light_by_a_tenth_more_or_less():
    found = augmented(np.zeros((1000, 2, 2, 1), np.float32), seed=1)
    assert (np.ptp(found, axis=(1, 2, 3)) == 0).all()
    factors = found[:, 0, 0, 0] + 1
    assert 0.9 <= factors.min() < 0.901
    assert 1.099 < factors.max() <= 1.1
    assert abs(factors.mean() - 1) < 0.01


@pytest.mark.parametrize(
    ("start", "window", "first", "last"),
    [(0, 1, 0, 9), (0.7, 1, 0, 9), (0, 0.8, 0, 7.1), (1, 0.8, 1.9, 9), (0.5, 0.8, 0.9, 8.1)],
)
def test_windows_lie_where_they_should(start, window, first, last):
    found = _positions(10, start, window)
    assert len(found) == 10
    np.testing.assert_allclose(found[[0, -1]], [first, last])


def test_pixels_between_two_are_interpolated_along_one_axis():
    image = np.float32([[0, 1], [2, 5]])[..., None]
    rows = _interpolate(image, np.array([0, 0.25, 1]), axis=0)
    assert rows[..., 0].tolist() == [[0, 1], [0.5, 2], [2, 5]]
    columns = _interpolate(image, np.array([1, 0.5]), axis=1)
    assert columns[..., 0].tolist() == [[1, 0.5], [5, 3.5]]


# One domain


@pytest.mark.parametrize("images", [FOLDER, FLOATS], ids=["bytes", "float32"])
def test_without_augmentation_they_are_the_batches_of_the_kit(images):
    batches, plain = FolderBatches(images, 6, seed=4), Batches(FLOATS, 6, seed=4)
    assert isinstance(batches, Batches)
    assert len(batches) == len(plain) == 3
    for found, wanted in zip(batches.epoch(2), plain.epoch(2), strict=True):
        np.testing.assert_array_equal(found, wanted)


def test_bytes_stay_bytes():
    assert FolderBatches(FOLDER, 4).images is PIXELS


def test_classes_go_with_their_images():
    classes = np.eye(20, dtype=np.float32)
    for images, weights in FolderBatches(FOLDER, 5, classes=classes).epoch(0):
        np.testing.assert_array_equal(images, FLOATS[weights.argmax(axis=1)])


def test_augmented_images_are_a_pure_function_of_seed_epoch_and_number():
    def by_number(batch_size, seed, epoch):
        batches = FolderBatches(FOLDER, batch_size, seed, augment=True)
        images = np.concatenate([*batches.epoch(epoch)])
        return images[np.argsort(batches.order(epoch).ravel())]

    first = by_number(5, 1, 3)
    np.testing.assert_array_equal(first, by_number(20, 1, 3))
    assert (np.abs(first - FLOATS).max(axis=(1, 2, 3)) > 0.05).all()
    for other in (by_number(5, 2, 3), by_number(5, 1, 4)):
        assert (np.abs(first - other).max(axis=(1, 2, 3)) > 0).all()


@pytest.mark.parametrize("augment", [False, True])
def test_a_dataset_begun_later_goes_on_as_if_never_stopped(augment):
    batches = FolderBatches(FOLDER, 8, augment=augment)
    whole = [*batches.dataset().take(6).as_numpy_iterator()]
    for first in (0, 1, 2):
        later = [*batches.dataset(first).take(2).as_numpy_iterator()]
        np.testing.assert_array_equal(later, whole[2 * first : 2 * first + 2])
        np.testing.assert_array_equal(later, [*batches.epoch(first)])


def test_datasets_promise_batches_of_one_size():
    spec = FolderBatches(FOLDER, 8).dataset().element_spec
    assert (tuple(spec.shape), spec.dtype.as_numpy_dtype) == ((8, 6, 6, 3), np.float32)
    for pairs in (PairedBatches, UnpairedBatches):
        specs = pairs(FOLDER, FLOATS, 4).dataset().element_spec
        assert [tuple(spec.shape) for spec in specs] == 2 * [(4, 6, 6, 3)]


# Pairs


def test_partners_stay_together():
    batches = PairedBatches(numbered(10), numbered(10, first=100), 3, seed=2)
    pairs = [*batches.epoch(1), *batches.dataset(1).take(3).as_numpy_iterator()]
    for x, y in pairs:
        assert numbers(y) == [100 + number for number in numbers(x)]
    order = Batches(numbered(10), 3, seed=2).order(1).tolist()
    assert [numbers(x) for x, _ in pairs] == 2 * order


def test_partners_are_augmented_alike():
    x, y = next(PairedBatches(FOLDER, FOLDER, 20, augment=True).epoch(0))
    np.testing.assert_array_equal(x, y)
    assert np.abs(x - FLOATS[PairedBatches(FOLDER, FOLDER, 20).order(0)[0]]).max() > 0.1


def test_partners_of_another_size_see_the_same_window():
    x, y = next(PairedBatches(ramp(16, 4), ramp(64, 4), 4, augment=True).epoch(0))
    halves = y.reshape(4, 16, 4, 16, 4, 3).mean(axis=(2, 4))
    np.testing.assert_allclose(x, halves, atol=0.05)


# Two domains


@pytest.mark.parametrize(("of_x", "of_y"), [(10, 10), (10, 4), (4, 10), (1, 10)])
def test_an_epoch_goes_once_through_the_larger_domain_and_evenly_through_the_other(of_x, of_y):
    batches = UnpairedBatches(numbered(of_x), numbered(of_y, first=100), 2)
    assert len(batches) == 5
    pairs = [*batches.epoch(3)]
    for side, first, number in ((0, 0, of_x), (1, 100, of_y)):
        seen = np.bincount(np.concatenate([numbers(pair[side]) for pair in pairs]) - first)
        assert len(seen) == number
        assert set(seen) <= {10 // number, -(-10 // number)}


def test_each_epoch_pairs_anew_and_the_same_in_every_run():
    def pairs(seed, epoch):
        batches = UnpairedBatches(numbered(8), numbered(8), 1, seed)
        return tuple((numbers(x)[0], numbers(y)[0]) for x, y in batches.epoch(epoch))

    assert pairs(1, 2) == pairs(1, 2)
    sets = {frozenset(pairs(seed, epoch)) for seed in range(3) for epoch in range(3)}
    assert len(sets) == 9
    shared = [len(one & other) for one in sets for other in sets if one != other]
    assert np.mean(shared) < 3  # 1 by chance
    assert all(frozenset((n, n) for n in range(8)) != one for one in sets)


def test_the_order_is_the_documented_draw():
    order = UnpairedBatches(numbered(4), numbered(3), 2, seed=5).order(6)
    x = np.random.default_rng([5, 6]).permutation(4)
    rng = np.random.default_rng([5, 6, 1])
    y = [*rng.permutation(3), *(rng.permutation(3) + 3)][:4]
    assert order.tolist() == [[x[:2].tolist(), y[:2]], [x[2:].tolist(), y[2:]]]


def test_an_image_that_comes_twice_is_augmented_anew():
    one = FLOATS[:1]
    batches = UnpairedBatches(FOLDER, one, 20, augment=True)
    _, y = next(batches.epoch(0))
    assert len({image.tobytes() for image in y}) == 20
    x, _ = next(UnpairedBatches(one, one, 1, augment=True).epoch(0))
    assert x.tobytes() not in {image.tobytes() for image in y}  # nor as the other domain is


def test_a_resumed_dataset_of_two_domains_goes_on():
    batches = UnpairedBatches(FOLDER, numbered(7), 5, augment=True)
    whole = [*batches.dataset().take(8).as_numpy_iterator()]
    later = [*batches.dataset(1).take(4).as_numpy_iterator()]
    for found, wanted in zip(later, whole[4:], strict=True):
        for side in (0, 1):
            np.testing.assert_array_equal(found[side], wanted[side])


# What is refused


@pytest.mark.parametrize("batch_size", [0, 21])
def test_a_batch_size_that_does_not_fit_is_refused(batch_size):
    for make in (FolderBatches, lambda x, size: UnpairedBatches(x, FLOATS[:3], size)):
        with pytest.raises(DataError, match=f"batch_size={batch_size} does not fit 20 images"):
            make(FOLDER, batch_size)


def test_what_is_no_images_is_refused():
    with pytest.raises(DataError, match=r"are uint8 of shape .* wanted float32"):
        FolderBatches(PIXELS, 2)
    with pytest.raises(DataError, match="run from 0 to 255"):
        UnpairedBatches(FOLDER, PIXELS.astype(np.float32), 2)
    with pytest.raises(DataError, match="of type str; wanted an ImageFolder or float32"):
        PairedBatches(FOLDER, "photos", 2)


def test_augmentation_refuses_what_it_would_spoil():
    with pytest.raises(DataError, match=r"Images are uint8 .* wanted float32 \(batch"):
        augmented(PIXELS)
    with pytest.raises(DataError, match=r"of shape \(6, 6, 3\)"):
        augmented(FLOATS[0])
    with pytest.raises(DataError, match=r"numbers of shape \(3,\); wanted"):
        augmented(FLOATS, [1, 2, 3])


def test_unequal_numbers_are_no_pairs():
    with pytest.raises(DataError, match="20 images and 19 partners are no pairs"):
        PairedBatches(FOLDER, FLOATS[1:], 2)


@pytest.mark.parametrize("shape", [(19, 3), (20,)])
def test_class_weights_of_another_number_are_refused(shape):
    with pytest.raises(DataError, match=r"for 20 images; wanted \(20, classes\)"):
        FolderBatches(FOLDER, 2, classes=np.zeros(shape, np.float32))


# What a checkpoint notes.


def test_settings_name_all_that_the_batches_depend_on():
    x, y = np.zeros((4, 8, 8, 1), np.float32), np.ones((4, 8, 8, 1), np.float32)
    plain = FolderBatches(x, 2, seed=3, augment=True).settings()
    assert plain == {"images": x, "batch size": 2, "order's seed": 3, "augment": True}
    assert PairedBatches(x, y, 2).settings()["partners"] is y
    assert UnpairedBatches(x, y, 2).settings()["others"] is y
    assert FolderBatches(x, 2, classes=np.eye(4, dtype=np.float32)).settings()["classes"].shape
