import io
import itertools
import warnings
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from fashionlab import losses, plots
from fashionlab.backend import keras, tf
from fashionlab.data import Batches
from fashionlab.errors import TrainingDiverged
from fashionlab.train import HealthMonitor, LiveDashboard, StopAfter, TrainingWarning, callbacks
from fashionlab.train.callbacks import CURVES, spread


class Clock:
    """A clock that only goes when it is told to."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(callbacks, "time", SimpleNamespace(perf_counter=clock))
    return clock


# LiveDashboard: frames and curves.


@pytest.fixture
def watch(tiny_gan):
    """Feeds a dashboard with logs as Keras does: means since the epoch began."""

    def run(dashboard, *epochs, first=0, after_step=lambda: None):
        gan = tiny_gan()
        gan.batch_size = 4
        dashboard.set_model(gan)
        steps = len(epochs[0])
        dashboard.set_params({"steps": steps, "epochs": first + len(epochs), "verbose": 0})
        dashboard.on_train_begin()
        for epoch, values in enumerate(epochs, start=first):
            dashboard.on_epoch_begin(epoch)
            for step in range(steps):
                after_step()
                mean = np.mean(values[: step + 1])
                logs = {name: mean + i for i, name in enumerate(CURVES)}
                dashboard.on_train_batch_end(step, logs)
        dashboard.on_train_end()
        return dashboard

    return run


def test_curves_are_means_of_the_steps_since_the_last_point(watch):
    dashboard = LiveDashboard()
    dashboard.STRIDE = 2
    curves = watch(dashboard, [1, 3, 5, 8], [10, 20, -30, 31]).curves
    np.testing.assert_allclose(curves["epoch"], [0.5, 1, 1.5, 2])
    np.testing.assert_allclose(curves["discriminator_loss"], [2, 6.5, 15, 0.5])
    # The other logs were 1, 2 and 3 higher in every step.
    np.testing.assert_allclose(curves["fake_accuracy"], [5, 9.5, 18, 3.5])


def test_an_epoch_shorter_than_the_stride_gives_one_point(watch):
    curves = watch(LiveDashboard(), [1, 3, 5], [2, 2, 2]).curves
    np.testing.assert_allclose(curves["epoch"], [1, 2])
    np.testing.assert_allclose(curves["generator_loss"], [1 + 3, 1 + 2])


def test_frames_carry_names_in_the_order_of_training(watch, tmp_path):
    dashboard = LiveDashboard(tmp_path / "frames", number=4, frames_per_epoch=4)
    watch(dashboard, np.zeros(8), np.zeros(8))
    names = sorted(file.name for file in (tmp_path / "frames").iterdir())
    assert names == [f"epoch-{i / 4:08.3f}.png" for i in range(9)]
    with Image.open(tmp_path / "frames" / names[0]) as frame:
        assert frame.size == (30, 30)  # 2 x 2 images of 4 x 4, a gap of 2, three times as large


def test_a_run_that_goes_on_adds_frames_and_no_second_beginning(watch, tmp_path):
    watch(LiveDashboard(tmp_path, number=1, frames_per_epoch=2), [1, 1], first=10)
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "epoch-0010.500.png",
        "epoch-0011.000.png",
    ]


def test_frames_show_the_same_latents_every_time(watch, tmp_path):
    # The stub never trains, so its pictures differ only if the latents do.
    watch(LiveDashboard(tmp_path, number=4), [1, 1], [1, 1])
    assert len({file.read_bytes() for file in tmp_path.iterdir()}) == 1


def test_watching_does_not_change_training(tiny_gan, images, tmp_path, assert_same):
    watched, alone = tiny_gan(), tiny_gan()
    monitor = HealthMonitor(images)
    monitor.COLLAPSE, monitor.SATURATION, monitor.WARM_UP = 0.0, 1.0, 0
    watchers = [LiveDashboard(tmp_path), monitor, StopAfter(1e9)]
    watched.fit(Batches(images, 4), epochs=2, callbacks=watchers, verbose=0)
    alone.fit(Batches(images, 4), epochs=2, verbose=0)
    assert_same(watched.state(), alone.state())


@pytest.mark.parametrize("name", losses.BY_NAME)
def test_guides_are_the_losses_of_a_discriminator_that_cannot_tell(name):
    loss, zeros = losses.get(name), tf.zeros((4, 1))
    expected = [float(loss.discriminator(zeros, zeros)), float(loss.generator(zeros, zeros))]
    if name in ("minimax", "non_saturating", "relativistic_pairing"):
        assert callbacks._guides(loss) == pytest.approx(expected)
    else:
        assert callbacks._guides(loss) is None


# LiveDashboard: on the screen.


@pytest.fixture
def notebook(monkeypatch):
    """Pretends to be a notebook; returns the pictures shown as (what happened, picture)."""
    shown = []

    class Handle:
        def update(self, picture):
            shown.append(("update", picture))

    def display(picture, display_id):
        assert display_id
        shown.append(("new", picture))
        return Handle()

    monkeypatch.setattr(callbacks, "in_notebook", lambda: True)
    monkeypatch.setattr("IPython.display.display", display)
    return shown


def test_a_notebook_shows_one_picture_and_updates_it_in_place(notebook, watch, clock):
    dashboard = LiveDashboard(number=4)
    dashboard.STRIDE = 1

    def tick():
        clock.now += 5  # more than REDRAW

    watch(dashboard, [1, 2], after_step=tick)
    assert [what for what, _ in notebook] == ["new", "update", "update"]
    sizes = {Image.open(io.BytesIO(picture.data)).size for _, picture in notebook}
    assert sizes == {(800, 352)}


def test_every_fit_begins_a_picture_of_its_own(notebook, watch):
    dashboard = LiveDashboard(number=4)
    for _ in range(2):
        watch(dashboard, [1, 2])
    assert [what for what, _ in notebook] == ["new", "new"]


def test_the_headline_tells_speed_and_time_left(notebook, watch, clock, monkeypatch):
    headlines = []

    def remember(images, curves, headline, guides):
        headlines.append(headline)
        return plots.Figure(figsize=(1, 1))

    def tick():
        clock.now += 8

    monkeypatch.setattr(plots, "dashboard", remember)
    dashboard = LiveDashboard(number=4)
    dashboard.STRIDE = 1
    watch(dashboard, np.zeros(10), np.zeros(10), after_step=tick)
    # After three of twenty steps: 4 images in 8 seconds, 17 steps of 8 seconds to go.
    assert headlines[2] == "epoch 0.3 of 2   ·   0 images/s   ·   2:16 left"
    assert headlines[-1].endswith("0:00 left")


def test_drawing_takes_a_small_share_of_the_time(notebook, watch, clock, monkeypatch):
    def slow_drawing(*_):
        clock.now += 3
        return plots.Figure(figsize=(1, 1))

    def tick():
        clock.now += 1

    monkeypatch.setattr(plots, "dashboard", slow_drawing)
    dashboard = LiveDashboard(number=4)
    dashboard.STRIDE = 1
    watch(dashboard, np.zeros(400), after_step=tick)
    # First after REDRAW = 4 seconds, then every 3 / SHARE = 150 seconds; and one at the end.
    assert len(notebook) == pytest.approx(400 / 150 + 2, abs=1)


def test_a_terminal_needs_no_display(watch, monkeypatch):
    def forbidden(*_, **__):
        raise AssertionError("a terminal was asked to display a picture")

    monkeypatch.setattr("IPython.display.display", forbidden)
    dashboard = LiveDashboard()
    dashboard.REDRAW = -1.0  # as soon as can be
    assert not dashboard.in_notebook
    watch(dashboard, [1, 2])


@pytest.mark.parametrize("in_notebook", [True, False])
def test_keras_progress_bar_yields_to_the_dashboard(
    tiny_gan, images, notebook, monkeypatch, capsys, in_notebook
):
    monkeypatch.setattr(callbacks, "in_notebook", lambda: in_notebook)
    tiny_gan().fit(Batches(images, 8), callbacks=[LiveDashboard(number=4)])
    assert ("generator_loss" in capsys.readouterr().out) == (not in_notebook)
    assert bool(notebook) == in_notebook


# HealthMonitor: updates left out.


def broken_from(step, images):
    """Batches of 4 without end, all NaN from a step on."""
    for number in itertools.count():
        yield images[:4] if number < step else np.full((4, 4, 4, 1), np.nan, np.float32)


def dataset(step, images):
    return tf.data.Dataset.from_generator(
        lambda: broken_from(step, images), output_signature=tf.TensorSpec((4, 4, 4, 1), tf.float32)
    )


def test_nan_images_stop_training_with_the_state_of_the_epochs_beginning(
    tiny_gan, images, assert_same
):
    gan, states = tiny_gan(), []
    remember = keras.callbacks.LambdaCallback(on_epoch_begin=lambda *_: states.append(gan.state()))
    with pytest.raises(
        TrainingDiverged, match=r"In epoch 2, 3 updates had a NaN .* end of epoch 1"
    ):
        gan.fit(
            dataset(3, images),
            epochs=5,
            steps_per_epoch=4,
            callbacks=[remember, quiet(HealthMonitor(images, patience=3))],
            verbose=0,
        )
    assert len(states) == 2
    assert_same(gan.state(), states[1])


def quiet(monitor):
    """A monitor that looks at every step, and at nothing but updates left out."""
    monitor.COLLAPSE, monitor.SATURATION, monitor.CHECK_EVERY = 0.0, 1.0, 1
    return monitor


def test_fewer_bad_updates_than_patience_are_forgiven(tiny_gan, images):
    gan = tiny_gan()
    gan.fit(
        dataset(2, images),
        epochs=1,
        steps_per_epoch=4,
        callbacks=[quiet(HealthMonitor(images, patience=3))],
        verbose=0,
    )
    assert int(gan.skipped.numpy()) == 2


# HealthMonitor: collapse and saturation.


@pytest.fixture
def end_an_epoch(images):
    """Ends an epoch with the given samples and logs, real images being `images`."""

    def run(samples, real=0.7, fake=0.8, step=HealthMonitor.WARM_UP):
        monitor = HealthMonitor(images)
        monitor.set_model(
            SimpleNamespace(
                state=dict,
                step=tf.Variable(step),
                skipped=tf.Variable(0),
                sample=lambda number, seed: samples,
            )
        )
        monitor.on_epoch_begin(4)
        monitor.on_epoch_end(
            4, {"real_accuracy": real, "fake_accuracy": fake, "generator_loss": 6.25}
        )

    return run


def test_healthy_numbers_give_no_warning(end_an_epoch, images):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        end_an_epoch(images)
        end_an_epoch(0.4 * images)
        end_an_epoch(images, real=1.0, fake=0.97)


def test_nothing_is_judged_before_training_is_under_way(end_an_epoch, images):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        end_an_epoch(0 * images, real=1.0, fake=1.0, step=HealthMonitor.WARM_UP - 1)


def test_a_constant_generator_is_told_to_have_collapsed(end_an_epoch, images):
    with pytest.warns(TrainingWarning, match="Epoch 5: .* only 0% as much .* collapse"):
        end_an_epoch(np.repeat(images[:1], 8, axis=0))


def test_samples_much_alike_are_told_with_the_number(end_an_epoch, images):
    with pytest.warns(TrainingWarning, match="only 20% as much"):
        end_an_epoch(0.5 + 0.2 * images)


def test_a_discriminator_nearly_always_right_is_told_with_the_numbers(end_an_epoch, images):
    with pytest.warns(TrainingWarning, match=r"right on 98\.5% .*generator loss 6\.2\)"):
        end_an_epoch(images, real=0.999, fake=0.985)


def test_spread_is_the_mean_distance_of_different_images():
    # Three points of a 3-4-5 triangle: distances 3, 4 and 5.
    points = np.array([[0, 0], [3, 0], [0, 4]], np.float32).reshape(3, 1, 2, 1)
    assert spread(points) == pytest.approx(4)
    assert spread(np.ones((5, 2, 2, 1), np.float32)) == 0


# StopAfter.


def test_stop_after_ends_training_when_the_time_is_up(tiny_gan, images, clock):
    def tick(*_, **__):
        clock.now += 10

    gan = tiny_gan()
    ticking = keras.callbacks.LambdaCallback(on_train_batch_begin=tick)
    history = gan.fit(Batches(images, 1), epochs=9, callbacks=[ticking, StopAfter(25)], verbose=0)
    # The first step, which compiles, is free; the second and third end 10 and 20 seconds later.
    assert int(gan.step.numpy()) == 4
    assert history.epoch == [0]


def test_stop_after_starts_anew_in_every_fit(tiny_gan, images, clock):
    stop = StopAfter(25)
    gan = tiny_gan()
    for _ in range(2):
        gan.fit(Batches(images, 4), epochs=1, callbacks=[stop], verbose=0)
        clock.now += 1000
    assert int(gan.step.numpy()) == 4
