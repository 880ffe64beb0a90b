"""The damage explorer as a learner meets it: a real JupyterLab in a real Chromium."""

import pytest
from playwright.sync_api import expect

from fashionlab.widgets import damage_explorer

from ..browser import TIMEOUT, needed_chromium, wait_until
from .jupyterlab import open_notebook

CELL = "import fashionlab as fl\nfl.widgets.damage_explorer('copies', 0.5)"


@pytest.fixture(scope="module")
def notebook(tmp_path_factory):
    """A notebook with the explorer, open in a browser, its cell run."""
    folder = tmp_path_factory.mktemp("notebooks")
    with open_notebook(needed_chromium(), folder, [CELL]) as notebook:
        yield notebook


@pytest.fixture(scope="module")
def cell(notebook):
    return notebook.cell("damage_explorer")


@pytest.fixture(scope="module")
def state():
    """The same explorer on this side of the browser."""
    view = damage_explorer("copies", 0.5)
    yield view.state
    view.close()


def wait_for(cell, state, name, strength):
    state.change(name, strength)
    state.wait()
    wait_until(lambda: cell.shown() == state.picture, f"the picture of {name} {strength}")


def test_the_explorer_follows_menu_keys_and_a_fast_drag(cell, state):
    wait_for(cell, state, "copies", 0.5)
    cell.field("damage").select_option("drop_classes")
    wait_for(cell, state, "drop_classes", 0.5)
    cell.slider("strength").press("ArrowRight")
    wait_for(cell, state, "drop_classes", 0.55)
    cell.slider("strength").press("Home")
    for _ in range(12):
        cell.page.keyboard.press("ArrowRight")
    wait_for(cell, state, "drop_classes", 0.6)


def test_other_cells_run_while_it_measures(notebook, cell, state):
    cell.field("damage").select_option("noise")
    other = notebook.run("print(6 * 7)")
    expect(other.output).to_have_text("42", timeout=TIMEOUT * 1000)
    wait_for(notebook.cell("damage_explorer"), state, "noise", 0.6)


def test_no_error_in_cells_console_or_kernel(notebook, cell):
    assert notebook.errors_shown() == 0
    assert notebook.problems == []
