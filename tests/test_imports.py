"""Who may import whom, and what an import loads."""

import ast
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

import fashionlab
from fashionlab import shipped

PACKAGE = Path(fashionlab.__file__).parent

# Lower tiers never import higher ones. `fashionlab` alone, without a submodule, leads to all of
# them, so it belongs at the top.
TIERS = (
    {"errors", "figures", "files", "shipped", "budgets", "backend"},
    {"data", "weights"},
    {"losses", "nets", "autodiff", "variational"},
    {"latent", "plots", "pretrained", "style", "theory"},
    {"metrics"},
    {"train"},
    {"recipes", "family", "clinic"},
    {"widgets", "checks", "export"},
    {"cli", "doctor", "lab", "__main__", "fashionlab"},
)
# `checks` shows solutions of exercises about a training step.
TENSORFLOW_ROOMS = {
    "autodiff",
    "train",
    "data",
    "backend",
    "budgets",
    "doctor",
    "checks",
    "latent",  # gradient descent on latents
    "style",  # gradient descent on pixels
}


def part(module):
    """The part of the kit that a module belongs to: `train` for `fashionlab.train.gan`."""
    names = module.split(".")
    return names[1] if len(names) > 1 else names[0]


def tier(module):
    return next(height for height, parts in enumerate(TIERS) if part(module) in parts)


def offence(module, imported):
    """What is wrong with `module` importing the name `imported`, or None."""
    room, root = part(module), imported.partition(".")[0]
    if root in ("keras", "tensorflow") and room != "backend":
        return f"{module} imports {root} itself, not from fashionlab.backend"
    if root != "fashionlab":
        return None
    if imported == "fashionlab.backend":
        return f"{module} imports backend whole: name keras or tf"
    if imported == "fashionlab.backend.tf" and room not in TENSORFLOW_ROOMS:
        return f"{module} uses TensorFlow outside its rooms"
    other = part(imported)
    if other == "checks" != room:
        return f"{module} imports checks"
    if {room, other} == {"nets", "train"} or tier(module) < tier(imported):
        return f"{module} imports {imported}: this arrow runs back"
    return None


def imports(source, module, is_package=False):
    """Pairs of `module` and everything that its source imports, at the top or inside functions."""
    package = module if is_package else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((module, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            origin = "." * node.level + (node.module or "")
            origin = importlib.util.resolve_name(origin, package)
            yield from ((module, qualified(origin, alias.name)) for alias in node.names)


def qualified(origin, name):
    """`from fashionlab import __version__` is about the package itself, not about a part of it."""
    is_part = origin != "fashionlab" or any(name in parts for parts in TIERS)
    return f"{origin}.{name}" if is_part else origin


def offences(pairs):
    return [found for pair in pairs if (found := offence(*pair))]


def imports_of_the_package():
    for file in sorted(PACKAGE.rglob("*.py")):
        names = file.relative_to(PACKAGE.parent).with_suffix("").parts
        is_package = names[-1] == "__init__"
        module = ".".join(names[:-1] if is_package else names)
        yield from imports(file.read_text(encoding="utf-8"), module, is_package)


# Arrows


def test_arrows_point_one_way_and_tensorflow_keeps_to_its_rooms():
    pairs = list(imports_of_the_package())
    assert len(pairs) > 100  # the files were found
    assert offences(pairs) == []


def test_every_part_of_the_kit_has_a_tier():
    parts = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or is_package(path)}
    assert parts - {"__init__"} == set().union(*TIERS) - {"fashionlab"}


def is_package(path):
    return (path / "__init__.py").exists()


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("fashionlab.losses", "from fashionlab import train"),
        ("fashionlab.losses", "from fashionlab.train import GAN"),
        ("fashionlab.losses", "import fashionlab.train.gan"),
        ("fashionlab.losses", "def late():\n    from fashionlab.recipes import build"),
        ("fashionlab.data.batches", "from ..nets import dcgan_generator"),
        ("fashionlab.data.batches", "from fashionlab import recipes, errors"),
        ("fashionlab.plots", "import fashionlab as fl"),
        ("fashionlab.plots", "from fashionlab import __version__"),
        ("fashionlab.train.gan", "from fashionlab import nets"),
        ("fashionlab.nets.dcgan", "from fashionlab.train.gan import GAN"),
        ("fashionlab.widgets.view", "from fashionlab.checks import Exercise"),
        ("fashionlab.cli", "from fashionlab import checks"),
    ],
)
def test_an_arrow_that_runs_back_is_found(module, source):
    assert len(offences(imports(source, module))) == 1


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("fashionlab.losses", "from fashionlab.backend import keras, tf"),
        ("fashionlab.nets.dcgan", "from fashionlab.backend import tf as flow"),
        ("fashionlab.widgets.view", "def late():\n    from fashionlab.backend import tf"),
        ("fashionlab.plots", "from fashionlab import backend"),
        ("fashionlab.train.gan", "import tensorflow as tf"),
        ("fashionlab.train.gan", "from tensorflow.math import is_finite"),
        ("fashionlab.nets.dcgan", "import keras.layers"),
        ("fashionlab.nets.dcgan", "from keras import ops"),
    ],
)
def test_stray_tensorflow_and_keras_are_found(module, source):
    assert len(offences(imports(source, module))) == 1


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("fashionlab.train.gan", "from fashionlab.backend import keras, tf"),
        ("fashionlab.train.gan", "from fashionlab.train.checkpoint import Checkpointer"),
        ("fashionlab.checks.e04", "from fashionlab.checks.exercise import Exercise"),
        ("fashionlab.backend", "import keras\nimport tensorflow as tf"),
        ("fashionlab.recipes", "from fashionlab import nets\nimport numpy as np"),
        ("fashionlab.cli", "import fashionlab as fl\nfrom fashionlab import __version__, doctor"),
    ],
)
def test_imports_as_they_should_be_are_let_through(module, source):
    assert offences(imports(source, module)) == []


# What a fresh process loads and writes


def run(code, **variables):
    """Run code in a fresh Python; environment variables given as None are unset."""
    environment = {**os.environ, **variables}
    return subprocess.run(
        [sys.executable, "-c", code],
        env={name: value for name, value in environment.items() if value is not None},
        cwd=shipped.DATA,
        capture_output=True,
        text=True,
    )


def test_importing_the_kit_or_its_command_line_loads_no_heavy_library():
    done = run(
        "import sys, fashionlab, fashionlab.cli\n"
        "print(sorted({'tensorflow', 'keras', 'matplotlib', 'numpy'} & sys.modules.keys()))"
    )
    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_loading_tensorflow_and_training_a_step_write_nothing_to_stderr():
    done = run(
        "import numpy as np, fashionlab as fl\n"
        "images = np.random.default_rng(0).uniform(-1, 1, (32, 28, 28, 1)).astype('float32')\n"
        "gan = fl.recipes.build('dcgan', seed=0)\n"
        "gan.fit(fl.data.Batches(images, 32), epochs=1, verbose=0)\n"
        "print(gan.sample(1, seed=0).shape)",
        TF_CPP_MIN_LOG_LEVEL=None,
        KERAS_BACKEND=None,
    )
    assert (done.stdout, done.stderr) == ("(1, 28, 28, 1)\n", "")


def test_another_keras_backend_is_refused_with_what_to_do():
    done = run(
        "import fashionlab as fl\n"
        "try:\n"
        "    fl.seed(0)\n"
        "except fl.errors.ConfigurationError as error:\n"
        "    print(error)",
        KERAS_BACKEND="jax",
    )
    assert "KERAS_BACKEND='jax'" in done.stdout
    assert "Set KERAS_BACKEND=tensorflow" in done.stdout
    assert done.stderr == ""
