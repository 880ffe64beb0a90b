"""The encoder, and the discriminator that shows an inner layer."""

import numpy as np
import pytest

from fashionlab import nets
from fashionlab.backend import keras
from fashionlab.errors import ConfigurationError
from fashionlab.nets.vae import encoder, with_features

RNG = np.random.default_rng(0)
IMAGES = RNG.uniform(-1, 1, (4, 28, 28, 1)).astype("float32")


@pytest.fixture(autouse=True)
def _seed():
    keras.utils.set_random_seed(0)


@pytest.mark.parametrize("latent_dim", [2, 64])
def test_the_encoder_gives_means_and_log_variances_of_any_sign(latent_dim):
    network = encoder(latent_dim)
    outputs = [output.numpy() for output in network(IMAGES)]
    assert [output.shape for output in outputs] == 2 * [(4, latent_dim)]
    assert all((output < 0).any() and (output > 0).any() for output in outputs)
    assert not np.allclose(*outputs)
    assert network.name == encoder.__name__


def test_the_encoder_fits_the_kits_generator_and_tells_images_apart():
    assert encoder().output_shape == 2 * [nets.dcgan_generator().input_shape]
    means, _ = encoder()(IMAGES)
    assert np.ptp(means.numpy(), axis=0).max() > 1e-2


@pytest.mark.parametrize(
    ("convolution", "shape"), [(1, (14, 14, 16)), (2, (7, 7, 32)), (3, (4, 4, 64))]
)
def test_one_pass_gives_an_inner_layers_activations_and_the_same_logits(convolution, shape):
    discriminator = nets.dcgan_discriminator()
    features, logits = with_features(discriminator, convolution)(IMAGES)
    assert features.shape == (4, *shape)
    np.testing.assert_array_equal(logits, discriminator(IMAGES))
    # Leaky activations: mostly not negative, and where they are, a fifth as steep.
    assert (features.numpy() < 0).any()
    assert -features.numpy().min() < 0.5 * features.numpy().max()


def test_the_layers_are_shared_not_copied():
    discriminator = nets.dcgan_discriminator()
    shared = with_features(discriminator)
    before = shared(IMAGES)[1].numpy()
    assert {id(w) for w in shared.weights} == {id(w) for w in discriminator.weights}
    discriminator.layers[-1].bias.assign([1.0])
    np.testing.assert_allclose(shared(IMAGES)[1], before + 1, rtol=1e-5)


@pytest.mark.parametrize("convolution", [0, 4])
def test_a_convolution_that_is_not_there_is_refused(convolution):
    with pytest.raises(ConfigurationError, match=r"with 3 Conv2D layers.*from 1 to 3"):
        with_features(nets.dcgan_discriminator(), convolution)


def test_a_network_without_convolutions_is_refused():
    image = keras.Input((4, 4, 1))
    dense = keras.Model(image, keras.layers.Dense(1)(keras.layers.Flatten()(image)))
    with pytest.raises(ConfigurationError, match="no Conv2D"):
        with_features(dense)
