"""Ways down a loss on the pixels of an image."""

import numpy as np
import scipy.optimize

from fashionlab.backend import keras, tf

LEARNING_RATE = 0.02  # of Adam, in pixel values


def lbfgs(loss, image, steps, report):
    """Steps of L-BFGS with a line search each; fewer where nothing is left to gain.

    Args:
        loss: Function of a tensor of the image's shape: the loss, and its gradient.
        image: float32 `(height, width, 3)` to start from. Pixels stay in [-1, 1].
        steps: 1 or more.
        report: Called after each step with the image and its loss.

    Reference:
        Byrd et al., "A Limited Memory Algorithm for Bound Constrained Optimization", 1995.
    """

    def value_and_gradient(pixels):
        value, gradient = loss(tf.constant(pixels.reshape(image.shape), tf.float32))
        return float(value), gradient.numpy().ravel().astype(float)

    def callback(intermediate_result):  # SciPy looks at the name
        now = intermediate_result.x.reshape(image.shape).astype(np.float32)
        report(now, float(intermediate_result.fun))

    scipy.optimize.minimize(
        value_and_gradient,
        image.ravel().astype(float),
        jac=True,
        method="L-BFGS-B",
        bounds=scipy.optimize.Bounds(-1, 1),
        callback=callback,
        options={"maxiter": steps, "maxfun": 10 * steps, "ftol": 0, "gtol": 0},
    )


def adam(loss, image, steps, report):
    """Steps of Adam: the same as `lbfgs`, but each a single look at the loss.

    The loss that is reported is that of the image before the step.

    Reference:
        Kingma & Ba, "Adam: A Method for Stochastic Optimization", 2015.
    """
    pixels = tf.Variable(image)
    optimizer = keras.optimizers.Adam(LEARNING_RATE)
    optimizer.build([pixels])
    for _ in range(steps):
        value, gradient = loss(tf.convert_to_tensor(pixels))
        optimizer.apply([gradient], [pixels])
        pixels.assign(tf.clip_by_value(pixels, -1, 1))
        report(pixels.numpy(), float(value))
