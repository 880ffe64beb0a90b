import pytest

from fashionlab.backend import keras

layers = keras.layers


@pytest.fixture(scope="session")
def generator():
    """Latents of length 6 to images 4 x 4, by way of a dense layer."""
    keras.utils.set_random_seed(2)
    return keras.Sequential(
        [
            keras.Input((6,)),
            layers.Dense(10),
            layers.BatchNormalization(),
            layers.Dense(16, activation="tanh"),
            layers.Reshape((4, 4, 1)),
        ]
    )


@pytest.fixture(scope="session")
def conditional():
    """Latents of length 6 and weights of three classes to images 4 x 4."""
    keras.utils.set_random_seed(3)
    z, classes = keras.Input((6,)), keras.Input((3,))
    x = layers.Concatenate()([z, classes])
    x = layers.Dense(16, activation="tanh")(x)
    return keras.Model([z, classes], layers.Reshape((4, 4, 1))(x), name="conditional")
