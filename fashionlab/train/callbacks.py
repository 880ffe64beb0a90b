"""Callbacks that show a training run, watch over its health, and end it in time."""

import time
import warnings
from pathlib import Path

import numpy as np

from fashionlab import latent, plots
from fashionlab.backend import keras
from fashionlab.errors import TrainingDiverged
from fashionlab.files import write_atomically
from fashionlab.losses import Minimax, RelativisticPairing

CURVES = ("discriminator_loss", "generator_loss", "real_accuracy", "fake_accuracy")


class TrainingWarning(UserWarning):
    """Training goes on, but something looks wrong."""


def in_notebook() -> bool:
    """Whether a Jupyter kernel runs this code."""
    from IPython import get_ipython

    return hasattr(get_ipython(), "kernel")


class LiveDashboard(keras.callbacks.Callback):
    """Show samples and curves while a `GAN` trains.

    In a notebook one picture is updated in place: a grid of always the same latents, both losses
    with the values they have when the discriminator cannot tell, its accuracy on real and generated
    images, images per second and the time left. In a terminal Keras' progress bar serves instead.
    With a folder, the grid is saved as PNG several times an epoch, for `widgets.epoch_scrubber`.

    Args:
        folder: Where the grids go; made if it does not exist. None saves nothing.
        number: Images in the grid.
        seed: Seeds the grid's latents.
        frames_per_epoch: Grids saved an epoch.

    Attributes:
        curves: Lists under `epoch` and the four names of `CURVES`, a value every ten steps.
    """

    STRIDE = 10  # steps in one point of the curves
    REDRAW = 4.0  # seconds between pictures, at least
    SHARE = 0.02  # share of the time that drawing may take, at most

    def __init__(self, folder=None, *, number=36, seed=0, frames_per_epoch=8):
        super().__init__()
        self.folder = None if folder is None else Path(folder)
        self.number = number
        self.seed = seed
        self.frames_per_epoch = frames_per_epoch
        self.in_notebook = in_notebook()

    def on_train_begin(self, logs=None):
        self.display = None  # the picture belongs to the cell that trains
        self.z = latent.noise(self.number, self.model.latent_dim, self.seed)
        self.names = tuple(self.model.trackers)
        self.curves = {name: [] for name in ("epoch", *self.names)}
        self.begun = self.drawn = time.perf_counter()
        self.cost = 0.0
        self.steps = 0

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch
        self.last = (0, dict.fromkeys(self.names, 0.0))
        if self.steps == 0 and epoch == 0:
            self._save_frame(0.0)

    def on_train_batch_end(self, batch, logs=None):
        done, total = batch + 1, self.params["steps"]
        self.steps += 1
        self.size = total
        now = self.epoch + done / total
        if done % min(self.STRIDE, total) == 0:
            self._record(done, now, logs)
        if done * self.frames_per_epoch // total > (done - 1) * self.frames_per_epoch // total:
            self._save_frame(now)
        since = time.perf_counter() - self.drawn
        if self.in_notebook and since > max(self.REDRAW, self.cost / self.SHARE):
            self._draw(now)

    def on_train_end(self, logs=None):
        if self.in_notebook and self.curves["epoch"]:
            self._draw(self.curves["epoch"][-1])

    def _record(self, done, now, logs):
        """Keras logs the mean since the epoch began; keep the mean since the last point."""
        before, sums = self.last
        totals = {name: float(logs[name]) * done for name in self.names}
        for name in self.names:
            self.curves[name].append((totals[name] - sums[name]) / (done - before))
        self.curves["epoch"].append(now)
        self.last = (done, totals)

    def _save_frame(self, now):
        if self.folder is None:
            return
        write_atomically(self.folder / f"epoch-{now:08.3f}.png", plots.png(self._images()))

    def _draw(self, now):
        from IPython.display import Image, display

        if not self.curves["epoch"]:
            return
        start = time.perf_counter()
        figure = self._figure(self._images(), self._headline(now))
        picture = Image(data=figure._repr_png_(), format="png")
        if self.display is None:
            self.display = display(picture, display_id=True)
        else:
            self.display.update(picture)
        self.drawn = time.perf_counter()
        self.cost = self.drawn - start

    def _images(self):
        return latent.generate(self.model.averaged_generator, self.z)

    def _figure(self, images, headline):
        return plots.dashboard(images, self.curves, headline, _guides(self.model.adversarial_loss))

    def _headline(self, now):
        seconds = time.perf_counter() - self.begun
        steps_left = (self.params["epochs"] - now) * self.size
        left = seconds / self.steps * max(0.0, steps_left)
        rate = self.steps * self.model.batch_size / seconds
        return (
            f"epoch {now:.1f} of {self.params['epochs']}   ·   {rate:,.0f} images/s   ·   "
            f"{int(left) // 60}:{int(left) % 60:02d} left"
        )


def _guides(loss):
    """Losses of both players when every logit is 0, where logarithms make that a fixed point."""
    if isinstance(loss, RelativisticPairing):
        return plots.LOG_2, plots.LOG_2
    if type(loss) is Minimax:
        return 2 * plots.LOG_2, -plots.LOG_2
    return (2 * plots.LOG_2, plots.LOG_2) if isinstance(loss, Minimax) else None


class HealthMonitor(keras.callbacks.Callback):
    """Notice when training goes wrong, and say so with numbers.

    - Updates with a NaN or infinite loss or gradient are left out of training and counted. After
      `patience` of them the weights of the last epoch's beginning are put back and
      `TrainingDiverged` is raised.
    - After each epoch, once training is under way, it warns when the samples differ from one
      another far less than real images do (collapse), and when a discriminator is nearly always
      right (its gradient then tells the generator little).

    Args:
        real: A few hundred real images or more, the yardstick for collapse; the first 64 are used.
        patience: Updates left out before training is stopped.
        seed: Seeds the latents of the samples looked at.
    """

    CHECK_EVERY = 20  # steps
    NUMBER = 64  # images compared with one another
    COLLAPSE = 0.3  # of the real images' spread
    WARM_UP = 500  # steps before anything is judged: a new generator's samples are all alike
    SATURATION = 0.98  # accuracy on real and on generated images

    def __init__(self, real, *, patience=5, seed=0):
        super().__init__()
        self.real_spread = spread(real[: self.NUMBER])
        self.patience = patience
        self.seed = seed

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch
        self.good = self.model.state()
        self.skipped_before = int(self.model.skipped.numpy())

    def on_train_batch_end(self, batch, logs=None):
        if batch % self.CHECK_EVERY == 0:
            self._check()

    def on_epoch_end(self, epoch, logs=None):
        self._check()
        if int(self.model.step.numpy()) < self.WARM_UP or not hasattr(self.model, "sample"):
            return
        ratio = spread(self.model.sample(self.NUMBER, self.seed)) / self.real_spread
        if ratio < self.COLLAPSE:
            warnings.warn(
                f"Epoch {epoch + 1}: samples differ from one another only {ratio:.0%} as much as "
                f"real images do. This looks like mode collapse: try a stronger R1 penalty or a "
                f"lower learning rate.",
                TrainingWarning,
                stacklevel=2,
            )
        if "real_accuracy" not in logs:  # no discriminator takes part
            return
        right = min(logs["real_accuracy"], logs["fake_accuracy"])
        if right > self.SATURATION:
            warnings.warn(
                f"Epoch {epoch + 1}: the discriminator is right on {right:.1%} of the images "
                f"(generator loss {logs['generator_loss']:.1f}), so it tells the generator little: "
                f"try a stronger R1 penalty or a lower learning rate.",
                TrainingWarning,
                stacklevel=2,
            )

    def _check(self):
        skipped = int(self.model.skipped.numpy()) - self.skipped_before
        if skipped >= self.patience:
            self.model.load_state(self.good)
            raise TrainingDiverged(
                f"In epoch {self.epoch + 1}, {skipped} updates had a NaN or infinite loss or "
                f"gradient and were left out. The weights of the end of epoch {self.epoch} are "
                f"back in place. Try a lower learning rate, and look for NaN in the images."
            )


def spread(images: np.ndarray) -> float:
    """Mean Euclidean distance between two different images of a batch.

    Args:
        images: float32 `(number, height, width, channels)`, two or more.
    """
    flat = images.reshape(len(images), -1).astype(np.float64)
    squares = np.square(flat).sum(axis=1)
    distances = np.sqrt(np.maximum(squares[:, None] + squares - 2 * flat @ flat.T, 0))
    return float(distances.sum() / (len(flat) * (len(flat) - 1)))


class StopAfter(keras.callbacks.Callback):
    """End training when a time is up, in the middle of an epoch if need be.

    A `Checkpointer` keeps whole epochs only, so a later run goes on from the last one.

    Args:
        seconds: Wall-clock seconds, from the end of the first step on (which compiles the graph).
    """

    def __init__(self, seconds: float):
        super().__init__()
        self.seconds = seconds

    def on_train_begin(self, logs=None):
        self.end = None

    def on_train_batch_end(self, batch, logs=None):
        if self.end is None:
            self.end = time.perf_counter() + self.seconds
        elif time.perf_counter() > self.end:
            self.model.stop_training = True
