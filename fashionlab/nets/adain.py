"""The decoder of AdaIN: features of a content, in the statistics of a style, back to an image."""

from fashionlab.backend import keras
from fashionlab.nets.perceptual import mirrored

layers = keras.layers

SEEN = {"scale_8": 128, "scale_4": 96, "scale_2": 48, "scale_1": 32}  # channels, coarse to fine


def adain_decoder():
    """Features of four scales of `fashion_features` back to an image, from coarse to fine.

    The paper decodes one coarse layer. Here each scale is joined by the features of its own size,
    so that seams and folds, which only fine layers know, come through, and adds its details to the
    image of the coarser one, so that colours are learned at once and edges soon. There is no
    normalisation: the means and deviations of the features are the style.

    Returns:
        `keras.Model` from a dictionary of features, `"scale_8"` `(batch, h / 8, w / 8, 128)`,
        `"scale_4"` `(batch, h / 4, w / 4, 96)`, `"scale_2"` `(batch, h / 2, w / 2, 48)` and
        `"scale_1"` `(batch, h, w, 32)`, to images `(batch, h, w, 3)` in [-1, 1].

    Reference:
        Huang & Belongie, "Arbitrary Style Transfer in Real-time with Adaptive Instance
        Normalization", 2017, section 6.1. Joined features: Ronneberger, Fischer & Brox, "U-Net",
        2015. The sum of images: Karras et al., "Analyzing and Improving the Image Quality of
        StyleGAN", 2020, section 4.1.
    """
    features = {name: keras.Input((None, None, width), name=name) for name, width in SEEN.items()}
    x = _convolution(features["scale_8"], 96)  # (B, h/8, w/8, 96)
    image = _image(x)  # (B, h/8, w/8, 3)
    for scale, joined, leaving in ((4, 64, 64), (2, 48, 24), (1, 24, None)):
        x = layers.UpSampling2D(2)(x)  # (B, h/scale, w/scale, ...)
        x = layers.Concatenate()([x, features[f"scale_{scale}"]])
        x = _convolution(x, joined)  # (B, h/scale, w/scale, joined)
        if scale > 1:  # at full size, one has to do
            x = _convolution(x, leaving)  # (B, h/scale, w/scale, leaving)
        larger = layers.UpSampling2D(2, interpolation="bilinear")(image)
        image = layers.Add(name=f"image_{scale}")([larger, _image(x)])  # (B, h/scale, w/scale, 3)
    return keras.Model(features, layers.Activation("tanh")(image), name="adain_decoder")


def _convolution(x, channels):
    x = layers.Conv2D(channels, 3, kernel_initializer="he_normal")(mirrored(x, 1))
    return layers.ReLU()(x)


def _image(x):
    # Small to begin with: a tanh that is once driven to its ends hardly comes back.
    small = keras.initializers.VarianceScaling(0.01)
    return layers.Conv2D(3, 3, kernel_initializer=small)(mirrored(x, 1))
