import numpy as np
import pytest

from fashionlab import metrics
from fashionlab.errors import DataError


def test_the_histogram_counts_the_highest_logits():
    logits = np.eye(4)[[0, 0, 2, 3, 0]] * 5 - 2
    np.testing.assert_allclose(metrics.class_histogram(logits), [0.6, 0, 0.2, 0.2])


def test_agreement_counts_what_the_classifier_sees_as_asked():
    logits = np.eye(4)[[0, 0, 2, 3]] * 5 - 2
    assert metrics.class_agreement(logits, [0, 1, 2, 3]) == 0.75
    assert metrics.class_agreement(logits, [3, 3, 3, 3]) == 0.25


@pytest.mark.parametrize("labels", [[0], [[0, 1]], 3])
def test_agreement_wants_a_label_for_each_image(labels):
    with pytest.raises(DataError, match=r"wanted \(2,\)"):
        metrics.class_agreement(np.eye(2), labels)


def test_entropy_goes_from_nothing_to_the_log_of_the_classes():
    assert metrics.entropy(np.eye(10)[3]) == 0
    assert metrics.entropy(np.full(10, 0.1)) == pytest.approx(np.log(10), rel=1e-12)
    assert metrics.entropy([0.25, 0.75, 0]) == pytest.approx(
        -0.25 * np.log(0.25) - 0.75 * np.log(0.75), rel=1e-12
    )


@pytest.mark.parametrize("logits", [np.zeros(10), np.zeros((0, 10)), np.full((2, 3), np.nan)])
def test_what_are_no_logits_is_refused(logits):
    with pytest.raises(DataError, match="wanted finite ones"):
        metrics.class_histogram(logits)


@pytest.mark.parametrize("shares", [[0.5, 0.4], [1.5, -0.5], [np.nan, 1], []])
def test_what_are_no_shares_is_refused(shares):
    with pytest.raises(DataError, match="adding to 1"):
        metrics.entropy(shares)
