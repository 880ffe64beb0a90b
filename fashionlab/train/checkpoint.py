"""Checkpoints from which training goes on to the same bits."""

import contextlib
import dataclasses
import hashlib
import json
from pathlib import Path

import numpy as np

from fashionlab import weights
from fashionlab.backend import keras
from fashionlab.data import Batches
from fashionlab.errors import WeightsError
from fashionlab.files import write_atomically


class Checkpointer(keras.callbacks.Callback):
    """Save the whole state of training after every epoch; `fit` goes on from the last one.

    Two checkpoints are kept. A new one is written in full before the manifest names it and an old
    one goes, so that a run killed at any moment finds a whole checkpoint. A run resumed from it
    ends with the same weights, to the bit, as one that was never stopped (same CPU, same number of
    threads, data given as `Batches`).

    Args:
        folder: Where the checkpoints of this one run lie; made if it does not exist.
    """

    KEPT = 2

    def __init__(self, folder):
        super().__init__()
        self.folder = Path(folder)
        self.manifest = self.folder / "manifest.json"
        self.saved = []
        self.run = {}

    def resume(self, model, data) -> int:
        """Load the newest checkpoint of the folder into a model; called by its `fit`.

        Args:
            model: The compiled `GAN`, `VAE` or `VAEGAN` that is about to train.
            data: What it trains on.

        Returns:
            The number of epochs done, 0 in a new folder.

        Raises:
            WeightsError: The folder belongs to a run with other networks, settings or images, or
                all of its checkpoints are damaged.
        """
        self.run = _describe(model, data)
        if not self.manifest.exists():
            self.saved = []
            self._save(model, epoch=0)
            return 0
        try:
            manifest = json.loads(self.manifest.read_text(encoding="utf-8"))
            self.saved, run = manifest["checkpoints"], manifest["run"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise WeightsError(
                f"{self.manifest} cannot be read ({error!r}). Name another folder for this run."
            ) from error
        if run != self.run:
            # Silently going on with the old settings would hide that the new ones do nothing.
            other = [k for k in sorted(run | self.run) if run.get(k) != self.run.get(k)]
            differences = "; ".join(f"{k}: {run.get(k)}, now {self.run.get(k)}" for k in other)
            raise WeightsError(
                f"{self.folder} holds another run: {differences}. "
                f"Name another folder for this run, or delete that one."
            )
        self._clear_leftovers()
        failures = []
        for entry in reversed(self.saved):
            file = self.folder / entry["file"]
            try:
                model.load_state(weights.unpack(file, entry["sha256"]))
            except WeightsError as error:
                failures.append(str(error))
                continue
            for failure in failures:
                print(f"Passing over a damaged checkpoint: {failure}")
            print(f"Going on after epoch {entry['epoch']}, from {file}.")
            return entry["epoch"]
        raise WeightsError(
            f"No checkpoint in {self.folder} can be used: {' '.join(failures)} "
            f"Name another folder for this run."
        )

    def on_epoch_begin(self, epoch, logs=None):
        self.step = int(self.model.step.numpy())

    def on_epoch_end(self, epoch, logs=None):
        steps = int(self.model.step.numpy()) - self.step
        if steps == (self.params["steps"] or steps):  # an epoch broken off is done again instead
            self._save(self.model, epoch + 1)

    def _save(self, model, epoch):
        file = self.folder / f"checkpoint-{epoch:04d}.npz"
        content = weights.pack(model.state())
        write_atomically(file, content)
        entry = {
            "epoch": epoch,
            "file": file.name,
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        earlier = [e for e in self.saved if e["epoch"] < epoch]
        kept, dropped = earlier[1 - self.KEPT :], earlier[: 1 - self.KEPT]
        self.saved = [*kept, entry]
        manifest = {"checkpoints": self.saved, "run": self.run}
        write_atomically(self.manifest, json.dumps(manifest, indent=2).encode())
        for old in dropped:
            with contextlib.suppress(FileNotFoundError):
                (self.folder / old["file"]).unlink()

    def _clear_leftovers(self):
        """Remove what a run killed while it was writing has left behind."""
        named = {entry["file"] for entry in self.saved}
        for pattern in ("checkpoint-*.npz", ".checkpoint-*.npz-*", ".manifest.json-*"):
            for file in self.folder.glob(pattern):
                if file.name not in named:
                    file.unlink(missing_ok=True)


def _describe(model, data) -> dict:
    """What a run depends on beside its networks, as far as it can be known: plain JSON."""
    run = {name: _plain(part) for name, part in model.settings().items()}
    if isinstance(data, Batches):
        run |= {name: _plain(part) for name, part in data.settings().items()}
    return run


def _plain(part):
    """An array, number, loss, penalty or optimizer as what is the same in every process."""
    if part is None or isinstance(part, (int, float)):
        return part
    if isinstance(part, np.ndarray):
        return hashlib.sha256(np.ascontiguousarray(part)).hexdigest()[:16]
    if isinstance(part, tuple):
        return [_plain(each) for each in part]
    if isinstance(part, keras.optimizers.Optimizer):
        return _settings(part)
    return repr(part) if dataclasses.is_dataclass(part) else type(part).__name__


def _settings(optimizer) -> str:
    config = {k: v for k, v in optimizer.get_config().items() if k != "name"}
    return json.dumps(config, sort_keys=True, default=float)
