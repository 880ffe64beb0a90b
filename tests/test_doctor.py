"""The doctor, on machines with something wrong."""

import gzip
import os
import shutil
import sys
from collections import namedtuple
from importlib import metadata
from types import SimpleNamespace

import psutil
import pytest

from fashionlab import budgets, cli, doctor
from fashionlab.backend import tf
from fashionlab.data import fashion_mnist


@pytest.fixture(autouse=True)
def machine(tmp_path, monkeypatch):
    """A machine with nothing wrong and no data set in the usual places."""
    monkeypatch.setenv(budgets.VARIABLE, "laptop")
    monkeypatch.setenv(fashion_mnist.VARIABLE, "sample")
    monkeypatch.setattr(fashion_mnist, "DEBIAN", tmp_path / "debian")
    monkeypatch.setattr(fashion_mnist, "keras_folder", lambda: tmp_path / "keras")
    monkeypatch.setattr(fashion_mnist, "cache_folder", lambda: tmp_path / "cache")
    monkeypatch.setattr(fashion_mnist, "_download", lambda *_: pytest.fail("downloads"))
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr("os.cpu_count", lambda: 4)
    set_disk(monkeypatch, free=9e9)
    set_memory(monkeypatch, available=9e9)


def set_disk(monkeypatch, free):
    usage = namedtuple("usage", "free")(free)
    monkeypatch.setattr(shutil, "disk_usage", lambda place: usage)


def set_memory(monkeypatch, available):
    memory = namedtuple("memory", "available total")(available, 16e9)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: memory)


def found():
    return {finding.name: finding for finding in doctor.examine()}


# When all is fine


def test_a_sound_machine_gets_no_advice_and_exit_status_0(capsys):
    findings = doctor.examine()
    assert [finding.advice for finding in findings] == [""] * len(findings)
    assert cli.main(["doctor"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "Ready. Next: fashionlab lab"
    assert all(line.startswith("ok ") for line in lines[1:-2])


def test_versions_are_those_that_are_installed():
    findings = found()
    for name in ("tensorflow", "keras", "ipywidgets", "jupyterlab", "numpy", "matplotlib"):
        assert findings[name].value == metadata.version(name)


def test_memory_disk_processor_and_budget_are_told():
    findings = found()
    assert findings["memory"].value == "9.0 of 16.0 GB free"
    assert findings["disk"].value == "9.0 GB free here"
    assert findings["CPU"].value.endswith(" cores, 4 threads")
    assert findings["budget"].value == "laptop, from FASHIONLAB_BUDGET"


# Packages


def missing(monkeypatch, package):
    version = metadata.version

    def without(name):
        if name == package:
            raise metadata.PackageNotFoundError(name)
        return version(name)

    monkeypatch.setattr(metadata, "version", without)


def test_a_missing_package_is_to_be_fixed_with_the_pip_command(monkeypatch, capsys):
    missing(monkeypatch, "matplotlib")
    finding = found()["matplotlib"]
    assert (finding.value, finding.broken) == ("missing", True)
    assert finding.advice.startswith('pip install "matplotlib>=')
    assert cli.main(["doctor"]) == 1
    assert "FIX   matplotlib" in capsys.readouterr().out


def test_missing_jupyterlab_is_a_note_because_colab_needs_none(monkeypatch):
    missing(monkeypatch, "jupyterlab")
    finding = found()["jupyterlab"]
    assert not finding.broken
    assert 'pip install "fashionlab[lab]"' in finding.advice
    assert cli.main(["doctor"]) == 0


def test_a_package_older_than_the_kit_wants_is_to_be_fixed(monkeypatch):
    version = metadata.version
    monkeypatch.setattr(metadata, "version", lambda n: "3.9.9" if n == "keras" else version(n))
    finding = found()["keras"]
    assert (finding.value, finding.broken) == ("3.9.9, too old", True)


@pytest.mark.parametrize("version", ["3.10.9", "3.14.0"])
def test_a_python_outside_the_range_is_to_be_fixed(monkeypatch, version):
    monkeypatch.setattr("platform.python_version", lambda: version)
    finding = found()["Python"]
    assert finding.broken
    assert ">=3.11" in finding.advice


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("packaging.requirements", "packages"),
        ("fashionlab.backend", "GPU, budget"),
        ("fashionlab.data", "Fashion-MNIST"),
    ],
)
def test_what_does_not_load_is_a_finding_and_the_other_checks_go_on(monkeypatch, module, name):
    monkeypatch.setitem(sys.modules, module, None)
    findings = found()
    assert findings[name].broken
    assert f"ModuleNotFoundError: import of {module}" in findings[name].value
    assert findings["disk"].value == "9.0 GB free here"


def test_without_psutil_the_threads_are_still_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "psutil", None)
    assert found()["CPU"] == doctor.Finding("CPU", "4 threads")


# Settings and hardware


def test_an_unknown_budget_is_to_be_fixed(monkeypatch):
    monkeypatch.setenv(budgets.VARIABLE, "huge")
    finding = found()["GPU, budget"]
    assert finding.broken
    assert "FASHIONLAB_BUDGET='huge'" in finding.advice


def test_the_smoke_budget_is_noted(monkeypatch):
    monkeypatch.setenv(budgets.VARIABLE, "smoke")
    finding = found()["budget"]
    assert "unset FASHIONLAB_BUDGET" in finding.advice
    assert not finding.broken


def test_an_empty_budget_is_none(monkeypatch):
    monkeypatch.setenv(budgets.VARIABLE, "")
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: [])
    assert found()["budget"] == doctor.Finding("budget", "laptop, chosen for this machine")


def test_a_gpu_is_told_by_its_name(monkeypatch):
    gpu = namedtuple("device", "name")("/physical_device:GPU:0")
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: [gpu])
    details = {"device_name": "Tesla T4"}
    monkeypatch.setattr(tf.config.experimental, "get_device_details", lambda device: details)
    assert found()["GPU"] == doctor.Finding("GPU", "Tesla T4")


def test_a_gpu_that_tensorflow_cannot_use_is_noted(monkeypatch):
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: [])
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    finding = found()["GPU"]
    assert 'pip install "tensorflow[and-cuda]"' in finding.advice
    assert not finding.broken


def test_on_windows_the_way_to_a_gpu_is_wsl2(monkeypatch):
    windows = SimpleNamespace(name="nt", environ=os.environ, cpu_count=os.cpu_count)
    monkeypatch.setattr(doctor, "os", windows)
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: [])
    monkeypatch.setattr(shutil, "which", lambda name: f"{name}.exe")
    advice = found()["GPU"].advice
    assert "WSL2" in advice
    assert "pip" not in advice


def test_little_memory_little_disk_and_one_core_are_noted(monkeypatch):
    set_memory(monkeypatch, available=1.9e9)
    set_disk(monkeypatch, free=0.4e9)
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    findings = found()
    for name in ("memory", "disk", "CPU"):
        assert findings[name].advice
        assert not findings[name].broken


# Data


def test_a_named_folder_without_the_data_set_is_to_be_fixed(monkeypatch, tmp_path):
    monkeypatch.setenv(fashion_mnist.VARIABLE, str(tmp_path))
    finding = found()["Fashion-MNIST"]
    assert finding.broken
    assert "holds no Fashion-MNIST train set" in finding.advice


@pytest.mark.parametrize("empty", [True, False])
def test_without_a_data_set_on_disk_the_sample_is_noted(monkeypatch, empty):
    monkeypatch.setenv(fashion_mnist.VARIABLE, "")
    if not empty:
        monkeypatch.delenv(fashion_mnist.VARIABLE)
    finding = found()["Fashion-MNIST"]
    assert "the shipped sample" in finding.value
    assert not finding.broken


def test_a_damaged_copy_is_noted_and_the_next_place_tried(monkeypatch, tmp_path):
    monkeypatch.delenv(fashion_mnist.VARIABLE)
    damaged = tmp_path / "keras"
    damaged.mkdir()
    for name in fashion_mnist.SHA256:
        (damaged / f"{name}.gz").write_bytes(gzip.compress(b"no images"))
    first, second = [f for f in doctor.examine() if f.name == "Fashion-MNIST"]
    assert first.value == f"not in {damaged}"
    assert "Delete it." in first.advice
    assert "the shipped sample" in second.value
    assert [first.broken, second.broken] == [False, False]
