"""The backpropagation lab while it trains: kernel time a frame, and frames a second in a real JupyterLab.

`python benchmarks/bench_backprop.py [seconds]`: Play is pressed on each of the four datasets in the plane, and the changes of
the words are counted, one for each epoch trained and shown. The package, its lab and test extras and a Chromium must be
installed; without a Chromium only the kernel is measured.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests" / "browser"), str(ROOT / "benchmarks")]
DATA = ("moons", "circles", "spiral", "XOR")
COUNT = """() => {
    window.shown = 0;
    window.watch?.disconnect();
    window.watch = new MutationObserver(() => window.shown++);
    window.watch.observe(document.querySelector(".dl-words"), { childList: true, characterData: true, subtree: true });
}"""


def kernel(data: str) -> tuple[float, float, float]:
    """Milliseconds of the kernel's own time: an epoch of training, then a frame as vectors and as a picture."""
    import derivlab as dl

    panel = dl.BackpropPanel(data=data)

    def spent(act, numbers) -> float:
        took = []
        for n in numbers:
            begun = time.process_time()
            act(n)
            took.append(1000 * (time.process_time() - begun))
        return float(np.median(took))

    run = panel._run(panel.at)
    epoch = spent(run.until, range(1, 60))
    vectors = spent(lambda n: panel._marked({**panel.values, "epoch": n}), range(1, 60))
    return epoch, vectors, spent(lambda n: panel.drive(epoch=n), range(1, 30))


def busy(session) -> float:
    """Seconds that the page's main thread has worked, not waited, since `Performance.enable`."""
    found = session.send("Performance.getMetrics")["metrics"]
    return next(metric["value"] for metric in found if metric["name"] == "TaskDuration")


def browser(seconds: float) -> dict[str, tuple[float, float]]:
    """Epochs a second that a reader sees while Play is pressed, and the page's own milliseconds for each, by dataset."""
    from bench_panels import start_lab
    from playwright.sync_api import sync_playwright

    rates = {}
    with sync_playwright() as playwright, tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        server, context, lab = start_lab(playwright, Path(folder))
        try:
            for data in DATA:
                page = lab.open(f"{data}.ipynb", f"import derivlab as dl\ndl.BackpropPanel(data={data!r})")
                page.wait_for_selector(".dl-panel img[src^=blob]", timeout=90_000)
                page.wait_for_timeout(2000)
                page.evaluate(COUNT)
                session = page.context.new_cdp_session(page)
                session.send("Performance.enable", {"timeDomain": "threadTicks"})
                begun, worked = time.perf_counter(), busy(session)
                page.get_by_role("button", name="Play", exact=True).click()
                page.wait_for_timeout(1000 * seconds)
                shown, took = page.evaluate("window.shown"), time.perf_counter() - begun
                rates[data] = shown / took, 1000 * (busy(session) - worked) / shown
                page.close()
        finally:
            context.close()
            server.terminate()
            server.wait(30)
    return rates


def main() -> None:
    print(f"{'':10} {'epoch':>8} {'vectors':>8} {'picture':>8}   kernel, ms")
    for data in DATA:
        epoch, vectors, picture = kernel(data)
        print(
            f"{data:10} {epoch:8.1f} {vectors:8.1f} {picture:8.1f}   epoch and vectors {1000 / (epoch + vectors):.0f} a second"
        )
    try:
        rates = browser(float(sys.argv[1]) if len(sys.argv) > 1 else 5.0)
    except ImportError as error:
        print(f"not tried in a browser: {error}")
        return
    for data, (rate, own) in rates.items():
        print(
            f"{data:10} {rate:8.1f} frames a second in the browser, {rate / 20:.2f} × 20; its own work {own:.1f} ms a frame"
        )


if __name__ == "__main__":
    main()
