"""The widgets as a learner meets them: a real JupyterLab in a real Chromium."""

import base64
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import nbformat
import numpy as np
import pytest
from playwright.sync_api import expect, sync_playwright

import fashionlab as fl
from fashionlab.widgets.latent_explorer import LatentState

TIMEOUT = 90  # seconds; a cold start of JupyterLab and TensorFlow on a busy machine
FRAMES = [fl.plots.png(np.full((1, 8, 8, 1), grey)) for grey in (-1, -0.5, 0, 0.5, 1)]
CELLS = [
    "import fashionlab as fl\n"
    "fl.seed(0)\n"
    "fl.widgets.latent_explorer(fl.nets.dcgan_generator(16, (8, 4)), number=2)",
    "fl.widgets.epoch_scrubber('frames')",
]


def wait_until(met, what):
    end = time.monotonic() + TIMEOUT
    while not met():
        if time.monotonic() > end:
            pytest.fail(f"waited {TIMEOUT} s in vain: {what}")
        time.sleep(0.05)


# A notebook, a JupyterLab that serves it, and a browser that has it open with all cells run.


@pytest.fixture(scope="module")
def chromium():
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next(filter(None, map(shutil.which, names)), None)
    if path is None and "CI" in os.environ:
        pytest.fail(f"no browser: none of {', '.join(names)} is on the PATH")
    if path is None:
        pytest.skip("needs Chromium or Chrome")
    return path


@pytest.fixture(scope="module")
def notebook_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("notebooks")
    (folder / "frames").mkdir()
    for i, frame in enumerate(FRAMES):
        (folder / f"frames/epoch-{i / 8:08.3f}.png").write_bytes(frame)
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source) for source in CELLS],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    )
    nbformat.write(notebook, folder / "widgets.ipynb")
    return folder


@pytest.fixture(scope="module")
def notebook_url(chromium, notebook_folder, tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex()
    command = [
        *(sys.executable, "-m", "jupyter", "lab", "--no-browser", "--allow-root"),
        *("--ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0"),
        *(f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={notebook_folder}"),
        # The test asks the page's own application object to run cells.
        "--LabApp.expose_app_in_browser=True",
        # Nothing outside this machine is asked for anything.
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        *("--LabApp.news_url=None", "--LabApp.extension_manager=readonly"),
    ]
    names = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    settings = {name: str(home / name.lower()) for name in names}
    log = home / "log.txt"
    with (
        log.open("wb") as stream,
        subprocess.Popen(
            command, env=os.environ | settings, stdout=stream, stderr=subprocess.STDOUT
        ) as server,
    ):
        try:
            status = f"http://127.0.0.1:{port}/api/status?token={token}"
            wait_until(lambda: server.poll() is not None or answers(status), "JupyterLab")
            assert server.poll() is None, log.read_text()
            yield f"http://127.0.0.1:{port}/lab/tree/widgets.ipynb?token={token}"
        finally:
            server.terminate()


def answers(url):
    try:
        with urllib.request.urlopen(url):
            return True
    except urllib.error.URLError:
        return False


@pytest.fixture(scope="module")
def page(chromium, notebook_url):
    arguments = [
        *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
        *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
        "--no-proxy-server",
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        page = browser.new_page(viewport={"width": 1200, "height": 1000})
        page.set_default_timeout(TIMEOUT * 1000)
        page.goto(notebook_url)
        page.get_by_text("| Idle").wait_for()  # the kernel, in the status bar
        page.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
        for cell in range(len(CELLS)):
            image(page, cell).wait_for()
        yield page
        browser.close()


@pytest.fixture(scope="module")
def state():
    """The same generator as in the notebook, on this side of the browser."""
    fl.seed(0)
    return LatentState(fl.nets.dcgan_generator(16, (8, 4)), number=2)


def image(page, cell):
    return page.locator(".jp-CodeCell").nth(cell).locator(".jp-OutputArea-output img")


def slider(page, cell, label):
    row = page.locator(".jp-CodeCell").nth(cell).locator(".widget-slider", has_text=label)
    return row.get_by_role("slider")


def shown(page, cell):
    """The content of the PNG file that the browser shows; empty between two pictures."""
    return base64.b64decode(
        image(page, cell).evaluate(
            """async image => {
                try {
                    const bytes = new Uint8Array(await (await fetch(image.src)).arrayBuffer());
                    return btoa(String.fromCharCode(...bytes));
                } catch {
                    return "";
                }
            }"""
        )
    )


# The latent explorer


def test_the_explorer_shows_the_picture_of_its_state(page, state):
    assert shown(page, 0) == state.png()
    assert image(page, 0).evaluate("image => image.naturalWidth") == 280


def test_an_arrow_key_moves_a_slider_and_changes_the_picture(page, state):
    before = image(page, 0).get_attribute("src")
    slider(page, 0, "direction 1").press("ArrowRight")
    state.strengths[0] = 0.1
    wait_until(lambda: shown(page, 0) == state.png(), "the picture of direction 1 at 0.1")
    assert image(page, 0).get_attribute("src") != before


def test_a_fast_drag_settles_on_the_picture_of_the_last_value(page, state):
    handle = slider(page, 0, "garment")
    handle.focus()
    for _ in range(20):
        page.keyboard.press("ArrowRight")
    state.garment = 20
    wait_until(lambda: shown(page, 0) == state.png(), "the picture of garment 20")
    time.sleep(0.5)  # a late picture of a value on the way would come now
    assert shown(page, 0) == state.png()


def test_the_buttons_work_from_the_keyboard(page, state):
    page.get_by_role("button", name="Another garment").press("Enter")
    state.garment += 1
    wait_until(lambda: shown(page, 0) == state.png(), "the picture of the next garment")
    page.get_by_role("button", name="Reset").press("Enter")
    state.strengths[0] = 0.0
    wait_until(lambda: shown(page, 0) == state.png(), "the picture without directions")


# The epoch scrubber


def test_the_scrubber_shows_each_frame_with_its_epoch(page):
    assert shown(page, 1) == FRAMES[4]
    slider(page, 1, "frame").press("ArrowLeft")
    wait_until(lambda: shown(page, 1) == FRAMES[3], "the frame before the last")
    expect(page.get_by_text("epoch 0.375")).to_be_visible()


def test_play_runs_to_the_last_frame(page):
    slider(page, 1, "frame").press("Home")
    wait_until(lambda: shown(page, 1) == FRAMES[0], "the first frame")
    page.locator(".widget-play button").first.press("Enter")
    wait_until(lambda: shown(page, 1) == FRAMES[4], "the last frame")
    expect(page.get_by_text("epoch 0.500")).to_be_visible()


# All the while


def test_no_cell_shows_an_error(page):
    expect(page.locator(".jp-OutputArea-output img")).to_have_count(len(CELLS))
    expect(page.locator("[data-mime-type='application/vnd.jupyter.error']")).to_have_count(0)
    expect(page.locator("[data-mime-type='application/vnd.jupyter.stderr']")).to_have_count(0)
