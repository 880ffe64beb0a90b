"""The order of training images is a pure function of (seed, epoch)."""

import itertools

import numpy as np
import pytest

from fashionlab.data import Batches
from fashionlab.errors import DataError


def numbered(number):
    """Images of one pixel, which holds the image's number in 1024ths."""
    return (np.arange(number, dtype=np.float32) / 1024).reshape(number, 1, 1, 1)


def numbers(batch):
    return (batch.ravel() * 1024).tolist()


def stream(batches, first_epoch, number):
    """Numbers of the images in the first `number` batches of the dataset."""
    return [numbers(batch.numpy()) for batch in batches.dataset(first_epoch).take(number)]


def epochs(batches, *which):
    """Numbers of the images in the batches of these epochs, as the hand-written loop gets them."""
    return [numbers(batch) for epoch in which for batch in batches.epoch(epoch)]


def test_an_epoch_has_the_same_order_in_every_run():
    batches, others = (Batches(numbered(50), batch_size=8, seed=3) for _ in range(2))
    list(others.epoch(0))
    np.testing.assert_array_equal(batches.order(5), others.order(5))


def test_the_order_is_the_documented_draw():
    order = np.random.default_rng([3, 5]).permutation(50)[:48].reshape(6, 8)
    np.testing.assert_array_equal(Batches(numbered(50), batch_size=8, seed=3).order(5), order)


def test_epochs_and_seeds_have_orders_of_their_own():
    orders = {
        tuple(Batches(numbered(50), batch_size=10, seed=seed).order(epoch).ravel().tolist())
        for seed, epoch in itertools.product(range(4), range(4))
    }
    assert len(orders) == 16


@pytest.mark.parametrize("batch_size", [1, 7, 10, 49, 50])
def test_an_epoch_holds_every_image_at_most_once(batch_size):
    batches = Batches(numbered(50), batch_size)
    order = batches.order(0)
    assert order.shape == (len(batches), batch_size)
    assert len(batches) == 50 // batch_size
    assert len(set(order.ravel().tolist())) == order.size
    assert 0 <= order.min() <= order.max() < 50


def test_a_smaller_last_batch_is_left_out():
    batches = Batches(numbered(23), batch_size=5)
    assert [batch.shape for batch in batches.epoch(0)] == [(5, 1, 1, 1)] * 4


def test_images_are_shuffled_before_they_are_batched():
    order = Batches(numbered(1000), batch_size=100).order(0)
    # A batch out of neighbours would spread over 100 numbers, one out of all spreads over ~980.
    assert np.all(np.ptp(order, axis=1) > 800)


@pytest.mark.parametrize("batch_size", [0, -1, 51])
def test_a_batch_size_that_does_not_fit_is_refused(batch_size):
    with pytest.raises(DataError, match=f"batch_size={batch_size} does not fit 50 images.* to 50"):
        Batches(numbered(50), batch_size)


@pytest.mark.parametrize(
    "images",
    [
        np.zeros((8, 2, 2, 1)),
        np.zeros((8, 2, 2, 1), np.uint8),
        np.zeros((8, 2, 2), np.float32),
        np.zeros((8, 4), np.float32),
    ],
    ids=lambda images: f"{images.dtype}-{images.ndim}d",
)
def test_images_of_another_type_or_shape_are_refused_with_both(images):
    with pytest.raises(DataError, match=rf"{images.dtype} of shape \(8, .* wanted float32 \(numb"):
        Batches(images, batch_size=4)


@pytest.mark.parametrize(
    ("pixel", "says"),
    [(1.01, "from 0 to 1.01"), (-1.5, "from -1.5 to 0"), (255, "from 0 to 255"), (np.nan, "nan")],
)
def test_pixels_out_of_range_are_refused_with_the_range_found(pixel, says):
    images = np.zeros((8, 2, 2, 1), np.float32)
    images[3, 1, 0] = pixel
    with pytest.raises(DataError, match=rf"{says}.*wanted \[-1, 1\].* / 127.5 - 1"):
        Batches(images, batch_size=4)


def test_the_ends_of_the_range_are_taken():
    assert len(Batches(np.float32([-1, 1]).reshape(2, 1, 1, 1), batch_size=1)) == 2


@pytest.mark.parametrize("first_epoch", [0, 1, 7])
def test_the_dataset_goes_through_the_epochs_one_after_the_other(first_epoch):
    batches = Batches(numbered(11), batch_size=3, seed=2)
    expected = epochs(batches, *range(first_epoch, first_epoch + 3))
    assert stream(batches, first_epoch, 9) == expected


def test_a_dataset_begun_later_goes_on_as_if_never_stopped():
    batches = Batches(numbered(11), batch_size=3)
    assert stream(batches, 0, 12)[6:] == stream(batches, 2, 6)


def test_the_dataset_promises_batches_of_one_size():
    images = np.zeros((10, 28, 28, 1), np.float32)
    spec = Batches(images, batch_size=4).dataset().element_spec
    assert tuple(spec.shape) == (4, 28, 28, 1)
    assert spec.dtype.as_numpy_dtype == np.float32


# With classes.


def numbered_with_classes(number):
    """Images that hold their number in 1024ths, and class weights that hold it, too."""
    return numbered(number), np.arange(number, dtype=np.float32)[:, None] * [1, 0]


def test_each_image_keeps_its_class_weights():
    images, classes = numbered_with_classes(50)
    batches = Batches(images, batch_size=8, seed=3, classes=classes)
    pairs = [*batches.epoch(1), *batches.dataset(1).take(len(batches)).as_numpy_iterator()]
    for one, weights in pairs:
        assert numbers(one) == weights[:, 0].tolist()
    assert [numbers(one) for one, _ in pairs[:6]] == epochs(Batches(images, 8, 3), 1)
    assert [numbers(one) for one, _ in pairs[6:]] == epochs(Batches(images, 8, 3), 1)


@pytest.mark.parametrize("shape", [(49, 10), (50,), (50, 1, 10)])
def test_class_weights_of_another_number_are_refused(shape):
    with pytest.raises(DataError, match=r"for 50 images; wanted \(50, classes\)"):
        Batches(numbered(50), batch_size=8, classes=np.zeros(shape, np.float32))
