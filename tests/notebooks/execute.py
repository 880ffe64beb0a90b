"""Run notebooks from top to bottom and commit what comes out, clean.

    python tests/notebooks/execute.py [notebooks/04_*.ipynb ...]

Outputs are kept; timings, widget state and machine names are not, and cells are counted from 1.
Each notebook gets a hash of its code in its metadata: a test notices when the code was changed
after the outputs were made. The budget is `laptop` unless FASHIONLAB_BUDGET says otherwise.
"""

import base64
import hashlib
import io
import itertools
import os
import sys
from pathlib import Path

import nbformat
from PIL import Image

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
LARGE = 50_000  # bytes of a picture that is made smaller
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def code_hash(notebook) -> str:
    """sha256 over the source of the code cells."""
    sources = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    return hashlib.sha256("\0".join(sources).encode()).hexdigest()


def clean(notebook) -> None:
    """Drop what differs from run to run without telling a reader anything."""
    notebook.metadata = {
        "kernelspec": KERNEL,
        "language_info": {"name": "python"},
        "fashionlab": {"code_sha256": code_hash(notebook)},
    }
    counter = itertools.count(1)
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number:02d}"
        tags = cell.metadata.get("tags")
        cell.metadata = {"tags": tags} if tags else {}
        if cell.cell_type == "code":
            cell.execution_count = next(counter)  # nbval takes a cell without one as not run
            for output in cell.outputs:
                if "execution_count" in output:
                    output.execution_count = cell.execution_count
                if "data" in output:
                    # A widget's view is empty without its kernel; its plain text stays.
                    output.data.pop("application/vnd.jupyter.widget-view+json", None)
                    output.metadata = {}
                    if "image/png" in output.data:
                        output.data["image/png"] = slim(output.data["image/png"])
            cell.outputs = merged(cell.outputs)


def slim(picture: str) -> str:
    """A PNG in base64; a large one with a palette of 256 colours, which is about a third of it."""
    content = base64.b64decode(picture)
    image = Image.open(io.BytesIO(content))
    if len(content) < LARGE or image.mode == "P":
        return picture
    colours = image.convert("RGB").quantize(256, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    smaller = io.BytesIO()
    colours.save(smaller, "PNG", optimize=True)
    return base64.b64encode(smaller.getvalue()).decode()


def merged(outputs) -> list:
    """Neighbouring pieces of one stream as one output."""
    result = []
    for output in outputs:
        same = result and output.output_type == "stream" == result[-1].output_type
        if same and output.name == result[-1].name:
            result[-1].text += output.text
        else:
            result.append(output)
    return result


def execute(path: Path) -> None:
    """Run one notebook in its own folder and write it back only if every cell ran."""
    from nbclient import NotebookClient

    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook, timeout=3600, kernel_name="python3", resources={"metadata": {"path": path.parent}}
    )
    client.execute()
    clean(notebook)
    nbformat.write(notebook, path)
    print(f"{path.name}: {path.stat().st_size >> 10} KB")


if __name__ == "__main__":
    os.environ.setdefault("FASHIONLAB_BUDGET", "laptop")
    for path in map(Path, sys.argv[1:] or sorted(NOTEBOOKS.glob("*.ipynb"))):
        execute(path)
