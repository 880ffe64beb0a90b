"""Write the "Open in Colab" badge at the top of every notebook.

    python tests/notebooks/badges.py

The repository's public address is read from `[project.urls]` in pyproject.toml (key `Repository`,
a GitHub address). Without one there is nothing to point to, and badges are taken out.
"""

import tomllib
from pathlib import Path

import nbformat

ROOT = Path(__file__).parents[2]
MARK = "[![Open in Colab]("
PICTURE = "https://colab.research.google.com/assets/colab-badge.svg"


def badge(repository: str, name: str) -> str:
    """Markdown of the badge of one notebook."""
    path = repository.removeprefix("https://github.com/").rstrip("/")
    target = f"https://colab.research.google.com/github/{path}/blob/main/notebooks/{name}"
    return f"{MARK}{PICTURE})]({target})"


def with_badge(title_cell: str, repository: str | None, name: str) -> str:
    """The first cell with the badge under its heading, or without any."""
    lines = [line for line in title_cell.split("\n") if not line.startswith(MARK)]
    if lines[1:3] == ["", ""]:  # what an earlier badge leaves behind
        del lines[1]
    if repository:
        lines[1:1] = ["", badge(repository, name)]
    return "\n".join(lines)


def main() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    repository = project.get("urls", {}).get("Repository")
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        notebook.cells[0].source = with_badge(notebook.cells[0].source, repository, path.name)
        nbformat.write(notebook, path)
    print(f"badges: {repository or 'none, because pyproject.toml names no Repository'}")


if __name__ == "__main__":
    main()
