import numpy as np
import pytest

from fashionlab.backend import tf
from fashionlab.style.descent import LEARNING_RATE, adam, lbfgs

WANTED = np.float32([[[0.5, -0.25, 3.0]]])  # the last one lies out of range


def squared_distance(image):
    return tf.reduce_sum((image - WANTED) ** 2), 2 * (image - WANTED)


def course(way, steps):
    """Images and losses as they are reported."""
    found = []
    way(squared_distance, np.zeros((1, 1, 3), np.float32), steps, lambda *step: found.append(step))
    return [image.copy() for image, _ in found], [loss for _, loss in found]


def test_lbfgs_finds_the_lowest_point_within_the_range():
    images, losses = course(lbfgs, 20)
    assert 1 <= len(images) <= 20
    np.testing.assert_allclose(images[-1], [[[0.5, -0.25, 1.0]]], atol=1e-4)
    assert losses[-1] == pytest.approx(4.0, abs=1e-4)
    assert images[0].dtype == np.float32


def test_adam_takes_every_step_and_stays_within_the_range():
    images, losses = course(adam, 120)
    assert len(images) == 120
    # The first step of Adam is as long as the learning rate, downhill.
    np.testing.assert_allclose(images[0], LEARNING_RATE * np.sign(WANTED), rtol=1e-4)
    assert losses[0] == pytest.approx(0.25 + 0.0625 + 9)
    np.testing.assert_allclose(images[-1], [[[0.5, -0.25, 1.0]]], atol=0.05)
    assert max(np.abs(image).max() for image in images) <= 1


@pytest.mark.parametrize("way", [lbfgs, adam])
def test_what_the_report_raises_ends_the_descent(way):
    def stop(image, loss):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        way(squared_distance, np.zeros((1, 1, 3), np.float32), 5, stop)
