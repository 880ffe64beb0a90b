"""Exercises of notebook 03."""

import math
import re

import numpy as np

from fashionlab.checks.exercise import RETURNS_NOTHING, Exercise
from fashionlab.nets import shapes


def convolve(image, kernel):
    """Convolve one channel with one kernel: stride 1, no padding."""
    rows, columns = kernel.shape
    output = np.zeros((image.shape[0] - rows + 1, image.shape[1] - columns + 1))
    for row in range(output.shape[0]):
        for column in range(output.shape[1]):
            window = image[row : row + rows, column : column + columns]
            output[row, column] = (window * kernel).sum()
    return output


def _examine_convolve(answer):
    rng = np.random.default_rng(0)
    image, kernel = rng.normal(size=(7, 5)), rng.normal(size=(3, 2))
    kept = image.copy(), kernel.copy()
    try:
        found = answer(image, kernel)
    except (IndexError, ValueError) as error:
        if not re.search("broadcast|out of bounds", str(error)):
            raise
        return (
            "The sizes do not fit: the kernel here has 3 rows and 2 columns, the image 7 and 5. "
            "Take all four from kernel.shape and image.shape."
        )
    if found is None:
        return RETURNS_NOTHING
    if not (np.array_equal(image, kept[0]) and np.array_equal(kernel, kept[1])):
        return "Your function changes the image or the kernel; write into a new array instead."
    found, wanted = np.asarray(found), convolve(image, kernel)
    if found.shape == image.shape:
        return (
            "Your output is as large as the image, so some windows hang over its edge. Without "
            "padding only the places count where the whole kernel fits."
        )
    if found.shape == (4, 3):
        return (
            "One row and one column are missing: a window of k fits into n pixels at n - k + 1 "
            "places, not n - k."
        )
    if found.shape in ((4, 5), (6, 3)):  # the output turned round, or the kernel
        return "Rows and columns are swapped: image[row, column], and kernel.shape[0] counts rows."
    if found.shape != wanted.shape:
        return (
            f"A (7, 5) image and a (3, 2) kernel give {found.shape}; the kernel fits at "
            f"(7 - 3 + 1, 5 - 2 + 1) = (5, 4) places."
        )
    if np.allclose(found, wanted, atol=1e-5):
        return None
    others = [
        (
            convolve(image, kernel[::-1, ::-1]),
            "Your kernel is turned by 180 degrees. That is the convolution of mathematics; the "
            "layers of deep learning do not turn it.",
        ),
        (
            convolve(image, kernel) / kernel.size,
            "You take the mean over the window; a convolution takes the sum.",
        ),
        (
            convolve(image, np.ones_like(kernel)),
            "You add up the pixels of the window; each has to be multiplied by its weight first.",
        ),
        (
            convolve(image, np.ones_like(kernel)) * kernel.sum(),
            "You add up first and multiply afterwards; each pixel has a weight of its own.",
        ),
        (np.maximum(wanted, 0), "Negative sums are right, too: leave out the ReLU."),
        (np.abs(wanted), "Negative sums are right, too: leave out the absolute value."),
    ]
    for values, message in others:
        if np.allclose(found, values, atol=1e-5):
            return message
    if np.allclose(found[0, 0], wanted[0, 0], atol=1e-5):
        return "The first window is right, the others are not: does yours move with row and column?"
    return (
        f"The first number should be {wanted[0, 0]:.3f}, the sum of image[0:3, 0:2] * kernel; "
        f"yours is {found[0, 0]:.3f}."
    )


e03_1 = Exercise(
    name="e03_1",
    examine=_examine_convolve,
    praise="Right: two loops and one weighted sum, the whole of a convolution.",
    hint_text="The window at (r, c) is image[r : r + rows, c : c + columns]. Times kernel, summed.",
    answer=convolve,
)


def receptive_field(layers):
    """Pixels along one side that one output number sees, for [(kernel, stride), ...]."""
    field, jump = 1, 1
    for kernel, stride in layers:
        field += (kernel - 1) * jump
        jump *= stride
    return field


def _too_early(layers):
    """The wrong way to walk: each layer's own stride counts before its kernel."""
    field, jump = 1, 1
    for kernel, stride in layers:
        jump *= stride
        field += (kernel - 1) * jump
    return field


def _with_jumps(following):
    """A walk in which `following(jump, stride)` is the jump after a layer."""

    def walk(layers):
        field, jump = 1, 1
        for kernel, stride in layers:
            field += (kernel - 1) * jump
            jump = following(jump, stride)
        return field

    return walk


def _examine_receptive_field(answer):
    networks = [
        [(3, 1)],
        [(3, 1), (3, 1)],
        [(5, 2), (3, 2), (3, 2)],
        [(5, 2), (3, 1), (4, 3)],
        [(3, 3), (5, 2)],
    ]
    found = [answer(list(network)) for network in networks]
    if any(field is None for field in found):
        return RETURNS_NOTHING
    if found == [receptive_field(network) for network in networks]:
        return None
    others = [
        (
            lambda network: 1 + sum(kernel - 1 for kernel, _ in network),
            "You leave out the strides: neighbours in layer 2 lie one stride apart.",
        ),
        (
            _too_early,
            "A layer's own stride comes into play only in the layer after it: widen the field "
            "first, then multiply the jump.",
        ),
        (
            lambda network: sum(kernel for kernel, _ in network),
            "Kernels do not add up: a second 3 x 3 layer sees two pixels more, not three.",
        ),
        (
            lambda network: math.prod(kernel for kernel, _ in network),
            "Kernels do not multiply: neighbouring windows overlap.",
        ),
        (
            lambda network: receptive_field(network) - 1,
            "One too few: even without any layer a number sees one pixel, itself.",
        ),
        (
            lambda network: receptive_field(network[::-1]),
            "Your order is reversed for your rule: adding jumps starts at the image, "
            "(f - 1) * s + k starts at the last layer.",
        ),
        (
            _with_jumps(lambda jump, stride: stride),
            "Jumps multiply: after two layers of stride 2, neighbours lie 4 pixels apart, not 2.",
        ),
        (
            _with_jumps(lambda jump, stride: jump + stride - 1),
            "Jumps multiply, they do not add up: after two layers of stride 2, neighbours lie 4 "
            "pixels apart, not 3.",
        ),
        (
            _with_jumps(lambda jump, stride: jump + stride),
            "Jumps multiply, they do not add up: stride 1 leaves the jump as it is.",
        ),
        (
            lambda network: receptive_field(network) ** 2,
            "That is the area; the exercise asks for pixels along one side.",
        ),
    ]
    for rule, message in others:
        if found == [rule(network) for network in networks]:
            return message
    network, field = next(
        pair for pair in zip(networks, found, strict=True) if pair[1] != receptive_field(pair[0])
    )
    return f"For {network} you say {field}; it is {receptive_field(network)}."


e03_2 = Exercise(
    name="e03_2",
    examine=_examine_receptive_field,
    praise="Right: each layer adds (kernel - 1) jumps, and its stride makes the next ones longer.",
    hint_text="Start with field = 1 and jump = 1. A layer adds (kernel - 1) * jump. And then?",
    answer=receptive_field,
)


def painted_size(size, kernel, stride, padding):
    """Output size of a transposed convolution; padding is "valid" or "same"."""
    if padding == "same":
        return size * stride
    return (size - 1) * stride + kernel


def _examine_painted_size(answer):
    settings = [
        (size, kernel, stride, padding)
        for padding in ("valid", "same")
        for size in (5, 7, 14)
        for stride in (1, 2, 3)
        for kernel in (3, 4, 5)
    ]
    found = [answer(*setting) for setting in settings]
    if any(size is None for size in found):
        return RETURNS_NOTHING
    wanted = [shapes.transposed_size(*setting) for setting in settings]
    if found == wanted:
        return None
    others = [
        (
            lambda n, k, s, p: math.ceil(n / s) if p == "same" else (n - k) // s + 1,
            "Those are the sizes of a convolution; the transposed one makes it larger.",
        ),
        (
            lambda n, k, s, p: (n - 1) * s + k,
            "Right for 'valid', but 'same' cuts what is painted to size times stride.",
        ),
        (
            lambda n, k, s, p: n * s,
            "Right for 'same', but 'valid' keeps what the last patch paints beyond it.",
        ),
        (
            lambda n, k, s, p: n * s if p == "valid" else (n - 1) * s + k,
            "You have 'same' and 'valid' the wrong way round: 'valid' cuts nothing off.",
        ),
        (
            lambda n, k, s, p: n * s if p == "same" else n * s + k,
            "Between n patches there are n - 1 steps of one stride, not n.",
        ),
        (
            lambda n, k, s, p: n * s if p == "same" else n * k,
            "The patches begin one stride apart, not one kernel apart: they overlap.",
        ),
    ]
    for rule, message in others:
        if found == [rule(*setting) for setting in settings]:
            return message
    setting, size, right = next(
        (setting, size, right)
        for setting, size, right in zip(settings, found, wanted, strict=True)
        if size != right
    )
    return (
        f"Size {setting[0]}, kernel {setting[1]}, stride {setting[2]}, {setting[3]!r}: you say "
        f"{size}, it is {right}."
    )


e03_3 = Exercise(
    name="e03_3",
    examine=_examine_painted_size,
    praise="Right: (n - 1) steps of one stride, and the last patch is one kernel wide.",
    hint_text="Where does the patch of the last of n pixels begin, and where does it end?",
    answer=painted_size,
)


def normalise(x, mean, variance, gamma, beta, epsilon=1e-3):
    """Batch normalisation at inference, x of shape (batch, height, width, channels)."""
    return gamma * (x - mean) / np.sqrt(variance + epsilon) + beta


def _examine_normalise(answer):
    rng = np.random.default_rng(0)
    x = rng.normal(2, 3, (5, 4, 4, 3))
    mean, gamma, beta = rng.normal(size=(3, 3)) + 2
    variance = np.array([0.002, 0.5, 4.0])  # the first is about as small as epsilon
    kept = x.copy()
    found = answer(x, mean, variance, gamma, beta)
    if found is None:
        return RETURNS_NOTHING
    if not np.array_equal(x, kept):
        return "Your function changes x itself; make a new array instead."
    found = np.asarray(found)
    if found.shape != x.shape:
        return f"The shape changed from {x.shape} to {found.shape}; every number stays in place."
    batch = x.mean(axis=(0, 1, 2)), x.var(axis=(0, 1, 2))
    root = np.sqrt(variance + 1e-3)
    others = [
        (
            normalise(x, *batch, gamma, beta),
            "You use the mean and variance of this batch: that is what training does. At inference "
            "the stored ones stand in, so that no image depends on its neighbours.",
        ),
        (
            gamma * (x - mean) / np.sqrt(variance) + beta,
            "epsilon is missing: without it a channel that never changes is divided by 0.",
        ),
        (
            gamma * (x - mean) / (np.sqrt(variance) + 1e-3) + beta,
            "epsilon belongs under the root, beside the variance.",
        ),
        (
            gamma * (x - mean) / (variance + 1e-3) + beta,
            "You divide by the variance; divide by its root, the standard deviation.",
        ),
        (
            (x - mean) / root,
            "Normalised, but gamma and beta are missing: the scale and shift that it learns.",
        ),
        (gamma * (x - mean) / root, "beta, the shift that the layer learns, is missing."),
        ((x - mean) / root + beta, "gamma, the scale that the layer learns, is missing."),
        (
            gamma * ((x - mean) / root + beta),
            "beta is added last: gamma must not multiply it.",
        ),
        (gamma * x / root + beta, "The mean has to be taken off before the division."),
    ]
    if np.allclose(found, normalise(x, mean, variance, gamma, beta), rtol=1e-5, atol=1e-6):
        found = answer(x, mean, variance, gamma, beta, epsilon=0.5)
        wanted = normalise(x, mean, variance, gamma, beta, epsilon=0.5)
        if np.allclose(found, wanted, rtol=1e-5, atol=1e-6):
            return None
        return "Right for an epsilon of 0.001 only: use the argument epsilon, not the number."
    for values, message in others:
        if np.allclose(found, values, rtol=1e-5, atol=1e-6):
            return message
    return "Not yet: take off the mean, divide by sqrt(variance + epsilon), times gamma, plus beta."


e03_4 = Exercise(
    name="e03_4",
    examine=_examine_normalise,
    praise="Right: with stored statistics an image gets the same answer in any company.",
    hint_text=(
        "The formula of training, with two numbers exchanged: which two? Arrays of one number a "
        "channel fit the last axis of x as they are."
    ),
    answer=normalise,
)
