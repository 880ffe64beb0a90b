import numpy as np
import pytest

from fashionlab import latent
from fashionlab.errors import ConfigurationError
from fashionlab.latent.named import named_directions


def test_names_arrays_and_what_was_fitted_all_become_vectors_by_name(generator):
    fitted = latent.Direction(np.float32([0, 0, 3, 0, 0, 0]), 0.9, 1.0)
    found = named_directions(generator, {"warm": list(range(6)), 7: fitted})
    assert list(found) == ["warm", "7"]
    np.testing.assert_array_equal(found["warm"], range(6))
    np.testing.assert_array_equal(found["7"], fitted.direction)
    assert all(vector.dtype == np.float32 for vector in found.values())
    numbered = named_directions(generator, 2 * np.eye(6)[4:])
    assert list(numbered) == ["direction 1", "direction 2"]
    np.testing.assert_array_equal(numbered["direction 2"], [0, 0, 0, 0, 0, 2])


def test_without_any_they_are_the_strongest_six(generator, conditional):
    for network in (generator, conditional):
        found = list(named_directions(network).values())
        np.testing.assert_array_equal(found, latent.directions(network, 6))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([], "directions holds 0. Give 2 or more"),
        ({"warm": np.zeros(6)}, "directions holds 1. Give 2 or more"),
        (np.eye(3), r"'direction 1' is no direction: it has shape \(3,\).* Wanted: \(6,\)"),
        ({"a": np.zeros(6), "b": 1.0}, r"'b' is no direction: it has shape \(\)"),
        ({"a": [0.0, np.nan, 0, 0, np.inf, 0], "b": np.zeros(6)}, "'a' .* 4 finite numbers"),
        ({1: np.zeros(6), "1": np.ones(6)}, "directions holds 1. Give 2 or more"),
        ({"a": ["x"] * 6, "b": np.zeros(6)}, r"'a' is no direction: .*'x'.* Wanted: \(6,\)"),
        ([[0.0] * 6, [[0.0] * 5, 0.0]], r"'direction 2' is no direction: .* Wanted: \(6,\)"),
        ([{}, {}], r"'direction 1' is no direction: .* Wanted: \(6,\)"),
        (5, r"directions=5: wanted a mapping from names to vectors \(6,\), or .* \(number, 6\)"),
        (np.float32(5), "wanted a mapping"),
    ],
)
def test_directions_that_do_not_fit_are_refused(generator, given, message):
    with pytest.raises(ConfigurationError, match=message):
        named_directions(generator, given, least=2)
