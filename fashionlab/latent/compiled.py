"""The generator as one graph, for pictures that follow a hand."""

from collections.abc import Callable

import numpy as np

from fashionlab.backend import tf
from fashionlab.latent.sampling import class_weights, latent_dim


def compiled(generator) -> Callable[..., np.ndarray]:
    """A quicker `generate` for few images at a time.

    Called layer by layer, a network spends most of the time for one image between its layers.

    Args:
        generator: A `keras.Model` from latents to images, or from `[latents, class weights]`. Its
            weights stay its own: train it further, and the images change with it.

    Returns:
        A function from latents `(number, latent_dim)`, and class weights as in `generate` if the
        generator takes any, to images `(number, height, width, channels)` in [-1, 1].

    Raises:
        ConfigurationError: The model does not take latents.

    Example:
        >>> from fashionlab import pretrained
        >>> render = compiled(pretrained.generator("dcgan"))
        >>> render(np.zeros((2, 64), np.float32)).shape
        (2, 28, 28, 1)
    """
    latent_dim(generator)  # refuses what is no generator
    shapes = generator.input_shape
    # Of any length, so that another number of images does not compile it again.
    lengths = [shape[-1] for shape in shapes] if isinstance(shapes, list) else [shapes[-1]]
    signature = [tf.TensorSpec((None, length), tf.float32) for length in lengths]

    @tf.function(input_signature=signature, autograph=False)
    def graph(*inputs):
        return generator(list(inputs) if len(inputs) > 1 else inputs[0], training=False)

    def render(z: np.ndarray, classes=None) -> np.ndarray:
        classes = class_weights(generator, classes, len(z))
        return (graph(z) if classes is None else graph(z, classes)).numpy()

    return render
