"""A network to see textiles and garments with: images to activations, from fine to coarse."""

from fashionlab.backend import keras

layers = keras.layers
ops = keras.ops


def fashion_features():
    """Convolutions on five scales, what the last one of each scale says.

    Returns:
        `keras.Model` from images `(batch, height, width, 3)` in [-1, 1], of 32 pixels or more each
        way, to a dictionary: `"scale_1"`, `"scale_2"`, `"scale_4"`, `"scale_8"` and `"scale_16"`
        to activations `(batch, height / scale, width / scale, channels)`, 0 or more.
    """
    images = keras.Input((None, None, 3))  # (B, h, w, 3)
    outputs = {}
    x = outputs["scale_1"] = _convolution(images, 32, kernel=5)  # (B, h, w, 32)
    for scale, channels in ((2, 48), (4, 96), (8, 128)):
        x = layers.AveragePooling2D(2)(x)  # (B, h/scale, w/scale, ...)
        x = _convolution(x, channels)  # (B, h/scale, w/scale, channels)
        x = outputs[f"scale_{scale}"] = _convolution(x, channels)  # the same
    x = layers.AveragePooling2D(2)(x)  # (B, h/16, w/16, 128)
    outputs["scale_16"] = _convolution(x, 160)  # (B, h/16, w/16, 160)
    return keras.Model(images, outputs, name="fashion_features")


def _convolution(x, channels, kernel=3):
    # Mirrored at the edges: zeros would look like the border of a garment.
    x = mirrored(x, kernel // 2)
    x = layers.Conv2D(channels, kernel, use_bias=False)(x)
    # Activations of all channels have one size, as Gatys et al. scale those of VGG.
    x = layers.BatchNormalization(scale=False)(x)
    return layers.ReLU()(x)


def mirrored(x, edge):
    """Activations `(batch, h, w, channels)` with `edge` more rows and columns on each side."""
    return ops.pad(x, [[0, 0], [edge, edge], [edge, edge], [0, 0]], mode="reflect")
