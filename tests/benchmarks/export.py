"""Does the exported explorer follow the hand? Pictures a second while a real Chromium drags.

    python tests/benchmarks/export.py [--seconds 5] [--only dcgan ...]

The dot of the pad goes round in circles; every move asks for a picture. Printed are the pictures
that were drawn a second, the CPU milliseconds of the page's thread for each (all its work, so that
a busy machine does not change them much), and the size of the file. What is wanted: 20 pictures a
second or more for the generators that the kit ships.
"""

import argparse
import math
import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import fashionlab as fl
from fashionlab.export import export_explorer
from tests.browser import browse, find_chromium

SHIPPED = ("dcgan", "conditional")
NAMES = (*SHIPPED, "quality_generator", "classic_generator")
COUNT = """() => {
    window.pictures = 0;
    const draw = drawPicture;
    drawPicture = () => { pictures++; draw(); };
}"""


def busy(client):
    """CPU seconds that the page's thread has worked, whatever else the machine does."""
    metrics = client.send("Performance.getMetrics")["metrics"]
    return next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration")


def drag(page, seconds):
    """Pictures drawn a second, and CPU milliseconds of the page's thread for each."""
    client = page.context.new_cdp_session(page)
    client.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.evaluate(COUNT)
    page.locator("#pad").scroll_into_view_if_needed()
    box = page.locator("#pad").bounding_box()
    radius = box["width"] / 2
    page.mouse.move(box["x"] + radius, box["y"] + radius)
    page.mouse.down()
    start, worked = time.monotonic(), busy(client)
    while (now := time.monotonic() - start) < seconds:
        x, y = radius * (1 + math.cos(2 * now)), radius * (1 + math.sin(2 * now))
        page.mouse.move(box["x"] + x, box["y"] + y)
    pictures, worked = page.evaluate("pictures"), busy(client) - worked
    page.mouse.up()
    return pictures / now, 1000 * worked / pictures


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--only", nargs="+", choices=NAMES, default=NAMES)
    arguments = parser.parse_args()
    chromium = find_chromium()
    if chromium is None:
        sys.exit("needs Chromium or Chrome on the PATH")
    print(f"{'generator':20} pictures/s    CPU ms    MB    load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder, browse(chromium) as browser:
        for name in arguments.only:
            # In those that are not trained, about half the values are zero too.
            shipped = name in SHIPPED
            model = fl.pretrained.generator(name) if shipped else getattr(fl.nets, name)()
            file = export_explorer(model, Path(folder) / f"{name}.html")
            page = browser.new_page()
            page.goto(file.as_uri())
            rate, each = drag(page, arguments.seconds)
            print(f"{name:20} {rate:10.1f} {each:9.1f} {file.stat().st_size / 1e6:5.1f}")
            page.close()


if __name__ == "__main__":
    main()
