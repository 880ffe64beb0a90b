"""Classifiers of Fashion-MNIST whose features the metrics measure in.

Two of different make: what only one of them sees may be a quirk of that network.
"""

from fashionlab.backend import keras

layers = keras.layers


def plain_features():
    """The network that defines FashionFID: images to features and logits.

    Returns:
        `keras.Model` from images `(batch, 28, 28, 1)` in [-1, 1] to a pair: features
        `(batch, 128)`, 0 or more, and the logits of the ten classes `(batch, 10)`.
    """
    images = keras.Input((28, 28, 1))  # (B, 28, 28, 1)
    x = _convolution(images, 32)  # (B, 28, 28, 32)
    x = layers.MaxPooling2D()(x)  # (B, 14, 14, 32)
    x = _convolution(x, 64)  # (B, 14, 14, 64)
    x = layers.MaxPooling2D()(x)  # (B, 7, 7, 64)
    x = _convolution(x, 128)  # (B, 7, 7, 128)
    x = _convolution(x, 128)  # (B, 7, 7, 128)
    return _with_head(images, x, "plain_features")


def residual_features():
    """The cross-check: the same inputs and outputs as `plain_features`, from a residual network.

    Reference:
        He et al., "Deep Residual Learning for Image Recognition", 2015, figure 2.
    """
    images = keras.Input((28, 28, 1))  # (B, 28, 28, 1)
    x = _convolution(images, 32, kernel=5, stride=2)  # (B, 14, 14, 32)
    x = _residual(x, 32)  # (B, 14, 14, 32)
    x = _convolution(x, 64, stride=2)  # (B, 7, 7, 64)
    x = _residual(x, 64)  # (B, 7, 7, 64)
    x = _convolution(x, 128, stride=2)  # (B, 4, 4, 128)
    x = _residual(x, 128)  # (B, 4, 4, 128)
    return _with_head(images, x, "residual_features")


def _convolution(x, channels, kernel=3, stride=1):
    x = layers.Conv2D(channels, kernel, stride, "same", use_bias=False)(x)
    x = layers.BatchNormalization()(x)
    return layers.ReLU()(x)


def _residual(x, channels):
    y = _convolution(x, channels)
    y = layers.Conv2D(channels, 3, padding="same", use_bias=False)(y)
    y = layers.BatchNormalization()(y)
    return layers.ReLU()(layers.Add()([x, y]))


def _with_head(images, x, name):
    features = layers.GlobalAveragePooling2D(name="features")(x)  # (B, 128)
    logits = layers.Dense(10, name="logits")(layers.Dropout(0.3)(features))  # (B, 10)
    return keras.Model(images, [features, logits], name=name)
