"""The DCGAN pairs for 28 x 28 images in one channel.

Every network ends in what the losses want: the generator in tanh, [-1, 1] like the images; the
discriminator in a logit.

Reference:
    Radford, Metz & Chintala, "Unsupervised Representation Learning with Deep Convolutional
    Generative Adversarial Networks", 2015.
"""

from fashionlab.backend import keras

layers = keras.layers


def dcgan_generator(latent_dim: int = 64, channels: tuple[int, int] = (128, 32)):
    """The kit's generator: latents `(batch, latent_dim)` to images `(batch, 28, 28, 1)`.

    Kernel 4 with stride 2: every output pixel is reached by the same number of kernel positions, so
    the transposed convolutions leave no checkerboard (Odena, Dumoulin & Olah, "Deconvolution and
    Checkerboard Artifacts", 2016).

    Args:
        latent_dim: Length of a latent.
        channels: Channels at 7 x 7 and at 14 x 14. Nearly all arithmetic is between these two.
    """
    z = keras.Input((latent_dim,))  # (B, latent_dim)
    return keras.Model(z, _garment(z, channels), name="dcgan_generator")


def conditional_generator(
    latent_dim: int = 64, classes: int = 10, channels: tuple[int, int] = (128, 32)
):
    """`dcgan_generator` with class weights appended to the latent: both to images.

    One weight of 1 asks for a class; two weights of a half ask for what lies between two classes.

    Args:
        latent_dim: Length of a latent.
        classes: How many classes there are.
        channels: Channels at 7 x 7 and at 14 x 14.

    Reference:
        Mirza & Osindero, "Conditional Generative Adversarial Nets", 2014, section 3.2.
    """
    z = keras.Input((latent_dim,), name="z")  # (B, latent_dim)
    weights = keras.Input((classes,), name="classes")  # (B, classes)
    x = layers.Concatenate()([z, weights])  # (B, latent_dim + classes)
    return keras.Model([z, weights], _garment(x, channels), name="conditional_generator")


def _garment(x, channels):
    """The layers of `dcgan_generator`, from a vector on."""
    coarse, fine = channels
    x = layers.Dense(7 * 7 * coarse, use_bias=False)(x)  # (B, 49 coarse)
    x = layers.Reshape((7, 7, coarse))(x)  # (B, 7, 7, coarse)
    x = layers.BatchNormalization()(x)
    x = layers.ReLU()(x)
    x = layers.Conv2DTranspose(fine, 4, 2, "same", use_bias=False)(x)  # (B, 14, 14, fine)
    x = layers.BatchNormalization()(x)
    x = layers.ReLU()(x)
    return layers.Conv2DTranspose(1, 4, 2, "same", activation="tanh")(x)  # (B, 28, 28, 1)


def dcgan_discriminator(channels: tuple[int, int, int] = (16, 32, 64)):
    """The kit's discriminator: images `(batch, 28, 28, 1)` to logits `(batch, 1)`.

    No batch normalisation: the gradient penalties need each image's logit to depend on that image
    alone.

    Args:
        channels: Channels at 14 x 14, 7 x 7 and 4 x 4.
    """
    images = keras.Input((28, 28, 1))  # (B, 28, 28, 1)
    logits = layers.Dense(1)(_evidence(images, channels))  # (B, 1)
    return keras.Model(images, logits, name="dcgan_discriminator")


def projection_discriminator(classes: int = 10, channels: tuple[int, int, int] = (16, 32, 64)):
    """`dcgan_discriminator` that judges an image beside its class, by an inner product.

    logit = v.f + (V c).f, with the features f of the image and the class weights c: one direction v
    asks "is this a garment?", and one for each class "is this one of those?".

    Args:
        classes: How many classes there are.
        channels: Channels at 14 x 14, 7 x 7 and 4 x 4.

    Reference:
        Miyato & Koyama, "cGANs with Projection Discriminator", 2018, equation 3.
    """
    images = keras.Input((28, 28, 1), name="images")  # (B, 28, 28, 1)
    weights = keras.Input((classes,), name="classes")  # (B, classes)
    features = _evidence(images, channels)  # (B, 16 channels[2])
    directions = layers.Dense(features.shape[-1], use_bias=False)(weights)  # (B, 16 channels[2])
    match = layers.Dot(axes=1)([features, directions])  # (B, 1)
    logits = layers.Add()([layers.Dense(1)(features), match])  # (B, 1)
    return keras.Model([images, weights], logits, name="projection_discriminator")


def concatenation_discriminator(classes: int = 10, channels: tuple[int, int, int] = (16, 32, 64)):
    """`dcgan_discriminator` on the image with a further constant channel for each class weight.

    Args:
        classes: How many classes there are.
        channels: Channels at 14 x 14, 7 x 7 and 4 x 4.

    Reference:
        Mirza & Osindero, "Conditional Generative Adversarial Nets", 2014, section 3.2, which feeds
        the class in beside the image.
    """
    images = keras.Input((28, 28, 1), name="images")  # (B, 28, 28, 1)
    weights = keras.Input((classes,), name="classes")  # (B, classes)
    planes = layers.RepeatVector(28 * 28)(weights)  # (B, 784, classes)
    planes = layers.Reshape((28, 28, classes))(planes)  # (B, 28, 28, classes)
    x = layers.Concatenate()([images, planes])  # (B, 28, 28, 1 + classes)
    logits = layers.Dense(1)(_evidence(x, channels))  # (B, 1)
    return keras.Model([images, weights], logits, name="concatenation_discriminator")


def _evidence(x, channels):
    """The layers of `dcgan_discriminator`, up to a vector of features."""
    x = layers.Conv2D(channels[0], 4, 2, "same")(x)  # (B, 14, 14, channels[0])
    x = layers.LeakyReLU(0.2)(x)
    x = layers.Conv2D(channels[1], 4, 2, "same")(x)  # (B, 7, 7, channels[1])
    x = layers.LeakyReLU(0.2)(x)
    x = layers.Conv2D(channels[2], 4, 2, "same")(x)  # (B, 4, 4, channels[2])
    x = layers.LeakyReLU(0.2)(x)
    return layers.Flatten()(x)  # (B, 16 channels[2])


def quality_generator(latent_dim: int = 64):
    """`dcgan_generator` with 192 and 64 channels: three times the arithmetic, for a long run."""
    wide = dcgan_generator(latent_dim, channels=(192, 64))
    return keras.Model(wide.inputs[0], wide.outputs[0], name="quality_generator")


def quality_discriminator():
    """`dcgan_discriminator` with twice the channels, to go with `quality_generator`."""
    wide = dcgan_discriminator(channels=(32, 64, 128))
    return keras.Model(wide.inputs[0], wide.outputs[0], name="quality_discriminator")


def classic_generator(latent_dim: int = 100):
    """The generator of the widely read tutorials: `(batch, latent_dim)` to `(batch, 28, 28, 1)`."""
    z = keras.Input((latent_dim,))  # (B, latent_dim)
    x = layers.Dense(7 * 7 * 256, use_bias=False)(z)  # (B, 12544)
    x = layers.BatchNormalization()(x)
    x = layers.LeakyReLU(0.3)(x)
    x = layers.Reshape((7, 7, 256))(x)  # (B, 7, 7, 256)
    x = layers.Conv2DTranspose(128, 5, 1, "same", use_bias=False)(x)  # (B, 7, 7, 128)
    x = layers.BatchNormalization()(x)
    x = layers.LeakyReLU(0.3)(x)
    x = layers.Conv2DTranspose(64, 5, 2, "same", use_bias=False)(x)  # (B, 14, 14, 64)
    x = layers.BatchNormalization()(x)
    x = layers.LeakyReLU(0.3)(x)
    x = layers.Conv2DTranspose(1, 5, 2, "same", use_bias=False, activation="tanh")(x)
    return keras.Model(z, x, name="classic_generator")  # (B, 28, 28, 1)


def classic_discriminator():
    """The discriminator of the widely read tutorials: `(batch, 28, 28, 1)` to `(batch, 1)`."""
    images = keras.Input((28, 28, 1))  # (B, 28, 28, 1)
    x = layers.Conv2D(64, 5, 2, "same")(images)  # (B, 14, 14, 64)
    x = layers.LeakyReLU(0.3)(x)
    x = layers.Dropout(0.3)(x)
    x = layers.Conv2D(128, 5, 2, "same")(x)  # (B, 7, 7, 128)
    x = layers.LeakyReLU(0.3)(x)
    x = layers.Dropout(0.3)(x)
    x = layers.Flatten()(x)  # (B, 6272)
    logits = layers.Dense(1)(x)  # (B, 1)
    return keras.Model(images, logits, name="classic_discriminator")
