"""How much work to do: `smoke` for tests, `laptop` for two cores, `gpu` for Colab or better."""

import os
from typing import TypeVar

from fashionlab.errors import ConfigurationError

T = TypeVar("T")

NAMES = ("smoke", "laptop", "gpu")
VARIABLE = "FASHIONLAB_BUDGET"


def current() -> str:
    """Name of the budget in force.

    The environment variable `FASHIONLAB_BUDGET` decides; without it a machine with a GPU that
    TensorFlow can use runs on the `gpu` budget and every other one on `laptop`.

    Returns:
        `"smoke"`, `"laptop"` or `"gpu"`.

    Raises:
        ConfigurationError: The variable holds another word.
    """
    name = os.environ.get(VARIABLE)
    if not name:
        from fashionlab.backend import tf

        return "gpu" if tf.config.list_physical_devices("GPU") else "laptop"
    if name not in NAMES:
        raise ConfigurationError(
            f"{VARIABLE}={name!r} is not a budget. Use one of {', '.join(NAMES)}, "
            f"or unset the variable to let the machine decide."
        )
    return name


def budget(*, smoke: T, laptop: T, gpu: T) -> T:
    """Pick the value that fits the machine.

    Args:
        smoke: Value for a test run: seconds of work, results of no use.
        laptop: Value for two CPU cores: minutes of work.
        gpu: Value for a GPU.

    Returns:
        One of the three, unchanged.

    Example:
        >>> epochs = budget(smoke=1, laptop=5, gpu=50)
    """
    return {"smoke": smoke, "laptop": laptop, "gpu": gpu}[current()]
