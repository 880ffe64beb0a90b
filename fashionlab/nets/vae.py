"""The encoder of the VAE and the VAE-GAN, and a discriminator that shows an inner layer.

Their decoder is a generator: `dcgan_generator`.
"""

from fashionlab.backend import keras
from fashionlab.errors import ConfigurationError

layers = keras.layers


def encoder(latent_dim: int = 64, channels: tuple[int, int, int] = (16, 32, 64)):
    """Images `(batch, 28, 28, 1)` to a pair: means and log-variances, `(batch, latent_dim)` each.

    Each image becomes a normal distribution over latents, with independent numbers.

    Args:
        latent_dim: Length of a latent.
        channels: Channels at 14 x 14, 7 x 7 and 4 x 4.
    """
    images = keras.Input((28, 28, 1))  # (B, 28, 28, 1)
    x = _convolution(images, channels[0])  # (B, 14, 14, channels[0])
    x = _convolution(x, channels[1])  # (B, 7, 7, channels[1])
    x = _convolution(x, channels[2])  # (B, 4, 4, channels[2])
    x = layers.Flatten()(x)  # (B, 16 channels[2])
    mean = layers.Dense(latent_dim, name="mean")(x)  # (B, latent_dim)
    log_variance = layers.Dense(latent_dim, name="log_variance")(x)  # (B, latent_dim)
    return keras.Model(images, [mean, log_variance], name="encoder")


def _convolution(x, channels):
    x = layers.Conv2D(channels, 4, 2, "same", use_bias=False)(x)
    x = layers.BatchNormalization()(x)
    return layers.LeakyReLU(0.2)(x)


def with_features(discriminator, convolution: int = 2):
    """The discriminator with two outputs: what an inner layer finds, and the logits.

    One pass gives both. The layers and their weights are those of the discriminator, not copies.

    Args:
        discriminator: A functional `keras.Model` in which each `Conv2D` is followed by its
            activation.
        convolution: The activations of this convolution are given out; the first is 1.

    Returns:
        `keras.Model` from images to features `(batch, h, w, channels)` and logits `(batch, 1)`.

    Raises:
        ConfigurationError: The discriminator has no such convolution, no activation after it, or
            takes classes.
    """
    if len(discriminator.inputs) != 1:
        raise ConfigurationError(f"{discriminator.name} takes classes, too; wanted images alone.")
    # SpectralNormalization wraps the layer that it normalises.
    inner = [getattr(layer, "layer", layer) for layer in discriminator.layers]
    places = [place for place, layer in enumerate(inner) if isinstance(layer, layers.Conv2D)]
    if not places:
        raise ConfigurationError(f"{discriminator.name} has no Conv2D layer to take features from.")
    if not 1 <= convolution <= len(places):
        raise ConfigurationError(
            f"convolution={convolution} of {discriminator.name}, a discriminator with "
            f"{len(places)} Conv2D layers. Use a number from 1 to {len(places)}."
        )
    following = places[convolution - 1] + 1
    kinds = (layers.LeakyReLU, layers.ReLU, layers.Activation)
    if not isinstance(inner[following] if following < len(inner) else None, kinds):
        raise ConfigurationError(
            f"Convolution {convolution} of {discriminator.name} is not followed by its activation."
        )
    activation = discriminator.layers[following]
    outputs = [activation.output, discriminator.outputs[0]]
    return keras.Model(discriminator.inputs[0], outputs, name=f"{discriminator.name}_with_features")
