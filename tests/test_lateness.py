"""`grading.lateness`: policies in words, due dates with their zone, and where the boundaries lie."""

from __future__ import annotations

import datetime
from contextlib import suppress
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.grading import lateness
from course_utils.grading.lateness import BadTerms, Policy, Terms, lacks_zone, parse_due, written

BUDAPEST = ZoneInfo("Europe/Budapest")
DUE = datetime.datetime(2026, 10, 16, 23, 59, tzinfo=BUDAPEST)
SECOND, MINUTE, HOUR, DAY = (datetime.timedelta(seconds=each) for each in (1, 60, 3600, 86400))


@pytest.mark.parametrize(
    ("text", "policy"),
    [
        ("none", Policy()),
        ("10%/day", Policy(10)),
        ("7.5 % per Hour", Policy(7.5, "hour")),
        ("10%/day up to 50%", Policy(10, most=50)),
        ("refuse after 3 days", Policy(refuse=(3, "day"))),
        ("10%/day, 15 min grace", Policy(10, grace=(15, "min"))),
        ("15 minutes grace 10%/day up to 30%, refuse after 1 day",
         Policy(10, most=30, refuse=(1, "day"), grace=(15, "min"))),
    ],
)  # fmt: skip
def test_policies_are_read_from_words(text, policy):
    assert Policy.parse(text) == policy


numbers = st.floats(0.25, 99.75).map(lambda number: round(number, 2))
spans = st.tuples(numbers, st.sampled_from(["day", "hour"]))
graces = st.tuples(numbers, st.sampled_from(["min", "hour"]))


@given(
    st.builds(Policy, numbers, st.sampled_from(["day", "hour"]), numbers, spans | st.none(), graces)
    | st.builds(Policy, refuse=spans | st.none())
)
def test_a_policy_in_words_is_read_as_itself(policy):
    assert Policy.parse(str(policy)) == policy


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "received nothing"),
        ("10 points a day", "'10 points a day' is unclear"),
        ("10%/day, harsh", "'harsh' is unclear"),
        ("10%/day 20%/day", "'20%/day' is unclear"),
        ("up to 50%", "expected a rate before"),
        ("110%/day", "expected 0% to 100%"),
        ("-10%/day", "unclear"),
        ("refuse after 99999999 days", "at most 10000 days"),
    ],
)
def test_words_that_say_no_policy_are_refused(text, said):
    with pytest.raises(BadTerms, match=said):
        Policy.parse(text)


@given(st.text(max_size=40))
def test_any_other_words_are_refused_too(text):
    with suppress(BadTerms):
        Policy.parse(text)


@pytest.mark.parametrize(
    ("policy", "after", "share"),
    [
        ("10%/day", -HOUR, 0),
        ("10%/day", 0 * DAY, 0),  # exactly due
        ("10%/day", SECOND, 0.1),
        ("10%/day", DAY, 0.1),
        ("10%/day", DAY + SECOND, 0.2),
        ("10%/day", 11 * DAY, 1),
        ("10%/day up to 50%", 11 * DAY, 0.5),
        ("5%/hour", HOUR + SECOND, 0.1),
        ("10%/day, 15 min grace", 15 * MINUTE, 0),
        ("10%/day, 15 min grace", 15 * MINUTE + SECOND, 0.1),
        ("10%/day, 15 min grace", DAY + 15 * MINUTE, 0.1),
        ("refuse after 3 days", 3 * DAY, 0),
        ("refuse after 3 days", 3 * DAY + SECOND, 1),
        ("10%/day up to 20%, refuse after 3 days", 3 * DAY, 0.2),
        ("10%/day up to 20%, refuse after 3 days", 3 * DAY + SECOND, 1),
        ("none", 99 * DAY, 0),
    ],
)
def test_where_the_boundaries_lie(policy, after, share):
    at = (DUE.astimezone(datetime.UTC) + after).astimezone(ZoneInfo("Asia/Tokyo"))
    assert Policy.parse(policy).share(DUE, at) == pytest.approx(share)


# Clocks went back at 3:00 on 25 October 2026 and forward at 2:00 on 29 March 2026 in Budapest.
@pytest.mark.parametrize(
    ("due", "at", "share"),
    [
        ("2026-10-24 23:59 Europe/Budapest", "2026-10-25 23:59 Europe/Budapest", 0.1),  # 25 hours
        ("2026-10-24 23:59 Europe/Budapest", "2026-10-25 23:59:01 Europe/Budapest", 0.2),
        ("2026-03-28 23:59 Europe/Budapest", "2026-03-29 23:59 Europe/Budapest", 0.1),  # 23 hours
        ("2026-03-28 23:59 Europe/Budapest", "2026-03-29 23:59:01 Europe/Budapest", 0.2),
        ("2026-10-24 02:30 Europe/Budapest", "2026-10-25 02:40+02:00", 0.1),  # there is a 2:30 to come
        ("2026-10-24 02:30 Europe/Budapest", "2026-10-25 02:31+01:00", 0.2),
        ("2026-03-28 02:30 Europe/Budapest", "2026-03-29 03:30+02:00", 0.1),  # there was no 2:30
        ("2026-03-28 02:30 Europe/Budapest", "2026-03-29 03:31+02:00", 0.2),
        ("2026-10-24 23:59+02:00", "2026-10-25 23:59+01:00", 0.2),  # an offset alone knows of no summer
        (
            "2026-10-25 02:30+02:00 Europe/Budapest",
            "2026-10-25 02:10+01:00",
            0.1,
        ),  # 40 minutes, clock set back
    ],
)
def test_a_day_is_one_of_the_clock_on_the_wall(due, at, share):
    assert Policy.parse("10%/day").share(parse_due(due), parse_due(at)) == pytest.approx(share)


def test_hours_are_hours_also_where_the_clock_is_set_back():
    due = parse_due("2026-10-25 02:30+02:00 Europe/Budapest")
    assert Policy.parse("10%/hour").share(due, parse_due("2026-10-25 02:31+01:00")) == pytest.approx(0.2)


# Around the nights in which Budapest's clocks change, minute by minute
nights = st.sampled_from(["2026-03-28 02:00", "2026-10-24 02:00"]).map(datetime.datetime.fromisoformat)
minutes = st.integers(-120, 3000).map(lambda number: datetime.timedelta(minutes=number))


@given(nights, minutes, minutes, minutes)
def test_handing_in_later_never_costs_less(night, due, at, more):
    policy = Policy.parse("10%/day up to 60%, refuse after 1 day, 20 min grace")
    night = night.replace(tzinfo=datetime.UTC)
    due, at, later = (night + due).astimezone(BUDAPEST), night + min(at, more), night + max(at, more)
    assert policy.share(due, at) <= policy.share(due, later)


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-10-23T23:59+02:00", "2026-10-23 21:59"),
        ("2026-10-23 23:59 Europe/Budapest", "2026-10-23 21:59"),
        ("2026-12-23 23:59:30 Europe/Budapest", "2026-12-23 22:59:30"),
        ("2026-10-23T21:59Z", "2026-10-23 21:59"),
        ("2026-10-23 21:59Z Europe/Budapest", "2026-10-23 21:59"),
        ("2026-10-25 02:30 Europe/Budapest", "2026-10-25 01:30"),  # of the two the later
    ],
)
def test_due_dates(text, utc):
    due = parse_due(text)
    assert due.astimezone(datetime.UTC) == datetime.datetime.fromisoformat(f"{utc}+00:00")
    assert (parse_due(written(due)), str(parse_due(written(due)).tzinfo)) == (due, str(due.tzinfo))


def test_without_a_zone_it_is_the_machines(monkeypatch):
    monkeypatch.setenv("TZ", "America/New_York")
    assert written(parse_due("2026-07-23 23:59")) == "2026-07-23 23:59:00-04:00 America/New_York"


@pytest.mark.parametrize(
    ("text", "lacks"),
    [("2026-07-23 23:59", True), ("2026-07-23 23:59Z", False), ("2026-07-23 23:59 Etc/GMT+5", False)],
)
def test_whether_a_due_date_lacks_its_zone(text, lacks):
    assert lacks_zone(text) is lacks


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Friday", "expected a date and a time, as .* received 'Friday'"),
        ("2026-10-23", "expected a date and a time"),  # midnight before, or after?
        ("2026-10-23 23:59 Budapest", "expected a time zone, as Europe/Budapest, received 'Budapest'"),
        ("2026-10-23 23:59 ../../etc/passwd", "expected a time zone"),
        ("2026-03-29 02:30 Europe/Budapest", "the clocks leave out"),
        ("", "expected a date and a time"),
    ],
)
def test_what_is_no_due_date_is_refused(text, said):
    with pytest.raises(BadTerms, match=said):
        parse_due(text)


@pytest.mark.parametrize(
    ("policy", "at", "penalty"),
    [
        ("10%/day", DUE, (0, "")),
        ("10%/day", DUE + DAY, (0.1, "1 day late: -10%")),
        ("10%/day", DUE + 2 * DAY, (0.2, "2 days late: -20%")),
        ("refuse after 2 hours", DUE + 3 * HOUR, (1, "3 hours late, refused")),
        ("none", DUE + DAY, (0, "1 day late: -0%")),
        ("10%/day", None, (0, "when it was handed in is unknown: no late penalty")),
        ("none", None, (0, "")),
    ],
)
def test_a_penalty_says_why(policy, at, penalty):
    assert Terms(DUE, Policy.parse(policy)).penalty(at) == pytest.approx(penalty)


def test_without_a_due_date_nothing_is_late():
    assert Terms(None, Policy.parse("10%/day")).penalty(DUE) == (0, "")
    assert not lateness.Policy().costs
