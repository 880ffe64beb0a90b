"""Networks of a CycleGAN: a generator from images to images, and a critic of patches."""

from fashionlab.backend import keras
from fashionlab.errors import ConfigurationError
from fashionlab.nets.perceptual import mirrored

layers, ops = keras.layers, keras.ops


# Found by its name where a network that has it is copied.
@keras.saving.register_keras_serializable("fashionlab")
class CutTo(layers.Layer):
    """The first rows and columns of activations, as many as a second input has."""

    def call(self, inputs):
        x, like = inputs
        height, width = ops.shape(like)[1:3]
        return x[:, :height, :width]

    def compute_output_shape(self, input_shape):
        (batch, *_, channels), like = input_shape
        return (batch, *like[1:3], channels)


def resnet_generator(channels: int = 16, blocks: int = 4):
    """Images to images of the same size: two steps down, residual blocks, two steps up.

    Args:
        channels: Channels at full size; twice as many at half of it, four times at a quarter.
        blocks: Residual blocks at a quarter of the size. Nine and 64 channels are the paper's.

    Returns:
        `keras.Model` from images `(batch, height, width, 3)` in [-1, 1], of 8 pixels or more each
        way, to images of the same shape and range.

    Raises:
        ConfigurationError: There is less than one channel or block.

    Reference:
        Zhu, Park, Isola & Efros, "Unpaired Image-to-Image Translation using Cycle-Consistent
        Adversarial Networks", 2017, appendix 7.2, after Johnson, Alahi & Fei-Fei, "Perceptual
        Losses for Real-Time Style Transfer and Super-Resolution", 2016. Kernels on the way up are
        4 x 4 here, which the step of 2 divides, so that all pixels are made of as many products.
    """
    if channels < 1 or blocks < 1:
        raise ConfigurationError(f"channels={channels}, blocks={blocks}: use 1 or more of each.")
    images = keras.Input((None, None, 3))  # (B, h, w, 3)
    x = _convolution(images, channels, kernel=7)  # (B, h, w, channels)
    x = _convolution(x, 2 * channels, step=2)  # (B, h/2, w/2, 2 channels), rounded up
    x = _convolution(x, 4 * channels, step=2)  # (B, h/4, w/4, 4 channels), rounded up
    for _ in range(blocks):
        x = _residual(x, 4 * channels)  # the same
    x = _doubled(x, 2 * channels)  # (B, h/2, w/2, 2 channels)
    x = _doubled(x, channels)  # (B, h, w, channels), or up to 3 pixels more
    x = CutTo()([x, images])  # (B, h, w, channels)
    x = layers.Conv2D(3, 7, activation="tanh")(mirrored(x, 3))  # (B, h, w, 3)
    return keras.Model(images, x, name="resnet_generator")


def _convolution(x, channels, kernel=3, step=1):
    # Mirrored at the edges: zeros would be an edge that no image has.
    x = layers.Conv2D(channels, kernel, step)(mirrored(x, kernel // 2))
    return layers.ReLU()(x)


def _doubled(x, channels):
    return layers.ReLU()(layers.Conv2DTranspose(channels, 4, 2, "same")(x))


def _residual(x, channels):
    # Zeros at the edges, here, tell the network where in the picture it is. The norms are on the
    # branch alone: they divide by the contrast of a channel, which on a white ground is a plain
    # garment's colour.
    change = layers.Conv2D(channels, 3, padding="same", use_bias=False)(x)
    change = layers.ReLU()(_normalised(change))
    change = layers.Conv2D(channels, 3, padding="same", use_bias=False)(change)
    return layers.Add()([x, _normalised(change)])


def _normalised(x):
    # As many groups as channels: each channel of each image for itself, an instance norm.
    return layers.GroupNormalization(groups=-1, epsilon=1e-5)(x)


def patch_critic(channels: int = 32, steps: int = 3):
    """Images to a map of logits, each of which judges a patch: PatchGAN.

    Args:
        channels: Channels at half the size; twice as many after each further step.
        steps: Times that the size is halved. A logit sees 22 pixels each way after two steps, 46
            after three, and 94 after four.

    Returns:
        `keras.Model` from images `(batch, height, width, 3)` in [-1, 1] to logits
        `(batch, height / 2**steps, width / 2**steps, 1)`, sizes rounded up.

    Raises:
        ConfigurationError: There is less than one channel or step.

    Reference:
        Isola, Zhu, Zhou & Efros, "Image-to-Image Translation with Conditional Adversarial
        Networks", 2017, section 3.2.2.
    """
    if channels < 1 or steps < 1:
        raise ConfigurationError(f"channels={channels}, steps={steps}: use 1 or more of each.")
    images = keras.Input((None, None, 3))  # (B, h, w, 3)
    x = layers.LeakyReLU(0.2)(layers.Conv2D(channels, 4, 2, "same")(images))  # (B, h/2, w/2, c)
    for step in range(1, steps):
        x = layers.Conv2D(channels * 2**step, 4, 2, "same", use_bias=False)(x)
        x = layers.LeakyReLU(0.2)(_normalised(x))  # (B, h/4, w/4, 2c), (B, h/8, w/8, 4c)
    x = layers.Conv2D(1, 4, padding="same")(x)  # (B, h/8, w/8, 1)
    return keras.Model(images, x, name="patch_critic")
