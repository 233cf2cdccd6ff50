"""A restart under a changed policy: what moves, from where it counts, and who is not asked again."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from escalation.business_time import Calendar
from escalation.case import PlanStep
from escalation.consequences import Transition
from escalation.ladder import passed, take
from escalation.moves import Before, Terms, apply
from escalation.obligations import Kind, Obligation, Outcome
from escalation.policy import Policy
from escalation.policy_file import default_policy, read_policy
from tests.support.cases import OWNER, escalation, of
from tests.support.clock import LONDON, NEW_YORK, at, wall

ACK, PLAN, UPDATE, CUSTOMER = Kind.ACKNOWLEDGE, Kind.PLAN, Kind.UPDATE, Kind.CUSTOMER_CONTACT
STEP = PlanStep(1, 1, "Roll back", OWNER, date(2026, 6, 10), id=7)


def policy(key: str = "SEV-2", top: str = "", **values: str) -> Policy:
    lines = "".join(f"\n    {name}: {value}" for name, value in values.items())
    return read_policy(f"{top}\nseverities:\n  {key}:{lines}" if values else top)


def calendar_under(rules: Policy, zone: str = LONDON) -> Calendar:
    return Calendar(rules.hours, default_policy().timezone if zone == LONDON else rules.timezone.__class__(zone))


def terms(rules: Policy, now: str, **more: object) -> Terms:
    calendar = calendar_under(rules)
    return Terms(rules, calendar, at(now), OWNER, lambda _: calendar, **more)  # type: ignore[arg-type]


def opened(key: str = "SEV-2", now: str = "Mon 10:00", rules: Policy | None = None) -> list[Obligation]:
    case = escalation(key, opened_at=at(now))
    owed = apply(Transition.OPENED, case, [], terms(rules or default_policy(), now))
    for number, one in enumerate(owed, 1):
        one.id = number
    return owed


def change(owed: list[Obligation], after: Policy, now: str, *, before: Policy | None = None, key: str = "SEV-2",
           since: str = "Mon 10:00", **more: object) -> list[Obligation]:  # fmt: skip
    old = before or default_policy()
    held = Before(old, lambda _: calendar_under(old), at(since))
    case = escalation(key, opened_at=at("Mon 10:00"))
    return apply(Transition.POLICY_CHANGED, case, owed, terms(after, now, before=held, **more))


def look(one: Obligation, rules: Policy, now: str) -> list[str]:
    """Sweep it, and say what comes of that."""
    what = passed(one, rules.severities["SEV-2"], calendar_under(rules), at(now))
    take(one, what)
    return (["warning"] if what.warn else []) + [str(step.rung.tell) for step in what.steps]


# A SEV-2 of Monday 10:00: acknowledge by 11:00, plan by 14:00, update by 14:00 (business), the customer by 11:00.
MOVED = [
    ({"acknowledge_within": "30m"}, {ACK: "Mon 10:30"}),
    ({"acknowledge_within": "2h"}, {ACK: "Mon 12:00"}),
    ({"plan_within": "1d business"}, {PLAN: "Tue 10:00"}),
    ({"update_every": "3h"}, {UPDATE: "Mon 13:00"}),
    ({"update_every": "6h business"}, {UPDATE: "Mon 16:00"}),
    ({"update_every": "daily at 16:00"}, {UPDATE: "Mon 16:00"}),
    ({"contact_customer_within": "3h"}, {CUSTOMER: "Mon 13:00"}),
]


@pytest.mark.parametrize(("values", "due"), MOVED)
def test_a_due_time_counts_by_the_new_clock_from_where_the_old_began(
    values: dict[str, str], due: dict[Kind, str]
) -> None:
    owed, after = opened(), policy(**values)
    before = {one.kind: (one.due_at, one.next_at) for one in owed}
    change(owed, after, "Mon 10:10")
    for kind in (ACK, PLAN, UPDATE, CUSTOMER):
        one = of(owed, kind)
        if kind in due:
            assert wall(one.due_at) == due[kind]
            assert one.next_at is not None
            assert one.next_at > at("Mon 10:10")
        else:
            assert (one.due_at, one.next_at) == before[kind], f"{kind} did not change in the policy"


def test_judging_by_the_same_policy_moves_nothing() -> None:
    owed = opened()
    before = [vars(one).copy() for one in owed]
    assert change(owed, default_policy(), "Mon 12:34") == []
    assert [vars(one) for one in owed] == before


def test_a_severity_that_was_changed_meanwhile_counts_from_that_change() -> None:
    owed = opened("SEV-3", "Mon 10:00")
    case = escalation("SEV-2", opened_at=at("Mon 10:00"))
    apply(Transition.SEVERITY_RAISED, case, owed, terms(default_policy(), "Mon 12:00"))
    assert wall(of(owed, UPDATE).due_at) == "Mon 16:00"
    change(owed, policy(update_every="3h business"), "Mon 12:30", since="Mon 12:00")
    assert wall(of(owed, UPDATE).due_at) == "Mon 15:00"


def test_what_has_thereby_passed_is_asked_for_from_now_on() -> None:
    owed, after = opened(), policy(acknowledge_within="15m")
    change(owed, after, "Mon 10:40")
    one = of(owed, ACK)
    assert (wall(one.due_at), wall(one.nag_from)) == ("Mon 10:15", "Mon 10:40")
    assert look(one, after, "Mon 10:40") == ["owner"]
    assert wall(one.next_at) == "Mon 11:10", "the channel after half an hour, counted from now"


def test_an_own_promise_stays_and_is_never_later_than_the_new_cadence() -> None:
    owed = opened()
    case = escalation("SEV-2", opened_at=at("Mon 10:00"))
    case.last_update_at = at("Mon 10:20")
    owed += apply(Transition.UPDATED, case, owed, terms(default_policy(), "Mon 10:20", promise=at("Mon 13:00")))
    update = of(owed, UPDATE)
    change(owed, policy(update_every="5h business"), "Mon 10:30")
    assert wall(update.due_at) == "Mon 13:00"
    change(owed, policy(update_every="2h"), "Mon 10:30", before=policy(update_every="5h business"))
    assert wall(update.due_at) == "Mon 12:20"


def test_a_promise_to_the_customer_stays() -> None:
    owed = opened()
    case = escalation("SEV-2", opened_at=at("Mon 10:00"))
    owed += apply(
        Transition.CUSTOMER_PROMISED, case, owed, terms(default_policy(), "Mon 10:20", promise=at("Mon 17:00"))
    )
    change(owed, policy(contact_customer_within="15m"), "Mon 10:30")
    assert wall(of(owed, CUSTOMER).due_at) == "Mon 17:00"


def test_who_was_told_is_not_told_again_and_who_was_not_is_told_now() -> None:
    owed = opened()
    one = of(owed, ACK)
    assert look(one, default_policy(), "Mon 11:00") == ["owner"]
    assert look(one, default_policy(), "Mon 11:30") == ["channel"]
    sooner = policy(if_silent="[{after: 0m, tell: owner}, {after: 10m, tell: channel}, {after: 20m, tell: tier 2}]")
    change(owed, sooner, "Mon 11:40")
    assert wall(one.due_at) == "Mon 11:00", "late is still counted from there"
    assert look(one, sooner, "Mon 11:40") == ["tier 2"]
    assert one.next_at is None


def test_a_ladder_that_was_stretched_goes_on_with_its_next_rung() -> None:
    owed = opened()
    one = of(owed, ACK)
    look(one, default_policy(), "Mon 11:00")
    look(one, default_policy(), "Mon 11:30")
    later = policy(if_silent="[{after: 0m, tell: owner}, {after: 10m, tell: channel}, {after: 3h, tell: tier 2}]")
    change(owed, later, "Mon 11:45")
    assert look(one, later, "Mon 11:45") == []
    assert wall(one.next_at) == "Mon 14:00"


def test_a_snooze_is_cut_to_what_the_new_policy_lets_be() -> None:
    owed = opened()
    case = escalation("SEV-2", opened_at=at("Mon 10:00"))
    apply(Transition.SNOOZED, case, owed, terms(default_policy(), "Mon 11:05", snooze_for=timedelta(hours=2)))
    one = of(owed, ACK)
    assert wall(one.snoozed_until) == "Mon 13:05"
    change(owed, policy(snooze_at_most="15m"), "Mon 11:10")
    assert (wall(one.snoozed_until), wall(one.nag_from), wall(one.next_at)) == ("Mon 11:25",) * 3
    change(owed, policy(snooze_at_most="1d"), "Mon 11:12", before=policy(snooze_at_most="15m"))
    assert wall(one.snoozed_until) == "Mon 11:25", "and not made longer"


def test_new_hours_move_what_keeps_them_and_nothing_else() -> None:
    owed = opened("SEV-2", "Mon 15:00")
    owed += apply(
        Transition.PLANNED,
        escalation("SEV-2", opened_at=at("Mon 15:00")),
        [],
        terms(default_policy(), "Mon 15:05", steps=(STEP,)),
    )
    after = read_policy('business_hours: {start: "08:00", end: "16:00"}')
    change(owed, after, "Mon 15:10", since="Mon 15:00")
    assert wall(of(owed, UPDATE).due_at) == "Tue 11:00", "an hour on Monday, three on Tuesday"
    assert wall(of(owed, ACK).due_at) == "Mon 16:00"
    assert wall(of(owed, Kind.PLAN_STEP).due_at) == "Wed 16:00"


def test_rows_of_the_path_follow_and_new_ones_count_from_the_restart() -> None:
    owed = opened()
    row = of(owed, Kind.TELL_PATH)
    assert wall(row.due_at) == "Mon 12:00"
    after = policy(notify="[{within: 1h, roles: [cs_director]}, {within: 30m, roles: [cto]}]")
    arising = change(owed, after, "Mon 10:20", new_rows=(1,))
    assert wall(row.due_at) == wall(row.next_at) == "Mon 11:00"
    assert [(one.kind, one.subject_id, wall(one.due_at)) for one in arising] == [(Kind.TELL_PATH, 1, "Mon 10:50")]
    change(owed, policy(notify="[]"), "Mon 10:30", before=after)
    assert (row.outcome, row.settled_by) == (Outcome.DROPPED, "")


def test_zones_are_those_of_whoever_owes_it() -> None:
    rules = read_policy("")
    new_york = calendar_under(rules, NEW_YORK)
    case = escalation("SEV-2", opened_at=at("Mon 16:00"))
    given = Terms(rules, new_york, at("Mon 16:00"), OWNER, lambda _: new_york)
    owed = apply(Transition.OPENED, case, [], given)
    after = policy(update_every="2h business")
    held = Before(rules, lambda _: new_york, at("Mon 16:00"))
    apply(
        Transition.POLICY_CHANGED,
        case,
        owed,
        Terms(after, new_york, at("Mon 16:10"), OWNER, lambda _: new_york, before=held),
    )
    assert wall(of(owed, UPDATE).due_at) == "Mon 18:00"  # 13:00 there
