"""Training is the same to the bit in another process, and after being killed at any moment."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("run_to_resume.py")


def start(folder, *killer):
    return subprocess.Popen(
        [sys.executable, SCRIPT, folder, *killer],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process):
    output, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors
    return output.splitlines()[-1]


def kill_in(folder, *killer):
    process = start(folder, *killer)
    _, errors = process.communicate(timeout=300)
    assert process.returncode == -signal.SIGKILL, errors


def epochs_saved(folder):
    manifest = json.loads((folder / "manifest.json").read_text())
    return [entry["epoch"] for entry in manifest["checkpoints"]]


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory):
    """Digests of two processes that train the same, undisturbed."""
    processes = [start(tmp_path_factory.mktemp("unbroken")) for _ in range(2)]
    return [finish(process) for process in processes]


def test_two_processes_with_one_seed_end_with_the_same_bits(unbroken):
    first, second = unbroken
    assert len(first) == 64
    assert first == second


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
def test_a_run_killed_again_and_again_ends_with_the_bits_of_an_unbroken_one(unbroken, tmp_path):
    # In the middle of the third epoch.
    kill_in(tmp_path, "step", "8")
    assert epochs_saved(tmp_path) == [1, 2]

    # Resumed after epoch 2, with the checkpoint of epoch 3 written but without its name.
    kill_in(tmp_path, "replace", "1")
    assert epochs_saved(tmp_path) == [1, 2]
    assert not (tmp_path / "checkpoint-0003.npz").exists()

    # The same again, with the checkpoint in place but not yet in the manifest.
    kill_in(tmp_path, "replace", "2")
    assert epochs_saved(tmp_path) == [1, 2]
    assert (tmp_path / "checkpoint-0003.npz").exists()

    assert finish(start(tmp_path)) == unbroken[0]
    assert epochs_saved(tmp_path) == [3, 4]
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "checkpoint-0003.npz",
        "checkpoint-0004.npz",
        "manifest.json",
    ]
