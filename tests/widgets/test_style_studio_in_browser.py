"""The style studio as a designer meets it: a real JupyterLab in a real Chromium."""

import io
import re
import time

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from fashionlab.style import read_provenance
from fashionlab.widgets.studio_state import PLACES, StudioState

from ..browser import TIMEOUT, go_wild, needed_chromium, wait_until
from .jupyterlab import open_notebook
from .test_garment_explorer_in_browser import CONTRASTS, DARK, NAMELESS

SIZE = 64  # the smaller, the sooner
CELL = f"""
from fashionlab.widgets.style_studio import style_studio
studio = style_studio(size={SIZE})
studio
"""
# Everything that can be used but the file dialogs.
USABLE = (
    ".fashionlab-pad, .fashionlab-tiles button, input:not([type=file]), "
    "button.jupyter-button:enabled:not(.widget-upload)"
)
THEME = "() => document.body.dataset.jpThemeName ?? ''"
ASK = "scene = studio.state.scene; print([scene.x, scene.y, scene.alpha], studio.state.mixture())"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("notebooks")


@pytest.fixture(scope="module")
def notebook(folder):
    """A notebook with the studio, open in a browser, its cell run."""
    with open_notebook(needed_chromium(), folder, [CELL]) as notebook:
        notebook.page.set_viewport_size({"width": 1280, "height": 1000})
        yield notebook


@pytest.fixture(scope="module")
def cell(notebook):
    cell = notebook.cell("style_studio")
    cell.output.locator(".fashionlab-pad").wait_for()
    cell.image = cell.output.locator("img.widget-image").first
    return cell


@pytest.fixture(scope="module")
def state():
    """The same studio on this side of the browser."""
    return StudioState(size=SIZE)


def same(one, other):
    """Whether two PNG files show the same; their last bits need not agree."""
    if not one:
        return False
    one, other = (np.asarray(Image.open(io.BytesIO(png)), np.int16) for png in (one, other))
    return one.shape == other.shape and np.abs(one - other).max() <= 2


def wait_for(cell, state):
    wait_until(lambda: same(cell.shown(), state.png()), f"the picture of {state.mixture()}")


def alpha(cell):
    return cell.output.get_by_label("alpha", exact=True)


def pad(cell):
    return cell.output.locator(".fashionlab-pad")


def place(cell):
    """Where the knob is, as the pad tells those who do not see it."""
    return [float(n) for n in re.findall(r"-?\d+\.\d\d", pad(cell).get_attribute("aria-label"))]


def tile(cell, label):
    return cell.output.get_by_role("button", name=label, exact=True)


def picture(width=70, height=80):
    pixels = np.full((height, width, 3), 250, np.uint8)
    pixels[20:60, 20:50] = (30, 90, 60)
    content = io.BytesIO()
    Image.fromarray(pixels).save(content, "PNG")
    return content.getvalue()


def upload(cell, label, name, content):
    with cell.page.expect_file_chooser() as chooser:
        cell.output.locator(".widget-upload", has_text=label).click()
    chooser.value.set_files({"name": name, "mimeType": "image/png", "buffer": content})


def test_a_fast_drag_of_the_slider_ends_on_its_last_value(cell, state):
    wait_for(cell, state)
    before = cell.shown()
    line = alpha(cell).bounding_box()
    right, y = line["x"] + line["width"], line["y"] + line["height"] / 2
    mouse = cell.page.mouse
    mouse.move(right - 5, y)
    mouse.down()
    for i in range(30):
        mouse.move(right - i / 60 * line["width"], y + i % 3)
    mouse.up()
    last = float(alpha(cell).input_value())
    assert last == pytest.approx(0.5, abs=0.06)
    state.change(alpha=last)
    wait_for(cell, state)
    assert not same(before, cell.shown())
    time.sleep(1)  # a late answer to a value on the way would come now
    wait_for(cell, state)
    assert float(alpha(cell).input_value()) == last
    alpha(cell).press("End")
    state.change(alpha=1.0)
    wait_for(cell, state)
    assert same(before, cell.shown())


def test_a_fast_drag_of_the_knob_ends_on_its_last_place(cell, state):
    before = cell.shown()
    square = pad(cell).bounding_box()
    mouse = cell.page.mouse
    mouse.move(square["x"] + 5, square["y"] + 5)
    mouse.down()
    for i in range(30):
        mouse.move(square["x"] + 10 + 7 * i, square["y"] + 50 + (i * 37) % 150)
    mouse.move(square["x"] + square["width"] * 0.75, square["y"] + square["height"] * 0.4)
    mouse.up()
    assert place(cell) == pytest.approx([0.5, 0.2], abs=0.06)
    state.change(**dict(zip("xy", place(cell), strict=True)))
    wait_for(cell, state)
    assert not same(before, cell.shown())
    time.sleep(1)
    wait_for(cell, state)
    assert place(cell) == [state.scene.x, state.scene.y]
    expect(cell.output.get_by_text(state.mixture(), exact=True)).to_be_visible()


def test_a_swatch_goes_into_the_marked_corner_and_is_seen(cell, state):
    before = cell.shown()
    expect(tile(cell, "top right: tartan")).to_have_attribute("aria-pressed", "true")
    tile(cell, "ikat").click()
    state.take(7)
    wait_for(cell, state)
    assert not same(before, cell.shown())
    for label in ("ikat", "top right: ikat"):
        expect(tile(cell, label)).to_have_attribute("aria-pressed", "true")
    tile(cell, "bottom left: batik").click()
    state.go(2)
    wait_for(cell, state)
    assert place(cell) == list(PLACES[2])
    expect(tile(cell, "batik")).to_have_attribute("aria-pressed", "true")


def test_boxes_change_the_picture(cell, state):
    before = cell.shown()
    for name, label in (("keep_colours", "keep colours"), ("masked", "only the garment")):
        cell.box(label).click()
        state.change(**{name: not getattr(state.scene, name)})
        wait_for(cell, state)
        assert not same(before, cell.shown())
        cell.box(label).click()
        state.change(**{name: not getattr(state.scene, name)})
        wait_for(cell, state)


def test_uploads_are_shown_and_garbage_is_told_in_a_line(cell, state):
    before = cell.shown()
    upload(cell, "Your style", "notes.png", b"no image")
    told = cell.output.get_by_text("notes.png is no PNG")
    expect(told).to_be_visible(timeout=TIMEOUT * 1000)
    assert same(before, cell.shown())
    upload(cell, "Your style", "cloth.png", picture())
    state.add_style(picture(), "cloth.png")
    wait_for(cell, state)
    expect(tile(cell, "cloth.png")).to_have_attribute("aria-pressed", "true")
    # The kernel may handle the pad and the upload at the same time.
    pad(cell).press("Home")
    upload(cell, "Your content", "shirt.png", picture())
    state.change(x=0.0, y=0.0)
    state.set_content(picture(), "shirt.png")
    wait_for(cell, state)
    expect(cell.output.get_by_text("shirt.png: its garment was found")).to_be_visible()


def test_what_is_shown_is_saved(cell, state, folder):
    cell.button("Save").click()
    told = cell.output.get_by_text("Saved runs/style-1.png.")
    expect(told).to_be_visible(timeout=TIMEOUT * 1000)
    file = folder / "runs" / "style-1.png"
    assert same(file.read_bytes(), state.png())
    assert read_provenance(file)["content"]["upload"] == "shirt.png"


def test_everything_has_a_name(cell):
    assert cell.output.evaluate(NAMELESS) == []


def test_after_wild_clicking_it_shows_its_state(notebook, cell):
    assert go_wild(cell.page, cell.output.locator(USABLE), 10) > 5
    cell.page.keyboard.press("Escape")
    alpha(cell).press("Home")
    for _ in range(12):
        cell.page.keyboard.press("ArrowRight")
    square = pad(cell).bounding_box()
    cell.page.mouse.click(square["x"] + square["width"] * 0.3, square["y"] + 50)
    wanted = str([*place(cell), 0.6])
    # The last of many values leaves the browser when the kernel is done with the one before.
    wait_until(lambda: asked(notebook).startswith(wanted), f"the kernel at {wanted}")
    mixture = asked(notebook).partition("] ")[2]
    notebook.cell("style_studio")
    expect(cell.output.get_by_text(mixture, exact=True)).to_be_visible()
    assert str([*place(cell), float(alpha(cell).input_value())]) == wanted


def asked(notebook):
    """What the kernel says it shows."""
    answer = notebook.run(ASK).output
    wait_until(lambda: answer.count() and "%" in answer.inner_text(), "an answer")
    return answer.inner_text().strip()


def test_all_labels_are_legible_in_both_themes(cell):
    for _ in range(2):
        contrasts = cell.output.evaluate(CONTRASTS)
        assert len(contrasts) > 10
        assert [pair for pair in contrasts if pair[1] < 4.5] == []
        cell.page.evaluate(DARK)
        wait_until(lambda: "JupyterLab Dark" in cell.page.evaluate(THEME), "the dark theme")


def test_no_error_in_cells_console_or_kernel(notebook, cell):
    assert notebook.errors_shown() == 0
    assert notebook.problems == []
