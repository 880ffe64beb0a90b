"""What convolutions make of sizes, and what each layer of a network costs and sees.

Sizes are counted along one side, in pixels; rows and columns follow the same rule. Padding is
Keras': "valid" adds nothing, "same" adds as many zeros as it takes for one output at every stride,
an odd one behind.

Reference:
    Dumoulin & Visin, "A guide to convolution arithmetic for deep learning", 2016.
"""

import html
import math
from dataclasses import dataclass

import numpy as np

from fashionlab.backend import keras
from fashionlab.errors import ConfigurationError

layers = keras.layers


def conv_size(size: int, kernel: int, stride: int = 1, padding: str = "valid") -> int:
    """Size of a convolution's output: the number of places where its window can stand.

    Args:
        size: Pixels of the input along one side, 1 or more.
        kernel: Pixels of the window along one side, 1 or more.
        stride: Pixels from one window to the next, 1 or more.
        padding: `"valid"` or `"same"`.

    Raises:
        ConfigurationError: A number is below 1, the padding is unknown, or a valid window does not
            fit into the input.

    Example:
        >>> conv_size(28, kernel=4, stride=2, padding="same")
        14
    """
    _check(size, kernel, stride, padding)
    if padding == "same":
        return math.ceil(size / stride)
    if kernel > size:
        raise ConfigurationError(
            f"A window of {kernel} does not fit into {size} pixels. Use a kernel of at most "
            f"{size}, or padding='same'."
        )
    return (size - kernel) // stride + 1


def transposed_size(size: int, kernel: int, stride: int = 1, padding: str = "valid") -> int:
    """Size of a transposed convolution's output: every input pixel paints `kernel` pixels.

    Args:
        size: Pixels of the input along one side, 1 or more.
        kernel: Pixels that each of them paints along one side, 1 or more.
        stride: Pixels from one patch to the next, 1 or more.
        padding: `"valid"` keeps all that is painted, `"same"` cuts it to `size * stride`.

    Raises:
        ConfigurationError: A number is below 1, or the padding is unknown.

    Example:
        >>> transposed_size(7, kernel=4, stride=2, padding="same")
        14
    """
    _check(size, kernel, stride, padding)
    if padding == "same":
        return size * stride
    return (size - 1) * stride + max(kernel, stride)


def windows(size: int, kernel: int, stride: int = 1, padding: str = "valid") -> np.ndarray:
    """Where the windows of a convolution begin.

    Args:
        size: As for `conv_size`, and so are the others.
        kernel: Pixels of the window.
        stride: Pixels from one window to the next.
        padding: `"valid"` or `"same"`.

    Returns:
        int `(conv_size(size, kernel, stride, padding),)`: the first pixel of each window; negative
        where it begins in the padding.

    Raises:
        ConfigurationError: As `conv_size`.

    Example:
        >>> windows(7, kernel=4, stride=2, padding="same")
        array([-1,  1,  3,  5])
    """
    number = conv_size(size, kernel, stride, padding)
    zeros = max((number - 1) * stride + kernel - size, 0) if padding == "same" else 0
    return np.arange(number) * stride - zeros // 2  # an odd zero goes behind


def reach_counts(size: int, kernel: int, stride: int = 1, padding: str = "valid") -> np.ndarray:
    """In how many windows of a convolution each pixel of its input lies.

    A transposed convolution has the same windows on its output, so with the size of that output
    this says how often each of its pixels is painted.

    Args:
        size: Pixels of the row in which the windows lie.
        kernel: Pixels of the window.
        stride: Pixels from one window to the next.
        padding: `"valid"` or `"same"`.

    Returns:
        int `(size,)`.

    Raises:
        ConfigurationError: As `conv_size`.

    Reference:
        Odena, Dumoulin & Olah, "Deconvolution and Checkerboard Artifacts", 2016.

    Example:
        >>> reach_counts(transposed_size(4, kernel=3, stride=2), kernel=3, stride=2)
        array([1, 1, 2, 1, 2, 1, 2, 1, 1])
    """
    counts = np.zeros(size, int)
    for first in windows(size, kernel, stride, padding):
        counts[max(first, 0) : first + kernel] += 1
    return counts


def _check(size, kernel, stride, padding):
    for name, value in (("size", size), ("kernel", kernel), ("stride", stride)):
        if value < 1:
            raise ConfigurationError(f"{name}={value}, but it counts pixels: use 1 or more.")
    if padding not in ("same", "valid"):
        raise ConfigurationError(f"padding={padding!r} is unknown. Use 'same' or 'valid'.")


@dataclass(frozen=True)
class LayerRow:
    """One layer of a network.

    Attributes:
        layer: Its kind, with kernel and stride where it has them.
        output: Shape of its output without the batch.
        parameters: Numbers in it, learned or kept.
        multiplications: With weights of kernels, for one image.
        field: Receptive field: pixels of the network's input that one number of the output sees,
            along one side; infinite where it sees all.
    """

    layer: str
    output: tuple[int, ...]
    parameters: int
    multiplications: int
    field: float


class LayerTable(list):
    """`LayerRow`s that show themselves as a table, in a terminal and in Jupyter."""

    def __repr__(self) -> str:
        rows = self._texts()
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        return "\n".join(
            "  ".join(
                text.ljust(width) if column < 2 else text.rjust(width)
                for column, (text, width) in enumerate(zip(row, widths, strict=True))
            )
            for row in rows
        )

    def _repr_html_(self) -> str:
        head, *body = (
            "".join(
                f'<{tag} style="text-align: {"left" if column < 2 else "right"}">'
                f"{html.escape(text)}</{tag}>"
                for column, text in enumerate(row)
            )
            for tag, row in zip(["th"] + ["td"] * (len(self) + 1), self._texts(), strict=True)
        )
        lines = "".join(f"<tr>{row}</tr>" for row in body)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>"

    def _texts(self) -> list[tuple[str, ...]]:
        total = [sum(row.parameters for row in self), sum(row.multiplications for row in self)]
        return [
            ("layer", "output", "parameters", "multiplications", "sees"),
            *(
                (
                    row.layer,
                    " x ".join(map(str, row.output)),
                    f"{row.parameters:,}",
                    f"{row.multiplications:,}",
                    "all" if math.isinf(row.field) else f"{row.field} x {row.field}",
                )
                for row in self
            ),
            ("total", "", f"{total[0]:,}", f"{total[1]:,}", ""),
        ]


# One number in, one number out: they widen no receptive field and have no kernel to multiply with.
POINTWISE = (
    layers.Reshape,
    layers.Flatten,
    layers.BatchNormalization,
    layers.ReLU,
    layers.LeakyReLU,
    layers.Activation,
    layers.Dropout,
)


def layer_table(model) -> LayerTable:
    """What each layer of a network makes, costs and sees.

    A multiplication is one weight of a kernel times one number. Products with the zeros of the
    padding count, as do those that "same" cuts off; what is done once a number (normalisation,
    activation) does not.

    Args:
        model: A `keras.Model`, one layer after the other, on square images (square kernels,
            equal strides) or on vectors.

    Returns:
        A list of `LayerRow` that shows itself as a table.

    Raises:
        ConfigurationError: The network has branches, or a layer that the table does not know.

    Reference:
        Araujo, Norris & Sim, "Computing Receptive Fields of Convolutional Neural Networks", 2019,
        equation 1.

    Example:
        >>> image = keras.Input((28, 28, 1))
        >>> layer_table(keras.Model(image, layers.Conv2D(16, 4, 2, "same")(image)))
        layer                 output       parameters  multiplications   sees
        Conv2D 4x4, stride 2  14 x 14 x 16        272           50,176  4 x 4
        total                                     272           50,176
    """
    # The input of an input layer is a list too, an empty one.
    merges = [layer for layer in model.layers if isinstance(layer.input, list) and layer.input]
    if merges or len(model.outputs) > 1:
        raise ConfigurationError(
            f"{model.name!r} has branches; layer_table reads networks in which one layer follows "
            f"the other. Give it each branch as a model of its own."
        )
    table, steps, dense = LayerTable(), [], False
    for layer in model.layers:
        if isinstance(layer, layers.InputLayer):
            continue
        kind, positions = type(layer).__name__, 0
        if isinstance(layer, layers.Dense):
            # On a picture it is a convolution of one pixel.
            dense, positions = (
                dense or len(layer.input.shape) == 2,
                math.prod(layer.input.shape[1:-1]),
            )
        elif isinstance(layer, (layers.Conv2D, layers.Conv2DTranspose)):
            kernel, stride = layer.kernel_size[0], layer.strides[0]
            kind += f" {kernel}x{kernel}, stride {stride}"
            upwards = isinstance(layer, layers.Conv2DTranspose)
            steps.append(((kernel - 1) * layer.dilation_rate[0] + 1, stride, upwards))
            # The window stands at every pixel of the smaller picture.
            positions = math.prod((layer.input if upwards else layer.output).shape[1:3])
        elif isinstance(layer, layers.UpSampling2D) and layer.interpolation == "nearest":
            kind += f" x{layer.size[0]}"
            steps.append((layer.size[0], layer.size[0], True))
        elif not isinstance(layer, POINTWISE):
            raise ConfigurationError(
                f"layer_table does not know what a {kind} costs and sees ({layer.name!r}). It "
                f"knows Dense, Conv2D, Conv2DTranspose, UpSampling2D (nearest) and "
                f"{', '.join(known.__name__ for known in POINTWISE)}."
            )
        table.append(
            LayerRow(
                layer=kind,
                output=tuple(layer.output.shape[1:]),
                parameters=layer.count_params(),
                multiplications=positions * math.prod(layer.kernel.shape) if positions else 0,
                field=math.inf if dense else _receptive_field(steps),
            )
        )
    return table


def _receptive_field(steps) -> int:
    """How many neighbours in the input one number sees, asked layer by layer from the output."""
    seen = 1
    for kernel, stride, upwards in reversed(steps):
        seen = (seen + kernel - 2) // stride + 1 if upwards else (seen - 1) * stride + kernel
    return seen
