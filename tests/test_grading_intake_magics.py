"""`grading.magics`: what only IPython understands goes, and Python stays to the letter."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.grading.magics import plain_python, tree


@pytest.mark.parametrize(
    ("source", "left", "taken"),
    [
        ("%matplotlib inline\nx = 1", "pass\nx = 1", ("%matplotlib inline",)),
        ("!pip install a \\\n  b\nx = 1", "pass\n\nx = 1", ("!pip install a \\",)),
        (
            "def f():\n    %time\n    !!ls\n    return 1",
            "def f():\n    pass\n    pass\n    return 1",
            ("%time", "!!ls"),
        ),
        ("f?\n??f\nf.g??  \nx = 1", "pass\npass\npass\nx = 1", ("f?", "??f", "f.g??")),
        ("files = !ls\na, b = %env", "files = None\na, b = None", ("files = !ls", "a, b = %env")),
        ("%time x = f()\n%timeit f()", "x = f()\npass", ("%time", "%timeit f()")),
        ("%%time\nx = 1", "\nx = 1", ("%%time",)),
        ("\n%%capture out\n%%time\nx = 1\n!ls", "\n\n\nx = 1\npass", ("%%capture out", "%%time", "!ls")),
        ("%%bash\nrm -r x", "", ("%%bash",)),
        ("%%writefile f.py\nx = 1", "", ("%%writefile f.py",)),
        ("%a\\", "pass", ("%a\\",)),
        ("x = 7 \\\r\n%3\r\n%yes\r\n", "x = 7 \\\n%3\npass\n", ("%yes",)),
    ],
)
def test_magics_are_taken_out_and_lines_keep_their_numbers(source, left, taken):
    assert plain_python(source) == (left, taken)


@pytest.mark.parametrize(
    "source",
    [
        "s = '''\n%matplotlib inline\n!ls\n'''\n%yes",
        's = """a \\"""\n%no\n"""\n%yes',
        "s = 'one \\\n%no'\n%yes",
        "x = (7\n%3)\n%yes",
        "x = 7 \\\n%3\n%yes",
        "d = {'(': 1,  # [\n'b': 2}\n%yes",
        "x = 'it\\'s'  # '''\n%yes",
        "s = r'\\'''\n%yes",
    ],
)
def test_only_the_begin_of_a_statement_can_be_a_magic(source):
    left, taken = plain_python(source)
    assert taken == ("%yes",)
    assert left == source.replace("%yes", "pass")


PYTHON = [
    "s = '''\n%no\n!no\nx?\n'''",
    "x = 7 \\\n%3",
    "def f(a):\n    return a != 1\n\n\nf(2) % 3",
    "# %matplotlib inline",
    "x = 7 \\\r\n%3",
    "",
]


@pytest.mark.parametrize("source", PYTHON)
def test_python_stays_as_it_is(source):
    assert plain_python(source) == (source, ())


PIECES = st.sampled_from(
    [
        "%a",
        "!b",
        "?c",
        "d?",
        "'",
        '"',
        '"""',
        "'''",
        "\\",
        "\n",
        "(",
        ")",
        "#",
        " ",
        "x = 1",
        "%%",
        "=",
        "f",
        "\t",
    ]
)


@given(st.lists(PIECES, max_size=30).map("".join))
def test_any_text_keeps_its_lines_or_loses_all(source):
    left, taken = plain_python(source)
    assert left == "" or left.count("\n") == source.count("\n")
    assert bool(taken) == (left != source)


@given(
    st.lists(st.sampled_from(["%a b", "!ls -l", "?f", "f?", "x = !ls"]), min_size=1, max_size=7),
    st.integers(0, 7),
)
def test_lines_of_python_between_magics_stay(magics, place):
    magics.insert(min(place, len(magics)), "s = '''\n%kept'''")
    left, taken = plain_python("\n".join(magics))
    assert len(taken) == len(magics) - 1
    [assign] = [
        node for node in ast.parse(left).body if isinstance(node, ast.Assign) and node.targets[0].id == "s"
    ]
    assert assign.value.value == "\n%kept"


def test_a_cell_of_thirty_thousand_magics_takes_no_longer_than_its_length():
    left, taken = plain_python("%a\n" * 30_000 + "(")
    assert len(taken) == 30_000
    assert left.startswith("pass\npass")
    assert plain_python("%%time\n" * 30_000)[0] == "\n" * 30_000


@pytest.mark.parametrize(
    "source", ["(" * 9_000, "-" * 90_000 + "1", "x = '\0'", "a" + ".a" * 90_000, "1+" * 90_000 + "1"]
)
def test_what_breaks_a_parser_is_no_python(source):
    assert tree(source) is None


def test_a_student_s_warnings_are_not_ours():
    assert len(tree("x = '\\d'\ny = 1 is 1") or ()) == 2
