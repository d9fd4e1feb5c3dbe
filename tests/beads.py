"""A lab of two exercises and one question, as small as a lab can be and still show every construct."""

from pathlib import Path

from course_utils.authoring.build import Pair, build_pair
from course_utils.checks.exercise import Lab

SOURCE = Path(__file__).parent / "files" / "authoring" / "07_beads.py"


def beads_lab(lab_id: str = "07") -> Lab:
    """The declarations of lab 07, and of no other."""
    if lab_id != "07":
        raise KeyError(f"no lab {lab_id}")
    lab = Lab("07", "Beads")
    lab.exercise(
        "7.1",
        name="count_beads",
        title="count the beads",
        points=3,
        difficulty=2,
        returns=int,
        reference="none:none",
    )
    lab.exercise(
        "7.2",
        name="Necklace",
        title="a necklace",
        points=5,
        difficulty=2,
        returns=object,
        reference="none:none",
    )
    lab.reflection("7.a", "what makes it hard", 2)
    return lab


def beads_pair(folder: Path, text: str | None = None) -> Pair:
    """Both notebooks of the lab, or of `text` in its place."""
    path = folder / "07_beads.py"
    path.write_text(SOURCE.read_text(encoding="utf-8") if text is None else text, encoding="utf-8")
    return build_pair(path, beads_lab())


def spoiled(old: str, new: str) -> str:
    """The source with the first `old` replaced."""
    text = SOURCE.read_text(encoding="utf-8")
    assert old in text
    return text.replace(old, new, 1)
