import numpy as np
import pytest

from fashionlab.backend import keras
from fashionlab.data import textiles
from fashionlab.errors import ConfigurationError, WeightsError
from fashionlab.style import features, gram, perceptual

ops = keras.ops
# Keras writes weights through a way into NumPy that NumPy 2 warns of.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


@pytest.fixture(scope="module")
def images():
    return np.random.default_rng(0).uniform(-1, 1, (2, 48, 32, 3)).astype(np.float32)


@pytest.fixture(scope="module")
def made_up(tmp_path_factory):
    """A weights file of VGG19 with random numbers, and the network that it is of."""
    keras.utils.set_random_seed(0)
    network = keras.applications.VGG19(include_top=False, weights=None)
    for weight in network.weights:
        if "bias" in weight.path:
            weight.assign(0.1 * np.ones(weight.shape, np.float32))
    file = tmp_path_factory.mktemp("vgg") / "made_up.weights.h5"
    network.save_weights(file)
    return file, network


# The network that the kit ships.


def test_the_shipped_network_is_the_default_and_stands_still(images):
    network = perceptual()
    assert network.name == "fashion_features"
    assert network.trainable_weights == []
    np.testing.assert_array_equal(
        network(images)["scale_8"], perceptual("fashion")(images)["scale_8"]
    )


def test_by_its_gram_matrices_it_finds_the_print_of_swatches_it_never_saw():
    # Each of 27 kinds twice: is the nearest other swatch of the same kind? By chance in 2 %.
    swatches = textiles.draw_textiles(54, size=64, seed=2_000)
    images = np.stack([swatch.pixels for swatch in swatches])
    found = {}
    for name in ("fashion", "random"):
        far = 0
        for activations in perceptual(name)(images).values():
            grams = gram(activations).numpy().reshape(54, -1)
            squares = np.square(grams[:, None] - grams).sum(axis=2)
            far = far + squares / np.median(squares)
        np.fill_diagonal(far, np.inf)
        found[name] = np.mean(far.argmin(axis=1) % 27 == np.arange(54) % 27)
    assert 0.3 < found["fashion"] < 0.6
    assert found["random"] < found["fashion"] - 0.15


# Random filters.


def test_random_filters_see_on_five_scales(images):
    seen = perceptual("random")(images)
    assert list(seen) == ["scale_1", "scale_2", "scale_4", "scale_8", "scale_16"]
    for scale, activations in zip((1, 2, 4, 8, 16), seen.values(), strict=True):
        assert activations.shape == (2, 48 // scale, 32 // scale, 64)
        # About half of what random filters find is negative, and cut off.
        assert 0.3 < float(ops.mean(ops.cast(activations > 0, "float32"))) < 0.7


def test_random_filters_are_the_same_in_every_process(images):
    first, again = perceptual("random")(images), perceptual("random")(images)
    for name, activations in first.items():
        np.testing.assert_array_equal(activations, again[name])


def test_no_two_scales_have_the_same_filters():
    kernels = [w.numpy() for w in perceptual("random").weights if "kernel" in w.path]
    assert len(kernels) == 5
    for i, kernel in enumerate(kernels):
        assert all(np.abs(kernel - other).max() > 0.01 for other in kernels[:i])


def test_a_pyramid_takes_means(images):
    see = perceptual("random")
    small = images.reshape(2, 24, 2, 16, 2, 3).mean(axis=(2, 4))
    expected = ops.relu(see.get_layer("filters_2")(small))
    np.testing.assert_allclose(see(images)["scale_2"], expected, atol=1e-5)


# VGG19.


def test_vgg19_sees_with_the_first_convolution_of_each_block(images, made_up):
    seen = perceptual("vgg19", made_up[0])(images)
    names = [f"block{block}_conv1" for block in range(1, 6)]
    assert list(seen) == names
    channels = [64, 128, 256, 512, 512]
    for block, (name, width) in enumerate(zip(names, channels, strict=True)):
        assert seen[name].shape == (2, 48 // 2**block, 32 // 2**block, width)


def test_vgg19_gets_blue_first_without_the_mean_and_pools_by_means(images, made_up):
    file, network = made_up
    seen = perceptual("vgg19", file)(images)
    x = keras.applications.vgg19.preprocess_input((images + 1) * 127.5)  # of Keras
    x = network.get_layer("block1_conv1")(x)
    np.testing.assert_allclose(seen["block1_conv1"], x, rtol=1e-4, atol=1e-3)
    x = ops.average_pool(network.get_layer("block1_conv2")(x), 2)
    x = network.get_layer("block2_conv1")(x)
    np.testing.assert_allclose(seen["block2_conv1"], x, rtol=1e-4, atol=1e-3)


@pytest.mark.parametrize("name", ["random", "vgg19"])
def test_nothing_in_them_is_trainable(name, made_up):
    assert not perceptual(name, made_up[0] if name == "vgg19" else None).trainable_variables


# What is refused.


def test_a_download_that_fails_says_what_to_do(monkeypatch):
    def fail(**_):
        raise Exception("URL fetch failure on storage: None -- no route to host")

    monkeypatch.setattr(features.keras.applications, "VGG19", fail)
    with pytest.raises(WeightsError, match=r"URL fetch failure.*weights=.*'fashion'"):
        perceptual("vgg19")


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(WeightsError, match=r"no file .*vgg\.h5"):
        perceptual("vgg19", tmp_path / "vgg.h5")


@pytest.mark.parametrize("content", [b"", b"no weights"])
def test_a_file_of_something_else_is_refused(content, tmp_path):
    file = tmp_path / "vgg.weights.h5"
    file.write_bytes(content)
    with pytest.raises(WeightsError, match=r"vgg\.weights\.h5.* does not hold the weights"):
        perceptual("vgg19", file)


def test_weights_of_another_network_are_refused(tmp_path):
    file = tmp_path / "other.weights.h5"
    keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)]).save_weights(file)
    with pytest.raises(WeightsError, match="does not hold the weights"):
        perceptual("vgg19", file)


def test_unknown_features_are_refused_with_the_known_ones():
    with pytest.raises(ConfigurationError, match=r"'resnet'.*'random' or 'vgg19'"):
        perceptual("resnet")
    with pytest.raises(ConfigurationError, match="only 'vgg19' takes some"):
        perceptual("random", "vgg.h5")
