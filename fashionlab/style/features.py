"""Networks to see content and style with: images to the activations of several layers."""

from pathlib import Path

from fashionlab import pretrained
from fashionlab.backend import keras
from fashionlab.errors import ConfigurationError, WeightsError

layers = keras.layers

SCALES = (1, 2, 4, 8, 16)  # pixels of the image to one of the pyramid's
FILTERS = 64  # random ones on each scale
# Mean colour of ImageNet's images, blue first, as VGG was trained with.
IMAGENET_MEAN = (103.939, 116.779, 123.68)


def perceptual(name: str = "fashion", weights: str | Path | None = None):
    """A network whose activations describe an image from fine to coarse.

    Args:
        name: `"fashion"` for the one that the kit ships, trained on drawn textiles and garments;
            `"random"` for random filters; or `"vgg19"`, which the papers on style transfer use.
        weights: Of `"vgg19"`: a Keras weights file of VGG19 without its top. None takes those of
            ImageNet, and downloads them once (80 MB).

    Returns:
        `keras.Model`, not trainable, from images `(batch, height, width, 3)` in [-1, 1], of 32
        pixels or more each way, to a dictionary: name of a layer to activations
        `(batch, h, w, channels)`, 0 or more, fine layers first.

    Raises:
        ConfigurationError: There is no network of that name, or weights are given to another one
            than `"vgg19"`.
        WeightsError: The weights cannot be downloaded, or do not fit.

    Example:
        >>> see = perceptual()
        >>> see(keras.ops.zeros((1, 32, 32, 3)))["scale_4"].shape
        TensorShape([1, 8, 8, 96])
    """
    if name not in ("fashion", "random", "vgg19"):
        raise ConfigurationError(
            f"There are no features {name!r}. Use 'fashion', 'random' or 'vgg19'."
        )
    if weights is not None and name != "vgg19":
        raise ConfigurationError(f"weights={str(weights)!r}: only 'vgg19' takes some.")
    if name == "fashion":
        return pretrained.perceptual()
    network = _random_filters() if name == "random" else _vgg19(weights)
    network.trainable = False
    return network


def _random_filters():
    """One layer of random filters on each scale of a pyramid of the image.

    Reference:
        Ustyuzhaninov, Brendel, Gatys & Bethge, "Texture Synthesis Using Shallow Convolutional
        Networks with Random Filters", 2016. There the filters grow, up to 55 pixels; here the image
        shrinks instead, which costs less.
    """
    images = keras.Input((None, None, 3))  # (B, h, w, 3)
    outputs = {}
    for scale in SCALES:
        x = layers.AveragePooling2D(scale)(images) if scale > 1 else images  # (B, h/scale, ...)
        draw = keras.initializers.HeNormal(seed=scale)
        x = layers.Conv2D(
            FILTERS, 7, padding="same", kernel_initializer=draw, name=f"filters_{scale}"
        )(x)
        outputs[f"scale_{scale}"] = layers.ReLU()(x)  # (B, h/scale, w/scale, FILTERS)
    return keras.Model(images, outputs, name="random_filters")


def _vgg19(weights):
    """The first convolution of each block of VGG19, with average pooling.

    Reference:
        Simonyan & Zisserman, "Very Deep Convolutional Networks for Large-Scale Image Recognition",
        2014. The choice of layers and of the pooling: Gatys, Ecker & Bethge, "Image Style Transfer
        Using Convolutional Neural Networks", 2016, sections 2 and 2.2.
    """
    vgg = _loaded_vgg19(weights)
    images = keras.Input((None, None, 3))  # (B, h, w, 3)
    x = layers.Rescaling(127.5, offset=127.5)(images)  # [0, 255]
    x = x[..., ::-1]  # blue first
    x = layers.Rescaling(1.0, offset=[-mean for mean in IMAGENET_MEAN])(x)
    outputs = {}
    for layer in vgg.layers[1:]:
        pools = isinstance(layer, layers.MaxPooling2D)
        x = layers.AveragePooling2D(2)(x) if pools else layer(x)
        if layer.name.endswith("_conv1"):
            outputs[layer.name] = x
        if layer.name == "block5_conv1":  # nobody looks at what comes after it
            break
    return keras.Model(images, outputs, name="vgg19")


def _loaded_vgg19(weights):
    build = keras.applications.VGG19
    if weights is None:
        try:
            return build(include_top=False, weights="imagenet")
        except Exception as error:  # Keras raises a bare one where a download fails
            raise WeightsError(
                f"The weights of VGG19 could not be had: {error} Connect to the network once; or "
                f"copy vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5 from a machine that has "
                f"it (there it lies in ~/.keras/models) and name it as weights=; or use the "
                f"features 'fashion', which the kit ships."
            ) from error
    if not Path(weights).is_file():
        raise WeightsError(f"There is no file {str(weights)!r}. Name the weights of VGG19.")
    network = build(include_top=False, weights=None)
    try:
        network.load_weights(weights)
    except Exception as error:  # whatever a file that is none of Keras raises
        raise WeightsError(
            f"{str(weights)!r} does not hold the weights of VGG19 without its top: {error}"
        ) from error
    return network
