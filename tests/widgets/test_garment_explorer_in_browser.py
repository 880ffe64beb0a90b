"""The garment explorer as a designer meets it: a real JupyterLab in a real Chromium."""

import hashlib
import io
import json
import re
import time

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

import fashionlab as fl
from fashionlab.widgets.garment_state import GarmentState

from ..browser import TIMEOUT, go_wild, needed_chromium, wait_until
from .jupyterlab import open_notebook

CELL = """
import fashionlab as fl
from fashionlab.widgets.garment_explorer import garment_explorer
fl.seed(0)
explorer = garment_explorer(fl.nets.dcgan.conditional_generator(16, channels=(8, 4)))
explorer
"""
# Everything that can be used but the file dialog, and the choice of files.
USABLE = (
    ".fashionlab-pad, .fashionlab-tiles button, .fashionlab-line input, .widget-text input, "
    "select, button.jupyter-button:enabled:not(.widget-upload)"
)
GROWING = ("widgets", "figures", "threads")
# What the kernel has to show, and how much there is of what should not grow.
ASK = """
import hashlib, json, threading, ipywidgets, matplotlib.pyplot
explorer.wait()
controls = explorer.controls
rows = [*controls.strips, controls.grid, controls.film, controls.history, controls.favourites]
print(json.dumps({
    "picture": hashlib.sha256(explorer.state.png()).hexdigest(),
    "tiles": [hashlib.sha256(row.pixels).hexdigest() for row in rows],
    "strengths": explorer.state.garment.strengths,
    "axes": [controls.across.index, controls.up.index],
    "widgets": len(ipywidgets.widgets.widget._instances),
    "figures": len(matplotlib.pyplot.get_fignums()),
    "threads": threading.active_count(),
}))
"""
# What can be seen and has no name for those who do not see it.
NAMELESS = """output => [...output.querySelectorAll("button, input, select, [tabindex]")]
    .filter(element => element.checkVisibility({visibilityProperty: true}))
    .filter(({ariaLabel, labels, textContent, title}) =>
        !ariaLabel && !labels?.length && !textContent.trim() && !title)
    .map(element => element.outerHTML)"""
# The grey levels of each row of tiles, one canvas after the other.
TILES = """output => [...output.querySelectorAll(".fashionlab-tiles")].map(row => {
    return [...row.querySelectorAll("canvas")].flatMap(canvas => {
        const all = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        return [...all.data].filter((_, i) => i % 4 === 0);
    });
})"""
DARK = "() => jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})"
# Contrast of the text of every label with what lies under it, as WCAG 2 defines it.
CONTRASTS = """output => {
    const channels = colour => colour.match(/[\\d.]+/g).map(Number);
    const light = colour => channels(colour).slice(0, 3).map(c => c / 255)
        .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
        .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
    const ground = element => {
        for (; element; element = element.parentElement) {
            const colour = getComputedStyle(element).backgroundColor;
            if ((channels(colour)[3] ?? 1) > 0.5) return colour;
        }
    };
    const labels = "b, label, button:not([disabled]), select, .fashionlab-line span, output";
    return [...output.querySelectorAll(labels)]
        .filter(element => element.innerText?.trim() && element.offsetWidth)
        .map(element => {
            const pair = [light(getComputedStyle(element).color), light(ground(element))];
            return [element.innerText, (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05)];
        });
}"""


@pytest.fixture(scope="module")
def notebook(tmp_path_factory):
    """A notebook with the explorer, open in a browser, its cell run."""
    folder = tmp_path_factory.mktemp("notebooks")
    with open_notebook(needed_chromium(), folder, [CELL]) as notebook:
        notebook.page.set_viewport_size({"width": 1280, "height": 1200})
        yield notebook


@pytest.fixture(scope="module")
def cell(notebook):
    cell = notebook.cell("garment_explorer")
    cell.output.locator(".fashionlab-pad").wait_for()
    return cell


@pytest.fixture(scope="module")
def state():
    """The same explorer on this side of the browser."""
    fl.seed(0)
    return GarmentState(fl.nets.dcgan.conditional_generator(16, channels=(8, 4)))


def shown(cell):
    cell.image = cell.output.locator(".fashionlab-garment").first
    return cell.shown()


def wait_for(cell, state):
    wait_until(lambda: shown(cell) == state.png(), f"the picture of {state.garment}")


def pad(cell):
    return cell.output.locator(".fashionlab-pad")


def place(cell):
    """Where the knob is, as the pad tells those who do not see it."""
    return [float(n) for n in re.findall(r"-?\d+\.\d\d", pad(cell).get_attribute("aria-label"))]


def tile(cell, label):
    return cell.output.get_by_role("button", name=label, exact=True).first


def test_a_fast_drag_over_the_pad_ends_on_its_last_place(cell, state):
    wait_for(cell, state)
    before = shown(cell)
    square = pad(cell).bounding_box()
    mouse = cell.page.mouse
    mouse.move(square["x"] + square["width"] / 2, square["y"] + square["height"] / 2)
    mouse.down()
    for i in range(40):
        mouse.move(square["x"] + 20 + 6 * i, square["y"] + 100 + (i * 37) % 100)
    # Beyond the edge the pad keeps the hand, and the knob stays inside.
    mouse.move(square["x"] + square["width"] * 0.75, square["y"] - 40)
    mouse.up()
    assert place(cell) == [pytest.approx(1.5, abs=0.05), 3.0]
    state.turn(dict(enumerate(place(cell))))
    wait_for(cell, state)
    assert shown(cell) != before
    time.sleep(1)  # a late answer to a place on the way would come now
    wait_for(cell, state)
    assert place(cell) == list(state.garment.strengths[:2])
    expect(cell.output.get_by_label("direction 1", exact=True)).to_have_value(
        f"{state.garment.strengths[0]:g}"
    )


def test_the_pad_follows_the_arrow_keys(cell, state):
    x, y = place(cell)
    pad(cell).focus()
    for key in ("ArrowLeft", "ArrowDown", "ArrowDown", "Shift+ArrowLeft"):
        cell.page.keyboard.press(key)
    assert place(cell) == [pytest.approx(x - 0.6), pytest.approx(y - 0.2)]
    state.turn(dict(enumerate(place(cell))))
    wait_for(cell, state)
    cell.page.keyboard.press("Home")
    state.turn({0: 0.0, 1: 0.0})
    wait_for(cell, state)


def test_a_slider_follows_keys_and_moves_the_knob(cell, state):
    cell.output.get_by_label("direction 2", exact=True).press("End")
    state.turn({1: 3.0})
    wait_for(cell, state)
    assert place(cell) == [0.0, 3.0]
    # In command mode the notebook has a use for the arrow keys, but not while a slider has them.
    expect(cell.page.locator(".jp-Notebook.jp-mod-commandMode")).to_be_visible()
    cell.page.keyboard.press("ArrowLeft")
    state.turn({1: 2.95})
    wait_for(cell, state)


def test_tiles_follow_mouse_and_keys(cell, state):
    tile(cell, "garment 3").click()
    state.go(state.garments[3])
    wait_for(cell, state)
    expect(tile(cell, "garment 3")).to_have_attribute("aria-pressed", "true")
    for key in ("ArrowRight", "ArrowDown", "Enter"):  # from 3 over 4 to 12
        cell.page.keyboard.press(key)
    state.go(state.garments[12])
    wait_for(cell, state)
    cell.button("Undo").press("Enter")
    state.undo()
    wait_for(cell, state)


def test_everything_is_reached_by_tab_and_has_a_name(cell, state):
    wait_for(cell, state)  # what still arrives could replace what is counted here
    assert cell.output.evaluate(NAMELESS) == []
    usable = cell.output.locator(
        ".fashionlab-pad, .fashionlab-tiles [tabindex='0'], .fashionlab-line input, "
        ".widget-text input, select, button.jupyter-button:enabled"
    )
    number = usable.evaluate_all("all => { window.usable = all; return all.length; }")
    assert number > 30
    usable.first.focus()
    reached = []
    for _ in range(number):
        reached.append(cell.page.evaluate("window.usable.indexOf(document.activeElement)"))
        cell.page.keyboard.press("Tab")
    assert reached == list(range(number))


def test_the_class_can_be_mixed(cell, state):
    cell.field("class").select_option("dress")
    cell.output.get_by_label("mixture", exact=True).press("End")
    state.mix(3, 1, 1.0)
    wait_for(cell, state)


def test_an_upload_is_looked_for_and_garbage_told_in_a_line(cell):
    upload(cell, "notes.png", b"no image")
    expect(cell.output.get_by_text("notes.png is no PNG")).to_be_visible(timeout=TIMEOUT * 1000)
    pixels = np.full((60, 50), 250, np.uint8)
    pixels[10:50, 15:35] = 30
    photo = io.BytesIO()
    Image.fromarray(pixels).save(photo, "PNG")
    upload(cell, "shirt.png", photo.getvalue())
    cell.button("Stop").click()
    ending = cell.output.get_by_text(re.compile(r"^Stopped (before a garment was found|at a mean)"))
    expect(ending).to_be_visible(timeout=TIMEOUT * 1000)
    before = shown(cell)
    upload(cell, "shirt.png", photo.getvalue())
    ending = cell.output.get_by_text(re.compile("^Found at a mean squared pixel difference of"))
    expect(ending).to_be_visible(timeout=TIMEOUT * 1000)
    wait_until(lambda: shown(cell) not in (b"", before), "the garment that was found")


def upload(cell, name, content):
    with cell.page.expect_file_chooser() as chooser:
        cell.output.locator(".widget-upload").click()
    chooser.value.set_files({"name": name, "mimeType": "image/png", "buffer": content})


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def ask(notebook):
    """What the kernel says it shows."""
    answer = notebook.run(ASK.strip()).output
    wait_until(lambda: answer.count() and answer.inner_text().strip().endswith("}"), "an answer")
    told = json.loads(answer.inner_text())
    notebook.cell("garment_explorer")
    return told


@pytest.mark.parametrize("seconds", [20, pytest.param(60, marks=pytest.mark.slow)])
def test_after_wild_clicking_it_shows_its_state_and_has_not_grown(notebook, cell, seconds):
    before = ask(notebook)
    assert go_wild(cell.page, cell.output.locator(USABLE), seconds) > 10
    cell.page.keyboard.press("Escape")  # a menu may be open
    cell.output.get_by_label("direction 6", exact=True).press("End")
    square = pad(cell).bounding_box()
    mouse = cell.page.mouse
    mouse.move(square["x"] + 10, square["y"] + 10)
    mouse.down()
    for i in range(30):
        mouse.move(square["x"] + 5 + 6 * i, square["y"] + 20 + (i * 37) % 150)
    mouse.up()
    last, after = place(cell), ask(notebook)
    assert [after["strengths"][axis] for axis in after["axes"]] == last  # nothing queued
    wait_until(lambda: sha256(shown(cell)) == after["picture"], "the picture")
    time.sleep(1)
    assert sha256(shown(cell)) == after["picture"]

    def tiles():
        return [sha256(bytes(row)) for row in cell.output.evaluate(TILES)]

    # Strips and pads follow from a thread of their own: the last of them may come after the answer.
    wait_until(lambda: tiles() == ask(notebook)["tiles"], "the tiles")
    sliders = cell.output.locator(".fashionlab-line input[aria-label^=direction]")
    values = sliders.evaluate_all("all => all.map(one => one.valueAsNumber)")
    assert values == pytest.approx(after["strengths"])
    assert [after[what] for what in GROWING] == [before[what] for what in GROWING]


def test_all_labels_are_legible_in_both_themes(cell):
    for _ in range(2):
        contrasts = cell.output.evaluate(CONTRASTS)
        assert len(contrasts) > 25
        assert [pair for pair in contrasts if pair[1] < 4.5] == []
        cell.page.evaluate(DARK)
        background = "() => getComputedStyle(document.body).backgroundColor"
        wait_until(lambda: "JupyterLab Dark" in _theme(cell), background)


def _theme(cell):
    return cell.page.evaluate("() => document.body.dataset.jpThemeName ?? ''")


def test_no_error_in_cells_console_or_kernel(notebook, cell):
    assert notebook.errors_shown() == 0
    assert notebook.problems == []
