"""How soon does the picture follow the hand? Each widget beside a bare slider over pictures.

    python tests/benchmarks/latency.py [--moves 30] [--rounds 3]

One page of JupyterLab in Chromium holds an `IntSlider` that only swaps pictures made beforehand,
and the widgets of the notebooks. A key moves a control; what is measured, in the page, is the time
from the key's event until the new picture is loaded and decoded. The widgets take turns; median
and 95th percentile over the moves of all rounds are printed, and their ratios to the bare slider's.
What is wanted: the divergence explorer's 95th percentile is at most 1.5 times the bare one.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.browser import find_chromium
from tests.widgets.jupyterlab import open_notebook

PAUSE = 0.1  # seconds between two moves, for the kernel to fall idle
BARE = """
import ipywidgets
import fashionlab as fl
from fashionlab.widgets.divergence_explorer import DivergenceState
state, pictures = DivergenceState("two_gaussians"), []
for mean in (0, 1, 2):
    state.mean = mean
    pictures.append(state.png())
bare = ipywidgets.IntSlider(description="bare", max=2)
image = ipywidgets.Image(value=pictures[0])
bare.observe(lambda change: setattr(image, "value", pictures[change.new]), "value")
ipywidgets.VBox([bare, image])
"""
# What is moved: the source of its cell, and the label of the slider or box.
MOVED = {
    "bare slider": (BARE, "bare"),
    "divergence explorer, mean": ("fl.widgets.divergence_explorer('two_gaussians')", "mean of q"),
    "divergence explorer, width": ("fl.widgets.divergence_explorer('mixture')", "width of q"),
    "Dirac explorer, R1 weight": ("fl.widgets.dirac_explorer()", "R1 weight"),
    "shape calculator, kernel": ("fl.widgets.shape_calculator(28)", "kernel"),
    "latent explorer, direction": (
        "fl.widgets.latent_explorer(fl.pretrained.generator('dcgan'))",
        "direction 1",
    ),
    # Paused, its other settings show up in the picture only with the next turn.
    "GAN lab, a layer": ("fl.widgets.gan_lab().run(400)", "gradient arrows"),
}
WATCH = """image => {
    let pressed;
    const press = () => { pressed = performance.now(); };
    addEventListener("keydown", press, {capture: true, once: true});
    window.move = new Promise(resolve => image.addEventListener("load", async () => {
        await image.decode();
        resolve(performance.now() - pressed);
    }, {once: true}));
}"""


def controls(cell, label):
    """A control, and the keys that move it there and back."""
    if cell.box(label).count():
        return cell.box(label), ("Space", "Space")
    return cell.slider(label), ("ArrowRight", "ArrowLeft")


def latencies(cell, label, moves):
    """Milliseconds from each key to its picture; the first two moves warm up."""
    control, keys = controls(cell, label)
    found = []
    for move in range(moves + 2):
        time.sleep(PAUSE)
        cell.image.evaluate(WATCH)
        control.press(keys[move % 2])
        found.append(cell.page.evaluate("() => window.move"))
    return found[2:]


def measure(notebook, moves, rounds):
    """Latencies by the names of `MOVED`."""
    found = {name: [] for name in MOVED}
    for number in range(1, rounds + 1):
        for name, (source, label) in MOVED.items():
            cell = notebook.cell(source.strip())
            cell.image.wait_for()
            found[name] += latencies(cell, label, moves)
        print(f"round {number} of {rounds} is done", flush=True)
    return found


def one_or_more(text):
    """A whole number from the command line."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not 1 or more")
    return number


def report(sources, measure):
    """Print what `measure` finds in a notebook of these cells, beside the "bare slider" in it."""
    chromium = find_chromium()
    if chromium is None:
        sys.exit("needs Chromium or Chrome on the PATH")
    with (
        tempfile.TemporaryDirectory() as folder,
        open_notebook(chromium, Path(folder), sources) as notebook,
    ):
        found = measure(notebook)
        if notebook.problems:
            sys.exit("\n".join(notebook.problems))
    width = max(map(len, found))
    percentiles = {name: np.percentile(values, (50, 95)) for name, values in found.items()}
    bare = percentiles["bare slider"]
    print(f"{'milliseconds':{width}}   p50   p95   times the bare one")
    for name, (p50, p95) in percentiles.items():
        print(f"{name:{width}} {p50:5.0f} {p95:5.0f}   {p50 / bare[0]:6.2f} {p95 / bare[1]:6.2f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--moves", type=one_or_more, default=30)
    parser.add_argument("--rounds", type=one_or_more, default=3)
    arguments = parser.parse_args()
    report(
        [source for source, _ in MOVED.values()],
        lambda notebook: measure(notebook, arguments.moves, arguments.rounds),
    )


if __name__ == "__main__":
    main()
