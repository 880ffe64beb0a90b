"""A trained generator as one HTML file that runs it in any browser, offline.

The network becomes a program: a list of steps, each naming the steps whose values it takes. Its
weights follow as one row of float32 numbers. `explorer/network.js` reads both and does the
arithmetic.
"""

import base64
import html
import json
import string
from pathlib import Path

import numpy as np

from fashionlab.backend import keras
from fashionlab.errors import ConfigurationError, WeightsError
from fashionlab.files import write_atomically
from fashionlab.latent.named import named_directions
from fashionlab.latent.sampling import class_names

EXPLORER = Path(__file__).parent / "explorer"
SCRIPTS = ("network.js", "latents.js", "page.js")


def export_explorer(
    generator, path: str | Path, *, directions=None, title: str = "Garments from a generator"
) -> Path:
    """Write one HTML file in which anybody can explore a generator, without Python or a network.

    Args:
        generator: A functional `keras.Model` from latents `(batch, latent_dim)`, or from a pair of
            latents and class weights `(batch, classes)` that sum to 1, to images
            `(batch, height, width, 1)` in [-1, 1]. Of a GAN, give `gan.averaged_generator`.
        path: The file, ending in `.html`; one that is there already is replaced.
        directions: What the sliders move along: a mapping from names to vectors `(latent_dim,)` or
            to what `latent.supervised_direction` found; or an array `(number, latent_dim)`. One
            unit of a slider is one vector. By default the first six of `latent.directions`.
        title: Heading of the page.

    Returns:
        The file's path.

    Raises:
        ConfigurationError: The path does not end in `.html`, the generator has a layer or a setting
            that the page cannot compute, or the directions do not fit its latents.
        WeightsError: A weight is NaN or infinite.
        StorageError: The file cannot be written.
    """
    path = Path(path)
    if path.suffix != ".html":
        raise ConfigurationError(
            f"'{path}' does not end in .html. Name the page, such as runs/dcgan/explorer.html."
        )
    latent_dim, classes = _inputs(generator)
    program = _Program()
    output = program.translate(generator)
    directions = named_directions(generator, directions)
    explorer = {
        "latentDim": latent_dim,
        "classes": class_names(classes),
        "directions": [
            {"name": name, "vector": vector.tolist()} for name, vector in directions.items()
        ],
        "steps": program.steps,
        "output": output,
    }
    write_atomically(path, _page(title, explorer, program.weights()).encode())
    return path


def _inputs(generator) -> tuple[int, int]:
    """Length of a latent, and of the class weights: 0 without."""
    inputs, outputs = (getattr(generator, name, None) or () for name in ("inputs", "outputs"))
    latents_fit = 1 <= len(inputs) <= 2 and all(len(tensor.shape) == 2 for tensor in inputs)
    images_fit = len(outputs) == 1 and len(outputs[0].shape) == 4 and outputs[0].shape[-1] == 1
    if not (latents_fit and images_fit):
        shapes = [[tuple(tensor.shape) for tensor in tensors] for tensors in (inputs, outputs)]
        raise ConfigurationError(
            f"The explorer wants a generator: a functional keras.Model that takes latents "
            f"(batch, latent_dim), or latents and class weights, and gives grey images "
            f"(batch, height, width, 1); {getattr(generator, 'name', generator)!r} is a "
            f"{type(generator).__name__} from {shapes[0]} to {shapes[1]}. Of a GAN, give "
            f"gan.averaged_generator."
        )
    return inputs[0].shape[1], inputs[1].shape[1] if len(inputs) == 2 else 0


def _page(title: str, explorer: dict, weights: bytes) -> str:
    def read(name):
        return (EXPLORER / name).read_text(encoding="utf-8")

    # In a script element only "<" could end the element; in JSON it can be written otherwise.
    data = json.dumps(explorer, allow_nan=False).replace("<", "\\u003c")
    return string.Template(read("explorer.html")).substitute(
        title=html.escape(title),
        style=read("page.css"),
        explorer=data,
        weights=base64.b64encode(weights).decode(),
        scripts="\n".join(read(name) for name in SCRIPTS),
    )


class _Program:
    """What the page has to compute, gathered layer by layer.

    Attributes:
        steps: Each has a kind, a shape without the batch, the numbers of the steps whose values it
            takes, settings, and the place of its weights: `[first, length]`.
    """

    def __init__(self):
        self.steps = []
        self._arrays = []
        self._stored = 0  # numbers in `_arrays`

    def translate(self, generator) -> int:
        """Add every step of a functional model, inputs first; the number of the last one."""
        numbers = {}  # of the steps that make each tensor of the model
        for tensor in generator.inputs:
            numbers[id(tensor)] = self.add("input", [], tensor.shape[1:])
        return self._visit(generator.outputs[0], numbers)

    def _visit(self, tensor, numbers) -> int:
        if id(tensor) not in numbers:
            layer, node, _ = tensor._keras_history
            sources = layer._inbound_nodes[node].input_tensors
            inputs = [self._visit(source, numbers) for source in sources]
            if type(layer) not in LAYERS:
                raise ConfigurationError(
                    f"Layer {layer.name!r} is a {type(layer).__name__}, which the page cannot "
                    f"compute. It knows {', '.join(kind.__name__ for kind in LAYERS)}."
                )
            numbers[id(tensor)] = LAYERS[type(layer)](self, layer, inputs, tensor.shape[1:])
        return numbers[id(tensor)]

    def add(self, kind: str, inputs: list[int], shape, **settings) -> int:
        """Add a step and store those of its settings that are arrays; the number of the step."""
        for name, setting in settings.items():
            if isinstance(setting, np.ndarray):
                settings[name] = self._store(setting, kind)
        self.steps.append({"kind": kind, "inputs": inputs, "shape": list(shape), **settings})
        return len(self.steps) - 1

    def _store(self, array, kind) -> list[int]:
        if not np.isfinite(array).all():
            raise WeightsError(
                f"The generator holds NaN or infinity (in a {kind}). A page of it would show "
                f"nothing; export an earlier checkpoint."
            )
        self._arrays.append(np.asarray(array, "<f4").ravel())
        self._stored += array.size
        return [self._stored - array.size, array.size]

    def weights(self) -> bytes:
        """All weights, float32, the lowest byte first as in every browser."""
        return b"".join(array.tobytes() for array in self._arrays)


# One function a kind of layer: (program, layer, inputs, shape) -> number of the step it ends in.


def _dense(program, layer, inputs, shape):
    _want(layer, len(shape) == 1, "an input that is more than a row of numbers")
    number = program.add("dense", inputs, shape, kernel=_kernel(layer), bias=_bias(layer, shape))
    return _activate(program, layer, number, shape)


def _conv2d(program, layer, inputs, shape):
    size, stride = _geometry(layer)
    rows, columns, _ = program.steps[inputs[0]]["shape"]
    _want(layer, rows == columns, f"an image of {rows} x {columns}, which is not square")
    padding = max((shape[0] - 1) * stride + size - rows, 0)
    return _convolve(program, "conv2d", layer, inputs, shape, _kernel(layer), padding)


def _conv2d_transpose(program, layer, inputs, shape):
    size, stride = _geometry(layer)
    _want(layer, layer.output_padding is None, f"output_padding={layer.output_padding}")
    # Keras keeps this kernel as (rows, columns, out, in), and that of Conv2D as (..., in, out).
    kernel = _kernel(layer).transpose(0, 1, 3, 2)
    padding = max(size - stride, 0)
    return _convolve(program, "conv2dTranspose", layer, inputs, shape, kernel, padding)


def _convolve(program, kind, layer, inputs, shape, kernel, padding):
    geometry = {"size": len(kernel), "stride": layer.strides[0], "before": padding // 2}
    number = program.add(kind, inputs, shape, kernel=kernel, bias=_bias(layer, shape), **geometry)
    return _activate(program, layer, number, shape)


def _batch_normalization(program, layer, inputs, shape):
    _want(layer, layer.axis in (-1, len(shape)), f"axis={layer.axis}")
    mean, variance = (
        np.asarray(moving, np.float64) for moving in (layer.moving_mean, layer.moving_variance)
    )
    gamma = np.asarray(layer.gamma, np.float64) if layer.scale else 1.0
    beta = np.asarray(layer.beta, np.float64) if layer.center else 0.0
    scale = gamma / np.sqrt(variance + layer.epsilon)
    return program.add("scaleAndShift", inputs, shape, scale=scale, shift=beta - scale * mean)


def _relu(program, layer, inputs, shape):
    plain = layer.max_value is None and layer.threshold == 0
    _want(layer, plain, "a max_value or a threshold")
    return program.add("relu", inputs, shape, slope=float(layer.negative_slope))


def _leaky_relu(program, layer, inputs, shape):
    return program.add("relu", inputs, shape, slope=float(layer.negative_slope))


def _activation(program, layer, inputs, shape):
    return _activate(program, layer, inputs[0], shape)


def _activate(program, layer, number, shape):
    if layer.activation is keras.activations.linear:
        return number
    if layer.activation is keras.activations.relu:
        return program.add("relu", [number], shape, slope=0.0)
    name = getattr(layer.activation, "__name__", layer.activation)
    _want(layer, layer.activation is keras.activations.tanh, f"the activation {name}")
    return program.add("tanh", [number], shape)


def _reshape(program, layer, inputs, shape):
    return program.add("reshape", inputs, shape)


def _upsampling2d(program, layer, inputs, shape):
    factor, columns = layer.size
    fits = layer.interpolation == "nearest" and factor == columns
    _want(layer, fits, f"size={layer.size}, interpolation={layer.interpolation!r}")
    return program.add("upsample", inputs, shape, factor=factor)


def _concatenate(program, layer, inputs, shape):
    _want(layer, layer.axis in (-1, len(shape)), f"axis={layer.axis}")
    return program.add("concatenate", inputs, shape)


def _add(program, layer, inputs, shape):
    shapes = {tuple(program.steps[number]["shape"]) for number in inputs}
    _want(layer, shapes == {tuple(shape)}, f"inputs of different shapes {sorted(shapes)}")
    return program.add("add", inputs, shape)


LAYERS = {
    keras.layers.Activation: _activation,
    keras.layers.Add: _add,
    keras.layers.BatchNormalization: _batch_normalization,
    keras.layers.Concatenate: _concatenate,
    keras.layers.Conv2D: _conv2d,
    keras.layers.Conv2DTranspose: _conv2d_transpose,
    keras.layers.Dense: _dense,
    keras.layers.LeakyReLU: _leaky_relu,
    keras.layers.ReLU: _relu,
    keras.layers.Reshape: _reshape,
    keras.layers.UpSampling2D: _upsampling2d,
}


def _geometry(layer) -> tuple[int, int]:
    """Kernel size and stride, each the same for rows and columns."""
    (size, columns), (stride, across) = layer.kernel_size, layer.strides
    square = size == columns and stride == across
    _want(layer, square, f"kernel_size={layer.kernel_size}, strides={layer.strides}")
    _want(layer, layer.padding == "same", f"padding={layer.padding!r}, not 'same'")
    plain = tuple(layer.dilation_rate) == (1, 1) and layer.data_format == "channels_last"
    _want(layer, plain, f"dilation {layer.dilation_rate}, data format {layer.data_format}")
    _want(layer, getattr(layer, "groups", 1) == 1, "groups")
    return size, stride


def _kernel(layer) -> np.ndarray:
    return np.asarray(layer.kernel)


def _bias(layer, shape) -> np.ndarray:
    return np.asarray(layer.bias) if layer.use_bias else np.zeros(shape[-1])


def _want(layer, fits: bool, found: str) -> None:
    if not fits:
        raise ConfigurationError(
            f"Layer {layer.name!r} ({type(layer).__name__}) has {found}, which the page cannot "
            f"compute. Build the generator without it."
        )
