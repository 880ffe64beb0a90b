import base64
import gc
import io
import threading
import time

import ipywidgets
import matplotlib.figure
import numpy as np
import psutil
import pytest
from PIL import Image

from fashionlab import losses
from fashionlab.backend import keras
from fashionlab.data import toys
from fashionlab.errors import ConfigurationError
from fashionlab.train import lab as training
from fashionlab.train import lab_settings
from fashionlab.widgets import lab_picture
from fashionlab.widgets import lab_state as module
from fashionlab.widgets.gan_lab import COLUMNS, CONTROLS, RATES, GanLab, gan_lab
from fashionlab.widgets.lab_picture import LAYERS, LabPicture
from fashionlab.widgets.lab_state import SLOW_MOTION, LabState

# Its name leads to the function of the same name.
layers = keras.layers
SMALL = {"hidden_layers": 1, "units": 8, "batch_size": 16}
PATIENCE = 30  # seconds; much more than anything takes that a test waits for


class OwnLoss(losses.NonSaturating):
    """A loss that the menu does not know."""


def wait_until(met):
    end = time.monotonic() + PATIENCE
    while not met():
        if time.monotonic() > end:
            pytest.fail(f"waited {PATIENCE} s in vain")
        time.sleep(0.002)


def threads():
    return [thread for thread in threading.enumerate() if thread.name == "gan-lab"]


def figures():
    gc.collect()
    return sum(isinstance(thing, matplotlib.figure.Figure) for thing in gc.get_objects())


def values(control):
    return [option[1] if isinstance(option, tuple) else option for option in control.options]


@pytest.fixture(scope="module")
def lab():
    return training.Lab(training.LabSettings(**SMALL))


@pytest.fixture(scope="module")
def start(lab):
    return lab.settings


@pytest.fixture
def view(lab, start):
    """A view of one lab, which compiles anew only after a test that changed its settings."""
    lab.change(**vars(start))
    lab.reset()
    view = GanLab(LabState(lab))
    yield view
    view.close()
    assert threads() == []


@pytest.fixture
def another_state():
    state = LabState(training.Lab(training.LabSettings(**SMALL)))
    yield state
    state.pause()


# Steps, runs, resets


def test_the_view_begins_with_the_picture_of_its_state(view):
    assert view.image.value == view.state.picture
    with Image.open(io.BytesIO(view.image.value)) as picture:
        assert (picture.format, picture.size) == ("PNG", (880, 440))
    assert view.status.value.endswith(" · Ready.")


@pytest.mark.parametrize(
    ("button", "updates", "turns", "caption"),
    [
        ("Step D", 1, 0, "One update of the discriminator."),
        ("Step G", 0, 1, "One update of the generator."),
        ("Step both", 1, 1, "One update of the discriminator and one of the generator."),
    ],
)
def test_a_step_is_one_update_of_whom_the_button_names(view, button, updates, turns, caption):
    lab, picture = view.state.lab, view.image.value
    step, turn, entries = int(lab.gan.step), lab.turn, len(lab.history["turn"])
    view.steps[button].click()
    assert (int(lab.gan.step), lab.turn) == (step + updates, turn + turns)
    assert len(lab.history["turn"]) == entries + 1
    assert view.status.value == f"turn {lab.turn:,} · {caption}"
    assert view.image.value == view.state.picture != picture


def test_run_trains_at_once_and_hands_the_view_on(view):
    lab, picture = view.state.lab, view.image.value
    turn = lab.turn
    assert view.run(1100) is view
    assert lab.turn == turn + 1100
    # A record every 40 turns, and one for the last 20.
    assert np.diff(lab.history["turn"][-3:]).tolist() == [40, 20]
    assert view.image.value != picture
    assert view.status.value.startswith(f"turn {lab.turn:,} · ")
    assert "," in view.status.value


def test_reset_starts_over_from_the_seed_in_the_field(view):
    view.run(20)
    view.seed.value = 7
    assert view.state.lab.turn >= 20  # the field by itself does nothing
    view.reset.click()
    assert view.state.lab.turn == 0
    assert view.state.lab.settings.seed == 7
    assert view.state.lab.history["turn"] == []
    assert view.status.value == "turn 0 · Started over with seed 7."
    picture = view.image.value
    view.run(20)
    assert view.image.value != picture
    view.reset.click()
    assert view.image.value == picture


def test_an_own_settings_start_shows_in_the_controls():
    view = gan_lab(**SMALL, toy="grid", generator_lr=7e-4, seed=5)
    assert view.settings["toy"].value.name == "grid"
    assert view.settings["generator_lr"].value == 7e-4
    assert list(values(view.settings["generator_lr"])) == sorted({*RATES, 7e-4})
    assert view.settings["units"].value == 8
    assert view.seed.value == 5
    view.close()


# Controls


@pytest.fixture(scope="module")
def handled(lab):
    view = GanLab(LabState(lab))
    yield view
    view.close()


@pytest.mark.parametrize("name", CONTROLS)
def test_every_control_changes_the_setting_that_it_names(handled, name):
    control, lab = handled.settings[name], handled.state.lab
    assert control.value == getattr(lab.settings, name)
    assert control.description
    assert not control.disabled
    before = vars(lab.settings).copy()
    other = next(value for value in values(control) if value != control.value)
    control.value = other
    assert getattr(lab.settings, name) == other
    assert {n for n in before if getattr(lab.settings, n) != before[n]} == {name}
    over = name in ("hidden_layers", "units", "latent_dim")
    said = "New networks: started over." if over else "Changed."
    assert handled.status.value == f"turn {lab.turn:,} · {said}"
    lab.train(2)


def test_every_setting_but_the_seed_has_its_control_in_a_column():
    placed = [name for column in COLUMNS for name in column]
    assert sorted(placed) == sorted(CONTROLS)
    assert {*placed, "seed"} == set(training.LabSettings.__dataclass_fields__)


def test_menus_offer_all_that_there_is(handled):
    names = {toy.name for toy in values(handled.settings["toy"])}
    assert names == {"ring", "grid", "two_moons", "spiral", "line", "disc"}
    assert set(map(type, values(handled.settings["loss"]))) == set(losses.BY_NAME.values())
    assert values(handled.settings["penalty"]) == list(lab_settings.PENALTIES)
    assert values(handled.settings["optimizer"]) == list(lab_settings.OPTIMIZERS)
    assert values(handled.settings["noise"]) == list(lab_settings.NOISES)


def test_the_speed_slider_sets_the_turns_from_picture_to_picture(view, monkeypatch):
    asked = []
    monkeypatch.setattr(view.state.lab, "train", asked.append)
    assert view.state.speed == view.speed.value == 40
    view.speed.value = 160
    view.play.click()
    wait_until(lambda: asked)
    view.play.click()
    assert set(asked) == {160}


@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_is_shown_while_its_box_is_ticked(view, name):
    everything = view.image.value
    view.layers[name].value = False
    assert view.state.shown == set(LAYERS) - {name}
    assert view.image.value != everything
    view.layers[name].value = True
    assert view.state.shown == set(LAYERS)
    assert view.image.value == everything


def test_another_toy_gets_a_chart_of_modes_if_it_has_some(view):
    charts = []
    for name in ("disc", "grid"):
        by_name = {toy.name: toy for toy in values(view.settings["toy"])}
        view.settings["toy"].value = by_name[name]
        charts.append(len(view.state._canvas.figure.axes) - 1)
        assert view.image.value == view.state.picture
    assert charts == [3, 4]


# One's own losses and networks


def test_an_own_loss_is_in_the_menu_and_can_be_left_and_taken_again():
    own = OwnLoss()
    view = gan_lab(**SMALL, loss=own)
    menu = view.settings["loss"]
    assert menu.options[-1] == ("yours: OwnLoss", own)
    assert menu.value is own
    assert len(menu.options) == len(losses.BY_NAME) + 1
    menu.value = losses.Hinge()
    assert view.state.lab.settings.loss == losses.Hinge()
    menu.value = own
    assert view.state.lab.settings.loss is own
    view.run(3)
    view.close()


def test_an_own_distribution_is_in_the_menu():
    face = toys.drawn([[-0.5, 0.5], [0.5, 0.5], [0, -0.5]])
    view = gan_lab(**SMALL, toy=face)
    assert view.settings["toy"].value is face
    assert len(view.settings["toy"].options) == 7
    view.close()


def network(inputs, outputs):
    return keras.Sequential([keras.Input((inputs,)), layers.Dense(outputs)])


@pytest.mark.parametrize(
    ("own", "disabled"),
    [
        ({"generator": network(3, 2)}, {"latent_dim"}),
        ({"discriminator": network(2, 1)}, set()),
        (
            {"generator": network(1, 2), "discriminator": network(2, 1)},
            {"latent_dim", "hidden_layers", "units"},
        ),
    ],
    ids=["generator", "discriminator", "both"],
)
def test_controls_that_own_networks_leave_no_choice_about_are_disabled(own, disabled):
    view = gan_lab(**SMALL, **own)
    assert {name for name, control in view.settings.items() if control.disabled} == disabled
    assert view.settings["latent_dim"].value == view.state.lab.gan.latent_dim
    view.close()


def test_wrong_settings_and_networks_are_refused():
    with pytest.raises(ConfigurationError, match="units=0"):
        gan_lab(units=0)
    with pytest.raises(ConfigurationError, match="Your generator maps"):
        gan_lab(generator=network(2, 3))


# Play and pause


def test_play_trains_and_draws_until_pause(view):
    lab, picture = view.state.lab, view.image.value
    turn = lab.turn
    view.play.click()
    assert view.state.playing
    assert (view.play.description, view.play.icon) == ("Pause", "pause")
    assert len(threads()) == 1
    wait_until(lambda: lab.turn >= turn + 120)
    assert view.status.value.endswith(" · Playing.")
    assert view.image.value != picture
    view.play.click()
    assert not view.state.playing
    assert threads() == []
    assert (view.play.description, view.play.icon) == ("Play", "play")
    assert view.status.value == f"turn {lab.turn:,} · Paused."
    assert lab.history["turn"][-1] == lab.turn


def test_playing_twice_is_one_thread_and_pausing_twice_is_nothing(view):
    view.state.play()
    view.state.play()
    assert len(threads()) == 1
    view.state.pause()
    view.state.pause()
    assert threads() == []


def test_playing_is_the_same_as_running(view, another_state):
    """Not a bit differs for being trained in a thread."""
    view.state.reset(0)
    view.state.play()
    wait_until(lambda: view.state.lab.turn >= 80)
    view.state.pause()
    another_state.run(view.state.lab.turn)
    pairs = zip(
        view.state.lab.gan.generator.get_weights(),
        another_state.lab.gan.generator.get_weights(),
        strict=True,
    )
    for played, run in pairs:
        np.testing.assert_array_equal(played, run)


def test_a_lab_that_plays_pauses_the_one_before(view, another_state):
    view.play.click()
    another_state.play()
    assert not view.state.playing
    assert view.play.description == "Play"
    assert view.status.value.endswith(" · Paused.")
    assert another_state.playing
    assert len(threads()) == 1
    view.play.click()
    assert not another_state.playing
    assert len(threads()) == 1


def test_everything_can_be_changed_while_it_plays(view):
    lab = view.state.lab
    view.play.click()
    view.settings["generator_lr"].value = 1e-3
    view.settings["loss"].value = losses.Hinge()
    view.settings["toy"].value = values(view.settings["toy"])[1]
    view.settings["units"].value = 4
    view.layers["pull"].value = False
    view.steps["Step both"].click()
    view.seed.value = 3
    view.reset.click()
    assert view.state.playing
    turn = lab.turn
    wait_until(lambda: lab.turn > turn)
    view.play.click()
    now = lab.settings
    assert (now.generator_lr, now.loss, now.units, now.seed) == (1e-3, losses.Hinge(), 4, 3)
    assert lab.history["turn"] == sorted(lab.history["turn"])


def test_a_change_that_is_refused_leaves_it_playing(view):
    view.play.click()
    with pytest.raises(ConfigurationError, match="penalty='gp'"):
        view.state.change(penalty="gp")
    turn = view.state.lab.turn
    wait_until(lambda: view.state.lab.turn > turn)
    view.play.click()


def test_an_error_while_it_plays_ends_in_a_paused_lab_that_says_so(view, monkeypatch):
    def fails(turns):
        raise ValueError("shapes (3,) and (4,)")

    with monkeypatch.context() as patched:
        patched.setattr(view.state.lab, "train", fails)
        view.play.click()
        wait_until(lambda: "Stopped" in view.status.value and not threads())
    assert not view.state.playing
    assert view.status.value.endswith(" · Stopped by ValueError: shapes (3,) and (4,)")
    assert view.play.description == "Play"
    turn = view.state.lab.turn
    view.play.click()
    wait_until(lambda: view.state.lab.turn > turn)
    view.play.click()


def test_a_forgotten_lab_pauses(view, monkeypatch):
    monkeypatch.setattr(module, "PATIENCE", 0.0)
    view.play.click()
    wait_until(lambda: "nobody has touched it" in view.status.value and not threads())
    assert not view.state.playing
    assert view.play.description == "Play"


def test_a_touch_keeps_it_playing(view):
    state = view.state
    view.play.click()
    with state._lock:
        state._touched -= 2 * module.PATIENCE
        state.show("real", True)
    turn = state.lab.turn
    wait_until(lambda: state.lab.turn >= turn + 3 * state.speed)
    assert state.playing
    view.play.click()


# Slow motion


def test_slow_motion_shows_a_turn_part_by_part(view, monkeypatch):
    monkeypatch.setattr(module, "SLOW", 0.0)
    seen, draw = [], LabPicture.png

    def png(self, look, history, shown):
        seen.append((set(shown), view.state.caption, int(lab.gan.step) - step, lab.turn - turn))
        return draw(self, look, history, shown)

    lab = view.state.lab
    step, turn = int(lab.gan.step), lab.turn
    view.slow.value = True
    assert view.state.slow
    monkeypatch.setattr(LabPicture, "png", png)
    view.play.click()
    wait_until(lambda: len(seen) >= 12)
    view.play.click()
    counts = [(0, 0), (0, 0), (0, 0), (1, 0), (1, 0), (1, 1)]
    expected = [
        (shown, caption, steps, turns)
        for (shown, _, caption), (steps, turns) in zip(SLOW_MOTION, counts, strict=True)
    ]
    assert seen[:6] == expected
    assert seen[6:12] == [(s, c, steps + 1, turns + 1) for s, c, steps, turns in expected]


def test_slow_motion_makes_as_many_updates_as_a_turn_has(view):
    view.state.change(discriminator_updates=3)
    step = int(view.state.lab.gan.step)
    for _ in SLOW_MOTION:
        view.state._next_part_of_a_turn()
    assert int(view.state.lab.gan.step) - step == 3


def test_every_part_in_slow_motion_shows_layers_that_there_are():
    for number, (shown, _, caption) in enumerate(SLOW_MOTION, 1):
        assert shown <= set(LAYERS)
        assert caption.startswith(f"{number}/{len(SLOW_MOTION)} · ")


# Nothing is left behind


def test_close_ends_the_thread_and_leaves_no_widget(lab, live_widgets):
    before, drawn = live_widgets(), figures()
    view = GanLab(LabState(lab))
    assert live_widgets() > before
    view.play.click()
    view.close()
    assert threads() == []
    assert live_widgets() == before
    del view
    assert figures() == drawn


def test_other_toys_leave_no_figure_behind(view):
    before = figures()
    menu = view.settings["toy"]
    for toy in values(menu)[:3]:
        menu.value = toy
    assert figures() == before


def test_ten_thousand_events_leave_nothing_behind(view, live_widgets, monkeypatch):
    names = ("generator_lr", "discriminator_lr", "penalty_weight", "discriminator_updates")
    sliders = [view.settings[name] for name in names]
    switches = [*view.layers.values(), view.slow]

    def event(number):
        if number % 2:
            box = switches[number // 2 % len(switches)]
            box.value = not box.value
        else:
            slider = sliders[number // 2 % len(sliders)]
            slider.value = values(slider)[number // 8 % len(slider.options)]

    def memory():
        gc.collect()
        return psutil.Process().memory_info().rss

    for number in range(60):  # what is loaded or cached the first time
        event(number)
    counts = live_widgets(), len(threading.enumerate()), figures()
    before = memory()
    for number in range(200):
        event(number)
    # The rest without drawing, which would take minutes.
    look = view.state.lab.look()
    monkeypatch.setattr(view.state.lab, "look", lambda: look)
    monkeypatch.setattr(LabPicture, "png", lambda self, look, history, shown: repr(shown).encode())
    for number in range(200, 10_000):
        event(number)
    assert memory() - before < 20e6
    assert (live_widgets(), len(threading.enumerate()), figures()) == counts
    settings = view.state.lab.settings
    assert [getattr(settings, name) for name in names] == [slider.value for slider in sliders]
    assert view.state.shown == {name for name, box in view.layers.items() if box.value}


# For readers without a kernel


def test_its_text_and_picture_stand_for_it(view):
    assert repr(view).startswith("GAN lab: two networks")
    if hasattr(ipywidgets.Widget, "_repr_mimebundle_"):  # ipywidgets 7 shows text only
        bundle = view._repr_mimebundle_()
        assert base64.b64decode(bundle["image/png"]) == view.image.value


# The picture


def look_of(**parts):
    nothing = {
        "real": np.empty((0, 2)),
        "fake": np.empty((0, 2)),
        "verdict": np.full((4, 4), 0.5),
        "manifold": np.zeros((3, 3, 2)),
        "pull": np.empty((0, 2)),
    }
    return training.Look(**(nothing | parts))


def history_of(turns, **columns):
    names = training.MEASURES
    return {"turn": turns} | {n: columns.get(n, [0.5] * len(turns)) for n in names}


EMPTY = history_of([])


@pytest.fixture
def picture():
    return LabPicture(1.5, 8, {"js": 0.1, "sliced_wasserstein": 0.05})


def pixel(png, x, y):
    """The colour at a point of the plane, whose axes fill these parts of the picture."""
    with Image.open(io.BytesIO(png)) as opened:
        column = 880 * (0.006 + 0.488 * (x + 1.5) / 3)
        row = 440 * (1 - 0.012 - 0.976 * (y + 1.5) / 3)
        return np.array(opened.convert("RGB").getpixel((int(column), int(row))))


def colour(hexadecimal):
    return np.array([int(hexadecimal[i : i + 2], 16) for i in (1, 3, 5)])


def test_points_lie_where_they_are_and_fakes_above_real_ones(picture):
    look = look_of(
        real=np.array([[-1.0, 0.5], [0.75, 0.75]]), fake=np.array([[1.0, -1.0], [0.75, 0.75]])
    )
    png = picture.png(look, EMPTY, {"real", "fake"})
    np.testing.assert_allclose(pixel(png, -1, 0.5), colour(lab_picture.BLUE), atol=3)
    np.testing.assert_allclose(pixel(png, 1, -1), colour(lab_picture.ORANGE), atol=3)
    np.testing.assert_allclose(pixel(png, 0.75, 0.75), colour(lab_picture.ORANGE), atol=3)
    np.testing.assert_allclose(pixel(png, 0, 0), 255, atol=2)
    png = picture.png(look, EMPTY, {"real"})
    np.testing.assert_allclose(pixel(png, 0.75, 0.75), colour(lab_picture.BLUE), atol=3)
    np.testing.assert_allclose(pixel(png, 1, -1), 255, atol=2)


def test_the_verdict_is_blue_where_it_says_real_and_orange_where_it_says_fake(picture):
    verdict = np.repeat([[0.0], [0.0], [1.0], [1.0]], 4, axis=1)  # rows from bottom to top
    png = picture.png(look_of(verdict=verdict), EMPTY, {"verdict"})
    blue, orange = pixel(png, 0.3, 1.2), pixel(png, 0.3, -1.2)
    assert blue[2] > blue[0] + 80
    assert orange[0] > orange[2] + 80


def test_a_sheet_is_darker_where_it_is_folded_small(picture):
    x = np.array([-1.4, -1.3, 1.3, 1.4])  # narrow, wide and narrow folds
    sheet = np.stack(np.meshgrid(x, np.array([-0.1, 0.1])), axis=-1)
    png = picture.png(look_of(manifold=sheet), EMPTY, {"manifold"})
    narrow, wide, outside = pixel(png, -1.35, 0), pixel(png, 0, 0), pixel(png, 0, 1.35)
    assert narrow[2] < wide[2] - 20
    np.testing.assert_allclose(outside, 255, atol=2)


def test_a_one_dimensional_latent_is_a_thread(picture):
    thread = np.array([[[-1, -1], [0, 0.5], [1, -1]]], float)
    png = picture.png(look_of(manifold=thread), EMPTY, {"manifold"})
    assert pixel(png, 0, 0.49)[2] < 150
    np.testing.assert_allclose(pixel(png, 0, -1), 255, atol=2)


def test_arrows_start_at_the_fakes_and_none_is_longer_than_the_longest(picture):
    fake = np.array([[-1.0, 1.0], [-1.0, 0.0], [-1.0, -1.0]])
    pull = np.array([[1e6, 0.0], [1.0, 0.0], [0.0, 0.0]])
    png = picture.png(look_of(fake=fake, pull=pull), EMPTY, {"pull"})
    longest = lab_picture.LONGEST
    for x, y, drawn in [
        (-1 + 0.85 * longest, 1, True),
        (-1 + 1.15 * longest, 1, False),
        (-1 + 0.4 * longest, 0, True),
        (-1 + 0.65 * longest, 0, False),  # a pull of 1 is half as long as the longest
        (-1 + 0.3 * longest, -1, False),
    ]:
        assert (pixel(png, x, y).min() < 200) == drawn, (x, y)


def test_charts_hold_curves_and_the_floor(picture):
    history = history_of([10, 20], js=[0.6, 0.4], modes=[1, 3])
    picture.png(look_of(), history, set())
    titles = [axes.get_title(loc="left") for axes in picture.figure.axes[1:]]
    assert titles == ["loss", "D is right on", "distance to the data", "modes covered"]
    distance, modes = picture.figure.axes[3:]
    curves = {tuple(line.get_ydata()): line for line in distance.get_lines()}
    assert (0.6, 0.4) in curves
    assert {(0.1, 0.1), (0.05, 0.05)} <= set(curves)  # dotted, at the floor
    assert "JS 0.4" in [text.get_text() for text in distance.texts]
    assert (8, 8) in [tuple(line.get_ydata()) for line in modes.get_lines()]
    assert modes.get_ylim()[1] > 8


def test_without_modes_there_is_no_chart_of_them():
    picture = LabPicture(1.5, 0, {})
    picture.png(look_of(), history_of([1]), set(LAYERS))
    assert len(picture.figure.axes) == 4


def test_axes_grow_with_the_curves_and_are_drawn_anew(picture):
    picture.png(look_of(), history_of([10]), set())
    loss = picture.figure.axes[1]
    assert loss.get_xlim() == (0, 200)
    small = picture.png(look_of(), EMPTY, set())
    picture.png(look_of(), history_of([10, 900], generator_loss=[0.5, 40.0]), set())
    assert loss.get_xlim() == (0, 1600)  # 200, doubled until it holds 900
    assert 40 < loss.get_ylim()[1] < 100
    assert picture.png(look_of(), EMPTY, set()) != small


def test_losses_below_zero_fit_into_the_chart(picture):
    picture.png(look_of(), history_of([10, 20], generator_loss=[0.1, -3.0]), set())
    low, high = picture.figure.axes[1].get_ylim()
    assert -8 < low < -3
    assert high >= 2


def test_figures_that_are_not_finite_do_no_harm(picture):
    wild = history_of([1, 2, 3], discriminator_loss=[0.5, np.nan, np.inf], js=[np.nan] * 3)
    look = look_of(
        fake=np.full((3, 2), np.nan), pull=np.full((3, 2), np.nan), verdict=np.full((4, 4), np.nan)
    )
    picture.png(look, wild, set(LAYERS))
    assert np.isfinite(picture.figure.axes[1].get_ylim()).all()
