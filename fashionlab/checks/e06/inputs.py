"""The bug hunt, part 1: what the networks are fed."""

from itertools import islice

import numpy as np

from fashionlab.backend import keras, tf
from fashionlab.checks.exercise import RETURNS_NOTHING, Exercise

layers, ops = keras.layers, keras.ops


def images_and_generator(pixels):
    """Images out of uint8 pixels, and the generator that is to imitate them."""
    images = pixels.astype("float32") / 127.5 - 1
    generator = keras.Sequential(
        [
            keras.Input((16,)),
            layers.Dense(28 * 28, activation="tanh"),
            layers.Reshape((28, 28, 1)),
        ]
    )
    return images, generator


def _examine_ranges(answer):
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 256, (64, 28, 28, 1)).astype("uint8")
    pair = answer(pixels)
    if pair is None:
        return RETURNS_NOTHING
    images, generator = pair
    images = np.asarray(images)
    if images.shape != pixels.shape:
        return f"The images' shape changed from {pixels.shape} to {images.shape}."
    z = rng.normal(size=(64, *generator.input_shape[1:])).astype("float32")
    fakes, far_out = np.asarray(generator(z)), np.asarray(generator(1000 * z))
    if fakes.shape != images.shape:
        return f"The generator makes {fakes.shape[1:]}; the images are {images.shape[1:]}."
    low, high = images.min(), images.max()
    lowest, highest = far_out.min(), far_out.max()
    if max(-lowest, highest) > 10 * max(-low, high):
        return (
            f"Large latents drive this generator's pixels to {max(-lowest, highest):,.0f}: "
            f"nothing keeps them in the range of the images, {low:.3g} to {high:.3g}."
        )
    tolerance = 0.02 * (high - low)
    if low < lowest - tolerance or high > highest + tolerance:
        return (
            f"The images run from {low:.3g} to {high:.3g}, this generator only from {lowest:.3g} "
            f"to {highest:.3g}: some shades it can never paint."
        )
    outside = ((fakes < low - tolerance) | (fakes > high + tolerance)).any(axis=(1, 2, 3))
    if outside.any():
        return (
            f"{outside.sum()} of 64 fakes have pixels that no image has: the images run from "
            f"{low:.3g} to {high:.3g}, the generator from {lowest:.3g} to {highest:.3g}. So D can "
            f"tell fakes by their range and need not look at garments."
        )
    return None


e06_1 = Exercise(
    name="e06_1",
    examine=_examine_ranges,
    praise="Right: what the generator can paint and what the images hold is the same range. Each "
    "line looked right by itself, since both ranges are in common use.",
    hint_text="Which values can tanh take? And pixels / 255? Either of the two lines can give way.",
    answer=images_and_generator,
)


def batches(images, batch_size):
    """All images in batches, mixed anew each time they are run through."""
    dataset = tf.data.Dataset.from_tensor_slices(images)
    return dataset.shuffle(len(images)).batch(batch_size)


def _examine_batches(answer):
    classes, per_class, size = 10, 60, 60
    images = np.arange(classes * per_class, dtype="float32").reshape(-1, 1, 1, 1)
    dataset = answer(images, size)
    if dataset is None:
        return RETURNS_NOTHING
    epochs = [[np.asarray(batch).ravel() for batch in islice(dataset, 11)] for _ in range(2)]
    if not epochs[1]:
        return "The second epoch is empty: what you return can be run through only once."
    lengths = {len(batch) for batch in epochs[0]}
    if lengths != {size}:
        return f"Batches of {size} images were wanted; yours hold {sorted(lengths)}."
    first, second = (np.concatenate(epoch) for epoch in epochs)
    if not np.array_equal(np.sort(first), images.ravel()):
        return f"An epoch brings {len(set(first))} different images in {len(first)}, not each once."
    mixed = np.mean([len(set(batch // per_class)) for batch in epochs[0]])
    if mixed == 1:
        return (
            "600 images came sorted into 10 classes, and each of your batches of 60 holds a single "
            "one: one batch all T-shirts, the next all boots. What changes its place here is the "
            "batch, not the image."
        )
    if mixed < 8:
        return (
            f"600 images came sorted into 10 classes; your batches of 60 hold {mixed:.1f} of them "
            f"on average. Images are mixed with near neighbours only."
        )
    if np.array_equal(first, second):
        return "Well mixed, but the second epoch comes in the same order as the first."
    return None


e06_2 = Exercise(
    name="e06_2",
    examine=_examine_batches,
    praise="Right: images are mixed, then batched. Either order of the two calls runs, and on a "
    "file whose images are mixed already nobody sees the difference.",
    hint_text="shuffle mixes whatever the dataset holds at this point: images, or whole batches?",
    answer=batches,
)


def real_and_fake(photographs, generator, z):
    """A batch of each for the discriminator, in one size."""
    fake = generator(z)  # (batch, 28, 28, 1)
    real = ops.image.resize(photographs, (28, 28))  # and a discriminator for 28 x 28
    return real, fake


def _fine_grain(images):
    """Share of the contrast that lies in waves shorter than 4 pixels, in either direction."""
    images = np.asarray(images)[..., 0]
    power = np.abs(np.fft.fft2(images - images.mean(axis=(1, 2), keepdims=True))) ** 2
    rows, columns = (np.abs(np.fft.fftfreq(length)) > 0.25 for length in images.shape[1:])
    return power[:, rows[:, None] | columns].sum() / power.sum()


def _contrast_at_the_edge(images):
    """Contrast of the outermost pixels, relative to the whole."""
    edge = np.concatenate([images[:, [0, -1]].ravel(), images[:, :, [0, -1]].ravel()])
    return edge.std() / images.std()


def _examine_sizes(answer):
    rng = np.random.default_rng(0)
    photographs = rng.uniform(-0.5, 0.5, (8, 256, 256, 1)).astype("float32")
    grain = rng.uniform(-1, 1, (8, 28, 28, 1)).astype("float32")
    pair = answer(photographs, lambda z, **_: ops.convert_to_tensor(grain), np.zeros((8, 16)))
    if pair is None:
        return RETURNS_NOTHING
    real, fake = map(np.asarray, pair)
    if real.shape != fake.shape:
        return (
            f"Real images come as {real.shape[1:]}, fakes as {fake.shape[1:]}: no discriminator "
            f"takes both."
        )
    of_real, of_fake = _fine_grain(real), _fine_grain(fake)
    if of_fake < of_real / 2:
        return (
            f"The fakes lack fine detail: of the contrast of real images {of_real:.0%} is finer "
            f"than 4 pixels, of that of the fakes {of_fake:.1%}, and this generator draws the "
            f"finest grain that fits into 28 x 28 pixels. D needs only to look for detail, and G "
            f"cannot do anything about it."
        )
    if of_fake > 2 * of_real:
        return (
            f"Now the real images are those that lack fine detail: of their contrast {of_real:.1%} "
            f"is finer than 4 pixels, of that of the fakes {of_fake:.0%}. D still tells them by it."
        )
    if not 0.5 < _contrast_at_the_edge(fake) / _contrast_at_the_edge(real) < 2:
        return (
            "One kind stands in an empty frame: at the outermost pixels real images and fakes "
            "differ in contrast. D needs only to look there."
        )
    return None


e06_3 = Exercise(
    name="e06_3",
    examine=_examine_sizes,
    praise="Right: both pass through the same number of pixels, so detail gives nobody away. "
    "The resize looked right because it made an error message go away.",
    hint_text="Enlarging adds pixels, not detail. What happens to the fakes has to happen to the "
    "photographs, too; or bring them down to what the generator can draw.",
    answer=real_and_fake,
)


def sample(generator, number, latent_dim):
    """As many pictures as asked for, each out of a latent of its own."""
    noise = np.random.default_rng().normal(size=(number, latent_dim))
    return generator(noise)


class _Recorder:
    """A generator of grey pictures that remembers its latents."""

    def __init__(self):
        self.latents = []

    def __call__(self, latents, **_):
        self.latents.append(np.asarray(latents))
        return np.zeros((len(latents), 28, 28, 1), "float32")

    predict = __call__


def _examine_sample(answer):
    number, latent_dim = 64, 100
    generator = _Recorder()
    pictures = answer(generator, number, latent_dim)
    if pictures is None:
        return RETURNS_NOTHING
    if not generator.latents:
        return "The generator was not called."
    numbers = np.concatenate([latents.ravel() for latents in generator.latents])
    if len(numbers) == 2:
        return (
            f"You asked for {number} pictures out of {latent_dim} numbers each and get "
            f"{len(pictures)}, out of 2 numbers: {numbers[0]:.1f} and {numbers[1]:.1f}. NumPy took "
            f"the list for the means of two draws, and a generator that is built on its first call "
            f"takes latents of any length."
        )
    shapes = sorted({latents.shape[1:] for latents in generator.latents})
    if shapes != [(latent_dim,)]:
        return f"Latents of shape {(latent_dim,)} were wanted; the generator was given {shapes[0]}."
    if len(pictures) != number:
        return f"{number} pictures were wanted; you return {len(pictures)}."
    latents = np.concatenate(generator.latents)
    if len(np.unique(latents, axis=0)) < number:
        return f"Among {number} latents only {len(np.unique(latents, axis=0))} differ."
    if abs(latents.mean()) > 0.1 or abs(latents.std() - 1) > 0.1:
        return (
            f"The right shape, but mean {latents.mean():.2f} and standard deviation "
            f"{latents.std():.2f}: the generator was trained on standard normal latents, 0 and 1."
        )
    again = _Recorder()
    answer(again, number, latent_dim)
    if np.array_equal(np.concatenate(again.latents), latents):
        return f"The next call gives the same {number} pictures again: there will be no others."
    few = _Recorder()
    answer(few, 3, 7)
    found = np.concatenate(few.latents).shape
    if found != (3, 7):
        return f"Asked for 3 pictures out of 7 numbers each, it draws latents of shape {found}."
    return None


e06_4 = Exercise(
    name="e06_4",
    examine=_examine_sample,
    praise="Right: a batch of standard normal latents. It looked right because most makers of "
    "arrays, zeros and ones among them, take the shape first.",
    hint_text="Print noise.shape before it is reshaped, and look up what the first argument of "
    "NumPy's normal is called.",
    answer=sample,
)
