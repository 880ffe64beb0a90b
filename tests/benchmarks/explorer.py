"""How soon does the garment explorer follow the hand? Beside a bare slider in the same page.

    python tests/benchmarks/explorer.py [--moves 50] [--pause 0.5]

One cell of JupyterLab in Chromium holds an `IntSlider` that only encodes pictures made beforehand,
and the garment explorer with the shipped conditional generator. A key moves a slider; what is
measured, in the page, is the time from the key's event until the new picture is painted. The bare
slider, one garment and the grid of sixteen take turns, so that a busy machine slows them alike.
Printed are the median and the 95th percentile, and their ratios to the bare slider's. What is
wanted of the 95th percentile: at most 1.5 times the bare one for one garment, 2.5 for the grid.
"""

import argparse
import os
import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.benchmarks.latency import one_or_more, report

WARM_UP = 5  # moves that do not count
CELL = """
import ipywidgets
import fashionlab as fl
generator = fl.pretrained.generator("conditional")
explorer = fl.widgets.garment_explorer(generator)
garments = fl.latent.sample(generator, 2, seed=0, classes=explorer.state.garment.classes)
def picture(number):
    return fl.plots.png(garments[[number]], zoom=11)
bare = ipywidgets.IntSlider(description="bare", max=1)
image = ipywidgets.Image(value=picture(0)).add_class("bare-picture")
bare.observe(lambda change: setattr(image, "value", picture(change.new)), "value")
ipywidgets.VBox([ipywidgets.HBox([bare, image]), explorer])
"""
# What is moved: the label of a slider, and the pictures that follow it.
MOVED = {
    "bare slider": ("bare", ".bare-picture"),
    "one garment": ("direction 1", ".fashionlab-garment >> nth=0"),
    "grid of 16": ("radius", ".fashionlab-tiles[aria-label='Garments to choose from']"),
}
# Milliseconds from a key to the frame that shows other pictures than before.
WATCH = """pictures => {
    const canvases = [...pictures.querySelectorAll("canvas")];
    const pixels = () => canvases.length
        ? canvases.map(canvas => canvas.toDataURL()).join() : pictures.src;
    const before = pixels();
    let pressed;
    addEventListener("keydown", () => { pressed = performance.now(); },
        {capture: true, once: true});
    window.move = new Promise((resolve, reject) => {
        setTimeout(reject, 60_000, Error("no other picture for a minute"));
        async function look() {
            if (pressed === undefined || pixels() === before) return;
            observer.disconnect();
            if (pictures.decode) await pictures.decode();
            requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - pressed)));
        }
        const observer = new MutationObserver(look);
        observer.observe(pictures, {attributes: true, subtree: true});
    });
}"""


def latency(cell, name, key):
    """Milliseconds from the key to its picture on the screen."""
    label, pictures = MOVED[name]
    control = cell.slider(label) if name == "bare slider" else cell.field(label)
    control.focus()
    cell.output.locator(pictures).evaluate(WATCH)
    cell.page.keyboard.press(key)
    return cell.page.evaluate("() => window.move")


def measure(notebook, moves, pause):
    """Latencies by the names of `MOVED`, in turns whose order is drawn anew each time."""
    notebook.page.set_viewport_size({"width": 1280, "height": 1600})
    cell = notebook.cell("garment_explorer")
    cell.output.locator(".fashionlab-pad").wait_for()
    cell.button("More like this").click()  # the radius moves neighbours, and no others
    found = {name: [] for name in MOVED}
    draw = random.Random(0)
    for move in range(WARM_UP + moves):
        for name in draw.sample(list(MOVED), len(MOVED)):
            time.sleep(pause)
            found[name].append(latency(cell, name, ("ArrowRight", "ArrowLeft")[move % 2]))
    print(f"load {os.getloadavg()[0]:.1f}")
    return {name: values[WARM_UP:] for name, values in found.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--moves", type=one_or_more, default=50)
    # Seconds between two moves; less than the default, and what the explorer draws around a
    # garment at rest falls into the next move.
    parser.add_argument("--pause", type=float, default=0.5)
    arguments = parser.parse_args()
    report([CELL], lambda notebook: measure(notebook, arguments.moves, arguments.pause))


if __name__ == "__main__":
    main()
