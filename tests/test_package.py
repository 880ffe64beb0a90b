"""The wheel: what it carries, and that it works without the checkout."""

import os
import site
import subprocess
import sys
import sysconfig
import venv
import zipfile
from email import message_from_bytes
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet
from PIL import Image

from fashionlab import shipped

CHECKOUT = Path(__file__).parents[1]
SHIPPED = "fashionlab/_shipped"


def run(*words, cwd):
    """Output of a program that is told nothing about the checkout and has to succeed."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL"))}
    done = subprocess.run(words, cwd=cwd, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    build = ("-m", "build", "--wheel", "--no-isolation", "--outdir", folder, CHECKOUT)
    run(sys.executable, *build, cwd=folder)
    (file,) = folder.glob("*.whl")
    return file


@pytest.fixture(scope="module")
def names(wheel):
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """An environment that has the wheel itself and sees the other packages of this one."""
    home = tmp_path_factory.mktemp("environment")
    venv.create(home)
    paths = sysconfig.get_paths("venv", {"base": str(home), "platbase": str(home)})
    scripts, packages = Path(paths["scripts"]), Path(paths["purelib"])
    python = scripts / Path(sys.executable).name
    install = ("install", "--quiet", "--no-deps", "--no-index", wheel)
    run(sys.executable, "-m", "pip", "--python", python, *install, cwd=home)
    # Directories named here come after the environment's own, and .pth files inside them, such as
    # that of an editable install, are not followed.
    (packages / "parent.pth").write_text("\n".join(site.getsitepackages()))
    return python, scripts / "fashionlab", packages


def test_the_wheel_carries_the_sample_with_its_licence_and_the_weights(names):
    for name in ("fashion_mnist_sample.npz", "LICENSE.fashion-mnist", "weights/dcgan.json"):
        assert f"{SHIPPED}/data/{name}" in names


def test_the_wheel_carries_every_notebook(names):
    notebooks = {f"{SHIPPED}/notebooks/{file.name}" for file in shipped.NOTEBOOKS.glob("*.ipynb")}
    assert f"{SHIPPED}/notebooks/00_start_here.ipynb" in notebooks
    assert notebooks <= set(names)


def test_the_wheel_carries_the_kernel_of_the_lab(names):
    assert "fashionlab/_jupyter/kernels/python3/kernel.json" in names
    assert "fashionlab/explorer/network.js" in names
    assert "fashionlab/widgets/pad.js" in names


def test_the_wheel_carries_nothing_that_work_leaves_behind(names):
    left = {"__pycache__", ".ipynb_checkpoints", "runs", "tests"}
    assert [name for name in names if left & set(name.split("/"))] == []


def test_the_wheel_says_which_pythons_it_is_for(wheel, names):
    (name,) = (name for name in names if name.endswith(".dist-info/METADATA"))
    with zipfile.ZipFile(wheel) as archive:
        pythons = SpecifierSet(message_from_bytes(archive.read(name))["Requires-Python"])
    versions = ("3.10.14", "3.11.0", "3.12.5", "3.13.1", "3.14.0")
    assert list(pythons.filter(versions)) == ["3.11.0", "3.12.5", "3.13.1"]


def test_the_installed_kit_loads_its_sample_away_from_the_checkout(installed, tmp_path):
    python, _, packages = installed
    code = (
        "import fashionlab as fl\n"
        "print(fl.__file__)\n"
        "garments = fl.data.load_fashion_mnist(path='sample', verbose=False)\n"
        "print(garments.images.shape, len(set(garments.labels.tolist())))\n"
    )
    file, sample = run(python, "-c", code, cwd=tmp_path).splitlines()
    assert Path(file) == packages / "fashionlab" / "__init__.py"
    assert sample == "(10000, 28, 28, 1) 10"


def test_the_installed_command_samples_garments(installed, tmp_path):
    _, fashionlab, _ = installed
    run(fashionlab, "sample", "--number", "4", "--out", "garments.png", cwd=tmp_path)
    with Image.open(tmp_path / "garments.png") as picture:
        assert picture.size == (174, 174)  # 3 (2 28 + 2)
        low, high = picture.getextrema()
    assert low < 10  # black around the garments
    assert high > 200
