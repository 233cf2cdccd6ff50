"""What holds of the ladder whatever the severity, the zone, the moment, and however often somebody looks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import assume, given
from hypothesis import strategies as st

from escalation.business_time import Calendar, runs_on_business_time
from escalation.case import Escalation, Status
from escalation.clocks import cadence_of, severity_of
from escalation.consequences import Transition
from escalation.duration import Duration
from escalation.ladder import AFTER_CLOSING, LADDERED_KINDS, first_look, passed, take
from escalation.moves import GRACE_FOR_A_NEW_OWNER, Terms, apply
from escalation.obligations import Kind, Obligation
from escalation.policy import Audience, AudienceKind, Policy, Rung, SeverityPolicy
from escalation.policy_file import default_policy
from tests.support.cases import escalation, of
from tests.support.clock import at

POLICY = default_policy()
ZONES = ("Europe/London", "America/New_York", "Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia")
MINUTE = timedelta(minutes=1)

zones = st.sampled_from([ZoneInfo(name) for name in ZONES])
severities = st.sampled_from(list(POLICY.severities))
instants = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds it
kinds = st.sampled_from(sorted(LADDERED_KINDS - {Kind.PLAN_STEP}))
waits = st.lists(st.timedeltas(timedelta(), timedelta(hours=30)), min_size=1, max_size=12)


def calendar(zone: ZoneInfo) -> Calendar:
    return Calendar(POLICY.hours, zone)


def terms(zone: ZoneInfo, now: datetime, **more: object) -> Terms:
    given_: dict[str, object] = {"calendar_of": lambda _user: calendar(zone), "by": "U0OWNER", **more}
    return Terms(policy=POLICY, calendar=calendar(zone), now=now, **given_)  # type: ignore[arg-type]


def opened(key: str, zone: ZoneInfo, now: datetime) -> tuple[Escalation, list[Obligation]]:
    case = escalation(key, opened_at=now)
    return case, apply(Transition.OPENED, case, [], terms(zone, now))


@dataclass(frozen=True)
class Said:
    """A warning (`rung` is None) or a rung, the moment it was for, and when somebody looked."""

    rung: Rung | None
    moment: datetime
    looked: datetime


def look(owed: Obligation, severity: SeverityPolicy, zone: ZoneInfo, now: datetime) -> list[Said]:
    """One sweep; what it says."""
    if owed.next_at is None or owed.next_at > now:
        return []
    what = passed(owed, severity, calendar(zone), now)
    take(owed, what)
    return ([Said(None, now, now)] if what.warn else []) + [Said(step.rung, step.at, now) for step in what.steps]


def climb(owed: Obligation, severity: SeverityPolicy, zone: ZoneInfo, until: datetime) -> list[Said]:
    """Looking whenever the obligation asks for it, as the bot does while it runs."""
    found: list[Said] = []
    now = owed.next_at
    while now is not None and now <= until:
        found += look(owed, severity, zone, now)
        before, now = now, owed.next_at
        assert now is None or now > before, "or the sweep would spin"
    return found


@given(severities, kinds, zones, instants)
def test_nothing_of_a_business_clock_is_said_in_a_closed_hour(
    key: str, kind: Kind, zone: ZoneInfo, start: datetime
) -> None:
    owed = of(opened(key, zone, start)[1], kind)
    for one in climb(owed, POLICY.severities[key], zone, owed.due_at + timedelta(days=9)):
        assert not owed.business or calendar(zone).is_open(one.looked)


@given(severities, kinds, zones, instants, waits)
def test_nothing_of_a_business_clock_is_said_in_a_closed_hour_whenever_somebody_looks(
    key: str, kind: Kind, zone: ZoneInfo, start: datetime, gaps: list[timedelta]
) -> None:
    owed, now = of(opened(key, zone, start)[1], kind), start
    for gap in gaps:
        now += gap
        if look(owed, POLICY.severities[key], zone, now) and owed.business:
            assert calendar(zone).next_opening(now - AFTER_CLOSING) <= now


@given(severities, kinds, zones, instants, waits)
def test_nothing_is_said_before_its_time(
    key: str, kind: Kind, zone: ZoneInfo, start: datetime, gaps: list[timedelta]
) -> None:
    owed, now = of(opened(key, zone, start)[1], kind), start
    for gap in gaps:
        now += gap
        for one in look(owed, POLICY.severities[key], zone, now):
            assert one.moment <= now
            assert one.rung is None or one.moment >= owed.due_at


@given(severities, kinds, zones, instants, waits)
def test_however_often_somebody_looks_each_rung_is_said_once_and_as_of_the_same_moment(
    key: str, kind: Kind, zone: ZoneInfo, start: datetime, gaps: list[timedelta]
) -> None:
    """Two looks or a hundred: only repetitions that passed between two of them count once, and a warning may be missed."""
    severity = POLICY.severities[key]
    often, seldom = (of(opened(key, zone, start)[1], kind) for _ in range(2))
    now, heard = start, []
    for gap in gaps:
        now += gap
        heard += look(seldom, severity, zone, now)
    # The last look falls into open hours: what waits for the opening is heard then.
    now = calendar(zone).next_opening(now) if seldom.business else now
    heard += look(seldom, severity, zone, now)
    exact = climb(often, severity, zone, now)
    assert _rungs(heard, repeated=False) == _rungs(exact, repeated=False)
    repeats = _rungs(exact, repeated=True)
    assert set(_rungs(heard, repeated=True)) <= set(repeats)
    assert _rungs(heard, repeated=True)[-1:] == repeats[-1:]
    assert len(heard) == len({(one.rung, one.moment) for one in heard}), "nothing twice"
    assert [one.rung for one in heard].count(None) <= [one.rung for one in exact].count(None) <= 1
    assert (seldom.rungs, seldom.next_at) == (often.rungs, often.next_at)


def _rungs(said: list[Said], *, repeated: bool) -> list[tuple[Rung, datetime]]:
    return [(one.rung, one.moment) for one in said if one.rung is not None and (one.rung.every is not None) == repeated]


@given(severities, kinds, zones, instants, st.integers(0, 200))
def test_looking_a_hundred_times_says_what_looking_at_the_end_says(
    key: str, kind: Kind, zone: ZoneInfo, start: datetime, hours: int
) -> None:
    severity, end = POLICY.severities[key], start + timedelta(hours=hours)
    once, often = (of(opened(key, zone, start)[1], kind) for _ in range(2))
    assume(not once.business or calendar(zone).is_open(end))
    at_the_end = look(once, severity, zone, end)
    step = (end - start) / 100
    many = [one for number in range(101) for one in look(often, severity, zone, start + number * step)]
    assert _rungs(many, repeated=False) == _rungs(at_the_end, repeated=False)
    assert _rungs(many, repeated=True)[-1:] == _rungs(at_the_end, repeated=True)
    assert once.next_at == often.next_at


# A closed time defers, and costs nothing of any count


def hourly_ladder(lengths: list[int], every: int) -> tuple[Rung, ...]:
    """Rungs after so many minutes, then every so many."""
    owner = Audience(AudienceKind.OWNER)
    fixed = [Rung(Duration(0, minutes * MINUTE, business=False), None, owner) for minutes in sorted(lengths)]
    return (*fixed, Rung(None, Duration(0, every * MINUTE, business=False), owner))


def open_time_between(hours: Calendar, start: datetime, end: datetime) -> timedelta:
    """How much of it business was open, looked up by quarters of an hour."""
    step, total, now = timedelta(minutes=15), timedelta(), start
    while now < end:
        total += step if hours.is_open(now) and hours.is_open(now + step) else timedelta()
        now += step
    return total


@given(
    st.lists(st.integers(0, 60).map(lambda count: count * 15), min_size=1, max_size=4),
    st.integers(2, 40).map(lambda count: count * 15),
    zones,
    st.integers(0, 365 * 48),
)
def test_with_the_nights_cut_out_the_rungs_of_a_business_clock_are_those_of_an_elapsed_one(
    lengths: list[int], every: int, zone: ZoneInfo, half_hours: int
) -> None:
    due = datetime(2026, 1, 1, tzinfo=UTC) + half_hours * timedelta(minutes=30)
    severity = replace(POLICY.severities["SEV-2"], if_silent=hourly_ladder(lengths, every), warn_before=None)
    # Kathmandu and Lord Howe open on the quarter and half hour of UTC; a quarter of an hour divides all of it.
    business, elapsed = (
        Obligation("T1", 1, Kind.UPDATE, "SEV-2", due, due, is_business, nag_from=due, next_at=None)
        for is_business in (True, False)
    )
    hours, count = calendar(zone), len(lengths) + 3
    moments = {}
    for one in (business, elapsed):
        one.next_at = first_look(one, severity, hours)
        said: list[Said] = []
        while len(said) < count:
            assert one.next_at is not None
            said += look(one, severity, zone, one.next_at)
        moments[one.business] = [each.moment for each in said][:count]
    begins = hours.next_opening(due)
    cut_out = [open_time_between(hours, begins, moment) for moment in moments[True]]
    assert cut_out == [moment - due for moment in moments[False]]


# Due times


@given(severities, zones, instants, st.timedeltas(MINUTE, timedelta(days=20)), st.booleans())
def test_no_promise_puts_an_update_off_beyond_the_cadence(
    key: str, zone: ZoneInfo, now: datetime, ahead: timedelta, still_working: bool
) -> None:
    case, owed = opened(key, zone, now - timedelta(minutes=20))
    transition = Transition.STILL_WORKING if still_working else Transition.UPDATED
    update = of(owed + apply(transition, case, owed, terms(zone, now, promise=now + ahead)), Kind.UPDATE)
    cadence = calendar(zone).due(now, cadence_of(Kind.UPDATE, severity_of(case, POLICY)))
    assert update.due_at == min(now + ahead, cadence)


@given(severities, severities, zones, instants, st.timedeltas(timedelta(), timedelta(days=3)))
def test_raising_the_severity_makes_nothing_due_later(
    old: str, new: str, zone: ZoneInfo, start: datetime, wait: timedelta
) -> None:
    order = list(POLICY.severities)
    assume(order.index(new) < order.index(old))
    case, owed = opened(old, zone, start)
    before = {one.kind: one.due_at for one in owed}
    case.severity = new
    apply(Transition.SEVERITY_RAISED, case, owed, terms(zone, start + wait))
    for one in owed:
        if one.is_open:
            cadence = cadence_of(one.kind, POLICY.severities[new])
            assert one.due_at == min(before[one.kind], calendar(zone).due(start + wait, cadence, True))


@given(severities, zones, zones, instants, st.timedeltas(timedelta(), timedelta(days=4)))
def test_handing_over_moves_the_update_to_where_the_new_owner_lives(
    key: str, here: ZoneInfo, there: ZoneInfo, updated: datetime, wait: timedelta
) -> None:
    case, owed = opened(key, here, updated - timedelta(minutes=20))
    case.status, case.last_update_at = Status.IN_PROGRESS, updated
    owed += apply(Transition.UPDATED, case, owed, terms(here, updated))
    accepted = updated + wait
    apply(Transition.HANDOVER_ACCEPTED, case, owed, terms(there, accepted))
    update, cadence = of(owed, Kind.UPDATE), cadence_of(Kind.UPDATE, POLICY.severities[key])
    as_theirs = calendar(there).due(updated, cadence)
    assert update.due_at == max(as_theirs, accepted + GRACE_FOR_A_NEW_OWNER)
    assert not runs_on_business_time(cadence) or calendar(there).is_open(as_theirs)
    for one in climb(update, POLICY.severities[key], there, update.due_at + timedelta(days=5)):
        assert one.looked >= accepted
        assert not update.business or calendar(there).is_open(one.looked)


@given(
    severities,
    kinds,
    zones,
    instants,
    st.timedeltas(MINUTE, timedelta(days=2)),
    st.timedeltas(MINUTE, timedelta(days=1)),
)
def test_a_snooze_moves_the_whole_ladder_and_neither_the_due_time_nor_a_rung_of_it(
    key: str, kind: Kind, zone: ZoneInfo, start: datetime, late: timedelta, length: timedelta
) -> None:
    case, owed = opened(key, zone, start)
    one = of(owed, kind)
    due, now = one.due_at, one.due_at + late
    look(one, POLICY.severities[key], zone, now)
    apply(Transition.SNOOZED, case, [one], terms(zone, now, snooze_for=length, snooze_reason="Call"))
    assert one.due_at == due
    assert one.snoozed_until is not None
    fresh = replace(one, due_at=one.nag_from, snoozed_until=None, warned=True)
    fresh.next_at = first_look(fresh, POLICY.severities[key], calendar(zone))
    end = one.nag_from + timedelta(days=6)
    shifted = climb(one, POLICY.severities[key], zone, end)
    assert shifted == climb(fresh, POLICY.severities[key], zone, end)
    assert all(each.rung is not None and each.looked >= one.snoozed_until for each in shifted)


def test_the_night_between_two_rungs_is_not_counted() -> None:
    """The same by an example, which reads easier: two hours after Monday 17:00 is Tuesday 10:30."""
    owed = Obligation("T1", 1, Kind.UPDATE, "SEV-2", at("Mon 10:00"), at("Mon 17:00"), True, at("Mon 17:00"), None)
    policy: Policy = POLICY
    owed.next_at = first_look(owed, policy.severities["SEV-2"], calendar(ZoneInfo("Europe/London")))
    said = climb(owed, policy.severities["SEV-2"], ZoneInfo("Europe/London"), at("Tue 11:00"))
    assert [one.moment for one in said if one.rung] == [
        at("Mon 17:00"),
        at("Mon 17:30"),
        at("Tue 09:30"),
        at("Tue 10:30"),
    ]
