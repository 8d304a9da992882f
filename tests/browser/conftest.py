"""A JupyterLab of the tests' own, with settings, kernels and files of its own, and a Chromium that drives it."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from derivlab.cli import NODELAY

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
OWN = {"JUPYTER_CONFIG_DIR": "config", "JUPYTER_DATA_DIR": "data", "JUPYTER_RUNTIME_DIR": "runtime", "IPYTHONDIR": "ipython",
       "JUPYTERLAB_SETTINGS_DIR": "settings", "JUPYTERLAB_WORKSPACES_DIR": "workspaces", "MPLCONFIGDIR": "mpl"}  # fmt: skip
AXE = ROOT / "build/npm/node_modules/axe-core/axe.min.js"
CONNECTED = (
    "jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.connectionStatus === 'connected'"
)
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)
HARMLESS = ("favicon", "ResizeObserver", "Download the React", "was preloaded using link preload", "404")


def pytest_terminal_summary(terminalreporter):
    if CHROMIUM is None:
        terminalreporter.write_line(
            "The panels were not tried in a browser: no Chromium is found here (Debian, Ubuntu: apt install chromium)."
        )


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for(address, process, seconds=60):
    """Until a server answers."""
    for _ in range(seconds * 5):
        try:
            urllib.request.urlopen(address, timeout=2).read()
            return
        except OSError:
            assert process.poll() is None, "the server ended by itself"
            time.sleep(0.2)
    raise AssertionError(f"{address} does not answer")


def environment(folder):
    """Directories of the server's own, and no news from outside."""
    here = {name: str(folder / part) for name, part in OWN.items()}
    news = folder / "settings" / "@jupyterlab" / "apputils-extension" / "notification.jupyterlab-settings"
    news.parent.mkdir(parents=True)
    news.write_text(json.dumps({"fetchNews": "false", "checkForUpdates": False}))
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    return {**os.environ, **here, "PYTHONPATH": path}


def write_notebook(path, *cells):
    """A notebook of code cells, not yet run."""
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(new_notebook(cells=[new_code_cell(cell) for cell in cells], metadata=kernel), path)


def watched(browser):
    """A new page that keeps what its console complains of, and what it asks of other hosts."""
    page = browser.new_page()
    page.complaints, page.abroad = [], []
    page.on("console", lambda m: m.type == "error" and page.complaints.append(m.text))
    page.on("pageerror", lambda e: page.complaints.append(str(e)))
    page.on("request", lambda r: home(r.url) or page.abroad.append(r.url))
    return page


class Lab:
    """A running JupyterLab and the folder that it shows."""

    def __init__(self, browser, folder, address, token):
        self.browser, self.folder, self.address, self.token = browser, folder, address, token

    def open(self, name, *cells):
        """Write a notebook, open it in a fresh page, and run it."""
        self.write(name, *cells)
        return self.visit(f"{self.address}/lab/tree/{name}?token={self.token}&reset")

    def write(self, name, *cells):
        write_notebook(self.folder / name, *cells)

    def visit(self, address):
        """Open a link to a notebook and run it."""
        page = watched(self.browser)
        page.goto(address)
        page.wait_for_selector(".jp-NotebookPanel .jp-CodeCell", timeout=60_000)
        page.wait_for_function(CONNECTED, timeout=60_000)
        page.evaluate("() => void jupyterapp.commands.execute('notebook:run-all-cells')")
        return page

    @staticmethod
    def theme(page, name):
        """Light or Dark, also for the pages opened later."""
        page.evaluate(
            "theme => void jupyterapp.commands.execute('apputils:change-theme', { theme })",
            f"JupyterLab {name}",
        )
        page.wait_for_function(
            "light => document.body.dataset.jpThemeLight === light",
            arg="true" if name == "Light" else "false",
        )

    @staticmethod
    def barriers(page):
        """Serious and critical findings of axe-core inside the panels; the test is skipped where it is not installed."""
        if not AXE.exists():
            pytest.skip("axe-core is not here; npm install --prefix build/npm axe-core")
        if not page.evaluate("typeof axe === 'object'"):
            page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate("axe.run('.dl-panel')")["violations"]
        return [f"{v['id']}: {v['help']}" for v in found if v["impact"] in ("serious", "critical")]

    @staticmethod
    def complaints(page):
        """Errors of the console that are not the Lab's own habits."""
        return [text for text in page.complaints if not any(word in text for word in HARMLESS)]


def home(address):
    return address.startswith(
        (
            "http://127.0.0.1",
            "ws://127.0.0.1",
            "http://localhost",
            "ws://localhost",
            "data:",
            "blob:",
            "file:",
        )
    )


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    if CHROMIUM is None:
        pytest.skip("no Chromium is found here; on Debian and Ubuntu: apt install chromium")
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as playwright:
        profile = tmp_path_factory.mktemp("profile")
        context = playwright.chromium.launch_persistent_context(
            profile,
            executable_path=CHROMIUM,
            headless=True,
            args=FLAGS,
            viewport={"width": 1400, "height": 1600},
        )
        yield context
        context.close()


@pytest.fixture(scope="session", name="write_notebook")
def _write_notebook():
    return write_notebook


@pytest.fixture(scope="session")
def open_page(browser):
    return lambda: watched(browser)


@pytest.fixture(scope="session")
def serve(tmp_path_factory):
    """Starts servers on ports of their own, and ends them."""
    running = []

    def start(answers, *command, cwd):
        own, port = tmp_path_factory.mktemp("own"), free_port()
        words = [str(word).replace("PORT", str(port)) for word in command]
        with open(own / "log", "w") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", *words],
                env=environment(own),
                cwd=cwd,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        running.append(process)
        wait_for(f"http://127.0.0.1:{port}{answers}", process)
        return f"http://127.0.0.1:{port}"

    yield start
    for process in running:
        process.terminate()
    for process in running:
        process.wait(20)


@pytest.fixture(scope="session")
def lab(browser, serve, tmp_path_factory):
    folder, token = tmp_path_factory.mktemp("notebooks"), "tests"
    address = serve(
        f"/api/status?token={token}", "jupyterlab", "--no-browser", "--ServerApp.port=PORT", "--ServerApp.port_retries=0",
        f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={folder}", "--LabApp.expose_app_in_browser=True",
        "--ServerApp.allow_root=True", NODELAY, cwd=folder,
    )  # fmt: skip
    return Lab(browser, folder, address, token)
