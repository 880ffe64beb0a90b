import gc
import io
import threading

import matplotlib.figure
import numpy as np
import psutil
import pytest
from PIL import Image

from fashionlab import losses, theory
from fashionlab.errors import ConfigurationError
from fashionlab.widgets import dirac_explorer
from fashionlab.widgets.dirac_explorer import START, DiracState


class Doubled(losses.Minimax):
    """A learner's own loss."""

    def generator(self, real, fake):
        return 2 * super().generator(real, fake)


@pytest.fixture
def explorer():
    view = dirac_explorer()
    yield view
    view.close()


# The state


def test_the_path_is_that_of_the_theory():
    state = DiracState("wasserstein", penalty=0.3, learning_rate=0.2, alternating=False)
    wanted = theory.DiracGAN("wasserstein").path(START, 0.2, 0.3, 200, False)
    np.testing.assert_array_equal(state.path(), wanted)


def test_ones_own_loss_is_played_first_and_by_its_name():
    state = DiracState(Doubled())
    assert state.name == "Doubled"
    assert list(state.losses) == ["Doubled", "minimax", "non_saturating", "wasserstein"]
    doubled, _ = state.game().field(1.0, 0.5)
    state.name = "minimax"
    once, _ = state.game().field(1.0, 0.5)
    assert doubled == pytest.approx(2 * once, abs=1e-6)


def test_each_game_is_made_once():
    state = DiracState()
    game = state.game()
    state.name = "wasserstein"
    assert state.game() is not game
    state.name = "minimax"
    assert state.game() is game


def test_a_path_off_the_picture_can_be_shown():
    state = DiracState("wasserstein", learning_rate=0.5, alternating=False)
    assert len(state.path()) < 20
    assert Image.open(io.BytesIO(state.png())).size == (736, 336)


def test_an_unknown_loss_and_numbers_off_the_sliders_are_refused():
    with pytest.raises(ConfigurationError, match="unknown"):
        dirac_explorer("least")
    with pytest.raises(ConfigurationError, match="instance is wanted"):
        dirac_explorer(Doubled)
    with pytest.raises(ConfigurationError, match=r"penalty=-1: use a number from 0 to 2"):
        dirac_explorer(penalty=-1)
    with pytest.raises(ConfigurationError, match="learning_rate=1"):
        dirac_explorer(learning_rate=1)


# The view, without a browser


def test_the_view_begins_with_the_picture_of_its_state(explorer):
    assert explorer.image.value == DiracState().png()


def test_controls_move_the_state_and_the_picture(explorer):
    explorer.loss.value = "wasserstein"
    explorer.updates.value = "at once"
    explorer.penalty.value = 0.5
    explorer.learning_rate.value = 0.2
    wanted = DiracState("wasserstein", 0.5, 0.2, False)
    assert explorer.image.value == wanted.png()
    np.testing.assert_array_equal(explorer.state.path(), wanted.path())


def test_every_change_draws_once(explorer, monkeypatch):
    drawn = []
    monkeypatch.setattr(explorer.state, "png", lambda: drawn.append(1) or b"")
    explorer.penalty.value = 1.0
    explorer.loss.value = "non_saturating"
    assert len(drawn) == 2


def test_every_control_has_a_label_and_sliders_follow_the_hand(explorer):
    labels = [control.description for control in explorer.controls]
    assert labels == ["loss", "players move", "R1 weight", "learning rate"]
    assert explorer.penalty.continuous_update
    assert explorer.learning_rate.continuous_update


def test_its_text_says_what_would_be_there(explorer):
    assert repr(explorer).startswith("Dirac explorer: a GAN of two numbers")


def test_a_thousand_events_leave_no_trace(live_widgets):
    def figures():
        gc.collect()
        return sum(isinstance(item, matplotlib.figure.Figure) for item in gc.get_objects())

    before = live_widgets()
    view = dirac_explorer()
    for i in range(50):  # caches fill
        view.penalty.value = i / 25
    process, counts = psutil.Process(), (live_widgets(), figures(), threading.active_count())
    memory = process.memory_info().rss
    for i in range(1000):
        view.penalty.value = (i % 40) / 20
    assert (live_widgets(), figures(), threading.active_count()) == counts
    assert process.memory_info().rss - memory < 20 << 20
    view.close()
    assert live_widgets() == before
