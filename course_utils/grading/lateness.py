"""When a lab is due, and what being late costs.

A penalty is a share of all that was earned. It is worked out when points are read and is stored nowhere, so
that a policy may change after the grading. Days are those of the clock on the wall at the due date's time
zone: one day late is the same time on the next day, also where the clocks change in between.
"""

from __future__ import annotations

import datetime
import math
import os
import re
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

UNITS = {
    "day": datetime.timedelta(days=1),
    "hour": datetime.timedelta(hours=1),
    "min": datetime.timedelta(minutes=1),
}
LONGEST = 10_000
_NUMBER = r"(\d+(?:\.\d+)?)"
_CLAUSES = {
    "rate": rf"{_NUMBER} ?% ?(?:/|per) ?(day|hour)",
    "cap": rf"up to {_NUMBER} ?%",
    "refuse": rf"refuse after {_NUMBER} (day|hour)s?",
    "grace": rf"{_NUMBER} (min|hour)(?:ute)?s? grace",
}
EXAMPLES = '"none", "10%/day", "10%/day up to 50%", "refuse after 3 days", "5%/hour, 15 min grace"'


class BadTerms(ValueError):
    """No policy or no due date; says what was expected."""


@dataclass(frozen=True)
class Policy:
    """What being late costs.

    Attributes:
        rate: percent of the points earned, for each unit begun.
        per: "day" or "hour".
        most: percent that the rate takes at most.
        refuse: (number, unit) after which nothing counts any more.
        grace: (number, unit) by which the due date is put off without saying so.
    """

    rate: float = 0
    per: str = "day"
    most: float = 100
    refuse: tuple[float, str] | None = None
    grace: tuple[float, str] = (0, "min")

    @classmethod
    def parse(cls, text: str) -> Policy:
        """A policy in words, as "10%/day up to 50%, refuse after 3 days, 15 min grace".

        Raises:
            BadTerms: the words say no policy; names those that were not understood.
        """
        if text.strip().lower() == "none":
            return cls()
        clauses = _clauses(text)
        rate, per = clauses.get("rate", (0, "day"))
        (most,) = clauses.get("cap", (100,))
        policy = cls(rate, per, most, clauses.get("refuse"), clauses.get("grace", (0, "min")))
        if "cap" in clauses and "rate" not in clauses:
            raise BadTerms(f'expected a rate before "up to", as in "10%/day up to 50%", received {text!r}')
        if not (0 <= policy.rate <= 100 and 0 <= policy.most <= 100):
            raise BadTerms(f"expected 0% to 100%, received {text!r}")
        if policy.refuse and policy.refuse[0] > LONGEST:
            raise BadTerms(f"expected to refuse after at most {LONGEST} days or hours, received {text!r}")
        return policy

    def __str__(self) -> str:
        """The words that `parse` makes this policy of."""
        words = []
        if self.rate:
            words.append(
                f"{self.rate:.10g}%/{self.per}" + (f" up to {self.most:.10g}%" if self.most < 100 else "")
            )
        if self.refuse:
            words.append(f"refuse after {self.refuse[0]:.10g} {self.refuse[1]}s")
        if self.grace[0]:
            words.append(f"{self.grace[0]:.10g} {self.grace[1]} grace")
        return ", ".join(words) or "none"

    @property
    def costs(self) -> bool:
        """Whether being late costs anything at all."""
        return bool(self.rate or self.refuse)

    def share(self, due: datetime.datetime, at: datetime.datetime) -> float:
        """The share of the points, from 0 to 1, that handing in `at` costs; both with a time zone."""
        put_off = self.grace[0] * UNITS[self.grace[1]]
        deadline = (due.astimezone(datetime.UTC) + put_off).astimezone(due.tzinfo)
        if self.refuse and at > after(deadline, *self.refuse):
            return 1.0
        return min(self.rate * begun(deadline, at, self.per), self.most) / 100


def _clauses(text: str) -> dict[str, tuple]:
    """Kind of clause -> its numbers and units."""
    left, found = " ".join(text.lower().split()), {}
    while left:
        kinds = [(kind, re.match(pattern, left)) for kind, pattern in _CLAUSES.items() if kind not in found]
        kind, match = next(((kind, match) for kind, match in kinds if match), ("", None))
        if match is None:
            raise BadTerms(f"expected a late policy, as {EXAMPLES}, received {text!r}: {left!r} is unclear")
        found[kind] = tuple(float(part) if part[0].isdigit() else part for part in match.groups())
        left = left[match.end() :].lstrip(" ,")
    if not found:
        raise BadTerms(f"expected a late policy, as {EXAMPLES}, received nothing")
    return found


def after(deadline: datetime.datetime, amount: float, unit: str) -> datetime.datetime:
    """The moment, in UTC, so many days or hours after the deadline.

    Of a time that the clocks show twice, or leave out, what is better for the student.
    """
    if unit != "day" or amount == 0:
        return deadline.astimezone(datetime.UTC) + amount * UNITS[unit]
    wall = deadline + amount * UNITS[unit]
    return max(wall.replace(fold=fold).astimezone(datetime.UTC) for fold in (0, 1))


def begun(deadline: datetime.datetime, at: datetime.datetime, unit: str) -> int:
    """How many days or hours after the deadline have begun, 0 for in time."""
    passed = (at.astimezone(datetime.UTC) - deadline.astimezone(datetime.UTC)) / UNITS[unit]
    number = max(0, math.floor(passed) - 1)  # of days an hour longer there may be one less
    while after(deadline, number, unit) < at:
        number += 1
    return number


def parse_due(text: str) -> datetime.datetime:
    """A due date, as "2026-10-23T23:59+02:00" or "2026-10-23 23:59 Europe/Budapest".

    Without a zone it is the machine's. Of a time that the clocks show twice, the later.

    Raises:
        BadTerms: no date and time, no such zone, or a time that the clocks leave out.
    """
    words = text.strip().rsplit(" ", 1)
    named = len(words) == 2 and not words[1][0].isdigit()
    moment, zone = _moment(words[0] if named else text.strip()), _zone(words[1]) if named else None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone or machine_zone(moment), fold=1)
        back = moment.astimezone(datetime.UTC).astimezone(moment.tzinfo)
        if back.replace(tzinfo=None) != moment.replace(tzinfo=None):
            raise BadTerms(f"expected a time that there is: the clocks leave out {text!r}")
    return moment.astimezone(zone) if zone else moment


def lacks_zone(text: str) -> bool:
    """Whether a due date that `parse_due` takes has no time zone."""
    try:
        return datetime.datetime.fromisoformat(text.strip()).tzinfo is None
    except ValueError:  # a zone's name follows
        return False


def _moment(text: str) -> datetime.datetime:
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or not re.search(r"\d[T ]\d", text):
        raise BadTerms(
            'expected a date and a time, as "2026-10-23T23:59+02:00" or "2026-10-23 23:59 Europe/Budapest", '
            f"received {text!r}"
        )
    return moment


def _zone(name: str) -> datetime.tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadTerms(f"expected a time zone, as Europe/Budapest, received {name!r}") from None


def machine_zone(moment: datetime.datetime) -> datetime.tzinfo:
    """This machine's zone, by name where that can be found, else its offset at that moment."""
    linked = str(Path("/etc/localtime").resolve()).partition("zoneinfo/")[2]
    for name in (os.environ.get("TZ", "").lstrip(":"), linked):
        try:
            return _zone(name)
        except BadTerms:
            continue
    zone = moment.astimezone().tzinfo
    assert zone is not None
    return zone


def written(due: datetime.datetime) -> str:
    """The due date as `parse_due` takes it, with the zone's name where it has one."""
    name = due.tzinfo.key if isinstance(due.tzinfo, ZoneInfo) else ""
    return f"{due.isoformat(sep=' ')} {name}".strip()


@dataclass(frozen=True)
class Terms:
    """A lab's due date, None for none, and its policy."""

    due: datetime.datetime | None = None
    policy: Policy = Policy()

    def penalty(self, at: datetime.datetime | None) -> tuple[float, str]:
        """The share of the points that it costs, and why, in a few words; "" for nothing to say."""
        if self.due is None:
            return 0.0, ""
        if at is None:
            return 0.0, "when it was handed in is unknown: no late penalty" if self.policy.costs else ""
        share = self.policy.share(self.due, at)
        unit = self.policy.per if self.policy.rate or not self.policy.refuse else self.policy.refuse[1]
        number = begun(self.due, at, unit)
        words = f"{number} {unit}{'s' if number > 1 else ''} late"
        if not number:
            return 0.0, ""
        return share, f"{words}, refused" if share == 1 else f"{words}: -{100 * share:.4g}%"
