"""The widgets as a learner meets them: a real JupyterLab in a real Chromium."""

import re
import shutil
import time
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import expect

import fashionlab as fl
from fashionlab.widgets.dirac_explorer import DiracState
from fashionlab.widgets.divergence_explorer import DivergenceState
from fashionlab.widgets.gan_lab import CONTROLS, MENU
from fashionlab.widgets.lab_picture import LAYERS
from fashionlab.widgets.latent_explorer import LatentState
from fashionlab.widgets.shape_calculator import ShapeState

from ..browser import TIMEOUT, browse, needed_chromium, wait_until
from .jupyterlab import Notebook, Server, serve, write_notebook

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
FRAMES = [fl.plots.png(np.full((1, 8, 8, 1), grey)) for grey in (-1, -0.5, 0, 0.5, 1)]
CELLS = [
    "import fashionlab as fl\n"
    "fl.seed(0)\n"
    "fl.widgets.latent_explorer(fl.nets.dcgan_generator(16, (8, 4)), number=2)",
    "fl.widgets.epoch_scrubber('frames')",
]
# Asks the lab that plays for its speed, and for settings other than the last of their choices.
LAGGARDS = """
from fashionlab.widgets.gan_lab import CONTROLS
from fashionlab.widgets.lab_state import PLAYING
(state,) = PLAYING
settings = {name: getattr(state.lab.settings, name) for name in CONTROLS}
last = {name: options(settings[name])[-1] for name, (_, _, options) in CONTROLS.items()}
last = {name: end[1] if isinstance(end, tuple) else end for name, end in last.items()}
print(state.speed, [name for name in CONTROLS if settings[name] != last[name]])
"""


# Notebooks, a JupyterLab that serves them, and a browser that has them open with all cells run.


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("notebooks")
    (folder / "frames").mkdir()
    for i, frame in enumerate(FRAMES):
        (folder / f"frames/epoch-{i / 8:08.3f}.png").write_bytes(frame)
    for name, sources in {"widgets": CELLS, "faults": []}.items():
        write_notebook(folder / f"{name}.ipynb", sources)
    for number in ("01", "02", "03"):
        (notebook,) = NOTEBOOKS.glob(f"{number}_*.ipynb")
        shutil.copy(notebook, folder / f"{number}.ipynb")
    return folder


@pytest.fixture(scope="module")
def server(chromium, folder, tmp_path_factory):
    with serve(folder, tmp_path_factory.mktemp("home")) as server:
        yield server


@pytest.fixture(scope="module")
def chromium():
    return needed_chromium()


@pytest.fixture(scope="module")
def opened(chromium, server):
    """A function that opens a notebook and runs it, once."""
    notebooks = {}
    with browse(chromium) as browser:

        def notebook(name):
            if name not in notebooks:
                notebooks[name] = Notebook(browser, server, f"{name}.ipynb")
                notebooks[name].run_all()
            return notebooks[name]

        yield notebook


def wait_for(cell, state):
    wait_until(lambda: cell.shown() == state.png(), f"the picture of {state}")


# The latent explorer


@pytest.fixture(scope="module")
def latent_explorer(opened):
    return opened("widgets").cell("latent_explorer")


@pytest.fixture(scope="module")
def latents():
    """The same generator as in the notebook, on this side of the browser."""
    fl.seed(0)
    return LatentState(fl.nets.dcgan_generator(16, (8, 4)), number=2)


def test_the_explorer_shows_the_picture_of_its_state(latent_explorer, latents):
    assert latent_explorer.shown() == latents.png()
    assert latent_explorer.image.evaluate("image => image.naturalWidth") == 280


def test_an_arrow_key_moves_a_slider_and_changes_the_picture(latent_explorer, latents):
    before = latent_explorer.image.get_attribute("src")
    latent_explorer.slider("direction 1").press("ArrowRight")
    latents.strengths[0] = 0.1
    wait_for(latent_explorer, latents)
    assert latent_explorer.image.get_attribute("src") != before


def test_a_fast_drag_settles_on_the_picture_of_the_last_value(latent_explorer, latents):
    latent_explorer.slider("garment").focus()
    for _ in range(20):
        latent_explorer.page.keyboard.press("ArrowRight")
    latents.garment = 20
    wait_for(latent_explorer, latents)
    time.sleep(0.5)  # a late picture of a value on the way would come now
    assert latent_explorer.shown() == latents.png()


def test_the_buttons_work_from_the_keyboard(latent_explorer, latents):
    latent_explorer.button("Another garment").press("Enter")
    latents.garment += 1
    wait_for(latent_explorer, latents)
    latent_explorer.button("Reset").press("Enter")
    latents.strengths[0] = 0.0
    wait_for(latent_explorer, latents)


# The epoch scrubber


@pytest.fixture(scope="module")
def scrubber(opened):
    return opened("widgets").cell("epoch_scrubber")


def test_the_scrubber_shows_each_frame_with_its_epoch(scrubber):
    assert scrubber.shown() == FRAMES[4]
    scrubber.slider("frame").press("ArrowLeft")
    wait_until(lambda: scrubber.shown() == FRAMES[3], "the frame before the last")
    expect(scrubber.output.get_by_text("epoch 0.375")).to_be_visible()


def test_play_runs_to_the_last_frame(scrubber):
    scrubber.slider("frame").press("Home")
    wait_until(lambda: scrubber.shown() == FRAMES[0], "the first frame")
    scrubber.output.locator(".widget-play button").first.press("Enter")
    wait_until(lambda: scrubber.shown() == FRAMES[4], "the last frame")
    expect(scrubber.output.get_by_text("epoch 0.500")).to_be_visible()


# The divergence explorer, as notebook 01 opens with it


@pytest.fixture(scope="module")
def divergences(opened):
    return opened("01").cell("divergence_explorer")


@pytest.fixture(scope="module")
def pair():
    return DivergenceState("two_gaussians", mean=3.0)


def test_the_divergence_explorer_follows_menu_keys_and_typed_numbers(divergences, pair):
    wait_for(divergences, pair)
    for name in ("mixture", "gaussian"):
        divergences.field("real data").select_option(name)
        pair.data = name
        wait_for(divergences, pair)
    divergences.slider("mean of q").press("ArrowLeft")
    pair.mean = 2.9
    wait_for(divergences, pair)
    divergences.slider("width of q").press("Home")
    pair.width = 0.4
    wait_for(divergences, pair)
    divergences.readout("width of q").fill("1.2")
    divergences.readout("width of q").press("Enter")
    pair.width = 1.2
    wait_for(divergences, pair)


def test_the_divergence_explorer_follows_the_mouse(divergences, pair):
    divergences.slider("mean of q").hover()
    handle = divergences.slider("mean of q").bounding_box()
    mouse = divergences.page.mouse
    mouse.down()
    mouse.move(handle["x"] - 60, handle["y"] + handle["height"] / 2, steps=20)
    mouse.up()
    pair.mean = float(divergences.readout("mean of q").inner_text().replace("−", "-"))
    assert -5 < pair.mean < 2.5
    wait_for(divergences, pair)


# The Dirac explorer of notebook 01


def test_the_dirac_explorer_follows_its_controls(opened):
    cell, state = opened("01").cell("dirac_explorer("), DiracState(learning_rate=0.2)
    wait_for(cell, state)
    for name in ("non_saturating", "wasserstein"):
        cell.field("loss").select_option(name)
        state.name = name
        wait_for(cell, state)
    cell.field("players move").select_option("at once")
    state.alternating = False
    wait_for(cell, state)
    cell.slider("R1 weight").press("End")
    state.penalty = 2.0
    wait_for(cell, state)
    cell.slider("learning rate").press("Home")
    state.learning_rate = 0.02
    wait_for(cell, state)


# The shape calculator of notebook 03


def test_the_shape_calculator_follows_its_controls(opened):
    cell, state = opened("03").cell("shape_calculator("), ShapeState(28)
    wait_for(cell, state)
    for label, name, key, value in (
        ("input size", "size", "ArrowLeft", 27),
        ("kernel", "kernel", "End", 7),
        ("stride", "stride", "ArrowRight", 3),
        ("window", "window", "Home", 1),
    ):
        cell.slider(label).press(key)
        setattr(state, name, value)
        wait_for(cell, state)
    cell.button("valid").click()
    state.padding = "valid"
    wait_for(cell, state)
    cell.button("transposed convolution").press("Enter")
    state.transposed = True
    wait_for(cell, state)


# The GAN lab that notebook 02 opens with


@pytest.fixture(scope="module")
def lab(opened):
    return opened("02").cell("fl.widgets.gan_lab()")


def status(lab):
    return lab.output.get_by_text(re.compile(r"^turn [\d,]+ · "))


def turn(lab):
    return int(re.match(r"turn ([\d,]+)", status(lab).text_content())[1].replace(",", ""))


def wait_for_status(lab, text):
    expect(status(lab)).to_contain_text(text, timeout=TIMEOUT * 1000)


def wait_for_turns(lab):
    start = turn(lab)
    wait_until(lambda: turn(lab) > start, f"a turn after turn {start}")


def wait_for_another_picture(lab, before):
    wait_until(lambda: lab.shown() not in (b"", before), "another picture")


@pytest.fixture
def playing(lab):
    """Play is on during a test and off again afterwards."""
    lab.button("Play").click()
    expect(lab.button("Pause")).to_be_visible()
    yield
    lab.button("Pause").click()
    expect(lab.button("Play")).to_be_visible()


def test_reset_leads_to_the_picture_of_a_new_lab(opened, lab):
    assert turn(lab) > 0
    lab.button("Reset").click()
    wait_for_status(lab, "turn 0 · Started over with seed 0.")
    new = opened("02").run("fl.widgets.gan_lab()")
    wait_for_status(new, "turn 0 · Ready.")
    opened("02").cell("fl.widgets.gan_lab()")  # back in sight
    wait_until(lambda: lab.shown() == new.shown(), "the picture of a new lab")


def test_another_seed_leads_to_another_picture(lab):
    pictures = [lab.shown()]
    for seed in (3, 0):
        lab.field("seed").fill(str(seed))
        lab.field("seed").press("Enter")
        lab.button("Reset").click()
        wait_for_status(lab, f"turn 0 · Started over with seed {seed}.")
        wait_for_another_picture(lab, pictures[-1])
        pictures.append(lab.shown())
    assert pictures[0] == pictures[2]


@pytest.mark.parametrize(
    ("label", "caption"),
    [
        ("Step D", "One update of the discriminator."),
        ("Step G", "One update of the generator."),
        ("Step both", "One update of the discriminator and one of the generator."),
    ],
)
def test_a_step_changes_the_picture_and_says_who_learned(lab, label, caption):
    before = lab.shown()
    lab.button(label).press("Enter")
    wait_for_status(lab, caption)
    wait_for_another_picture(lab, before)


def test_each_layer_hides_and_comes_back(lab):
    before = lab.shown()
    for label in LAYERS.values():
        lab.box(label).click()
        wait_for_another_picture(lab, before)
        lab.box(label).click()
        wait_until(lambda: lab.shown() == before, f"the picture with {label}")


def test_it_plays_while_other_cells_run_and_stands_still_after_pause(opened, lab):
    before = lab.shown()
    lab.button("Play").click()
    wait_for_turns(lab)
    wait_for_another_picture(lab, before)
    other = opened("02").run("print(6 * 7)")
    expect(other.output).to_have_text("42", timeout=TIMEOUT * 1000)
    opened("02").cell("fl.widgets.gan_lab()")
    wait_for_turns(lab)
    lab.button("Pause").click()
    wait_for_status(lab, "Paused.")
    stopped, before = turn(lab), lab.shown()
    time.sleep(0.5)  # several pictures of a lab that goes on
    assert (turn(lab), lab.shown()) == (stopped, before)


@pytest.mark.usefixtures("playing")
def test_every_setting_can_be_changed_while_it_plays(opened, lab):
    for label, kind, _ in CONTROLS.values():
        if kind is MENU:
            menu = lab.field(label)
            menu.select_option(index=menu.locator("option").count() - 1)
        else:
            lab.slider(label).press("End")
    lab.slider("speed").press("ArrowLeft")
    answer = opened("02").run(LAGGARDS)
    expect(answer.output).to_have_text("20 []", timeout=TIMEOUT * 1000)
    opened("02").cell("fl.widgets.gan_lab()")
    wait_for_turns(lab)


def test_slow_motion_plays_one_part_of_a_turn_after_the_other(lab):
    lab.button("Slow motion").click()
    lab.button("Play").click()
    for part in ("1/6", "2/6", "3/6"):
        wait_for_status(lab, part)
        before = lab.shown()
        wait_for_another_picture(lab, before)
    lab.button("Pause").click()
    wait_for_status(lab, "Paused.")
    lab.button("Slow motion").click()


# All the while


@pytest.mark.parametrize("name", ["widgets", "01", "02", "03"])
def test_no_error_in_cells_console_or_kernel(opened, name):
    notebook = opened(name)
    assert notebook.errors_shown() == 0
    assert notebook.problems == []


def test_no_error_in_the_log_of_the_server(opened, server):
    opened("widgets")
    assert server.alarms() == []


# An error would be noticed.


@pytest.mark.parametrize(
    ("script", "report"),
    [
        ("() => console.error('too bad')", "console: too bad"),
        ("() => setTimeout(() => { throw Error('too bad') })", "page: too bad"),
        ("() => fetch('/missing')", "console: Failed to load resource: .*404.*/missing"),
    ],
)
def test_an_error_in_the_page_is_noticed(opened, script, report):
    faults = opened("faults")
    faults.problems.clear()
    faults.page.evaluate(script)
    wait_until(lambda: faults.errors_shown() == 0 and faults.problems, report)
    assert re.match(report, faults.problems[0])


@pytest.mark.parametrize(
    ("source", "report"),
    [
        ("1 / 0", "kernel: ZeroDivisionError: division by zero"),
        ("import sys\nprint('too bad', file=sys.stderr)", "kernel: too bad"),
    ],
)
def test_an_error_in_a_cell_is_noticed(opened, source, report):
    faults = opened("faults")
    faults.problems.clear()
    shown = faults.errors_shown()
    faults.run(source)
    wait_until(lambda: faults.errors_shown() == shown + 1 and faults.problems, report)
    assert report in faults.problems[0]


@pytest.mark.parametrize(
    "handler",
    ["lambda _: 1 / 0", "lambda _: threading.Thread(target=lambda: 1 / 0).start()"],
    ids=["control", "thread"],
)
def test_an_error_behind_a_control_is_noticed(opened, handler):
    faults = opened("faults")
    faults.problems.clear()
    cell = faults.run(
        "import threading, ipywidgets\n"
        "button = ipywidgets.Button(description='Fail')\n"
        f"button.on_click({handler})\n"
        "button"
    )
    cell.button("Fail").click()
    wait_until(
        lambda: faults.errors_shown() >= 0 and "ZeroDivisionError" in "".join(faults.problems),
        "the report of an error behind a control",
    )


def test_an_error_in_the_log_of_the_server_is_noticed(tmp_path):
    log = tmp_path / "log.txt"
    good = "[I 2026-01-01 10:00:00.000 ServerApp] Kernel started\n[W 2026-01-01] not trusted\n"
    log.write_text(good)
    assert Server("", "", log).alarms() == []
    log.write_text(good + "[E 2026-01-01 10:00:00.000 ServerApp] Uncaught exception\n")
    assert len(Server("", "", log).alarms()) == 1
