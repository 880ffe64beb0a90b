"""What every committed notebook promises, beside running from top to bottom (nbval does that)."""

import base64
import copy
import io
import re
import statistics
from pathlib import Path

import nbformat
import numpy as np
import pytest
from PIL import Image

from fashionlab import shipped

NOTEBOOKS = sorted(shipped.NOTEBOOKS.glob("*.ipynb"))
MEGABYTE = 1 << 20


def load(name):
    """A script beside this test, as a module."""
    import importlib.util

    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


execute = load("execute")


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request):
    return nbformat.read(request.param, as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def problems(notebook):
    """Everything that is wrong with a notebook, one sentence each."""
    found = []
    cells = code_cells(notebook)
    lines = [len(cell.source.splitlines()) for cell in cells]
    text = "\n".join(cell.source for cell in notebook.cells)
    code = "\n".join(cell.source for cell in cells)
    if notebook.metadata.get("fashionlab", {}).get("code_sha256") != execute.code_hash(notebook):
        found.append("code changed after its outputs were made: run tests/notebooks/execute.py")
    if any(output.output_type == "error" for cell in cells for output in cell.outputs):
        found.append("an error among the outputs")
    if sum(bool(cell.outputs) for cell in cells) < len(cells) / 2:
        found.append("hardly any outputs")
    if [cell.execution_count for cell in cells] != list(range(1, len(cells) + 1)):
        found.append("cells were not run once, from top to bottom")
    if statistics.median(lines) > 8 or max(lines) > 30:
        found.append(f"long code cells: median {statistics.median(lines)}, longest {max(lines)}")
    if re.search(r"(?<![\w.<])/(home|tmp|root|usr|work|Users|content)/|[A-Z]:\\", code):
        found.append("an absolute path")
    if re.search(r"^\s*[!%]?pip\b", code.replace("    %pip", ""), flags=re.MULTILINE):
        found.append("a bare pip cell")
    if not any("nbval-check-output" in cell.metadata.get("tags", []) for cell in cells):
        found.append("no cell whose output nbval compares")
    parts = ("What you will be able to do", "**Time**", "**Predict:**", "## Summary")
    found += [f"no {part!r}" for part in parts if part not in text]
    if "## References" not in text or not re.search(
        r"(19|20)\d\d", text.split("## References")[-1]
    ):
        found.append("no references with years")
    return found


def test_it_has_no_problems(notebook):
    assert problems(notebook) == []


def test_the_check_sees_each_kind_of_problem():
    good = nbformat.read(NOTEBOOKS[0], as_version=4)
    cell = code_cells(good)[1]

    def spoiled(**changes):
        notebook = copy.deepcopy(good)
        code_cells(notebook)[1].update(changes)
        return " ".join(problems(notebook))

    assert "code changed" in spoiled(source=cell.source + "\n1")
    assert "an absolute path" in spoiled(source="open('/home/me/x')")
    assert "a bare pip" in spoiled(source="!pip install x")
    assert "a bare pip" in spoiled(source="%pip install x")
    assert "long code cells" in spoiled(source="1\n" * 31)
    assert "from top to bottom" in spoiled(execution_count=7)
    untagged = copy.deepcopy(good)
    for each in untagged.cells:
        each.metadata = {}
    assert "nbval compares" in " ".join(problems(untagged))
    error = nbformat.v4.new_output("error", ename="E", evalue="", traceback=[])
    assert "an error" in spoiled(outputs=[error])
    assert "hardly any outputs" in " ".join(
        problems(nbformat.from_dict({**good, "cells": [{**c, "outputs": []} for c in good.cells]}))
    )


def test_all_share_one_setup_cell():
    setups = {code_cells(nbformat.read(path, as_version=4))[0].source for path in NOTEBOOKS}
    assert len(setups) == 1


def test_they_are_small():
    sizes = [path.stat().st_size for path in NOTEBOOKS]
    assert max(sizes) <= MEGABYTE
    assert sum(sizes) <= 10 * MEGABYTE


def test_cleaning_keeps_outputs_and_drops_the_rest():
    stream = [nbformat.v4.new_output("stream", name="stdout", text=t) for t in ("a\n", "b\n")]
    view = {"application/vnd.jupyter.widget-view+json": {"model_id": "1"}, "text/plain": "Sliders"}
    shown = nbformat.v4.new_output("execute_result", data=view, execution_count=2)
    cell = nbformat.v4.new_code_cell("x", outputs=[*stream, shown], execution_count=2)
    cell.metadata = {"execution": {"iopub.execute_input": "2026"}, "tags": ["kept"]}
    notebook = nbformat.v4.new_notebook(cells=[cell], metadata={"widgets": {}})
    execute.clean(notebook)
    assert notebook.cells[0].metadata == {"tags": ["kept"]}
    assert [o.get("text") for o in notebook.cells[0].outputs] == ["a\nb\n", None]
    assert notebook.cells[0].outputs[1].data == {"text/plain": "Sliders"}
    assert set(notebook.metadata) == {"kernelspec", "language_info", "fashionlab"}


def test_a_large_picture_gets_a_palette_and_a_small_one_stays():
    rng = np.random.default_rng(0)
    hues = np.linspace(0, 200, 300)[:, None] * np.ones((1, 300)) + rng.normal(0, 5, (300, 300))
    for pixels, shrinks in ((np.stack([hues] * 3, axis=2), True), (np.zeros((40, 40, 3)), False)):
        content = io.BytesIO()
        Image.fromarray(np.uint8(pixels.clip(0, 255))).save(content, "PNG")
        before = base64.b64encode(content.getvalue()).decode()
        after = execute.slim(before)
        assert (len(after) < 0.8 * len(before)) is shrinks
        assert execute.slim(after) == after
        seen = np.asarray(Image.open(io.BytesIO(base64.b64decode(after))).convert("RGB"), float)
        assert seen.shape == pixels.shape
        assert np.abs(seen - pixels).mean() < 3


def test_badges_point_to_the_repository_and_go_again():
    badges = load("badges")
    title = "# 00 · Start here\n\nIn two minutes"
    there = badges.with_badge(title, "https://github.com/someone/kit/", "00_start_here.ipynb")
    target = "colab.research.google.com/github/someone/kit/blob/main/notebooks/00_start_here.ipynb"
    assert target in there.split("\n")[2]
    assert (
        badges.with_badge(there, "https://github.com/someone/kit", "00_start_here.ipynb") == there
    )
    assert badges.with_badge(there, None, "00_start_here.ipynb") == title
