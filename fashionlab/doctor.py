"""What this machine has, and what stands in the way: the checks behind `fashionlab doctor`.

Only the standard library is loaded up front, so that a package that is missing or does not load
becomes a finding like any other.
"""

import os
import platform
import shutil
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from fashionlab import budgets
from fashionlab.errors import DataError, FashionlabError

GIGABYTE = 1e9
MEMORY = 2 * GIGABYTE  # training on all 60,000 images, with room for a browser
DISK = 0.5 * GIGABYTE  # the data set, and a training run with its checkpoints and pictures


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        name: What.
        value: What was found.
        advice: One line on what to do; empty when all is fine.
        broken: Whether something will not work as it is.
    """

    name: str
    value: str
    advice: str = ""
    broken: bool = False

    def __str__(self) -> str:
        mark = "FIX" if self.broken else "note" if self.advice else "ok"
        line = f"{mark:5} {self.name:14} {self.value}"
        return f"{line}\n{'':6}-> {self.advice}" if self.advice else line


def examine() -> list[Finding]:
    """Look at everything; never raises, never downloads."""
    findings = []
    for name, check in CHECKS.items():
        try:
            findings += check()
        except FashionlabError as error:
            findings.append(Finding(name, "wrong setting", str(error), broken=True))
        except Exception as error:  # whatever a damaged package raises
            cause = textwrap.shorten(f"{type(error).__name__}: {error}", 200)
            advice = "If no package is missing above: pip install --force-reinstall fashionlab"
            findings.append(Finding(name, f"unknown ({cause})", advice, broken=True))
    return findings


def _python() -> Iterator[Finding]:
    from packaging.specifiers import SpecifierSet

    version, wanted = platform.python_version(), metadata.metadata("fashionlab")["Requires-Python"]
    fits = SpecifierSet(wanted).contains(version, prereleases=True)
    advice = "" if fits else f"The kit wants Python {wanted}: install it in such a one."
    yield Finding("Python", version, advice, broken=not fits)


def _packages() -> Iterator[Finding]:
    from packaging.requirements import Requirement

    for requirement in map(Requirement, metadata.requires("fashionlab")):
        if requirement.marker is None:
            yield _package(requirement, f'pip install "{requirement}"', broken=True)
        elif requirement.marker.evaluate({"extra": "lab"}):
            advice = 'Only `fashionlab lab` needs it: pip install "fashionlab[lab]"'
            yield _package(requirement, advice, broken=False)


def _package(requirement, advice: str, broken: bool) -> Finding:
    try:
        version = metadata.version(requirement.name)
    except metadata.PackageNotFoundError:
        return Finding(requirement.name, "missing", advice, broken)
    if not requirement.specifier.contains(version, prereleases=True):
        return Finding(requirement.name, f"{version}, too old", advice, broken)
    return Finding(requirement.name, version)


def _tensorflow() -> Iterator[Finding]:
    from fashionlab.backend import tf

    gpus = tf.config.list_physical_devices("GPU")
    details = tf.config.experimental.get_device_details
    names = [details(gpu).get("device_name", gpu.name) for gpu in gpus]
    unused = not gpus and shutil.which("nvidia-smi")
    advice = (
        "TensorFlow has no GPU support on Windows itself: use WSL2."
        if os.name == "nt"
        else 'TensorFlow cannot use the NVIDIA GPU: pip install "tensorflow[and-cuda]"'
    )
    yield Finding("GPU", ", ".join(names) or "none, the CPU computes", advice if unused else "")

    named = os.environ.get(budgets.VARIABLE)
    why = f"from {budgets.VARIABLE}" if named else "chosen for this machine"
    budget = budgets.current()
    advice = f"Trains for seconds, to no use: unset {budgets.VARIABLE} to train for real."
    yield Finding("budget", f"{budget}, {why}", advice if budget == "smoke" else "")


def _processor() -> Iterator[Finding]:
    threads = os.cpu_count() or 1
    advice = "Training takes about twice the time that the notebooks say." if threads == 1 else ""
    try:
        import psutil
    except ImportError:
        yield Finding("CPU", f"{threads} threads", advice)
        return
    cores = psutil.cpu_count(logical=False) or threads
    yield Finding("CPU", f"{cores} cores, {threads} threads", advice)
    memory = psutil.virtual_memory()
    advice = "Training may run out of memory: close other programs and idle notebooks."
    yield Finding(
        "memory",
        f"{memory.available / GIGABYTE:.1f} of {memory.total / GIGABYTE:.1f} GB free",
        advice if memory.available < MEMORY else "",
    )


def _images() -> Iterator[Finding]:
    from fashionlab.data import fashion_mnist

    name, named = "Fashion-MNIST", os.environ.get(fashion_mnist.VARIABLE) or None
    usual = (fashion_mnist.DEBIAN, fashion_mnist.keras_folder(), fashion_mnist.cache_folder())
    for place in [named] if named is not None else [p for p in usual if p.is_dir()]:
        try:
            for split in fashion_mnist.PREFIXES:
                found = fashion_mnist.load_fashion_mnist(split, path=place, verbose=False)
        except DataError as error:
            yield Finding(name, f"not in {place}", str(error), broken=place is named)
            continue
        yield Finding(name, found.source)
        return
    if named is None:
        yield Finding(
            name,
            "not on this machine, the shipped sample is",
            "The first use downloads all of it (30 MB); without a network the sample serves.",
        )


def _disk() -> Iterator[Finding]:
    free = shutil.disk_usage(Path.cwd()).free
    advice = "Training runs and downloads may not fit: free half a gigabyte."
    yield Finding("disk", f"{free / GIGABYTE:.1f} GB free here", advice if free < DISK else "")


CHECKS = {
    "Python": _python,
    "packages": _packages,
    "GPU, budget": _tensorflow,
    "CPU": _processor,
    "Fashion-MNIST": _images,
    "disk": _disk,
}
