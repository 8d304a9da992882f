"""Every notebook was run from top to bottom, has the skeleton of the house, and is small and portable."""

import ast
import copy
import itertools
import re
from pathlib import Path
from types import SimpleNamespace

import nbformat
import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from nbval.plugin import get_sanitize_patterns

import derivlab as dl

FOLDER = Path(__file__).resolve().parent.parent / "notebooks"
TOPICS = sorted(FOLDER.glob("*.ipynb"))
SOLUTIONS = sorted((FOLDER / "solutions").glob("*.ipynb"))
RULES = get_sanitize_patterns((FOLDER / "nbval_sanitize.cfg").read_text(encoding="utf-8"))
LARGEST = 300_000  # bytes: pictures are small or left out, so that the repository stays light
BULLET = re.compile(r"^ *(?:[-*]|\d\.) +\S", re.MULTILINE)
LOCAL = re.compile(
    r"/(?:home|root|work|tmp|Users|private/var)/\S*|[A-Z]:\\\w+|site-packages"
    r"|localhost|127\.0\.0\.1|index-url|/simple/"
)


def read(path):
    return nbformat.read(path, as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def prose(cells):
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def texts(cell):
    """What a cell says and what its outputs say, pictures left out."""
    yield cell.source
    for output in cell.get("outputs", []):
        yield output.get("text", "")
        yield "\n".join(output.get("traceback", []))
        for kind, content in output.get("data", {}).items():
            if kind.startswith(("text/", "image/svg")):
                yield content


def bullets(text, heading):
    """The number of bullets between a heading and the next one."""
    return len(BULLET.findall(re.split(r"^#", text.partition(heading)[2], flags=re.MULTILINE)[0]))


def imports(cell):
    """The modules and names that a code cell imports, magics aside."""
    plain = re.sub(r"^\s*[%!].*$", "pass", cell.source, flags=re.MULTILINE)
    for node in ast.walk(ast.parse(plain)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def faults_of_a_run(notebook):
    """What would make nbval compare less than it seems to, or tie the notebook to one machine."""
    code = code_cells(notebook)
    counts = [cell.execution_count for cell in code]
    if not code or counts != list(range(1, len(code) + 1)):
        yield f"execution counts are {counts}: restart the kernel and run all"
    for number, cell in enumerate(notebook.cells, 1):
        tags = cell.metadata.get("tags", [])
        if "nbval-skip" in tags or re.search(r"#\s*NBVAL_", cell.source):
            yield f"cell {number}: nbval-skip and markers in comments are not for here"
        if "nbval-ignore-output" in tags and notebook.cells[max(number - 2, 0)].cell_type != "markdown":
            yield f"cell {number}: the prose before it does not say why its output is ignored"
        if cell.cell_type == "code" and not 1 <= len(cell.source.splitlines()) <= 12:
            yield f"cell {number}: {len(cell.source.splitlines())} lines, and 1 to 12 are allowed"
        if "raises-exception" not in tags and any(o.output_type == "error" for o in cell.get("outputs", [])):
            yield f"cell {number}: ends in an error"
        for text in texts(cell):
            yield from (f"cell {number}: {found!r} is of one machine" for found in LOCAL.findall(text))
    if len(nbformat.writes(notebook)) > LARGEST:
        yield f"larger than {LARGEST} bytes: leave pictures out or make them smaller"


SKELETON = {  # what a notebook says when a part of it is missing: what its parts must be
    "is not called NN_topic": lambda it: re.fullmatch(r"\d\d_[a-z0-9_]+", it.name),
    "does not open with a title and a promise": lambda it: re.match(r"# \S.*\n+[^#\s].*\S", it.opening),
    "has no Binder link to itself before its first code cell": lambda it: re.search(
        rf"https://mybinder\.org/v2/gh/\S+\?urlpath=lab/tree/notebooks/{it.name}\.ipynb", it.opening
    ),
    "has no two to four bullets of what 'You will be able to' do": lambda it: (
        2 <= bullets(it.opening, "You will be able to") <= 4
    ),
    "does not say how many minutes it takes": lambda it: re.search(r"\d minutes", it.opening),
    "has imports in other cells than the first": lambda it: (
        it.imports and it.imports[0] and not any(it.imports[1:])
    ),
    "imports what is not public": lambda it: (
        not any(re.search(r"^_|derivlab.*\._", name) for cell in it.imports for name in cell)
    ),
    "has no sections": lambda it: len(re.findall(r"^## ", it.prose, re.MULTILINE)) >= 2,
    "has no one to four bullets of 'What to remember'": lambda it: (
        1 <= bullets(it.prose, "What to remember") <= 4
    ),
    "has no exercises": lambda it: (
        it.name.startswith("00_") or re.search(r"^#+ Exercises", it.prose, re.MULTILINE)
    ),
}


def faults_of_skeleton(notebook, name):
    """The parts of the house's skeleton that a notebook lacks."""
    code = code_cells(notebook)
    first = notebook.cells.index(code[0]) if code else 0
    it = SimpleNamespace(
        name=name,
        opening=prose(notebook.cells[:first]),
        prose=prose(notebook.cells),
        imports=[list(imports(cell)) for cell in code],
    )
    return [says for says, present in SKELETON.items() if not present(it)]


def test_were_run_from_top_to_bottom_and_run_anywhere():
    faults = {path.stem: list(faults_of_a_run(read(path))) for path in (*TOPICS, *SOLUTIONS)}
    assert {name: found for name, found in faults.items() if found} == {}


def test_have_the_skeleton_of_the_house():
    faults = {path.stem: faults_of_skeleton(read(path), path.stem) for path in TOPICS}
    assert {name: found for name, found in faults.items() if found} == {}


def test_the_notebook_to_start_from_is_there_and_exercises_have_solutions():
    assert FOLDER / "00_start_here.ipynb" in TOPICS
    with_exercises = {path.name for path in TOPICS if "# Exercises" in path.read_text(encoding="utf-8")}
    assert with_exercises == {path.name for path in SOLUTIONS}


@pytest.mark.parametrize("path", SOLUTIONS, ids=lambda path: path.stem)
def test_solutions_go_through_the_checks_of_their_notebook(path):
    checks = [c.source for c in code_cells(read(FOLDER / path.name)) if "not yet" in c.source]
    solved = [c.source.splitlines()[-1] for c in code_cells(read(path)) if "not yet" in c.source]
    assert len(checks) >= 3
    assert [check.splitlines()[-1] for check in checks] == solved
    said = [text for c in code_cells(read(path)) if "not yet" in c.source for text in list(texts(c))[1:]]
    assert all("right" in text and "not yet" not in text for text in said if text)


def test_at_most_two_sanitise_rules():
    assert 1 <= len(RULES) <= 2


def sanitised(text):
    for rule, replacement in RULES:
        text = re.sub(rule, replacement, text)
    return text


@pytest.mark.parametrize("shown", [repr, lambda comparison: comparison._repr_html_()], ids=["text", "HTML"])
def test_sanitising_hides_times_and_costs_and_nothing_else(shown):
    def f(x):
        return np.sin(x[0]) * x[1] ** 2

    first = dl.compare(f, [1.0, 2.0])
    slower = copy.deepcopy(first)
    for row, factor in zip(slower.rows, itertools.cycle((3, 1e-3, 2e4, 0.1, 7, 50, 1e5, 12, 0.4))):
        object.__setattr__(row, "seconds", row.seconds * factor)
        object.__setattr__(row, "cost", row.cost * factor)
    assert shown(first) != shown(slower)
    assert sanitised(shown(first)) == sanitised(shown(slower))
    object.__setattr__(slower.rows[0], "digits", 3.2)
    assert sanitised(shown(first)) != sanitised(shown(slower))


def example():
    """A notebook without a fault."""
    link = "https://mybinder.org/v2/gh/owner/repo/main?urlpath=lab/tree/notebooks/04_descent.ipynb"
    cells = [
        new_markdown_cell(
            f"# Descent\n\nYou see how a step is chosen.\n\n[Binder]({link})\n\n"
            "*You will be able to*\n\n- choose a rate\n- say why it diverges\n\nAbout 20 minutes."
        ),
        new_code_cell("import numpy as np\nimport derivlab as dl", execution_count=1),
        new_markdown_cell("## One step"),
        new_code_cell("np.sin(1.0)", execution_count=2, outputs=[shows("0.8414709848")]),
        new_markdown_cell(
            "## What to remember\n\n- one\n- two\n\n## Exercises\n\n1. a\n2. b\n3. c\n4. d\n5. e"
        ),
    ]
    return new_notebook(cells=cells)


def shows(text, kind="text/plain"):
    return new_output("execute_result", data={kind: text})


def both_faults(notebook):
    return [*faults_of_a_run(notebook), *faults_of_skeleton(notebook, "04_descent")]


def test_the_guard_lets_a_good_notebook_pass():
    assert both_faults(example()) == []


def change_source(cell, old, new):
    def change(notebook):
        assert old in notebook.cells[cell].source
        notebook.cells[cell].source = notebook.cells[cell].source.replace(old, new)

    return change


def change_cell(cell, **fields):
    return lambda notebook: notebook.cells[cell].update(copy.deepcopy(fields))


def tag(cell, *tags):
    return lambda notebook: notebook.cells[cell].metadata.update(tags=list(tags))


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (change_cell(3, execution_count=None), "execution counts are [1, None]"),
        (change_cell(3, execution_count=7), "execution counts are [1, 7]"),
        (lambda notebook: notebook.cells.pop(1), "execution counts are [2]"),
        (lambda notebook: notebook.cells.__delitem__(slice(1, 4, 2)), "execution counts are []"),
        (change_cell(3, source=""), "0 lines"),
        (change_cell(3, source="x = 1\n" * 13), "13 lines"),
        (tag(3, "nbval-skip"), "nbval-skip"),
        (change_cell(3, source="# NBVAL_IGNORE_OUTPUT\nnp.sin(1.0)"), "markers in comments"),
        (lambda notebook: notebook.cells.insert(2, tagged_cell()), "does not say why its output is ignored"),
        (
            change_cell(3, outputs=[new_output("error", ename="E", evalue="e", traceback=[])]),
            "ends in an error",
        ),
        (change_cell(3, outputs=[shows("saved to /tmp/ipykernel_12/3.py")]), "is of one machine"),
        (change_cell(3, outputs=[shows("<b>http://localhost:8888</b>", "text/html")]), "is of one machine"),
        (change_cell(3, outputs=[new_output("stream", text="C:\\Users\\ada")]), "is of one machine"),
        (change_cell(3, outputs=[shows("A" * LARGEST, "image/png")]), "larger than"),
        (change_source(0, "# Descent", "Descent"), "title and a promise"),
        (change_source(0, "04_descent.ipynb", "05_other.ipynb"), "no Binder link to itself"),
        (change_source(0, "- say why it diverges", ""), "four bullets of what 'You will be able to'"),
        (change_source(0, "20 minutes", "a while"), "how many minutes"),
        (change_source(3, "np.sin(1.0)", "import os"), "has imports in other cells"),
        (change_source(1, "import derivlab as dl", "from derivlab.verbs import _unwrap"), "not public"),
        (change_source(4, "## What to remember", "## Summary"), "'What to remember'"),
        (change_source(4, "- one\n", "- one\n- more\n- more\n- more\n"), "'What to remember'"),
        (change_source(4, "## Exercises", "That is all."), "has no exercises"),
    ],
)
def test_the_guard_sees_a_fault(spoil, says):
    notebook = example()
    spoil(notebook)
    assert says in "\n".join(both_faults(notebook))


def tagged_cell():
    return new_code_cell("x = 1", execution_count=2, metadata={"tags": ["nbval-ignore-output"]})
