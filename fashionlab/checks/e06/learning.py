"""The bug hunt, part 2: what is learned, and what is not."""

import warnings

import numpy as np

from fashionlab.backend import keras, tf
from fashionlab.checks.exercise import RETURNS_NOTHING, Exercise
from fashionlab.train.point_gan import point_network

layers, ops = keras.layers, keras.ops


def make_generator():
    """A generator of garments, 28 x 28, out of noise."""
    return keras.Sequential(
        [
            keras.Input((100,)),
            layers.Dense(7 * 7 * 16, activation="relu"),
            layers.Reshape((7, 7, 16)),
            layers.Conv2DTranspose(16, 4, strides=2, padding="same", activation="relu"),
            layers.Conv2DTranspose(1, 4, strides=2, padding="same", activation="tanh"),
        ]
    )


def _examine_generator(answer):
    generator = answer()
    if generator is None:
        return RETURNS_NOTHING
    if not generator.built:
        return "It does not know yet how much noise it takes: begin with keras.Input((...,))."
    if tuple(generator.output_shape[1:]) != (28, 28, 1):
        return f"It makes {tuple(generator.output_shape[1:])} instead of pictures, (28, 28, 1)."
    latent_shape = generator.input_shape[1:]
    if None in latent_shape:
        return f"How much noise does it take? Its input has the shape {latent_shape}."
    rng = np.random.default_rng(0)
    z = rng.normal(size=(8, *latent_shape)).astype("float32")
    pictures = np.asarray(generator(z))
    if np.abs(pictures).max() > 1:
        return f"Pixels reach {np.abs(pictures).max():.2f}: something has to keep them in [-1, 1]."
    one_changed = z.copy()
    one_changed.reshape(8, -1)[:, 0] += 3  # in the corner, if the noise is an image
    reached = (np.asarray(generator(one_changed)) != pictures).mean() * 28 * 28
    if reached == 0:
        return "All its pictures are the same: the noise does not get through to them."
    if reached < 28 * 28 / 2:
        return (
            f"The first number of the noise changes {reached:.0f} of 784 pixels, those near it. "
            f"Nothing in the noise is about the picture as a whole, so the left sleeve cannot know "
            f"of the right one: what comes out is grain, however long it trains."
        )
    return None


e06_5 = Exercise(
    name="e06_5",
    examine=_examine_generator,
    praise="Right: each number of the latent has a say in the whole picture. It looked right "
    "because networks from image to image are built that way, with convolutions all along.",
    hint_text="Begin with a list of numbers, keras.Input((100,)); Dense and Reshape make a small "
    "picture of many channels out of it, Conv2DTranspose enlarges it.",
    answer=make_generator,
)


def discriminator_and_loss():
    """A discriminator of points, and the cross-entropy that it is trained with."""
    discriminator = keras.Sequential(
        [keras.Input((2,)), layers.Dense(16, activation="leaky_relu"), layers.Dense(1)]
    )
    cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    return discriminator, cross_entropy


def _examine_cross_entropy(answer):
    pair = answer()
    if pair is None:
        return RETURNS_NOTHING
    discriminator, cross_entropy = pair
    if not callable(cross_entropy):
        return f"A loss object is wanted, keras.losses.…(), and not {cross_entropy!r}."
    rng = np.random.default_rng(0)
    for weights in discriminator.trainable_variables:  # the same whatever the learner's seed
        weights.assign(rng.normal(0, 0.5, weights.shape))
    points = rng.normal(size=(16, 2)).astype("float32")
    outputs = np.asarray(discriminator(points))
    if outputs.shape != (16, 1):
        return f"The discriminator gives {outputs.shape} for 16 points; wanted (16, 1)."
    if np.ptp(outputs) < 1e-6:
        return f"D says {outputs[0, 0]:.3g} to every point, so there is nothing to learn from."
    for target, kind in ((1.0, "real"), (0.0, "fake")):
        losses, slopes = np.transpose(
            [_loss_and_slope(discriminator, cross_entropy, point[None], target) for point in points]
        )
        flat = losses[(losses > 0.5) & (slopes == 0)]
        if flat.size:
            return (
                f"On {flat.size} of 16 {kind} points D is wrong, at a loss of {flat.max():.1f}, "
                f"and learns nothing from them: the slope is 0. This loss takes what it is given "
                f"for a probability; D gives any number, here from {outputs.min():.1f} to "
                f"{outputs.max():.1f}."
            )
    surest = np.clip(discriminator(100 * points), -8, 8)
    verdicts = ops.linspace(surest.min(), surest.max(), 40)
    for target, kind in ((1.0, "real"), (0.0, "fake")):
        goal = ops.full((1, 1), target)
        least = min(
            float(ops.mean(cross_entropy(goal, ops.reshape(verdict, (1, 1)))))
            for verdict in verdicts
        )
        if least > 0.1:
            return (
                f"However sure D is that a {kind} point is {kind}, its loss stays above "
                f"{least:.2f}: its verdict is squeezed twice, by the network and again by the loss."
            )
    return None


def _loss_and_slope(discriminator, cross_entropy, point, target):
    """The loss at one point, and its steepest slope by any weight."""
    with tf.GradientTape() as tape:
        loss = ops.mean(cross_entropy(ops.full((1, 1), target), discriminator(point)))
    slopes = tape.gradient(loss, discriminator.trainable_variables)
    steepest = max(float(ops.max(ops.abs(slope))) for slope in slopes if slope is not None)
    return float(loss), steepest


e06_6 = Exercise(
    name="e06_6",
    examine=_examine_cross_entropy,
    praise="Right: the loss knows what it is given, and pulls wherever D is wrong. (The check asks "
    "for no more, so a squared error or a hinge loss passes, too.) It looked right because it "
    "runs, and the printed loss does move: points with outputs between 0 and 1 learn.",
    hint_text="Dense(1) gives a logit, any number. Look for the argument of BinaryCrossentropy "
    "about that, or make a probability out of the logit; one of the two.",
    answer=discriminator_and_loss,
)


def between(real, fake):
    """Images between real and fake, where WGAN-GP looks at the critic's slope."""
    alpha = keras.random.uniform((len(real), 1, 1, 1))
    return alpha * real + (1 - alpha) * fake


def _examine_between(answer):
    shape = (4096, 2, 2, 1)
    found = answer(ops.ones(shape), -ops.ones(shape))
    if found is None:
        return RETURNS_NOTHING
    found = np.asarray(found)
    if found.shape != shape:
        return f"From {shape} and {shape} you make {found.shape}; each pair gives one image."
    alphas = (found + 1) / 2
    if np.ptp(alphas, axis=(1, 2)).max() > 1e-5:
        return "Each pixel has an alpha of its own. A point on the way has one for all its pixels."
    alphas = np.sort(alphas[:, 0, 0, 0])
    outside = np.mean((alphas < -1e-5) | (alphas > 1 + 1e-5))
    if outside:
        return (
            f"{outside:.0%} of these images do not lie between their real and their fake, but "
            f"beyond one of them (alpha runs from {alphas[0]:.1f} to {alphas[-1]:.1f}). There the "
            f"penalty is spent on a region that no fake crosses on its way to the data."
        )
    if np.ptp(alphas) < 1e-5:
        return f"All images have the same alpha, {alphas[0]:.2f}: the rest of the way is unseen."
    if np.mean((alphas < 1e-5) | (alphas > 1 - 1e-5)) > 0.01:
        return "Many images are an end of the way itself, a real or a fake one, nothing between."
    gap = np.abs(alphas - (np.arange(4096) + 0.5) / 4096).max()  # Kolmogorov-Smirnov
    if gap > 0.05:
        return (
            f"All lie between, but not evenly: {np.mean(alphas < 0.5):.0%} on one half of the way, "
            f"and {np.mean(np.abs(alphas - 0.5) < 0.1):.0%} on the fifth in its middle."
        )
    return None


e06_7 = Exercise(
    name="e06_7",
    examine=_examine_between,
    praise="Right: evenly along the way, as in algorithm 1 of Gulrajani et al. 2017. It looked "
    "right because noise in a GAN is normal nearly everywhere else, and training goes on anyway.",
    hint_text="alpha = 0 is the fake, alpha = 1 the real image. How often does a standard normal "
    "number lie between 0 and 1? Look for another draw in keras.random.",
    answer=between,
)


def gradient_penalty(critic, points):
    """Mean of (length of the critic's gradient - 1) squared, at points (batch, 2)."""
    with tf.GradientTape() as tape:
        tape.watch(points)
        scores = critic(points)
    gradients = tape.gradient(scores, points)
    norms = ops.sqrt(ops.sum(ops.square(gradients), axis=1) + 1e-12)
    return ops.mean(ops.square(norms - 1))


def _examine_penalty(answer):
    # critic(x) = relu(3 x1 + 4 x2): gradient (3, 4) on one side, 0 on the other.
    critic = keras.Sequential(
        [keras.Input((2,)), layers.Dense(1, "relu", use_bias=False, kernel_initializer="zeros")]
    )
    (kernel,) = critic.trainable_variables
    kernel.assign([[3.0], [4.0]])
    steep, flat = ops.ones((4, 2)), -ops.ones((4, 2))
    penalty, slope = _penalty_and_slope(answer, critic, steep)
    if penalty is None:
        return RETURNS_NOTHING
    if np.shape(penalty) != ():
        return f"The penalty has shape {np.shape(penalty)}; it is one number, the mean."
    if np.isclose(penalty, 576, rtol=1e-3):
        return "Where the gradient is (3, 4) you compare its squared length, 25, with 1. Its root?"
    if not np.isclose(penalty, 16, rtol=1e-3):
        return (
            f"Where the gradient is (3, 4) the penalty is (5 - 1)^2 = 16; yours is {penalty:.4g}."
        )
    if slope is None:
        return "The penalty no longer depends on the critic's weights, so it cannot restrain them."
    if not np.allclose(slope, [[4.8], [6.4]], rtol=1e-3):
        return (
            f"Where the gradient is (3, 4), the slope of the penalty by the weights is (4.8, 6.4); "
            f"yours is {slope.ravel()}."
        )
    penalty, slope = _penalty_and_slope(answer, critic, flat)
    if slope is None or (np.isfinite(penalty) and np.isfinite(slope).all()):
        if np.isclose(penalty, 1, atol=0.1):
            return None
        return f"Where the gradient is 0, the penalty is (0 - 1)^2 = 1; yours is {penalty:.3g}."
    return (
        f"At points where the critic is flat the penalty is {penalty:.3g}, but its slope by the "
        f"critic's weights is {slope.ravel()[0]}: the slope of a root at 0 is infinite, and "
        f"infinity times 0 is no number. One such point in a batch, and after the update all "
        f"weights are nan."
    )


def _penalty_and_slope(penalty_of, critic, points):
    """A penalty, and its gradient by the critic's kernel (None where it does not depend on it)."""
    with tf.GradientTape() as tape:
        penalty = penalty_of(critic, points)
    if penalty is None:
        return None, None
    slope = tape.gradient(penalty, critic.trainable_variables[0])
    return np.asarray(penalty), None if slope is None else np.asarray(slope)


e06_8 = Exercise(
    name="e06_8",
    examine=_examine_penalty,
    praise="Right: a finite slope everywhere. It looked right because it is the formula of the "
    "paper, its value is always fine, and a critic is hardly ever flat, until it is.",
    hint_text="The value at 0 is harmless; the slope of the root there is not. Keep what stands "
    "under the root a tiny bit above 0, such as 1e-12.",
    answer=gradient_penalty,
)


def train(generator, discriminator, points, turns):
    """Train both in turn; a combined model is there for the generator's updates."""
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    discriminator.compile(keras.optimizers.Adam(0.01), loss)
    combined = keras.Sequential([generator, discriminator])
    combined.compile(keras.optimizers.Adam(0.01), loss)
    ones, zeros = np.ones((len(points), 1)), np.zeros((len(points), 1))
    for _ in range(turns):
        z = keras.random.normal((len(points), 2))
        discriminator.trainable = True  # Keras 3 looks at it when it trains, not at compile
        discriminator.train_on_batch(points, ones)
        discriminator.train_on_batch(generator(z), zeros)
        discriminator.trainable = False
        combined.train_on_batch(z, ones)


def _examine_train(answer):
    # Far out on its tanh the generator learns, but its fakes stay near (-1, -1) for these turns.
    far_out = keras.initializers.Constant(-6.0)
    generator = keras.Sequential(
        [keras.Input((2,)), layers.Dense(2, "tanh", bias_initializer=far_out)]
    )
    discriminator = point_network(2, 1, 1, 8, 1, "discriminator")
    before = [network.get_weights() for network in (generator, discriminator)]
    verdicts = _verdicts(discriminator)
    points = np.ones((32, 2), "float32")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        answer(generator, discriminator, points, 40)
    after = [network.get_weights() for network in (generator, discriminator)]
    generator_moved, discriminator_moved = (
        any(not np.array_equal(a, b) for a, b in zip(*pair, strict=True))
        for pair in zip(before, after, strict=True)
    )
    if not discriminator_moved:
        keras_said = next((f' Keras only warned: "{w.message}"' for w in caught), "")
        return (
            f"After 40 turns not one weight of the discriminator has moved: it was told not to "
            f"learn, and nobody told it otherwise.{keras_said}"
        )
    if not generator_moved:
        return "Now the discriminator learns, but not one weight of the generator has moved."
    (real_before, fake_before), (real, fake) = verdicts, _verdicts(discriminator)
    if fake_before - fake < 0.4 * abs(real - real_before):
        return (
            f"Both learn, but in 40 turns D's logit of the real point has gone from "
            f"{real_before:.1f} to {real:.1f} and that of the fake only from {fake_before:.1f} to "
            f"{fake:.1f}: what D learns about fakes, the generator's updates take back, since they "
            f"move D as well."
        )
    return None


def _verdicts(discriminator):
    """Logits of the real point, (1, 1), and of where the fakes are, (-1, -1)."""
    return np.asarray(discriminator(np.array([[1.0, 1.0], [-1.0, -1.0]], "float32"))).ravel()


e06_9 = Exercise(
    name="e06_9",
    examine=_examine_train,
    praise="Right: each player learns in its own updates, and only there. It looked right because "
    "it was: up to Keras 2, compile took note of trainable, and later changes did not count.",
    hint_text="In Keras 3, trainable counts at the moment of training. When has the discriminator "
    "to learn, and when to stand still?",
    answer=train,
)
