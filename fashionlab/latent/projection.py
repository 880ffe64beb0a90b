"""The way back: latents whose pictures come near given images."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from tqdm.auto import tqdm

from fashionlab.backend import keras, tf
from fashionlab.data.arrays import checked_images
from fashionlab.errors import ConfigurationError
from fashionlab.latent.sampling import class_weights, generate, latent_dim, noise

CANDIDATES = 10_000  # random latents that the starts are the best of
BATCH = 250  # of them, between two calls of `on_step`
LEARNING_RATE = 0.1  # of Adam, in standard deviations a step; falls to 0 along a cosine
PRIOR = 0.01  # pixel distance that a latent of a norm of 0 costs


class Projection(NamedTuple):
    """Latents found for images.

    Attributes:
        z: float32 `(number, latent_dim)`.
        images: float32 `(number, height, width, channels)`, what the generator makes of `z`.
        distance: float32 `(number,)`, mean squared pixel difference from the image.
        history: float32 `(1 + steps, number)`, the least distance so far: at first of the starts,
            then after each step.
    """

    z: np.ndarray
    images: np.ndarray
    distance: np.ndarray
    history: np.ndarray


def project(
    generator,
    images: np.ndarray,
    *,
    seed: int,
    encoder=None,
    starts: int = 4,
    steps: int = 200,
    classes=None,
    progress: bool = True,
    on_step: Callable[[int, float], None] | None = None,
) -> Projection:
    """Find latents whose pictures come as near to given images as possible.

    From several starts at once, gradient descent moves the latent: by the squared pixel difference,
    and by how far the latent's norm is from that of noise. Without the second the latent goes
    farther out than noise does, to where the generator has not learned. What is reached depends on
    the starts, so they are the best of 10,000 random latents.

    An interruption (the stop button, Ctrl+C) ends the descent and gives the best found so far.

    Args:
        generator: A `keras.Model` from latents to images, or from `[latents, class weights]`.
        images: float32 `(number, height, width, channels)` in [-1, 1]. All are moved at once: give
            some hundreds at most.
        seed: Seeds the random latents.
        encoder: A `keras.Model` from images to latents `(batch, latent_dim)`, for one more start.
        starts: How many of the random latents to start from, 1 or more.
        steps: Steps of gradient descent, 1 or more.
        classes: Class weights, which a conditional generator has to be given here; they stay as
            they are.
        progress: Whether to show a bar.
        on_step: Called with the number of each step, from 0 to `steps`, and the mean of the least
            distances so far; the number is 0, again and again, while the 10,000 are looked at. If
            it raises a KeyboardInterrupt, that ends the search, too: with the best so far once the
            descent has begun, and before that with the KeyboardInterrupt.

    Returns:
        Of each image the latent that came nearest in pixels. It is at least as near as the best of
        the 10,000.

    Raises:
        DataError: The images are not such as the generator makes.
        ConfigurationError: The generator, the encoder, the class weights or a number is not as
            wanted.

    Reference:
        Zhu et al., "Generative Visual Manipulation on the Natural Image Manifold", 2016, section
        3.1.
    """
    width = latent_dim(generator)
    images = checked_images(images, generator.output_shape[1:])
    if starts < 1 or starts > CANDIDATES or steps < 1:
        raise ConfigurationError(
            f"starts={starts}, steps={steps}: wanted 1 to {CANDIDATES:,} starts and a step or more."
        )
    if classes is None and len(generator.inputs) == 2:
        raise ConfigurationError(
            f"{generator.name!r} has to be told the class of each image: classes={len(images)} "
            f"rows of class weights, such as np.eye(10)[labels]."
        )
    classes = class_weights(generator, classes, len(images))
    candidates = noise(CANDIDATES, width, seed)
    z = _nearest_random(generator, images, classes, starts, candidates, on_step)
    if encoder is not None:
        z = np.concatenate([_encoded(encoder, images, width)[:, None], z], axis=1)
    z, history = _descend(generator, images, classes, z, steps, progress, on_step)
    found = generate(generator, z, classes=classes)
    return Projection(z, found, _distances(found, images), history)


def _nearest_random(generator, images, classes, starts, candidates, on_step):
    """Of each image the candidates with the nearest pictures, `(number, starts, latent_dim)`."""
    distances = np.full((len(images), len(candidates)), np.inf, np.float32)
    if classes is None:
        groups, group_of = [None], np.zeros(len(images), int)
    else:  # each class makes other pictures of the candidates
        groups, group_of = np.unique(classes, axis=0, return_inverse=True)
    for start in range(0, len(candidates), BATCH):
        for group, weights in enumerate(groups):
            members = np.flatnonzero(group_of.ravel() == group)
            made = generate(generator, candidates[start : start + BATCH], classes=weights)
            distances[members, start : start + BATCH] = _all_distances(images[members], made)
        if on_step is not None:
            on_step(0, float(distances.min(axis=1).mean()))
    return candidates[np.argsort(distances, axis=1)[:, :starts]]


def _encoded(encoder, images, width):
    z = np.asarray(encoder(images, training=False))
    if z.shape != (len(images), width):
        raise ConfigurationError(
            f"The encoder made {z.shape} of images {images.shape}; wanted latents "
            f"({len(images)}, {width}), as the generator takes."
        )
    return z.astype(np.float32)


def _descend(generator, images, classes, z, steps, progress, on_step):
    """The nearest latent to each image that the descent comes by, and how near it was when."""
    number, starts, width = z.shape
    images = np.repeat(images, starts, axis=0)
    classes = None if classes is None else tf.repeat(tf.constant(classes), starts, axis=0)
    z = tf.Variable(z.reshape(-1, width))
    step = _step(generator, z, tf.constant(images), classes, steps)
    best, distances, history = z.numpy(), np.inf, []
    bar = tqdm(range(1 + steps), desc="Projecting", leave=False, disable=not progress)
    try:
        for i in bar:
            here, now = (array.numpy() for array in step())
            best = np.where((now < distances)[:, None], here, best)
            distances = np.fmin(now, distances)  # a start whose picture is NaN never wins
            history.append(distances.reshape(number, starts).min(axis=1))
            bar.set_postfix_str(f"distance {history[-1].mean():.4f}", refresh=False)
            if on_step is not None:
                on_step(i, float(history[-1].mean()))
    except KeyboardInterrupt:
        if not history:  # nothing was found yet
            raise
    finally:
        bar.close()
    winners = distances.reshape(number, starts).argmin(axis=1)
    best = best.reshape(number, starts, width)[np.arange(number), winners]
    return best, np.stack(history)


def _step(generator, z, images, classes, steps):
    """A function that moves z; gives where z was before that, and how far its pictures were."""
    optimizer = keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(LEARNING_RATE, steps))
    optimizer.build([z])

    @tf.function
    def step():
        with tf.GradientTape() as tape:
            latents = tf.convert_to_tensor(z)
            inputs = latents if classes is None else [latents, classes]
            made = generator(inputs, training=False)
            distances = tf.reduce_mean(tf.square(made - images), axis=[1, 2, 3])
            # Squared over latent_dim, the norm of noise is 1 on average, and never far from it.
            norms = tf.reduce_mean(tf.square(latents), axis=1)
            # No picture touches another's latent, so the sum's gradient holds every latent's own.
            loss = tf.reduce_sum(distances + PRIOR * tf.square(norms - 1))
        optimizer.apply([tape.gradient(loss, z)], [z])
        return latents, distances

    return step


def _distances(made, images):
    return np.square(made - images).mean(axis=(1, 2, 3))


def _all_distances(images, made):
    """Of each image from every picture, `(images, made)`."""
    x, y = images.reshape(len(images), -1), made.reshape(len(made), -1)
    # |x - y|^2 without the difference of every pair
    squares = (x**2).sum(axis=1)[:, None] - 2 * x @ y.T + (y**2).sum(axis=1)
    return squares / x.shape[1]
