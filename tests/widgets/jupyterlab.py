"""A real JupyterLab with a notebook open in a real Chromium, offline, for tests and benchmarks."""

import base64
import contextlib
import os
import re
import secrets
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import nbformat

from ..browser import TIMEOUT, browse, wait_until

# What the kernel reports goes to the console too: no cell shows what a control or thread raised.
LISTEN = """() => jupyterapp.shell.currentWidget.sessionContext.iopubMessage.connect(
    (_, {header, content}) => {
        if (header.msg_type == "error")
            console.error(`kernel: ${content.ename}: ${content.evalue}`);
        if (header.msg_type == "stream" && content.name == "stderr")
            console.error(`kernel: ${content.text}`);
    }
)"""
RUN = """async source => {
    const notebook = jupyterapp.shell.currentWidget.content;
    notebook.activeCellIndex = notebook.widgets.length - 1;
    await jupyterapp.commands.execute("notebook:insert-cell-below");
    notebook.activeCell.model.sharedModel.setSource(source);
    await jupyterapp.commands.execute("notebook:run-cell");
    return notebook.activeCellIndex;
}"""
SHOW = """async index => {
    const notebook = jupyterapp.shell.currentWidget.content;
    notebook.activeCellIndex = index;
    await notebook.scrollToItem(index, "start");
}"""
# The content of the file that the browser shows; empty between two pictures.
READ = """async image => {
    try {
        const bytes = new Uint8Array(await (await fetch(image.src)).arrayBuffer());
        return btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join(""));
    } catch {
        return "";
    }
}"""


class Server:
    """A JupyterLab.

    Args:
        url: Where it listens, without a path.
        token: Opens it.
        log: File of what it says.
    """

    def __init__(self, url: str, token: str, log: Path):
        self.url, self.token, self.log = url, token, log

    def alarms(self) -> list[str]:
        """Errors in the log."""
        alarm = re.compile(r"^\[[CE] |Traceback|\bERROR\b")
        return [line for line in self.log.read_text().splitlines() if alarm.search(line)]


@contextlib.contextmanager
def serve(folder, home):
    """A `Server` of the notebooks in `folder`; its own files, none of the user's, are in `home`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex()
    command = [
        *(sys.executable, "-m", "jupyter", "lab", "--no-browser", "--allow-root"),
        *("--ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0"),
        *(f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={folder}"),
        # The harness asks the page's own application object to run cells.
        "--LabApp.expose_app_in_browser=True",
        # Nothing outside this machine is asked for anything.
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        *("--LabApp.news_url=None", "--LabApp.extension_manager=readonly"),
    ]
    # Nor does JupyterLab ask whether it may, in a window over the notebook.
    apputils = home / "config_dir/lab/user-settings/@jupyterlab/apputils-extension"
    apputils.mkdir(parents=True)
    (apputils / "notification.jupyterlab-settings").write_text('{"fetchNews": "false"}')
    names = ("CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR")
    settings = {f"JUPYTER_{name}": str(home / name.lower()) for name in names}
    settings |= {"IPYTHONDIR": str(home / "ipython"), "FASHIONLAB_BUDGET": "smoke"}
    log = home / "log.txt"
    with (
        log.open("wb") as stream,
        subprocess.Popen(
            command, env=os.environ | settings, stdout=stream, stderr=subprocess.STDOUT
        ) as process,
    ):
        server = Server(f"http://127.0.0.1:{port}", token, log)
        try:
            wait_until(lambda: process.poll() is not None or _answers(server), "JupyterLab")
            assert process.poll() is None, log.read_text()
            yield server
        finally:
            process.terminate()


def _answers(server):
    try:
        with urllib.request.urlopen(f"{server.url}/api/status?token={server.token}"):
            return True
    except urllib.error.URLError:
        return False


def write_notebook(file, sources) -> None:
    """Write a notebook of code cells."""
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source.strip()) for source in sources],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    )
    nbformat.write(notebook, file)


@contextlib.contextmanager
def open_notebook(chromium, folder, sources):
    """A `Notebook` of code cells in an empty folder, open in a browser, its cells run."""
    write_notebook(folder / "notebook.ipynb", sources)
    with serve(folder, folder / ".home") as server, browse(chromium) as browser:
        notebook = Notebook(browser, server, "notebook.ipynb")
        notebook.run_all()
        yield notebook


class Notebook:
    """A notebook that is open in a page of its own.

    Args:
        browser: A Playwright browser.
        server: The `Server` that has the notebook.
        name: Its file.

    Attributes:
        page: The Playwright page.
        problems: What the page's console, its scripts and the kernel reported as errors so far.
    """

    def __init__(self, browser, server, name):
        self.problems = []
        self.page = page = browser.new_page(viewport={"width": 1300, "height": 1000})
        page.set_default_timeout(TIMEOUT * 1000)
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.problems.append(f"page: {error}"))
        # In a workspace of its own: JupyterLab opens what was open in a shared one, too.
        place = f"lab/workspaces/{Path(name).stem}/tree/{name}"
        page.goto(f"{server.url}/{place}?token={server.token}")
        page.get_by_text("| Idle").wait_for()  # the kernel, in the status bar
        page.evaluate(LISTEN)

    def run_all(self) -> None:
        """Run all cells and wait for the last one."""
        self.page.evaluate("() => jupyterapp.commands.execute('notebook:run-all-cells')")

    def run(self, source: str) -> "Cell":
        """Run a new cell at the end, as soon as the kernel is free."""
        return Cell(self.page, self.page.evaluate(RUN, source))

    def cell(self, text: str) -> "Cell":
        """The first cell whose source has `text`, scrolled into sight."""
        sources = self.page.evaluate(
            "() => jupyterapp.shell.currentWidget.content.widgets"
            ".map(cell => cell.model.sharedModel.getSource())"
        )
        index = next(i for i, source in enumerate(sources) if text in source)
        self.page.evaluate(SHOW, index)
        return Cell(self.page, index)

    def errors_shown(self) -> int:
        """Outputs that are an error or went to stderr."""
        return self.page.evaluate(
            "() => jupyterapp.shell.currentWidget.model.sharedModel.cells"
            ".flatMap(cell => cell.getOutputs?.() ?? [])"
            ".filter(output => output.output_type == 'error' || output.name == 'stderr').length"
        )

    def _on_console(self, message):
        if message.type == "error":
            self.problems.append(f"console: {message.text} ({message.location['url']})")


class Cell:
    """A cell with a widget, as the hand and the eye meet it.

    Args:
        page: The Playwright page of the notebook.
        index: Which of its cells.
    """

    def __init__(self, page, index):
        self.page = page
        self.place = page.locator(f".jp-Cell[data-windowed-list-index='{index}']")
        self.output = self.place.locator(".jp-OutputArea-output")
        self.image = self.output.locator("img")

    def shown(self) -> bytes:
        """The content of the PNG file that the browser shows; empty between two pictures."""
        return base64.b64decode(self.image.evaluate(READ))

    def slider(self, label: str):
        """Handle of a slider."""
        return self._row(label).get_by_role("slider")

    def readout(self, label: str):
        """The number beside a slider, which can be typed over."""
        return self._row(label).locator(".widget-readout")

    def field(self, label: str):
        """A drop-down menu, or a field for a number."""
        return self.output.get_by_label(label, exact=True)

    def button(self, label: str):
        """A button, or a button that stays pressed."""
        # Its icon is a letter of its name.
        return self.output.get_by_role("button", name=re.compile(rf"^\W*{label}$"))

    def box(self, label: str):
        """A box to tick."""
        return self.output.get_by_role("checkbox", name=label, exact=True)

    def _row(self, label):
        name = self.page.get_by_text(label, exact=True)
        return self.output.locator(".widget-slider", has=name)
