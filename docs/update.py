"""Bring the README and notebook 00 up to date: `python docs/update.py` after a notebook came or the code changed.

Writes the table of notebooks in both, the output of the README's example, and its picture.
"""

import contextlib
import io
import re
from collections.abc import Iterator
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS, README = ROOT / "notebooks", ROOT / "README.md"
START, PICTURE = NOTEBOOKS / "00_start_here.ipynb", ROOT / "docs" / "comparison.png"
MAP = "## Map of the notebooks"
HEAD = "| notebook | what it promises |\n|---|---|\n"


def promises() -> Iterator[tuple[str, str, str]]:
    """(file, title, promise) of every notebook, from its first cell."""
    for path in sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb")):
        title, promise = re.findall(r"\S.*", nbformat.read(path, as_version=4).cells[0].source)[:2]
        yield path.name, title.removeprefix("# "), promise


def table(folder: str) -> str:
    """The notebooks as a Markdown table, with links as seen from another folder."""
    rows = (
        f"| [{name[:2]} · {title}]({folder}{name}) | {promise} |\n" for name, title, promise in promises()
    )
    return HEAD + "".join(rows)


def example(text: str) -> str:
    """The first Python block of a page."""
    return text.partition("```python\n")[2].partition("```")[0]


def printed(code: str) -> str:
    """What the last line of a block shows, as in an interactive session; warnings and prints included."""
    *body, last = code.strip().splitlines()
    names: dict = {}
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec("\n".join(body), names)
        print(eval(last, names))
    return out.getvalue()


def readme(text: str) -> str:
    """The README with its example's output and its table of notebooks up to date."""
    text = re.sub(
        r"(```text\n).*?(```)", lambda m: m[1] + printed(example(text)) + m[2], text, count=1, flags=re.S
    )
    return re.sub(r"\| notebook \|.*?\n(?=\n)", lambda _: table("notebooks/"), text, count=1, flags=re.S)


def map_cell(source: str) -> str:
    """The cell of notebook 00 that bears the map, up to date."""
    return re.sub(r"\| notebook \|.*?\n(?=\n)", lambda _: table(""), source, count=1, flags=re.S)


def draw() -> None:
    """The picture of the README's example."""
    import matplotlib

    matplotlib.use("Agg")
    names: dict = {}
    *body, last = example(README.read_text(encoding="utf-8")).strip().splitlines()
    exec("\n".join(body), names)
    figure = eval(last, names).plot().figure_
    figure.savefig(PICTURE, dpi=110, metadata={"Software": None})


def main() -> None:
    """Write all of it."""
    README.write_text(readme(README.read_text(encoding="utf-8")), encoding="utf-8")
    notebook = nbformat.read(START, as_version=4)
    for cell in notebook.cells:
        if MAP in cell.source:
            cell.source = map_cell(cell.source)
    nbformat.write(notebook, START)
    draw()


if __name__ == "__main__":
    main()
