from types import SimpleNamespace

import numpy as np
import pytest

from fashionlab import nets, plots
from fashionlab.backend import keras
from fashionlab.errors import DataError
from fashionlab.train import LiveDashboard
from fashionlab.widgets import epoch_scrubber
from fashionlab.widgets.epoch_scrubber import ScrubberState

EPOCHS = [0, 0.5, 1.125, 12]
FRAMES = [plots.png(np.full((1, 4, 4, 1), grey)) for grey in (-1, -0.5, 0, 0.5)]


@pytest.fixture
def folder(tmp_path):
    for epoch, frame in zip(EPOCHS, FRAMES, strict=True):
        (tmp_path / f"epoch-{epoch:08.3f}.png").write_bytes(frame)
    return tmp_path


@pytest.fixture
def scrubber(folder):
    view = epoch_scrubber(folder)
    yield view
    view.close()


# The state


def test_frames_are_in_the_order_of_their_epochs_and_the_last_is_shown(folder):
    state = ScrubberState(folder)
    assert state.epochs == EPOCHS
    assert (state.frame, state.epoch) == (3, 12)
    assert state.png() == FRAMES[3]


def test_other_files_in_the_folder_are_left_alone(folder):
    for name in ("epoch-best.png", ".epoch-0001.000.png-part", "notes.txt"):
        (folder / name).write_bytes(b"no frame")
    assert ScrubberState(folder).epochs == EPOCHS


def test_a_run_that_starts_over_in_the_same_folder_takes_no_frame_away(folder):
    state = ScrubberState(str(folder))
    for file in folder.iterdir():
        file.unlink()
    state.frame = 0
    assert state.png() == FRAMES[0]


@pytest.mark.parametrize("name", ["", "missing"])
def test_a_folder_without_frames_is_refused_with_its_name_and_what_to_do(tmp_path, name):
    with pytest.raises(DataError, match="no pictures of a training run") as caught:
        epoch_scrubber(tmp_path / name)
    assert f"LiveDashboard({str(tmp_path / name)!r})" in str(caught.value)


def test_it_shows_what_the_live_dashboard_saves(tmp_path):
    keras.utils.set_random_seed(0)
    dashboard = LiveDashboard(tmp_path / "run", number=4, frames_per_epoch=2)
    dashboard.set_params({"epochs": 1, "steps": 4})
    logs = dict.fromkeys(
        ("discriminator_loss", "generator_loss", "real_accuracy", "fake_accuracy"), 0.5
    )
    dashboard.set_model(
        SimpleNamespace(
            latent_dim=8,
            adversarial_loss=None,
            averaged_generator=nets.dcgan_generator(8, (4, 2)),
            trackers=logs,
        )
    )
    dashboard.on_train_begin()
    dashboard.on_epoch_begin(0)
    for batch in range(4):
        dashboard.on_train_batch_end(batch, logs)
    assert ScrubberState(tmp_path / "run").epochs == [0, 0.5, 1]


# The view, without a browser


def test_the_view_begins_with_the_last_frame(scrubber):
    assert scrubber.image.value == FRAMES[3]
    assert scrubber.label.value == "epoch 12.000"


@pytest.mark.parametrize(("frame", "label"), [(0, "epoch 0.000"), (2, "epoch 1.125")])
def test_the_slider_moves_state_picture_and_label(scrubber, frame, label):
    scrubber.slider.value = frame
    assert scrubber.state.frame == frame
    assert scrubber.image.value == FRAMES[frame]
    assert scrubber.label.value == label


def test_play_and_slider_are_linked_and_run_over_the_same_frames(scrubber):
    ends = {(widget, "value") for widget in (scrubber.play, scrubber.slider)}
    assert {scrubber.link.source, scrubber.link.target} == ends
    assert scrubber.play.value == scrubber.slider.value == 3
    assert (scrubber.play.min, scrubber.play.max) == (0, 3)
    assert (scrubber.slider.min, scrubber.slider.max) == (0, 3)


def test_one_frame_is_enough(tmp_path):
    (tmp_path / "epoch-0000.000.png").write_bytes(FRAMES[0])
    view = epoch_scrubber(tmp_path)
    assert view.image.value == FRAMES[0]
    view.close()


def test_a_thousand_events_make_no_widget_and_close_leaves_none(folder, live_widgets):
    before = live_widgets()
    view = epoch_scrubber(folder)
    shown = live_widgets()
    assert shown > before
    for i in range(1000):
        view.slider.value = i % 4
    assert live_widgets() == shown
    view.close()
    assert live_widgets() == before


def test_a_reader_without_a_kernel_gets_a_line(scrubber):
    line = "Epoch scrubber: a training run up to epoch 12.000 (run this cell to use it)"
    assert repr(scrubber) == line
