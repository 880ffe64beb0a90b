"""fashionlab: learn, teach and explore GANs and style transfer on fashion images.

Example:
    >>> import fashionlab as fl
    >>> garments = fl.data.load_fashion_mnist("test", path="sample", verbose=False)
    >>> garments.images.shape
    (2000, 28, 28, 1)
"""

import importlib

from fashionlab.budgets import budget

__version__ = "0.1.0"

# Loaded on first use, so that `import fashionlab` stays quick and TensorFlow waits until needed.
_SUBMODULES = (
    "autodiff",
    "budgets",
    "checks",
    "clinic",
    "data",
    "errors",
    "family",
    "latent",
    "losses",
    "metrics",
    "nets",
    "plots",
    "pretrained",
    "recipes",
    "style",
    "theory",
    "train",
    "variational",
    "widgets",
)

__all__ = ["budget", "export_explorer", "seed", *_SUBMODULES]


def __getattr__(name):
    if name == "export_explorer":
        return importlib.import_module("fashionlab.export").export_explorer
    if name in _SUBMODULES:
        return importlib.import_module(f"fashionlab.{name}")
    raise AttributeError(f"module 'fashionlab' has no attribute {name!r}")


def __dir__():
    return sorted({*globals(), *__all__})


def seed(n: int) -> None:
    """Seed Python, NumPy, TensorFlow and Keras.

    Networks built, noise drawn and dropout masks after this call are the same in every run on the
    same CPU with the same number of threads.

    Args:
        n: Any integer from 0 to 2**32 - 1.
    """
    from fashionlab.backend import keras

    keras.utils.set_random_seed(n)
