import itertools
import math

import numpy as np
import pytest

from fashionlab import nets
from fashionlab.backend import keras, tf
from fashionlab.errors import ConfigurationError
from fashionlab.nets import shapes

layers = keras.layers
GRID = list(itertools.product((1, 4, 7, 14), (1, 2, 3, 4, 5), (1, 2, 3), ("same", "valid")))


@pytest.fixture(autouse=True)
def _seed():
    keras.utils.set_random_seed(0)


def symbolic(layer, size):
    return layer(keras.Input((size, size, 1))).shape[1]


# Sizes, against Keras


@pytest.mark.parametrize(("size", "kernel", "stride", "padding"), GRID)
def test_sizes_are_those_of_keras(size, kernel, stride, padding):
    setting = (kernel, stride, padding)
    transposed = layers.Conv2DTranspose(1, *setting)
    assert nets.transposed_size(size, *setting) == symbolic(transposed, size)
    if padding == "same" or kernel <= size:
        assert nets.conv_size(size, *setting) == symbolic(layers.Conv2D(1, *setting), size)


@pytest.mark.parametrize(("size", "kernel", "stride", "padding"), GRID)
def test_a_transposed_convolution_undoes_the_size_of_the_convolution_that_it_turns_round(
    size, kernel, stride, padding
):
    large = nets.transposed_size(size, kernel, stride, padding)
    assert nets.conv_size(large, kernel, stride, padding) == size


def test_sizes_worked_out_by_hand():
    assert [nets.conv_size(n, 4, 2, "same") for n in (28, 14, 7)] == [14, 7, 4]
    assert nets.conv_size(28, 3) == 26
    assert nets.conv_size(28, 5, 2) == 12  # windows begin at 0, 2, ..., 22
    assert [nets.transposed_size(n, 4, 2, "same") for n in (7, 14)] == [14, 28]
    assert nets.transposed_size(7, 4, 2) == 16


@pytest.mark.parametrize("function", [nets.conv_size, nets.transposed_size, nets.windows])
def test_impossible_settings_are_refused(function):
    for setting, message in [
        ((0, 3, 1, "same"), "size=0"),
        ((7, -1, 1, "same"), "kernel=-1"),
        ((7, 3, 0, "same"), "stride=0"),
        ((7, 3, 1, "full"), "padding='full' is unknown"),
    ]:
        with pytest.raises(ConfigurationError, match=message):
            function(*setting)


def test_a_valid_window_larger_than_the_input_is_refused():
    with pytest.raises(ConfigurationError, match="A window of 4 does not fit into 3 pixels"):
        nets.conv_size(3, 4)


# Windows and reach, against what Keras computes


def keras_counts(size, kernel, stride, padding):
    """How often each pixel is read, as the gradient of the sum of a convolution with ones."""
    ones = tf.ones((1, size, 1))
    layer = layers.Conv1D(1, kernel, stride, padding, kernel_initializer="ones")
    with tf.GradientTape() as tape:
        tape.watch(ones)
        total = tf.reduce_sum(layer(ones))
    return tape.gradient(total, ones).numpy().reshape(-1)


@pytest.mark.parametrize(
    ("size", "kernel", "stride", "padding"), [g for g in GRID if g[3] == "same" or g[1] <= g[0]]
)
def test_pixels_are_read_as_often_as_keras_reads_them(size, kernel, stride, padding):
    counts = nets.reach_counts(size, kernel, stride, padding)
    np.testing.assert_array_equal(counts, keras_counts(size, kernel, stride, padding))


@pytest.mark.parametrize(("size", "kernel", "stride", "padding"), GRID)
def test_pixels_are_painted_as_often_as_keras_paints_them(size, kernel, stride, padding):
    layer = layers.Conv1DTranspose(1, kernel, stride, padding, kernel_initializer="ones")
    painted = layer(np.ones((1, size, 1), np.float32)).numpy().reshape(-1)
    large = nets.transposed_size(size, kernel, stride, padding)
    np.testing.assert_array_equal(nets.reach_counts(large, kernel, stride, padding), painted)


@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("kernel", [1, 2, 3, 4, 5, 6])
def test_reach_is_even_exactly_where_the_stride_divides_the_kernel(kernel, stride):
    inner = nets.reach_counts(60, kernel, stride)[12:-12]
    assert (np.ptp(inner) == 0) == (kernel % stride == 0)
    assert inner.mean() == pytest.approx(kernel / stride)


# The table


def test_the_discriminators_rows_are_those_worked_out_by_hand():
    table = nets.layer_table(nets.dcgan_discriminator())
    rows = [row for row in table if row.multiplications]
    assert [row.layer for row in rows] == [*["Conv2D 4x4, stride 2"] * 3, "Dense"]
    assert [row.output for row in rows] == [(14, 14, 16), (7, 7, 32), (4, 4, 64), (1,)]
    assert [row.parameters for row in rows] == [
        4 * 4 * 1 * 16 + 16,
        4 * 4 * 16 * 32 + 32,
        4 * 4 * 32 * 64 + 64,
        1024 + 1,
    ]
    assert [row.multiplications for row in rows] == [
        14 * 14 * 16 * 4 * 4,
        7 * 7 * 32 * 4 * 4 * 16,
        4 * 4 * 64 * 4 * 4 * 32,
        1024,
    ]
    assert [row.field for row in rows] == [4, 10, 22, math.inf]


def test_the_generators_multiplications_are_those_worked_out_by_hand():
    rows = [row for row in nets.layer_table(nets.dcgan_generator()) if row.multiplications]
    assert [row.multiplications for row in rows] == [
        64 * 6272,
        7 * 7 * 128 * 4 * 4 * 32,
        14 * 14 * 32 * 4 * 4 * 1,
    ]
    assert all(math.isinf(row.field) for row in rows)


@pytest.mark.parametrize(
    "build",
    [
        nets.dcgan_generator,
        nets.dcgan_discriminator,
        nets.classic_generator,
        nets.classic_discriminator,
    ],
)
def test_parameters_add_up_to_those_of_keras(build):
    network = build()
    table = nets.layer_table(network)
    assert sum(row.parameters for row in table) == network.count_params()
    behind_the_input = network.layers[1:]
    assert [row.output for row in table] == [tuple(x.output.shape[1:]) for x in behind_the_input]


def stack(*sequence, size=24):
    return keras.Sequential([keras.Input((size, size, 1)), *sequence])


def measured_field(network, size=24):
    """The widest reach of any output pixel: input pixels to which it has a gradient."""
    image = tf.random.normal((1, size, size, 1))
    with tf.GradientTape() as tape:
        tape.watch(image)
        row = network(image)[0, network.output_shape[1] // 2, :, 0]  # across the middle
    seen = np.abs(tape.jacobian(row, image).numpy()) > 0  # (width, 1, size, size, 1)
    return int(seen.any(axis=(1, 2, 4)).sum(axis=1).max())


@pytest.mark.parametrize(
    "network",
    [
        lambda: stack(layers.Conv2D(1, 3)),
        lambda: stack(layers.Conv2D(1, 4, 2, "same"), layers.Conv2D(1, 4, 2, "same")),
        lambda: stack(layers.Conv2D(1, 3, 2), layers.Conv2D(1, 5), layers.LeakyReLU()),
        lambda: stack(layers.Conv2D(1, 3, dilation_rate=2), layers.Conv2D(1, 3)),
        lambda: stack(layers.Conv2DTranspose(1, 4, 2, "same")),
        lambda: stack(layers.Conv2DTranspose(1, 3, 2, "same"), layers.Conv2D(1, 4)),
        lambda: stack(layers.UpSampling2D(2), layers.Conv2D(1, 3, padding="same")),
        lambda: stack(layers.UpSampling2D(2), layers.Conv2D(1, 4, padding="same")),
        lambda: stack(layers.Conv2D(1, 4, 2, "same"), layers.Conv2DTranspose(1, 4, 2, "same")),
    ],
)
def test_the_receptive_field_is_the_one_measured_by_gradient(network):
    network = network()
    assert nets.layer_table(network)[-1].field == measured_field(network)


def test_groups_and_rows_of_vectors_are_counted():
    grouped = keras.Input((8, 8, 4))
    model = keras.Model(grouped, layers.Conv2D(6, 3, groups=2)(grouped))
    assert nets.layer_table(model)[-1].multiplications == 6 * 6 * 6 * 3 * 3 * 2
    sequence = keras.Input((5, 3))
    model = keras.Model(sequence, layers.Dense(7)(sequence))
    assert nets.layer_table(model)[-1].multiplications == 5 * 3 * 7


def test_a_network_with_branches_is_refused():
    image = keras.Input((8, 8, 1))
    one, two = layers.Conv2D(1, 3)(image), layers.Conv2D(1, 3)(image)
    for outputs in (layers.Add()([one, two]), [one, two]):
        with pytest.raises(ConfigurationError, match="has branches"):
            nets.layer_table(keras.Model(image, outputs))


@pytest.mark.parametrize(
    "unknown", [layers.SeparableConv2D(1, 3), layers.UpSampling2D(2, interpolation="bilinear")]
)
def test_an_unknown_layer_is_refused_by_name(unknown):
    with pytest.raises(ConfigurationError, match=f"does not know what a {type(unknown).__name__}"):
        nets.layer_table(stack(unknown))


def test_the_table_shows_itself_in_a_terminal_and_in_jupyter():
    table = nets.layer_table(stack(layers.Conv2D(2, 3), layers.Flatten(), layers.Dense(10)))
    lines = repr(table).splitlines()
    assert len({len(line) for line in lines}) == 1  # columns stand below each other
    assert "Conv2D 3x3, stride 1" in lines[1]
    assert lines[-2].endswith("all")
    assert f"{22 * 22 * 2 * 9 + 22 * 22 * 2 * 10:,}" in lines[-1]
    page = table._repr_html_()
    assert page.count("<tr>") == len(lines)
    assert page.count("<td") == 5 * (len(lines) - 1)
    table[0] = shapes.LayerRow("a < b", (1,), 0, 0, 1)
    assert "a &lt; b" in table._repr_html_()


def test_a_dense_layer_on_a_picture_sees_one_pixel():
    image = keras.Input((28, 28, 4))
    x = layers.Dense(3)(layers.Conv2D(4, 3)(image))
    rows = nets.layer_table(keras.Model(image, x))
    assert [row.field for row in rows] == [3, 3]
    assert rows[1].multiplications == 26 * 26 * 4 * 3
