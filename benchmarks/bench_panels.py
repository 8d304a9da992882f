"""Panels against `interact` with an inline figure, in a real JupyterLab and a headless Chromium; prints ratios.

`python benchmarks/bench_panels.py [moves]`: every contestant draws the same descent. For each move of its slider the time
from the key to changed pixels is taken (p50 and p95), then the frames a second while the handle is dragged. The contestants
take turns, so that all see the same machine. The package, its lab and test extras and a Chromium must be installed.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "browser"))
from conftest import CHROMIUM, FLAGS, Lab, environment, free_port, wait_for  # noqa: E402

INTERACT = """import matplotlib.pyplot as plt, numpy as np, ipywidgets as w
import derivlab as dl
from derivlab.gallery.surfaces import bowl
from derivlab.plots.contours import ContourDisplay
surface = bowl(10.0)
run = dl.descend(surface, surface.start, dl.Momentum(0.03), 120)
def show(steps):
    fig, (left, right) = plt.subplots(1, 2, figsize=(9.6, 5.6))
    ContourDisplay(surface.f, surface.domain).plot(left).move([run], steps, ("gradient", "momentum", "step"))
    right.semilogy(run.values[: steps + 1])
    plt.show()
w.interact(show, steps=w.IntSlider(12, 0, 120));"""
PANEL = """import derivlab as dl
panel = dl.GradientDescentPanel(optimiser="momentum", rate=0.0316227766017, steps=12)
panel"""
SETTINGS = """
    window.pressed = []; window.shown = [];
    window.watch?.disconnect();
    const image = (node) => node.nodeName === "IMG" || node.querySelector?.("img");
    const fresh = (record) => "SCOPE" === ".dl-words" || image(record.target) && record.type === "attributes" || [...record.addedNodes].some(image);
    window.watch = new MutationObserver((records) => records.some(fresh) && requestAnimationFrame(() => window.shown.push(performance.now())));
    window.watch.observe(document.querySelector("SCOPE"), { attributes: true, attributeFilter: ["src"], childList: true, characterData: true, subtree: true });
    if (!window.heard) document.addEventListener("keydown", () => window.pressed.push(performance.now()), true);
    window.heard = true;
"""
PICTURES = "import derivlab as dl\ndl.GradientDescentPanel.tables = False\n"
ROUNDS = 3
CONTESTANTS = {  # the cell, its slider, and where a new frame shows
    "interact, inline figure": (INTERACT, ".widget-slider [role=slider]", ".jp-OutputArea"),
    "panel, pictures only": (PICTURES + PANEL, "input[type=range][max='120']", ".dl-words"),
    "panel, drawn in the browser": (PANEL, "input[type=range][max='120']", ".dl-words"),
}


def start_lab(playwright, folder: Path):
    """A JupyterLab of the benchmark's own, and a browser."""
    import subprocess

    own, port = folder / "own", free_port()
    own.mkdir()
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", f"--ServerApp.port={port}", "--IdentityProvider.token=t",
               f"--ServerApp.root_dir={folder}", "--LabApp.expose_app_in_browser=True", "--ServerApp.allow_root=True",
               *sys.argv[2:]]  # fmt: skip
    with open(own / "log", "w") as log:
        server = subprocess.Popen(command, env=environment(own), cwd=folder, stdout=log, stderr=log)
    wait_for(f"http://127.0.0.1:{port}/api/status?token=t", server)
    browser = playwright.chromium.launch_persistent_context(
        own / "profile",
        executable_path=CHROMIUM,
        headless=True,
        args=FLAGS,
        viewport={"width": 1500, "height": 1200},
    )
    return server, browser, Lab(browser, folder, f"http://127.0.0.1:{port}", "t")


def latencies(page, slider, moves: int) -> list[float]:
    """Milliseconds from a key to the frame that shows it."""
    slider.focus()
    took = []
    for i in range(moves):
        page.evaluate("window.pressed = []; window.shown = []")
        page.keyboard.press("ArrowRight" if i < moves // 2 else "ArrowLeft")
        page.wait_for_function("window.shown.length", timeout=10_000, polling=5)
        took.append(page.evaluate("window.shown[0] - window.pressed[0]"))
        page.wait_for_timeout(250)
    return took


def dragged(page, track) -> tuple[float, float]:
    """Frames and moves a second while a handle is dragged along its slider by the mouse."""
    box = track.bounding_box()
    left, right, middle = (
        box["x"] + 0.2 * box["width"],
        box["x"] + 0.75 * box["width"],
        box["y"] + box["height"] / 2,
    )
    page.mouse.move(left, middle)
    page.mouse.down()
    page.evaluate("window.shown = []")
    begun = time.perf_counter()
    for x in np.linspace(left, right, 90):
        page.mouse.move(x, middle)
    seconds = time.perf_counter() - begun
    frames = page.evaluate("new Set(window.shown.map((t) => Math.round(t))).size")
    page.mouse.up()
    page.wait_for_timeout(1500)
    return max(frames, 1) / seconds, 90 / seconds


def measured(pages: dict, moves: int) -> dict:
    """p50 and p95 in milliseconds, and the median of frames and moves a second; the contestants take turns."""
    took: dict = {name: [] for name in pages}
    rates: dict = {name: [] for name in pages}
    for _ in range(ROUNDS):
        for name, (page, slider, track) in pages.items():
            page.bring_to_front()
            page.wait_for_timeout(1000)
            took[name] += latencies(page, slider, moves // ROUNDS)
            rates[name].append(dragged(page, track))
    return {name: (*np.percentile(took[name], [50, 95]), *np.median(rates[name], axis=0)) for name in pages}


def kernel_time() -> tuple[float, float]:
    """Milliseconds of the kernel's own time for a frame of the descent: as a picture, and as vectors."""
    import derivlab as dl

    panel = dl.GradientDescentPanel(optimiser="momentum", rate=0.0316227766017)
    panel.drive(steps=1)

    def spent(call, settings) -> float:
        begun = time.process_time()
        call(settings)
        return 1000 * (time.process_time() - begun)

    picture = [spent(lambda s: panel.drive(**s), {"steps": n}) for n in range(2, 60)]
    vectors = [spent(lambda s: panel._marked({**panel.values, **s}), {"steps": n}) for n in range(60, 118)]
    return float(np.median(picture)), float(np.median(vectors))


def opened(lab, number: int, name: str) -> tuple:
    """A page with a contestant that has settled, its slider and what the handle moves on."""
    cell, slider, scope = CONTESTANTS[name]
    page = lab.open(f"{number}.ipynb", cell)
    handle = page.locator(slider).first
    handle.wait_for(timeout=90_000)
    handle.focus()
    page.wait_for_timeout(4000)
    page.evaluate(SETTINGS.replace("SCOPE", scope))
    return page, handle, page.locator(".widget-slider .noUi-base").first if "widget" in slider else handle


def main() -> None:
    moves = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    with sync_playwright() as playwright, tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        server, browser, lab = start_lab(playwright, Path(folder))
        try:
            rows = measured(
                {name: opened(lab, number, name) for number, name in enumerate(CONTESTANTS)}, moves
            )
        finally:
            browser.close()
            server.terminate()
            server.wait(30)
    first = rows["interact, inline figure"]
    print(
        f"{'':30} {'p50 ms':>8} {'p95 ms':>8} {'frames/s':>9} {'moves/s':>8}   p50 and p95 of interact / these, frames these / interact"
    )
    for name, row in rows.items():
        ratios = f"{first[0] / row[0]:.1f} × {first[1] / row[1]:.1f} × {row[2] / first[2]:.1f}"
        print(f"{name:30} {row[0]:8.1f} {row[1]:8.1f} {row[2]:9.1f} {row[3]:8.1f}   {ratios}")
    picture, vectors = kernel_time()
    print(f"kernel, ms a frame of the descent: picture {picture:.1f}, vectors {vectors:.1f}")


if __name__ == "__main__":
    main()
