import gc
import io
import math
import threading

import matplotlib.figure
import numpy as np
import psutil
import pytest
from PIL import Image

from fashionlab.errors import ConfigurationError
from fashionlab.widgets import divergence_explorer
from fashionlab.widgets.divergence_explorer import DATA, MEANS, DivergenceState


@pytest.fixture
def explorer():
    view = divergence_explorer()
    yield view
    view.close()


# The state


def test_numbers_of_two_equal_bells_are_those_of_a_tie():
    numbers = DivergenceState(mean=0.0).numbers()
    assert numbers["V(D*)"] == pytest.approx(-math.log(4), abs=1e-9)
    assert [numbers[name] for name in ("JS", "TV", "W1")] == pytest.approx([0, 0, 0], abs=1e-9)


def test_numbers_follow_the_mean():
    numbers = DivergenceState(mean=-3.0).numbers()
    assert numbers["W1"] == pytest.approx(3, abs=1e-3)
    assert numbers["V(D*)"] == pytest.approx(2 * numbers["JS"] - math.log(4), abs=1e-9)


@pytest.mark.parametrize("data", DATA)
def test_every_corner_of_the_controls_can_be_shown(data):
    for mean in (-5.0, 0.0, 5.0):
        for width in (0.4, 1.5):
            state = DivergenceState(data, mean, width)
            assert np.isfinite(list(state.numbers().values())).all()
            for size, average in state.pushes():
                assert np.isfinite(size).all()
                assert average > 0
    assert Image.open(io.BytesIO(state.png())).size == (768, 464)


def test_curves_pass_through_the_numbers():
    state = DivergenceState("mixture", mean=float(MEANS[7]), width=0.7)
    js, wasserstein = state.curves()
    assert js[7] == pytest.approx(state.numbers()["JS"], abs=1e-12)
    assert wasserstein[7] == pytest.approx(state.numbers()["W1"], abs=1e-12)


def test_the_mean_saturating_push_vanishes_where_the_other_grows():
    pushes = [[mean for _, mean in DivergenceState(mean=m).pushes()] for m in (3.0, 5.0)]
    (near, near_other), (far, far_other) = pushes
    assert far < near / 3
    assert far_other > near_other


def test_unknown_data_and_numbers_off_the_sliders_are_refused():
    with pytest.raises(ConfigurationError, match="two_gaussians"):
        divergence_explorer("gausian")
    with pytest.raises(ConfigurationError, match=r"mean=6: use a number from -5 to 5"):
        divergence_explorer(mean=6)
    with pytest.raises(ConfigurationError, match=r"width=0\.1"):
        divergence_explorer(width=0.1)


# The view, without a browser


def test_the_view_begins_with_the_picture_of_its_state(explorer):
    assert explorer.image.value == DivergenceState().png()


def test_controls_move_the_state_and_the_picture(explorer):
    explorer.data.value = "mixture"
    explorer.mean.value = -1.5
    explorer.width.value = 0.8
    assert explorer.state == DivergenceState("mixture", -1.5, 0.8)
    assert explorer.image.value == DivergenceState("mixture", -1.5, 0.8).png()


def test_every_change_draws_once(explorer, monkeypatch):
    drawn = []
    monkeypatch.setattr(explorer.state, "png", lambda: drawn.append(1) or b"")
    explorer.mean.value = 1.0
    explorer.data.value = "two_gaussians"
    assert len(drawn) == 2


def test_every_control_has_a_label_and_sliders_follow_the_hand(explorer):
    labels = [control.description for control in explorer.controls]
    assert labels == ["real data", "mean of q", "width of q"]
    assert explorer.mean.continuous_update
    assert explorer.width.continuous_update


def test_its_text_says_what_would_be_there(explorer):
    assert repr(explorer).startswith("Divergence explorer: a generated bell")


def test_a_thousand_events_leave_no_trace(live_widgets):
    def figures():
        gc.collect()
        return sum(isinstance(item, matplotlib.figure.Figure) for item in gc.get_objects())

    before = live_widgets()
    view = divergence_explorer()
    for i in range(50):  # caches fill
        view.mean.value = -5 + i / 10
    process, counts = psutil.Process(), (live_widgets(), figures(), threading.active_count())
    memory = process.memory_info().rss
    for i in range(1000):
        view.mean.value = -5 + (i % 99) / 10
    assert (live_widgets(), figures(), threading.active_count()) == counts
    assert process.memory_info().rss - memory < 20 << 20
    view.close()
    assert live_widgets() == before
