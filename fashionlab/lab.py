"""The course in JupyterLab: its notebooks where they can be written, and the server."""

import importlib.util
import os
import signal
import subprocess
import sys
from pathlib import Path

from fashionlab import shipped
from fashionlab.errors import ConfigurationError
from fashionlab.files import write_atomically

FIRST_NOTEBOOK = "00_start_here.ipynb"
KERNELS = Path(__file__).parent / "_jupyter"


def prepare(
    folder: Path | None = None,
    port: int | None = None,
    no_browser: bool = False,
    jupyter: list[str] | tuple[str, ...] = (),
) -> list[str]:
    """Put the notebooks where they can be written, and say what opens them.

    Args:
        folder: Where to copy them; None uses a checkout's own if it can be written.
        port: Port of the server.
        no_browser: Whether to open no browser.
        jupyter: Further arguments of JupyterLab.

    Returns:
        The command line of JupyterLab.

    Raises:
        ConfigurationError: JupyterLab is not installed.
        StorageError: The folder cannot be written.
    """
    if importlib.util.find_spec("jupyterlab") is None:
        raise ConfigurationError(
            'JupyterLab is not installed beside the kit. Type: pip install "fashionlab[lab]"'
        )
    installed = shipped.NOTEBOOKS.parent.name == "_shipped"
    if folder is None and not installed and os.access(shipped.NOTEBOOKS, os.W_OK):
        folder = shipped.NOTEBOOKS
    else:
        folder = folder or Path("fashionlab-notebooks")
        _copy_notebooks(folder)
    return [
        *(sys.executable, "-m", "jupyterlab", "-y"),  # -y: Ctrl-C asks no question
        f"--ServerApp.root_dir={folder.resolve()}",
        f"--LabApp.default_url=/lab/tree/{FIRST_NOTEBOOK}",
        *([f"--port={port}"] if port else []),
        *(["--no-browser"] if no_browser else []),
        *jupyter,
    ]


def _copy_notebooks(folder: Path) -> None:
    kept = []
    for source in sorted(shipped.NOTEBOOKS.glob("*.ipynb")):
        target = folder / source.name
        if target.exists():
            kept.append(target.name)
        else:
            write_atomically(target, source.read_bytes())
    print(f"Your notebooks are in {folder}.")
    if kept:
        print(f"Already there and kept as they are: {', '.join(kept)}.")


def serve(command: list[str]) -> int:
    """Run JupyterLab until it ends or is stopped."""
    # Notebooks ask for the kernel `python3`, which the user may have bound to another Python. What
    # JUPYTER_PATH names is found first, and there `python` means the Python that runs JupyterLab.
    kernels = os.pathsep.join(filter(None, [str(KERNELS), os.environ.get("JUPYTER_PATH")]))
    # Being asked to end by another program is like Ctrl-C: the server must not be left behind.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with subprocess.Popen(command, env={**os.environ, "JUPYTER_PATH": kernels}) as server:
        try:
            return server.wait()
        except KeyboardInterrupt:
            server.terminate()  # JupyterLab ends its kernels, then itself
    return 0
