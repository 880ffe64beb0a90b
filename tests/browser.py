"""A real Chromium, offline, for tests and benchmarks; and somebody who clicks at random."""

import contextlib
import os
import random
import shutil
import time

import pytest
from playwright.sync_api import sync_playwright

TIMEOUT = 90  # seconds; a cold start of JupyterLab and TensorFlow on a busy machine
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# Of those elements that are in sight: left, top, width, height.
BOXES = """all => all.map(one => one.getBoundingClientRect())
    .filter(box => box.width && box.top >= 0 && box.bottom <= innerHeight)
    .map(box => [box.left, box.top, box.width, box.height])"""
KEYS = (
    *("ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Shift+ArrowLeft", "Home", "End"),
    *("PageUp", "PageDown", "Enter", "Space", "Escape", "Tab"),
)


def wait_until(met, what):
    """Wait until `met()` is true; an AssertionError tells `what` did not happen."""
    end = time.monotonic() + TIMEOUT
    while not met():
        assert time.monotonic() < end, f"waited {TIMEOUT} s in vain: {what}"
        time.sleep(0.05)


def find_chromium():
    """Path of the browser, or None."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def needed_chromium():
    """Path of the browser; where there is none, the test is skipped, and fails in the CI."""
    path = find_chromium()
    if path is None and "CI" in os.environ:
        pytest.fail(f"no browser: none of {', '.join(BROWSERS)} is on the PATH")
    if path is None:
        pytest.skip("needs Chromium or Chrome")
    return path


@contextlib.contextmanager
def browse(chromium):
    """A Playwright browser."""
    arguments = [
        *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
        *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
        "--no-proxy-server",
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        yield browser
        browser.close()


def go_wild(page, targets, seconds, keys=KEYS):
    """Click, drag and press keys at random.

    Args:
        page: The Playwright page.
        targets: A locator of all that can be used. What comes and goes meanwhile is followed.
        seconds: How long.
        keys: Which to press.

    Returns:
        How often it did anything.
    """
    draw, mouse = random.Random(0), page.mouse
    end, done = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        boxes = targets.evaluate_all(BOXES)
        if len(boxes) < 2:  # a key has scrolled the page
            targets.first.scroll_into_view_if_needed()
            continue
        left, top, width, height = draw.choice(boxes)
        spots = [
            (left + draw.uniform(0, 1) * width, top + draw.uniform(0, 1) * height) for _ in range(5)
        ]
        action = draw.randrange(4)
        if action == 0:
            for key in draw.choices(keys, k=3):
                page.keyboard.press(key)
        elif action == 1:
            mouse.move(*spots[0])
            mouse.down()
            for spot in spots:
                mouse.move(*spot, steps=4)
            mouse.up()
        else:
            mouse.click(*spots[0])
        done += 1
    return done
