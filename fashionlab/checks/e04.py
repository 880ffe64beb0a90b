"""Exercises of notebook 04."""

import math

import numpy as np

from fashionlab import losses, metrics
from fashionlab.backend import keras
from fashionlab.checks.exercise import RETURNS_NOTHING, Exercise


def generator_tail(x):
    """From (batch, 14, 14, 32) to a picture (batch, 28, 28, 1) in [-1, 1]."""
    return keras.layers.Conv2DTranspose(1, 4, strides=2, padding="same", activation="tanh")(x)


def _examine_tail(answer):
    inputs = keras.Input((14, 14, 32))
    outputs = answer(inputs)
    if outputs is None:
        return RETURNS_NOTHING
    if isinstance(outputs, keras.layers.Layer):
        return "You return the layer itself; call it on x as well: layer(...)(x)."
    shape = tuple(outputs.shape)[1:]
    if shape == (14, 14, 1):
        return "The picture stays 14 x 14: stride 1 keeps the size, stride 2 doubles it."
    if shape[:2] == (30, 30) or shape[:2] == (29, 29):
        return f"It comes out {shape[0]} x {shape[1]}: padding='same' cuts it to 2 x 14."
    if shape[:2] == (28, 28) and shape[2] != 1:
        return f"It has {shape[2]} channels; a grey picture has one."
    if shape != (28, 28, 1):
        return f"It comes out as {shape}; wanted (28, 28, 1)."
    network = keras.Model(inputs, outputs)
    values = np.asarray(network(100 * np.random.default_rng(0).normal(size=(4, 14, 14, 32))))
    if values.min() >= 0 and values.max() <= 1:
        return "The pixels lie in [0, 1]: a sigmoid's range. The real images use [-1, 1]."
    if np.abs(values).max() > 1:
        return f"Pixels reach {np.abs(values).max():.0f}: something has to keep them in [-1, 1]."
    if values.min() > -0.5:
        return "No pixel can become black (-1): which activation reaches from -1 to 1?"
    return None


e04_1 = Exercise(
    name="e04_1",
    examine=_examine_tail,
    praise="Right: stride 2 doubles the size, one filter makes one channel, tanh keeps [-1, 1].",
    hint_text="One Conv2DTranspose does it. What are its filters, strides, padding and activation?",
    answer=generator_tail,
)


def generator_loss(fake_logits):
    """Mean of -log D(G(z)), from logits."""
    return keras.ops.mean(keras.ops.softplus(-fake_logits))


def _examine_generator_loss(answer):
    logits = np.array([[-2.0], [0.0], [3.0]], "float32")
    wanted = float(losses.NonSaturating().generator(None, logits))
    raw = answer(logits)
    if raw is None:
        return RETURNS_NOTHING
    found = np.asarray(raw)
    if found.shape != ():
        return f"The loss has shape {found.shape}; a loss is one number, so take the mean."
    sure = float(np.asarray(answer(np.array([[-200.0]], "float32"))))
    found = float(found)
    others = {
        -wanted: "The size is right, the sign is not: -log D is positive, D being below 1.",
        float(losses.NonSaturating().generator(None, -logits)): (
            "The sign is turned round: this loss rewards fakes that the discriminator recognises."
        ),
        float(losses.Minimax().generator(None, logits)): (
            "This is the saturating loss, log(1 - D): it is flat where the generator is bad. Use "
            "-log D."
        ),
        3 * wanted: "You take the sum over the batch; with the mean, batch size does not matter.",
    }
    for value, message in others.items():
        if math.isclose(found, value, abs_tol=1e-4):
            return message
    if math.isclose(found, wanted, abs_tol=1e-4):
        if not math.isclose(sure, 200, rel_tol=1e-3):
            return (
                f"Right in the middle, but at logit -200 it gives {sure:.4g} instead of 200: "
                f"log(sigmoid(x)) loses its numbers there. softplus does not."
            )
        return None
    return f"On logits -2, 0, 3 it gives {found:.4f}; wanted {wanted:.4f}, the mean of -log D."


e04_2 = Exercise(
    name="e04_2",
    examine=_examine_generator_loss,
    praise="Right, and it keeps its gradient even when the discriminator is sure of itself.",
    hint_text="-log sigmoid(x) = log(1 + e^-x) = softplus(-x). keras.ops has softplus and mean.",
    answer=generator_loss,
)


def _examine_blind_loss(answer):
    if isinstance(answer, (set, dict)):
        return "Which is which? Give a tuple: (discriminator's loss, generator's loss)."
    try:
        d_loss, g_loss = (float(value) for value in answer)
    except (TypeError, ValueError):
        return "Give two numbers: (discriminator's loss, generator's loss)."
    if d_loss < 0 or g_loss < 0:
        return "The minus is missing: log(1/2) is negative, the loss -log(1/2) is not."
    log_2 = math.log(2)
    if math.isclose(d_loss, log_2, abs_tol=0.01) and math.isclose(g_loss, log_2, abs_tol=0.01):
        return "The discriminator's loss has two terms, one for real and one for generated images."
    if math.isclose(d_loss, log_2, abs_tol=0.01) and math.isclose(g_loss, 2 * log_2, abs_tol=0.01):
        return "The right numbers, the wrong way round: which loss has two terms?"
    if math.isclose(d_loss, 0.6, abs_tol=0.01) or math.isclose(g_loss, 0.3, abs_tol=0.011):
        return "You took logarithms to base 10; losses use the natural logarithm, math.log."
    if math.isclose(d_loss, 2) and math.isclose(g_loss, 1):
        return "You took logarithms to base 2; losses use the natural logarithm, math.log."
    if math.isclose(d_loss, 1) or math.isclose(d_loss, 0.5):
        return "That is a probability. The loss is -log of the probability of the right answer."
    if not math.isclose(d_loss, 2 * log_2, abs_tol=0.01):
        return "A discriminator that cannot tell says 1/2 to all. -log(1/2) is what, and how often?"
    if not math.isclose(g_loss, log_2, abs_tol=0.01):
        return "The discriminator's is right. The generator's is -log D(fake), one term."
    return None


e04_3 = Exercise(
    name="e04_3",
    examine=_examine_blind_loss,
    praise="Right: 2 log 2 and log 2, the dotted lines of the dashboard.",
    hint_text="A discriminator that cannot tell says D = 1/2 to all. Put that into both losses.",
    answer=(2 * math.log(2), math.log(2)),
)


def nearest_image(query, images):
    """Position in `images` of the image nearest to `query`."""
    squares = (images - query) ** 2
    return int(squares.reshape(len(images), -1).sum(axis=1).argmin())


def _examine_nearest(answer):
    rng = np.random.default_rng(0)
    images = rng.uniform(-1, 1, (50, 28, 28, 1)).astype("float32")
    images[7] = -0.5  # darker than all, though not the farthest from any
    query = rng.uniform(-1, 1, images[0].shape).astype("float32")
    images[40] = query + 0.3  # a little off everywhere: the nearest by squares
    images[41] = query
    images[41, :10, :10] += 1.0  # far off in one corner: the nearest by absolute differences
    for position in (3, 31):
        noisy = images[position] + rng.normal(0, 0.05, images[0].shape).astype("float32")
        wanted = int(metrics.nearest(noisy[None], images)[0][0, 0])
        found = answer(noisy, images)
        if found is None:
            return RETURNS_NOTHING
        if np.ndim(found) != 0:
            return f"Return one position, not an array of shape {np.shape(found)}: sum over pixels."
        if int(found) != found:
            return "That is a distance. Wanted is the position of the image that has it: argmin."
        if int(found) >= len(images):
            return "That is the position of a pixel. Sum over each image first: axis=(1, 2, 3)."
        distances = np.square(images - noisy).reshape(50, -1).sum(axis=1)
        if int(found) == int(distances.argmax()):
            return "That is the image farthest away: argmin, not argmax."
        if int(found) == int((images - noisy).reshape(50, -1).sum(axis=1).argmin()):
            return "Differences of both signs cancel in your sum: square them first."
        if int(found) != wanted:
            return f"For a noisy copy of image {position} you return {found}."
    if int(answer(query, images)) == 41:
        return "You add up absolute differences; the exercise asks for squared ones."
    return None


e04_4 = Exercise(
    name="e04_4",
    examine=_examine_nearest,
    praise="Right: with this you can ask of any sample whether it was copied.",
    hint_text="images - query has shape (N, 28, 28, 1): square, sum over all axes but the first.",
    answer=nearest_image,
)
