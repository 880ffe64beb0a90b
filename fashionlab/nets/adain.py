"""The decoder of AdaIN: features of a content, in the statistics of a style, back to an image."""

from fashionlab.backend import keras
from fashionlab.nets.perceptual import mirrored

layers = keras.layers


def adain_decoder():
    """The mirror image of `fashion_features` up to `"scale_8"`.

    There is no normalisation: the means and deviations of the features are the style.

    Returns:
        `keras.Model` from features `(batch, h / 8, w / 8, 128)` to images `(batch, h, w, 3)` in
        [-1, 1].

    Reference:
        Huang & Belongie, "Arbitrary Style Transfer in Real-time with Adaptive Instance
        Normalization", 2017, section 6.1.
    """
    features = keras.Input((None, None, 128))  # (B, h/8, w/8, 128)
    x = _convolution(features, 128)  # (B, h/8, w/8, 128)
    for channels in (96, 64, 32):
        x = _convolution(x, channels)  # (B, h/8, w/8, 96), (B, h/4, w/4, 64), (B, h/2, w/2, 32)
        x = layers.UpSampling2D(2)(x)  # (B, h/4, w/4, 96), (B, h/2, w/2, 64), (B, h, w, 32)
        if channels > 32:
            x = _convolution(x, channels)  # the same
    x = _convolution(x, 16)  # (B, h, w, 16)
    x = layers.Conv2D(3, 3)(mirrored(x, 1))  # (B, h, w, 3)
    return keras.Model(features, layers.Activation("tanh")(x), name="adain_decoder")


def _convolution(x, channels):
    x = layers.Conv2D(channels, 3, kernel_initializer="he_normal")(mirrored(x, 1))
    return layers.ReLU()(x)
