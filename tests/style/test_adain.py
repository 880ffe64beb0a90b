import sys

import numpy as np
import pytest

from fashionlab import nets
from fashionlab.backend import keras
from fashionlab.errors import ConfigurationError, DataError
from fashionlab.style.adain import (
    GRAIN,
    LAYERS,
    adain,
    adaptive_instance_norm,
    grain,
    restyled,
    statistics,
)

# `style.adain` is the function; the module has to be looked up.
module = sys.modules["fashionlab.style.adain"]


@pytest.fixture(scope="module")
def networks():
    """An encoder and a decoder that have learned nothing: the arithmetic around them is tested."""
    keras.utils.set_random_seed(0)
    encoder = nets.fashion_features()
    for weight in encoder.weights:  # else nearly nothing is left of an image
        if "kernel" in weight.path:
            weight.assign(2 * weight)
    return encoder, nets.adain.adain_decoder()


@pytest.fixture(autouse=True)
def put_in_place(networks, monkeypatch):
    encoder, decoder = networks
    monkeypatch.setattr(module, "_encoder", lambda: encoder)
    monkeypatch.setattr(module, "_decoder", lambda: decoder)
    module._style_statistics.cache_clear()  # of the shipped network's, and the other way round
    yield
    module._style_statistics.cache_clear()


def picture(height=48, width=40, seed=0):
    return np.random.default_rng(seed).uniform(-1, 1, (height, width, 3)).astype(np.float32)


def random_features(height, width, batch=2, seed=0):
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(batch, height, width, 3)) * [0.2, 1, 3] + [5, 0, -1]
    return features.astype(np.float32)


def seen_with_grain(encoder, content, amount=1.0, mask=1.0):
    noise = np.asarray(grain((1, *content.shape), 0))
    return encoder(content[None] + amount * GRAIN * mask * noise)


def mixed(first, second, share):
    """Features of two dictionaries, mixed layer by layer."""
    return {name: (1 - share) * first[name] + share * second[name] for name in LAYERS}


def difference(one, other):
    return float(np.abs(one - other).max())


# Statistics.


def test_statistics_by_hand():
    mean, deviation = statistics(np.float32([1, 3, 5, 7]).reshape(1, 2, 2, 1))
    assert np.asarray(mean).item() == pytest.approx(4)
    assert np.asarray(deviation).item() == pytest.approx(np.sqrt(5), rel=1e-5)


def test_weights_of_statistics_by_hand():
    features = np.float32([1, 3, 5, 100]).reshape(1, 2, 2, 1)
    weights = np.float32([2, 1, 1, 0]).reshape(1, 2, 2, 1)
    # The mean is (1 + 1 + 3 + 5) / 4 = 2.5, the variance (1.5² + 1.5² + 0.5² + 2.5²) / 4.
    mean, deviation = statistics(features, weights)
    assert np.asarray(mean).item() == pytest.approx(2.5)
    assert np.asarray(deviation).item() == pytest.approx(np.sqrt(11 / 4), rel=1e-5)


def test_the_deviation_of_an_even_surface_is_above_0():
    _, deviation = statistics(np.full((1, 4, 4, 2), 0.7, np.float32))
    assert (np.asarray(deviation) > 0).all()


# Adaptive instance normalisation.


def test_the_result_has_the_statistics_of_the_style():
    content, style = random_features(6, 5), random_features(4, 7, seed=1) * 2 + 1
    result = np.asarray(adaptive_instance_norm(content, style))
    assert result.shape == content.shape
    for statistic in (np.mean, np.std):
        found, wanted = statistic(result, axis=(1, 2)), statistic(style, axis=(1, 2))
        np.testing.assert_allclose(found, wanted, rtol=1e-3, atol=1e-4)
        # ... and had others before.
        assert difference(statistic(content, axis=(1, 2)), wanted) > 0.1


def test_it_is_equation_8_by_hand():
    content = np.float32([1, 3, 5, 7]).reshape(1, 2, 2, 1)
    style = np.float32([-2, 2]).reshape(1, 1, 2, 1)
    result = np.asarray(adaptive_instance_norm(content, style)).ravel()
    np.testing.assert_allclose(result, np.float32([-3, -1, 1, 3]) * 2 / np.sqrt(5), atol=1e-4)


def test_its_own_style_changes_nothing():
    content = random_features(6, 5)
    np.testing.assert_allclose(adaptive_instance_norm(content, content), content, atol=1e-4)


def test_weights_leave_places_out_of_the_statistics_of_the_content():
    content, style = random_features(6, 5), random_features(4, 4, seed=1)
    weights = np.zeros((1, 6, 5, 1), np.float32)
    weights[:, :4] = 0.5
    result = np.asarray(adaptive_instance_norm(content, style, weights))
    alone = np.asarray(adaptive_instance_norm(content[:, :4], style))
    np.testing.assert_allclose(result[:, :4], alone, atol=1e-3)
    assert difference(result, adaptive_instance_norm(content, style)) > 0.1


def test_every_layer_that_the_decoder_takes_is_restyled(networks):
    encoder, decoder = networks
    content, style = encoder(picture()[None]), encoder(picture(seed=1)[None] / 2)
    features = restyled(content, style)
    assert set(features) == set(decoder.input) == set(LAYERS)
    for name in LAYERS:
        np.testing.assert_allclose(
            features[name], adaptive_instance_norm(content[name], style[name]), atol=1e-6
        )


# Grain.


def test_grain_is_of_mean_0_and_deviation_1_with_large_grains_and_small():
    noise = np.asarray(grain((4, 64, 96, 3), 0))
    assert noise.shape == (4, 64, 96, 3)
    assert abs(noise.mean()) < 0.1
    assert 0.8 < noise.std() < 1.1
    means = noise.reshape(4, 4, 16, 6, 16, 3).mean(axis=(2, 4))  # white noise has 1/16 here
    assert 0.25 < means.std() < 0.7


def test_most_of_the_grain_is_grey():
    noise = np.asarray(grain((4, 64, 64, 3), 0)).reshape(-1, 3)
    correlation = np.corrcoef(noise.T)
    assert 0.5 < correlation[0, 1] < 0.8


def test_grain_comes_from_its_seed():
    one, same, other = (np.asarray(grain((1, 32, 32, 3), seed)) for seed in (0, 0, 1))
    np.testing.assert_array_equal(one, same)
    assert difference(one, other) > 1
    source = keras.random.SeedGenerator(0)
    assert difference(np.asarray(grain((1, 32, 32, 3), source)), grain((1, 32, 32, 3), source)) > 1


# Images.


def test_alpha_0_is_the_reconstruction(networks):
    encoder, decoder = networks
    content = picture()
    seen = encoder(content[None])
    wanted = np.asarray(decoder({name: seen[name] for name in LAYERS}))[0]
    result = adain(content, picture(seed=1), alpha=0)
    np.testing.assert_allclose(result, wanted, atol=1e-5)
    assert difference(result, adain(content, picture(seed=1) ** 3)) > 1e-3


def test_alpha_1_decodes_the_restyled_features(networks):
    encoder, decoder = networks
    content, style = picture(), picture(64, 32, seed=1) ** 3
    seen = seen_with_grain(encoder, content), encoder(style[None])
    wanted = np.asarray(decoder(restyled(*seen)))[0]
    result = adain(content, style)
    np.testing.assert_allclose(result, wanted, atol=1e-5)
    assert result.dtype == np.float32


def test_alpha_mixes_features_in_between(networks):
    encoder, decoder = networks
    content, style = picture(), picture(seed=1) ** 3
    seen, other = seen_with_grain(encoder, content, 0.3), encoder(style[None])
    features = mixed(seen, restyled(seen, other), 0.3)
    np.testing.assert_allclose(
        adain(content, style, alpha=0.3), np.asarray(decoder(features))[0], atol=1e-5
    )


def test_styles_mix_by_their_weights(networks):
    encoder, decoder = networks
    content, styles = picture(), [picture(seed=1) ** 3, picture(seed=2) / 3]
    seen = seen_with_grain(encoder, content)
    both = [restyled(seen, encoder(style[None])) for style in styles]
    features = mixed(*both, 0.25)
    result = adain(content, styles, weights=(3, 1))  # a sum of 4 is made 1
    np.testing.assert_allclose(result, np.asarray(decoder(features))[0], atol=1e-5)
    alike = np.asarray(decoder(mixed(*both, 0.5)))[0]
    np.testing.assert_allclose(adain(content, styles), alike, atol=1e-5)


def test_a_style_of_weight_0_does_nothing():
    content, styles = picture(), [picture(seed=1), picture(seed=2) ** 3]
    result = adain(content, styles, weights=(1, 0))
    np.testing.assert_array_equal(result, adain(content, styles[0]))
    assert difference(result, adain(content, styles[1])) > 1e-3


@pytest.mark.parametrize("size", [(32, 32), (33, 47), (57, 40), (100, 63)])
def test_images_of_all_sizes_keep_theirs(size):
    assert adain(picture(*size), picture(32, 51)).shape == (*size, 3)


def test_what_is_filled_up_is_the_mirrored_image():
    content = picture(33, 40)
    filled = np.concatenate([content, content[-2:-9:-1]])
    result = adain(content, picture(seed=1))
    np.testing.assert_allclose(result, adain(filled, picture(seed=1))[:33], atol=1e-6)


def test_it_is_the_same_every_time():
    content, style = picture(), picture(seed=1)
    np.testing.assert_array_equal(adain(content, style), adain(content, style))
    assert difference(adain(content, style), adain(content, style, seed=1)) > 1e-3


def test_without_grain_plain_cloth_stays_plain():
    content = np.full((64, 64, 3), 0.2, np.float32)
    inside = slice(24, 40)  # far from what is mirrored
    bare = adain(content, picture(seed=1), grain_strength=0)[inside, inside]
    grained = adain(content, picture(seed=1))[inside, inside]
    assert bare.std(axis=(0, 1)).max() < 1e-4 < 1e-3 < grained.std(axis=(0, 1)).max()


@pytest.mark.parametrize("strength", [-0.1, np.nan, np.inf])
def test_grain_out_of_range_is_refused(strength):
    with pytest.raises(ConfigurationError, match=r"grain_strength=.*0 or more"):
        adain(picture(), picture(), grain_strength=strength)


def test_another_decoder_is_taken_where_one_is_given():
    keras.utils.set_random_seed(5)
    own = nets.adain.adain_decoder()
    content, style = picture(), picture(seed=1)
    assert difference(adain(content, style, decoder=own), adain(content, style)) > 1e-3


# Masks.


@pytest.fixture
def half():
    mask = np.zeros((48, 40), np.float32)
    mask[:, 13:] = 1
    mask[:, 12] = 0.25
    return mask


def test_outside_of_the_mask_nothing_changes_at_all(half):
    content = picture()
    result = adain(content, picture(seed=1), mask=half)
    np.testing.assert_array_equal(result[:, :12], content[:, :12])
    assert difference(result[:, 13:], content[:, 13:]) > 0.1


def test_at_its_edge_the_mask_mixes(networks, half):
    encoder, decoder = networks
    content, style = picture(), picture(seed=1)
    seen, of_style = seen_with_grain(encoder, content, mask=half[..., None]), encoder(style[None])
    features = {}
    for name in LAYERS:
        side = int(name.removeprefix("scale_"))
        places = half.reshape(48 // side, side, 40 // side, side).mean((1, 3))[None, ..., None]
        painted = adaptive_instance_norm(seen[name], of_style[name], places)
        features[name] = seen[name] + places * (painted - seen[name])
    decoded = np.asarray(decoder(features))[0]
    wanted = 0.25 * decoded[:, 12] + 0.75 * content[:, 12]
    np.testing.assert_allclose(adain(content, style, mask=half)[:, 12], wanted, atol=1e-5)


def test_a_mask_of_ones_is_no_mask():
    content, style = picture(), picture(seed=1)
    ones = np.ones((48, 40))
    np.testing.assert_array_equal(adain(content, style, mask=ones), adain(content, style))


def test_what_is_outside_does_not_count_for_the_statistics(networks):
    # Eight rows further in, the convolutions do not see the upper part any more.
    content, style = picture(160, 40), picture(seed=1)
    other = content.copy()
    other[:40] = 1
    mask = np.zeros((160, 40), np.float32)
    mask[80:] = 1
    one, same = (adain(image, style, mask=mask)[150:] for image in (content, other))
    np.testing.assert_allclose(one, same, atol=1e-4)
    unmasked = [adain(image, style)[150:] for image in (content, other)]
    assert difference(*unmasked) > 1e-3


# What is refused.


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (np.zeros((1, 48, 40, 3), np.float32), r"The content has shape \(1, 48, 40, 3\)"),
        (np.zeros((48, 40), np.float32), r"shape \(48, 40\); wanted \(height, width, 3\)"),
        (np.zeros((31, 40, 3), np.float32), "32 pixels or more each way"),
        (np.zeros((48, 40, 3), np.uint8), "uint8"),
        (np.full((48, 40, 3), 2.0), "from 2 to 2; wanted"),
        (np.full((48, 40, 3), np.nan), "from nan to nan"),
    ],
)
def test_no_image_of_the_right_kind_is_refused(content, says):
    with pytest.raises(DataError, match=says):
        adain(content, picture())
    with pytest.raises(DataError, match=says.replace("content", "style 1")):
        adain(picture(), content)


@pytest.mark.parametrize("count", [0, 5])
def test_no_style_or_too_many_are_refused(count):
    with pytest.raises(ConfigurationError, match=rf"{count} styles are given; wanted 1 to 4"):
        adain(picture(), [picture()] * count)


@pytest.mark.parametrize(
    "weights", [(1,), (0, 0), (2, -1), (np.nan, 1), (np.inf, 1), 1.0, ["a", 1], {}]
)
def test_weights_that_fit_no_styles_are_refused(weights):
    with pytest.raises(ConfigurationError, match=r"weights=.*2 style\(s\).*0 or more"):
        adain(picture(), [picture(), picture(seed=1)], weights=weights)


@pytest.mark.parametrize("alpha", [-0.1, 1.1, np.nan])
def test_alpha_out_of_range_is_refused(alpha):
    with pytest.raises(ConfigurationError, match=r"alpha=.*from 0 to 1"):
        adain(picture(), picture(), alpha=alpha)


@pytest.mark.parametrize(
    ("mask", "says"),
    [
        (np.ones((40, 48)), r"shape \(40, 48\); wanted"),
        (np.ones((48, 40, 1)), r"shape \(48, 40, 1\); wanted"),
        (np.zeros((48, 40)), "from 0 to 0; wanted"),
        (np.full((48, 40), 255.0), "from 255 to 255; wanted"),
        (np.full((48, 40), np.nan), "from nan to nan; wanted"),
    ],
)
def test_no_mask_of_the_right_kind_is_refused(mask, says):
    with pytest.raises(DataError, match=says):
        adain(picture(), picture(), mask=mask)
