"""`course release`: what students get is all they need, and nothing that they must not see."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from course_utils import cli
from course_utils.authoring.project import find_files
from course_utils.authoring.source import read_source
from course_utils.authoring.strip import find_regions
from course_utils.cli import INSTRUCTORS, app
from course_utils.release import repository, students
from course_utils.release.archive import packed, replace
from course_utils.release.locking import needed, pruned
from course_utils.release.repository import File, NoRepository
from course_utils.release.students import FOLDER, CannotRelease
from course_utils.submission.released import digest
from tests.test_architecture import COURSE, imports
from tests.test_authoring_labs import TRIVIAL, live_lines
from tests.test_environment import LOCK, PROJECT, naming_hosts, unpinned

ROOT = Path(__file__).parents[1]
GIT = ("git", "-c", "user.name=x", "-c", "user.email=x", "-c", "commit.gpgsign=false")


def git(folder: Path, *arguments: str) -> None:
    subprocess.run([*GIT, "-C", str(folder), *arguments], check=True, capture_output=True)


@pytest.fixture(scope="module")
def files() -> dict[str, File]:
    return students.contents(repository.read(ROOT))


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory) -> Path:
    """The archive, unpacked into an empty folder."""
    folder = tmp_path_factory.mktemp("student")
    with zipfile.ZipFile(io.BytesIO(students.archive(repository.read(ROOT)))) as archive:
        archive.extractall(folder)
    (only,) = folder.iterdir()
    assert only.name == FOLDER
    return only


def text(file: File) -> str:
    return file.content.decode("utf-8", "replace")


# What is in it ---------------------------------------------------------------------------------------------


def test_it_holds_what_a_student_needs_and_no_more(files):
    assert {path.split("/")[0] for path in files} == {
        *("LICENSE", "LICENSE-text", "Makefile", "README.md", "environment.yml", "pyproject.toml"),
        *("requirements.lock", "course_utils", "docs", "labs", "scripts"),
    }
    assert {path.stem for path in (ROOT / "labs").glob("*.ipynb")} == {
        Path(path).stem for path in files if path.startswith("labs/")
    }
    assert {path.split("/")[1] for path in files if path.startswith("course_utils/")} == {
        *(f"{name}.py" for name in students.MODULES),
        *students.PARTS,
        "released.json",
    }
    words = ("hidden", "grading", "solutions", "authoring", "release/", "mutants", ".git")
    assert [path for path in files if any(word in path for word in words)] == []


def test_a_file_for_graders_stays_out_wherever_it_lies():
    assert students.is_for_students("course_utils/checks/lab_08_self_attention/masking.py")
    for path in (
        "course_utils/checks/lab_08_self_attention/hidden.py",
        "course_utils/checks/hidden/lab_08.py",
        "course_utils/checks/hidden_lab_08.py",
        "course_utils/grading/judge.py",
        "course_utils/cli_grade.py",
        "labs/deeper/08.ipynb",
        "labs/08_solution.py",
        "solutions/08_self_attention.ipynb",
        "docs/grading.md",
    ):
        assert not students.is_for_students(path), path


def leaked(files: dict[str, File]) -> list[str]:
    """Solution regions, or single lines of them, that stand in what students read."""
    shown = {path: text(file) for path, file in files.items() if not path.startswith("course_utils/")}
    found = []
    for source in find_files(ROOT, []):
        lab = json.loads(shown[f"labs/{source.slug}.ipynb"])
        lines = {line.strip() for cell in lab["cells"] for line in cell["source"]}
        for cell in read_source(source.source).cells:
            for region in find_regions(cell)[0]:
                inside = [each.strip() for each in cell.text.split("\n")[region.begin + 1 : region.end]]
                secret = [each for each in inside if each and not TRIVIAL.fullmatch(each)]
                secret = [each for each in secret if each not in live_lines(cell)]
                found += [f"{source.slug} {cell.exercise}: {each}" for each in secret if each in lines]
                whole = "\n".join(inside)
                found += [f"{cell.exercise} in {path}" for path, said in shown.items() if whole in said]
    return found


def test_no_answer_is_in_it(files):
    assert leaked(files) == []


def test_an_answer_in_it_is_noticed(files):
    solution = (ROOT / "solutions/08_self_attention.ipynb").read_bytes()
    assert len(leaked({**files, "labs/08_self_attention.ipynb": File(solution)})) > 10


def test_labs_carry_no_outputs_and_are_those_of_the_index(files):
    for path in (ROOT / "labs").glob("*.ipynb"):
        given = files[f"labs/{path.name}"].content
        indexed = subprocess.run(["git", "-C", str(ROOT), "show", f":labs/{path.name}"], capture_output=True)
        assert given == indexed.stdout
        assert not any(cell.get("outputs") for cell in json.loads(given)["cells"])


def missing_imports(files: dict[str, File]) -> list[str]:
    """Modules of the package that the archive's files import and that are not in it."""
    here = {path.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for path in files}
    return [
        f"{path} imports {module}"
        for path, file in files.items()
        if path.endswith(".py")
        for name in imports(text(file))
        for module in (name, name.rpartition(".")[0])
        if module in COURSE and module not in here
    ]


def test_the_package_in_it_is_whole(files):
    # The one import that is made only where its module is there.
    assert missing_imports(files) == ["course_utils/cli.py imports course_utils.cli_instructor"]


def test_a_missing_module_is_noticed(files):
    without = {path: file for path, file in files.items() if path != "course_utils/state.py"}
    assert "course_utils/checks/store.py imports course_utils.state" in missing_imports(without)


def test_every_link_leads_somewhere(files):
    for path in ("README.md", "docs/corpora.md", "docs/world.md"):
        links = re.findall(r"\]\((?!http)([^)#]+)", text(files[path]))
        folder = Path(path).parent
        assert [link for link in links if str(folder / link) not in files] == []
    assert "(labs/00_setup.ipynb)" in text(files["README.md"]), "the table of labs"


def test_nothing_of_a_registry_or_this_machine_is_in_it(unpacked):
    paths = [path for path in unpacked.rglob("*") if path.is_file()]
    assert naming_hosts(paths) == []
    assert [path for path in paths if str(ROOT).encode() in path.read_bytes()] == []


# The lock file ---------------------------------------------------------------------------------------------


def test_what_students_install_is_pinned_and_the_tools_of_developers_are_not(files):
    lock = text(files["requirements.lock"])
    assert unpinned(lock, PROJECT["dependencies"]) == []
    assert not re.search(r"^(pytest-xdist|mypy|playwright|sqlalchemy|distributed)==", lock, re.MULTILINE)
    assert set(lock.splitlines()) < set(LOCK.splitlines())


SMALL = """a==1
    # via course (pyproject.toml)
b==2 ; sys_platform == 'darwin'
    # via
    #   A
    #   course (pyproject.toml)
b==3 ; sys_platform != 'darwin'
    # via
    #   a
    #   course (pyproject.toml)
c==4
    # via b
d==5
    # via course (pyproject.toml)
e==6
    # via d
"""


def test_pruning_keeps_what_is_needed_through_others():
    assert [line for line in pruned(SMALL, {"a"}).splitlines() if line[0] != " "] == [
        "a==1",
        "b==2 ; sys_platform == 'darwin'",
        "b==3 ; sys_platform != 'darwin'",
        "c==4",
    ]
    assert pruned(SMALL, {"a", "d"}) == SMALL
    assert pruned(SMALL, {"e"}) == "e==6\n    # via d\n"


def test_a_dependency_that_is_not_pinned_is_told():
    with pytest.raises(ValueError, match=r"not pinned in requirements.lock: f. Type: make lock"):
        pruned(SMALL, {"a", "f"})


def test_extras_are_asked_for_by_name():
    pyproject = '[project]\ndependencies=["A_b>=1"]\noptional-dependencies={grade=["c[x]"], dev=["d"]}'
    assert needed(pyproject) == {"a-b"}
    assert needed(pyproject, ["grade"]) == {"a-b", "c"}


# The same to the byte --------------------------------------------------------------------------------------


def test_it_is_the_same_to_the_byte_whenever_it_is_made(monkeypatch):
    once = students.archive(repository.read(ROOT))
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    time.tzset()
    before = os.umask(0o077)
    try:
        assert students.archive(repository.read(ROOT)) == once
    finally:
        os.umask(before)
        monkeypatch.undo()
        time.tzset()


def test_order_times_and_permissions_are_fixed():
    files = {"b": File(b"2"), "a": File(b"1", executable=True)}
    whole = packed(files, 1_700_000_000)
    assert packed(dict(reversed(files.items())), 1_700_000_000) == whole
    first, second = zipfile.ZipFile(io.BytesIO(whole)).infolist()
    assert (first.filename, second.filename) == ("a", "b")
    assert first.date_time == second.date_time == (2023, 11, 14, 22, 13, 20)
    assert [entry.external_attr >> 16 for entry in (first, second)] == [0o100755, 0o100644]
    assert zipfile.ZipFile(io.BytesIO(packed(files, 0))).infolist()[0].date_time[0] == 1980


def test_a_failed_write_leaves_the_old_archive(tmp_path, monkeypatch):
    path = tmp_path / "course.zip"
    replace(path, b"old")

    def refuse(path: Path, content: bytes) -> None:
        with path.open("wb") as file:
            file.write(content[:1])
        raise OSError("disk full")

    monkeypatch.setattr(Path, "write_bytes", refuse)
    with pytest.raises(OSError, match="disk full"):
        replace(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


# A repository of few files ---------------------------------------------------------------------------------


@pytest.fixture
def small(tmp_path, monkeypatch) -> Path:
    """A repository with one lab, committed; the current folder."""
    names = [*students.AS_THEY_ARE, "Makefile", "README.md", "requirements.lock", students.README]
    for name in [*names, "labs/00_setup.ipynb", "course_utils/state.py"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "all")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def release(*arguments: str):
    return CliRunner().invoke(app, ["release", *arguments])


def names_in(path: Path) -> list[str]:
    return zipfile.ZipFile(path).namelist()


def test_the_command_writes_the_archive(small):
    done = release()
    assert done.exit_code == 0
    assert re.fullmatch(
        r"attention-course.zip: 1 labs, 14 files, 0\.\d MB, of commit [0-9a-f]{10}\.\n", done.stdout
    )
    assert done.stderr == ""
    assert f"{FOLDER}/labs/00_setup.ipynb" in names_in(small / "attention-course.zip")


def test_what_git_does_not_hold_stays_out_and_is_told(small):
    (small / "labs/01_secret.ipynb").write_text("{}")
    (small / "notes.txt").write_text("mine")
    state = small / "course_utils/state.py"
    committed = state.read_bytes()
    state.write_text("changed = 1\n")
    done = release("--out", "a.zip")
    assert done.exit_code == 0
    assert done.stderr.splitlines()[1:] == ["  course_utils/state.py", "  labs/01_secret.ipynb"]
    archive = zipfile.ZipFile(small / "a.zip")
    assert archive.read(f"{FOLDER}/course_utils/state.py") == committed
    assert not [name for name in archive.namelist() if "secret" in name or "notes" in name]
    assert json.loads(archive.read(f"{FOLDER}/course_utils/released.json"))["commit"].endswith(" and changes")


def test_a_link_in_the_index_is_not_followed(small):
    (small / "labs/02_link.ipynb").symlink_to("/etc/passwd")
    git(small, "add", ".")
    assert "labs/02_link.ipynb" not in repository.read(small).files


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda lab: lab["cells"][3].update(outputs=[{"output_type": "stream"}]), "found outputs"),
        (lambda lab: lab["metadata"]["course"].update(role="solution"), "found a solution"),
        (lambda lab: lab.pop("cells"), "found none (KeyError('cells'))"),
    ],
)
def test_a_lab_that_is_none_is_not_released(small, change, told):
    path = small / "labs/00_setup.ipynb"
    lab = json.loads(path.read_text())
    change(lab)
    path.write_text(json.dumps(lab))
    git(small, "add", ".")
    done = release()
    assert done.exit_code == 1
    assert "labs/00_setup.ipynb" in done.stderr
    assert told in done.stderr
    assert not (small / "attention-course.zip").exists()


@pytest.mark.parametrize("name", ["LICENSE", "docs/students.md", "labs/00_setup.ipynb", "Makefile"])
def test_a_missing_file_is_told(small, name):
    git(small, "rm", "-q", "--cached", name)
    done = release()
    assert done.exit_code == 1
    assert f"expected {'labs' if name.startswith('labs') else name} in git's index" in done.stderr


def test_a_readme_without_its_table_is_told(small):
    (small / "README.md").write_text("no table")
    git(small, "add", ".")
    with pytest.raises(CannotRelease, match=r"table of labs in README\.md"):
        students.contents(repository.read(small))


def test_elsewhere_than_in_the_repository_it_says_so(small, tmp_path_factory, monkeypatch):
    monkeypatch.chdir(small / "labs")
    done = release()
    assert (done.exit_code, str(small) in done.stderr) == (1, True)
    with pytest.raises(NoRepository, match=r"expected the course's git repository in .*not a git repository"):
        repository.read(tmp_path_factory.mktemp("empty"))
    monkeypatch.setenv("PATH", "")
    with pytest.raises(NoRepository, match="expected git, which knows the course's files"):
        repository.read(small)


def test_facts_tell_every_cell_of_every_lab(small):
    facts = json.loads(text(students.contents(repository.read(small))["course_utils/released.json"]))
    cells = json.loads((small / "labs/00_setup.ipynb").read_text())["cells"]
    assert facts["version"] == PROJECT["version"]
    assert len(facts["commit"]) == 40
    assert facts["labs"] == {"00_setup": {cell["id"]: digest("".join(cell["source"])) for cell in cells}}


# On a student's machine ------------------------------------------------------------------------------------


def run(unpacked: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Python in the unpacked archive, which alone is on the path; as a student's shell does."""
    environment = {**os.environ, "PYTHONPATH": str(unpacked), "COLUMNS": "300"}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=unpacked,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def course(unpacked: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run(unpacked, "-c", "from course_utils.cli import main; main()", *arguments)


_UNTOUCHED = """
import json, course_utils
from course_utils import check
from course_utils.checks.core import CheckFailed
print(course_utils.__file__)
for cell in json.load(open("labs/00_setup.ipynb"))["cells"]:
    if cell["cell_type"] == "code":
        try:
            exec("".join(cell["source"]))
        except CheckFailed as error:
            print(error)
"""


@pytest.mark.slow
def test_the_untouched_lab_runs_there(unpacked):
    done = run(unpacked, "-c", _UNTOUCHED)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(str(unpacked))
    assert "Exercise 0.1: greet is not done yet" in done.stdout
    assert "Exercise 0.4: mean_length is not done yet" in done.stdout


def test_students_commands_work_there(unpacked, tmp_path):
    listed = course(unpacked, "--help").stdout
    assert all(f" {name} " in listed for name in ("data", "doctor", "scoreboard", "submit"))
    assert not [name for name in INSTRUCTORS if f" {name} " in listed]
    done = course(unpacked, "doctor", "--brief")
    assert "Traceback" not in done.stderr
    assert "tensorflow" in done.stdout
    out = tmp_path / "s.zip"
    done = course(unpacked, "submit", "labs/00_setup.ipynb", "--out", str(out))
    assert done.returncode == 0, done.stderr
    manifest = json.loads(zipfile.ZipFile(out).read("manifest.json"))
    assert len(manifest["course"]["commit"].split()[0]) == 40


def test_instructors_commands_say_why_they_are_not_there(unpacked):
    done = course(unpacked, "build", "--check")
    assert done.returncode == 2
    assert "`course build` is for those who teach" in done.stderr
    for command in ("demo", "grade", "package", "release"):
        told = CliRunner().invoke(students_app(), [command])
        assert (told.exit_code, f"`course {command}` is for" in told.stderr) == (2, True)


def students_app() -> typer.Typer:
    """The command as it is without the instructors' modules."""
    here = typer.Typer(cls=cli._Commands)
    here.command("doctor")(cli.doctor)
    here.command("submit")(cli.submit)
    return here


def test_make_knows_what_students_make(unpacked):
    def make(target: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(["make", "-n", target], cwd=unpacked, capture_output=True, text=True)

    assert "jupyter lab --notebook-dir=labs" in make("lab").stdout
    assert "sh scripts/setup.sh" in make("setup").stdout
    assert make("clean").returncode == 0
    for target in ("test", "build", "demo", "bench", "lock"):
        assert "No rule to make target" in make(target).stderr
