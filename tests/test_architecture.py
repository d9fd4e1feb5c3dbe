"""The design's rules about the code itself. Each rule is a function that is tried on a bad example too."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import nbformat
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PACKAGE = "course_utils"
MODULE_LINES, BODY_LINES = 300, 25
# Imports go from a higher rank to a lower one. What lies beside these parts is the command line.
RANKS = {
    "state": 0,
    "text": 0,
    "models": 1,
    "checks": 2,
    PACKAGE: 2.5,
    "grading": 3,
    "authoring": 3,
    "submission": 3,
    "release": 4,
    "cli": 5,
}
FRAMEWORKS = {"tensorflow", "keras", "jax", "torch"}
NEVER_FRAMEWORKS = (f"{PACKAGE}.checks.core", f"{PACKAGE}.grading", f"{PACKAGE}.authoring")

Sources = dict[str, str]  # module's dotted name -> its text


def read_sources(folder: Path) -> Sources:
    paths = sorted(folder.rglob("*.py"))
    return {module_name(path.relative_to(folder.parent)): path.read_text(encoding="utf-8") for path in paths}


def module_name(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


COURSE = read_sources(ROOT / PACKAGE)
TESTS = read_sources(ROOT / "tests")


# Reading imports -------------------------------------------------------------------------------------------


def imports(text: str, nested: bool = True) -> list[str]:
    """Dotted names a module imports, "a.b" for `from a import b`; `nested`: inside functions too."""
    return [name for node in _nodes(ast.parse(text), nested) for name in _imported(node)]


def _nodes(tree: ast.AST, nested: bool) -> Iterator[ast.AST]:
    """The tree's nodes; without `nested` only what runs on import and is not for type checkers alone."""
    for node in ast.iter_child_nodes(tree):
        inside = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for_types = isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        if nested or not (inside or for_types):
            yield node
            yield from _nodes(node, nested)


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [f"{'.' * node.level}{node.module or ''}.{alias.name}" for alias in node.names]
    if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
        return [arg.value for arg in node.args[:1] if isinstance(arg, ast.Constant)]
    return []


def test_imports_are_read_wherever_they_stand():
    text = (
        "import a.b\nfrom c import d as e\nif TYPE_CHECKING:\n    import f\ntry:\n    import g\n"
        "except ImportError:\n    pass\ndef h():\n    from i.j import k\n    importlib.import_module('l.m')\n"
        "from . import n\n"
    )
    assert imports(text, nested=False) == ["a.b", "c.d", "g", "..n"]
    assert set(imports(text)) == {"a.b", "c.d", "f", "g", "i.j.k", "l.m", "..n"}


# Direction -------------------------------------------------------------------------------------------------


def part(name: str) -> str:
    """The part of the package that a dotted name belongs to: "course_utils.text.world.World" -> "text"."""
    names = name.split(".")
    if len(names) == 1 or f"{PACKAGE}.{names[1]}" not in COURSE:
        return PACKAGE
    return names[1] if names[1] in RANKS else "cli"


def wrong_directions(sources: Sources) -> list[str]:
    ours = {
        name: [each for each in imports(text) if each.split(".")[0] in (PACKAGE, "")]
        for name, text in sources.items()
    }
    return [
        f"{name} ({part(name)}) imports {each} ({part(each)})"
        for name, imported in ours.items()
        for each in imported
        if part(name) != part(each) and RANKS[part(name)] <= RANKS[part(each)]
    ]


def test_imports_point_one_way():
    assert wrong_directions(COURSE) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("text.world", "from course_utils.models import ngram"),
        ("models.ngram", "def fit():\n    from course_utils.checks.oracles import count"),
        ("checks.core", "import course_utils.authoring.build"),
        ("authoring.build", "from course_utils import cli"),
        ("authoring.build", "from course_utils import doctor"),
        ("checks.core", "from course_utils import check"),
        ("text.words", "importlib.import_module('course_utils.models.ngram')"),
    ],
)
def test_an_import_the_wrong_way_is_noticed(name, text):
    assert len(wrong_directions({f"{PACKAGE}.{name}": text})) == 1


def test_imports_the_right_way_are_not():
    text = "from course_utils.text.world import World\nfrom course_utils import models\nimport numpy"
    right = {f"{PACKAGE}.checks.oracles": text, f"{PACKAGE}.cli": "from course_utils import check, doctor"}
    assert wrong_directions(right) == []


def relative_imports(sources: Sources) -> list[str]:
    return [f"{name}: {each}" for name, text in sources.items() for each in imports(text) if each[0] == "."]


def test_imports_are_absolute():
    assert relative_imports(COURSE) == []
    assert relative_imports({"a": "def f():\n    from .b import c"}) == ["a: .b.c"]


# Weight ----------------------------------------------------------------------------------------------------


def frameworks_at_the_top(sources: Sources) -> list[str]:
    return [
        f"{name} imports {each}"
        for name, text in sources.items()
        if name.startswith(NEVER_FRAMEWORKS)
        for each in imports(text, nested=False)
        if each.split(".")[0] in FRAMEWORKS
    ]


def test_graders_and_authors_import_no_framework_at_the_top():
    assert frameworks_at_the_top(COURSE) == []
    bad = {f"{PACKAGE}.grading.judge": "from keras import ops", f"{PACKAGE}.models.a": "import keras"}
    assert frameworks_at_the_top(bad) == [f"{PACKAGE}.grading.judge imports keras.ops"]
    assert frameworks_at_the_top({f"{PACKAGE}.grading.judge": "def f():\n    import keras"}) == []


def loaded_by(*modules: str) -> set[str]:
    """The top-level modules that a new Python holds after importing these."""
    code = (
        "import importlib, sys\nfor name in sys.argv[1:]: importlib.import_module(name)\nprint(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code, *modules], capture_output=True, text=True, check=True)
    return {name.split(".")[0] for name in done.stdout.split()}


def test_graders_and_authors_load_no_framework():
    named = [name for name in COURSE if name.startswith(NEVER_FRAMEWORKS)]
    assert named
    assert loaded_by(*named) & FRAMEWORKS == set()


def test_importing_the_package_loads_nothing_heavy():
    heavy = FRAMEWORKS | {"numpy", "scipy", "matplotlib", "pandas", "nbformat", "requests", "rich"}
    assert loaded_by(PACKAGE) & heavy == set()
    assert "numpy" in loaded_by("numpy"), "what is loaded cannot be seen"


# Size and names --------------------------------------------------------------------------------------------


def long_modules(sources: Sources) -> list[str]:
    lengths = {name: len(text.splitlines()) for name, text in sources.items()}
    return [f"{name}: {lines} lines" for name, lines in lengths.items() if lines >= MODULE_LINES]


def test_modules_are_short():
    assert long_modules(COURSE) == []
    assert long_modules({"a": "x = 1\n" * 300, "b": "x = 1\n" * 299}) == ["a: 300 lines"]


def long_bodies(sources: Sources) -> list[str]:
    """Functions with more lines of code than the bound; docstrings, comments and blank lines are free."""
    return [
        f"{name}.{node.name}: {lines} lines"
        for name, text in sources.items()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if (lines := _code_lines(node, text.splitlines())) > BODY_LINES
    ]


def _code_lines(function: ast.FunctionDef | ast.AsyncFunctionDef, lines: list[str]) -> int:
    documented = ast.get_docstring(function) is not None
    first = (function.body[0].end_lineno or 0) if documented else function.body[0].lineno - 1
    return sum(bool(line.partition("#")[0].strip()) for line in lines[first : function.end_lineno])


def test_function_bodies_are_short():
    assert long_bodies(COURSE) == []


def test_a_long_body_is_noticed():
    body = '    """Words.\n\n    More."""\n\n    # why\n' + "    x = 1\n" * 25
    assert long_bodies({"a": "def f():\n" + body}) == []
    assert long_bodies({"a": "def f():\n" + body + "    return x\n"}) == ["a.f: 26 lines"]


def nameless(sources: Sources) -> list[str]:
    words = {"utils", "util", "helpers", "helper", "common", "misc"}
    return [name for name in sources if words & set(name.removeprefix(PACKAGE).replace("_", ".").split("."))]


def test_no_module_has_a_name_that_says_nothing():
    assert nameless(COURSE) == []
    bad = [f"{PACKAGE}.text.utils", f"{PACKAGE}.text_utils.words", f"{PACKAGE}.common"]
    assert nameless(dict.fromkeys([PACKAGE, *bad], "")) == bad


# Dependencies ----------------------------------------------------------------------------------------------


def undeclared(sources: Sources, dependencies: list[str]) -> list[str]:
    """Third-party modules imported, also inside functions, without being a dependency of the package."""
    declared = {canonicalize_name(Requirement(each).name) for each in dependencies}
    provided = packages_distributions()
    known = {module for module, names in provided.items() if {*map(canonicalize_name, names)} & declared}
    known |= {PACKAGE, "", *sys.stdlib_module_names}
    return [
        f"{name} imports {each}"
        for name, text in sources.items()
        for each in imports(text)
        if each.split(".")[0] not in known
    ]


def test_every_import_is_a_declared_dependency():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    grading = {name: text for name, text in COURSE.items() if name.startswith(f"{PACKAGE}.grading")}
    others = {name: text for name, text in COURSE.items() if name not in grading}
    extras = project["optional-dependencies"]
    assert undeclared(others, project["dependencies"]) == []
    optional = [each for extra in ("grade", "cluster", "nbgrader") for each in extras[extra]]
    assert undeclared(grading, project["dependencies"] + optional) == []


def test_an_undeclared_import_is_noticed():
    text = "import ast\nimport numpy\ndef f():\n    from yaml import safe_load\n"
    assert undeclared({"a": text}, ["numpy>=2"]) == ["a imports yaml.safe_load"]


# Labs ------------------------------------------------------------------------------------------------------


def unmatched(found: dict[str, set[str]]) -> list[str]:
    """What one place has of a lab and another lacks."""
    every = set().union(*found.values())
    return [f"{place}: nothing for {name}" for place, has in found.items() for name in sorted(every - has)]


def test_every_lab_has_all_its_parts():
    checks = {name.split(".")[2] for name in COURSE if name.startswith(f"{PACKAGE}.checks.lab_")}
    banks = {path.stem for path in (ROOT / "tests/mutants").glob("lab_*")}
    found = {
        "solutions/NN_slug.py": {path.stem for path in (ROOT / "solutions").glob("*.py")},
        "solutions/NN_slug.ipynb": {path.stem for path in (ROOT / "solutions").glob("*.ipynb")},
        "labs/NN_slug.ipynb": {path.stem for path in (ROOT / "labs").glob("*.ipynb")},
        "course_utils/checks/lab_NN_slug": {name.removeprefix("lab_") for name in checks},
        "tests/mutants/lab_NN_slug": {name.removeprefix("lab_") for name in banks},
    }
    assert found["solutions/NN_slug.py"]
    assert unmatched(found) == []


def test_a_missing_part_is_noticed():
    assert unmatched({"labs": {"00_a", "01_b"}, "banks": {"01_b", "02_c"}}) == [
        "labs: nothing for 02_c",
        "banks: nothing for 00_a",
    ]


def silenced_cells(notebook: nbformat.NotebookNode) -> list[str]:
    """Code cells that end in a semicolon: under nbval, which keeps no history, it silences nothing."""
    return [
        cell.source for cell in notebook.cells if cell.cell_type == "code" and _ends_silenced(cell.source)
    ]


def _ends_silenced(source: str) -> bool:
    return source.partition("  #")[0].rstrip().endswith(";") or source.rstrip().endswith(";")


def test_no_solution_relies_on_a_semicolon():
    for path in sorted((ROOT / "solutions").glob("*.ipynb")):
        assert silenced_cells(nbformat.read(path, as_version=4)) == [], f"end it with plt.show() in {path}"


def test_a_silencing_semicolon_is_noticed():
    sources = ["plt.plot(x);", "plt.plot(x)\nplt.show()", "f(x);  # drawn\n", "a = 1; b = 2"]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    assert silenced_cells(notebook) == [sources[0], sources[2]]


# Tests -----------------------------------------------------------------------------------------------------


def untested(sources: Sources, tests: Sources) -> list[str]:
    """Modules that no test imports, nor through a module of the same folder that it does import.

    That one step lets a test of `authoring.project` stand for `authoring.compare`, which serves it alone.
    """
    named = {name for text in tests.values() for each in imports(text) for name in _homes(each, sources)}
    serving = {
        home
        for name in named
        for each in imports(sources[name])
        for home in _homes(each, sources)
        if home.rpartition(".")[0] in (name, name.rpartition(".")[0])
    }
    used = named | serving
    return [name for name, text in sources.items() if name not in used and _defines_something(text)]


def _homes(name: str, sources: Sources) -> Iterator[str]:
    """The module that a dotted name lies in, and the one that module has it from."""
    module = name
    while module and module not in sources:
        module = module.rpartition(".")[0]
    if module:
        yield module
        wanted = name.removeprefix(f"{module}.").split(".")[0]
        passed_on = [each for each in imports(sources[module]) if each.rpartition(".")[2] == wanted]
        yield from (home for each in passed_on if each != name for home in _homes(each, sources))


def _defines_something(text: str) -> bool:
    return any(isinstance(node, ast.FunctionDef | ast.ClassDef) for node in ast.parse(text).body)


def test_every_module_is_tested():
    # A lab's checks are found by their number; its bank of mutants, held above, is their test.
    sources = {name: text for name, text in COURSE.items() if ".checks.lab_" not in name}
    assert untested(sources, TESTS) == []


def test_a_module_without_a_test_is_noticed():
    sources = {
        "p": "from p.b import run",
        "p.a": "import p.e\nfrom p.sub.f import g\ndef f(): ...",
        "p.b": "def run(): ...",
        "p.c": "class C: ...",
        "p.d": "X = 1",
        "p.e": "import p.c\ndef e(): ...",
        "p.sub.f": "def g(): ...",
    }
    tests = {"t": "import p.a.f\nfrom p import run"}
    assert untested(sources, tests) == ["p.c", "p.sub.f"]
