import gc
import io
import sys
import threading

import matplotlib.figure
import numpy as np
import psutil
import pytest
from PIL import Image

from fashionlab.backend import keras
from fashionlab.data import damage
from fashionlab.errors import ConfigurationError
from fashionlab.widgets import damage_explorer

explorers = sys.modules["fashionlab.widgets.damage_explorer"]  # the function hides its module
Examiner, DamageState = explorers.Examiner, explorers.DamageState
FIGURES = explorers.FIGURES


def coarse_pixels():
    """Images to the means of 7x7 pixels and logits that never change: cheap, and good enough."""
    images = keras.Input((28, 28, 1))
    features = keras.layers.Flatten()(keras.layers.AveragePooling2D(7)(images))
    logits = keras.layers.Dense(10, kernel_initializer="zeros")(features)
    return keras.Model(images, [features, logits], name="coarse_pixels")


@pytest.fixture(scope="module")
def examiner():
    """Of few images, so that it takes milliseconds."""
    with pytest.MonkeyPatch.context() as patch:
        for name, number in {"NUMBER": 60, "TRAINING": 100, "DRAWS": 4}.items():
            patch.setattr(explorers, name, number)
        yield Examiner(coarse_pixels())


@pytest.fixture
def state(examiner):
    state = DamageState(examiner)
    yield state
    state.stop()


@pytest.fixture
def explorer(examiner, monkeypatch):
    monkeypatch.setattr(explorers, "examiner", lambda: examiner)
    view = damage_explorer("noise", 0.3)
    yield view
    view.close()


def picture(examiner, name, strength):
    """What is to be seen in the end."""
    state = DamageState(examiner, name, strength)
    state.stop()
    return state.picture


# The examiner


def test_figures_of_damaged_images_are_those_of_looking_at_all_of_them(examiner):
    for name in damage.BY_NAME:
        images = examiner.images(name, 0.35)
        direct = examiner._measure(examiner._look(images))
        np.testing.assert_allclose(examiner.figures(name, 0.35), direct, rtol=1e-5, atol=1e-9)


def test_figures_of_undamaged_images_do_not_depend_on_the_damage(examiner):
    blurred, copied = (examiner.figures(name, 0) for name in ("blur", "copies"))
    np.testing.assert_array_equal(blurred, copied)


@pytest.mark.parametrize(
    ("name", "figure"),
    [
        ("blur", "patch_distance"),
        ("noise", "patch_distance"),
        ("collapse", "near_duplicates"),
        ("copies", "copied"),
    ],
)
def test_a_damage_is_noticed_by_the_figure_that_looks_for_it(examiner, name, figure):
    away = dict(zip(FIGURES, examiner.away(examiner.figures(name, 1)), strict=True))
    assert away[figure] > explorers.CHANCE


def test_copies_are_noticed_by_no_other_figure(examiner):
    away = dict(zip(FIGURES, examiner.away(examiner.figures("copies", 1)), strict=True))
    del away["copied"]
    assert max(away.values()) < 2 * explorers.CHANCE


def test_worse_is_above_zero_whichever_way_a_figure_goes(examiner):
    mean, deviation = examiner.chance
    away = dict(zip(FIGURES, examiner.away(mean + deviation), strict=True))
    assert away["fashion_fid"] == pytest.approx(1)
    assert away["recall"] == pytest.approx(-1)
    assert away["class_entropy"] == 0  # the logits never change, so there is no deviation


def test_chance_is_that_of_sets_that_share_no_image(examiner):
    # Two draws of 60 out of 180 images share a third of them, and so vary a third less.
    rng = np.random.default_rng(0)
    values = rng.normal(size=180)
    draws = [values[rng.permutation(180)[:60]].mean() for _ in range(4000)]
    fresh = values.std() / np.sqrt(60)
    assert np.std(draws) / np.sqrt(1 - 60 / 180) == pytest.approx(fresh, rel=0.03)


# The state


def test_the_picture_has_its_size_and_changes_with_damage_and_strength(state):
    assert Image.open(io.BytesIO(state.picture)).size == (768, 464)
    pictures = {state.picture}
    for name, strength in (("blur", 0.55), ("noise", 0.55), ("collapse", 1)):
        state.change(name, strength)
        state.wait()
        pictures.add(state.picture)
    assert len(pictures) == 4


def test_a_change_shows_its_images_before_its_figures(state, examiner, monkeypatch):
    go_on, pictures = threading.Event(), []

    def slow(name, strength):
        assert go_on.wait(10)
        return Examiner.figures(examiner, name, strength)

    monkeypatch.setattr(examiner, "figures", slow)
    state.on_picture = lambda: pictures.append(state.picture)
    state.change("noise", 0.8)
    assert len(pictures) == 1
    go_on.set()
    state.wait()
    assert len(pictures) == 2
    assert pictures[0] != pictures[1] == picture(examiner, "noise", 0.8)


def test_what_is_overtaken_is_not_measured_and_nothing_is_measured_twice(
    state, examiner, monkeypatch
):
    measured, go_on = [], threading.Event()

    def figures(name, strength):
        measured.append((name, strength))
        assert go_on.wait(10)
        return np.zeros(len(FIGURES))

    monkeypatch.setattr(examiner, "figures", figures)
    for strength in (0.1, 0.2, 0.3, 0.4, 0.5, 0.6):
        state.change("copies", strength)
    go_on.set()
    state.wait()
    assert measured[-1] == ("copies", 0.6)
    assert len(measured) <= 2  # the one under way when the others came, and the last
    state.change("copies", 0.6)
    state.wait()
    assert measured[-1:] == [("copies", 0.6)]
    assert measured.count(("copies", 0.6)) == 1


def test_an_error_of_the_measurement_is_not_lost(state, examiner, monkeypatch):
    monkeypatch.setattr(examiner, "figures", lambda *_: 1 / 0)
    state.change("noise", 0.2)
    with pytest.raises(ZeroDivisionError):
        state.wait()


def test_strengths_between_the_steps_go_to_the_nearest_one(state):
    state.change("blur", 0.15000000000000002)
    assert state.strength == 0.15
    state.change("blur", 0.33)
    assert state.strength == 0.35


def test_unknown_damages_and_strengths_off_the_slider_are_refused(examiner):
    with pytest.raises(ConfigurationError, match="drop_classes, copies, collapse"):
        DamageState(examiner, "blurr")
    with pytest.raises(ConfigurationError, match=r"strength=1\.5: use a number from 0 to 1"):
        DamageState(examiner, "blur", 1.5)


# The view, without a browser


def test_the_view_begins_with_the_picture_of_its_state(explorer, examiner):
    assert explorer.image.value == picture(examiner, "noise", 0.3)


def test_controls_move_the_state_and_the_picture(explorer, examiner):
    explorer.damage.value = "collapse"
    explorer.strength.value = 0.45
    explorer.state.wait()
    assert (explorer.state.name, explorer.state.strength) == ("collapse", 0.45)
    assert explorer.image.value == picture(examiner, "collapse", 0.45)


def test_every_control_has_a_label_and_the_slider_follows_the_hand(explorer):
    assert [control.description for control in explorer.controls] == ["damage", "strength"]
    assert explorer.strength.continuous_update


def test_its_text_says_what_would_be_there(explorer):
    assert repr(explorer).startswith("Damage explorer: real images, damaged")


def test_three_hundred_events_leave_no_trace(examiner, monkeypatch, live_widgets):
    def figures():
        gc.collect()
        return sum(isinstance(item, matplotlib.figure.Figure) for item in gc.get_objects())

    def drag(events):
        for i in range(events):
            view.damage.value = list(damage.BY_NAME)[i // 30 % 5]
            view.strength.value = i % 21 / 20
        view.state.wait()

    monkeypatch.setattr(explorers, "examiner", lambda: examiner)
    widgets, threads = live_widgets(), threading.active_count()
    view = damage_explorer()
    drag(50)  # caches fill
    process, counts = psutil.Process(), (live_widgets(), figures(), threading.active_count())
    growth = []
    for _ in range(3):
        memory = process.memory_info().rss
        drag(100)
        growth.append(process.memory_info().rss - memory)
    assert (live_widgets(), figures(), threading.active_count()) == counts
    # 30 kB an event, what a picture has. A leak shows every time, another test's leavings once.
    assert min(growth) < 3 << 20
    view.close()
    assert (live_widgets(), threading.active_count()) == (widgets, threads)
