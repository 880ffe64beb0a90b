"""What the GAN family changes inside a discriminator, put into one that is already built.

Each function `with_...` takes a network and returns a new one, the same but for the change and with
weights of its own, freshly drawn.
"""

from fashionlab.backend import keras
from fashionlab.errors import ConfigurationError

layers, ops = keras.layers, keras.ops


# Found by its name where a sub-model that has it is copied.
@keras.saving.register_keras_serializable("fashionlab")
class MinibatchStdDev(layers.Layer):
    """One more channel that tells how much the images of a group differ from one another.

    The standard deviation of each number over the images of a group, averaged over all numbers,
    is written into every pixel of the new channel. A generator that makes the same image again and
    again is given away by it.

    Args:
        group_size: Images that are compared: this many neighbours in the batch. Real and generated
            images stand one after the other in the batches of `GAN`; groups that divide the batch
            size never mix them.

    Raises:
        ConfigurationError: Groups do not divide the batch. Where its size is known only as it
            runs, in a graph for batches of any size, an error of TensorFlow says so instead
            ("Input to reshape").

    Reference:
        Karras et al., "Progressive Growing of GANs for Improved Quality, Stability, and
        Variation", 2018, section 3; groups of 4 as in its published code.
    """

    def __init__(self, group_size: int = 4, **kwargs):
        super().__init__(**kwargs)
        self.group_size = group_size

    def call(self, x):
        number, *pixel = ops.shape(x)  # (B, h, w, c)
        if isinstance(number, int) and number % self.group_size:
            raise ConfigurationError(
                f"MinibatchStdDev compares images in groups of {self.group_size}, into which a "
                f"batch of {number} cannot be divided. Use a multiple of {self.group_size}."
            )
        groups = ops.reshape(x, (-1, self.group_size, *pixel))  # (B / group, group, h, w, c)
        # The square root has an infinite slope at 0; the epsilon keeps it finite.
        deviations = ops.sqrt(ops.var(groups, axis=1) + 1e-8)  # (B / group, h, w, c)
        means = ops.mean(deviations, axis=(1, 2, 3))  # (B / group,)
        channel = ops.reshape(ops.repeat(means, self.group_size), (-1, 1, 1, 1))  # (B, 1, 1, 1)
        channel = channel * ops.ones_like(x[..., :1])  # (B, h, w, 1)
        return ops.concatenate([x, channel], axis=-1)  # (B, h, w, c + 1)

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], input_shape[-1] + 1)

    def get_config(self):
        return {**super().get_config(), "group_size": self.group_size}


class WeightClip(keras.constraints.Constraint):
    """After every update, each weight is put back into [-limit, limit].

    Reference:
        Arjovsky, Chintala & Bottou, "Wasserstein GAN", 2017, algorithm 1.
    """

    def __init__(self, limit: float):
        self.limit = limit

    def __call__(self, value):
        return ops.clip(value, -self.limit, self.limit)

    def get_config(self):
        return {"limit": self.limit}


def with_minibatch_std(discriminator, group_size: int = 4):
    """The discriminator with a `MinibatchStdDev` on its last feature map, before it is flattened.

    Args:
        discriminator: A functional `keras.Model` with a `Flatten` layer.
        group_size: Images compared with one another.

    Raises:
        ConfigurationError: There is no `Flatten` layer, or one inside a sub-model.
    """

    _check_for((layers.Flatten,), discriminator, "with_minibatch_std")

    def flatten_with_std(layer):
        if not isinstance(layer, layers.Flatten):
            return _copy(layer)
        return keras.Sequential([MinibatchStdDev(group_size), _copy(layer)])

    return keras.models.clone_model(discriminator, clone_function=flatten_with_std)


def with_spectral_norm(discriminator):
    """The discriminator with every kernel divided by its largest singular value.

    The singular value is that of the kernel as a matrix with a column for each output channel; one
    power iteration a training call keeps track of it. Keras' layer writes the divided kernel back,
    so that the optimizer moves the normalised weights; the paper keeps the raw ones beside them.

    Args:
        discriminator: A functional `keras.Model` with `Conv2D` or `Dense` layers.

    Raises:
        ConfigurationError: There are no such layers, or some inside a sub-model.

    Reference:
        Miyato et al., "Spectral Normalization for Generative Adversarial Networks", 2018,
        equation 8.
    """
    kinds = (layers.Conv2D, layers.Dense)
    _check_for(kinds, discriminator, "with_spectral_norm")

    def normalise(layer):
        copy = _copy(layer)
        return layers.SpectralNormalization(copy) if isinstance(layer, kinds) else copy

    return keras.models.clone_model(discriminator, clone_function=normalise)


def with_clipped_weights(critic, limit: float = 0.01):
    """The critic with every weight kept in [-limit, limit] by `WeightClip`, biases too.

    Args:
        critic: A functional `keras.Model`.
        limit: The paper's c.

    Raises:
        ConfigurationError: There is no weight to clip.
    """
    if not critic.trainable_weights:
        raise ConfigurationError(
            f"The network {critic.name!r} has no trainable weights, which with_clipped_weights "
            f"looks for."
        )
    critic = keras.models.clone_model(critic)
    for weight in critic.trainable_weights:
        weight.constraint = WeightClip(limit)
    return critic


def _copy(layer):
    return type(layer).from_config(layer.get_config())


def _check_for(kinds, network, change):
    """Refuse a network of whose layers of these kinds the function `change` would miss some."""
    wanted = " or ".join(kind.__name__ for kind in kinds)
    for layer in network.layers:
        if isinstance(layer, keras.Model) and _has(kinds, layer):
            raise ConfigurationError(
                f"The network {network.name!r} has a {wanted} layer inside its sub-model "
                f"{layer.name!r}, where {change} does not reach. Build it of its layers directly."
            )
    if not _has(kinds, network):
        raise ConfigurationError(
            f"The network {network.name!r} has no {wanted} layer, which {change} looks for."
        )


def _has(kinds, model) -> bool:
    return any(
        isinstance(layer, kinds) or (isinstance(layer, keras.Model) and _has(kinds, layer))
        for layer in model.layers
    )
