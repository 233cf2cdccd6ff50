"""The policy file: its defaults, what it changes, and every refusal with its line."""

from __future__ import annotations

import re
from datetime import time
from pathlib import Path
from textwrap import dedent
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from escalation.business_time import BusinessHours
from escalation.duration import parse_cadence, parse_duration
from escalation.errors import SetupError
from escalation.policy import Audience, AudienceKind, Notify, Policy, Rung, person_reference, unfilled_roles, used_roles
from escalation.policy_file import default_policy, default_policy_text, read_policy
from escalation.policy_yaml import PolicyError


def read(text: str) -> Policy:
    return read_policy(dedent(text).lstrip("\n"))


def refused(text: str) -> str:
    with pytest.raises(PolicyError) as caught:
        read(text)
    return str(caught.value)


def ladder(*rungs: str) -> tuple[Rung, ...]:
    """ "10m channel" is after ten minutes, "every 1h tier 4" the last one."""
    return tuple(_rung(*re.fullmatch(r"(every )?(\S+) (.+)", text).groups()) for text in rungs)  # type: ignore[union-attr]


def _rung(every: str | None, length: str, tell: str) -> Rung:
    kinds = {"owner": Audience(AudienceKind.OWNER), "channel": Audience(AudienceKind.CHANNEL)}
    audience = kinds.get(tell) or Audience(AudienceKind.TIER, tier=int(tell.removeprefix("tier ")))
    duration = parse_duration(length)
    return Rung(None, duration, audience) if every else Rung(duration, None, audience)


# severity: name, acknowledge, plan, update, warn, contact, snooze
DEFAULT_TIMES = {
    "SEV-1": ("Critical", "15m", "1h", "1h", "10m", "30m", "30m"),
    "SEV-2": ("High", "1h", "4h", "4h business", "30m", "1h", "2h"),
    "SEV-3": ("Medium", "4h business", "1d business", "daily at 16:00", "1h", "4h business", "1d"),
    "SEV-4": ("Low", "1d business", "1w business", "tue, fri at 16:00", "2h", "1d business", "2d"),
}
DEFAULT_OWNERS = {
    "SEV-1": ("cs_director", "vp_customer_success", "vp_engineering"),
    "SEV-2": ("senior_csm", "cs_manager", "cs_director"),
    "SEV-3": ("csm", "senior_csm", "cs_manager"),
    "SEV-4": ("csm", "senior_csm", "support_agent"),
}
DEFAULT_NOTIFY = {
    "SEV-1": ("0m", ("vp_customer_success", "vp_engineering", "cto")),
    "SEV-2": ("2h", ("cs_director", "engineering_manager")),
    "SEV-3": ("1d business", ("cs_manager",)),
    "SEV-4": None,
}
DEFAULT_LADDERS = {
    "SEV-1": ladder("0m owner", "10m channel", "20m tier 3", "40m tier 4", "every 1h tier 4"),
    "SEV-2": ladder("0m owner", "30m channel", "1h tier 2", "2h tier 3", "every 4h tier 3"),
    "SEV-3": ladder("0m owner", "2h channel", "1d tier 2", "every 1d tier 2"),
    "SEV-4": ladder("0m owner", "1d channel", "2d tier 2"),
}
DEFAULT_TIERS = {
    1: ("csm", "support_agent"),
    2: ("cs_manager", "senior_csm", "engineering_lead"),
    3: ("cs_director", "vp_customer_success", "vp_engineering"),
    4: ("cro", "ceo", "cto"),
}
DEFAULT_WORDS = {
    "SEV-1": (
        "Outage, data loss or breach; the customer's business has stopped",
        "Production is down and the customer's own users feel it.",
    ),
    "SEV-2": (
        "Major function degraded, big workflow blocked, or an executive asks",
        "Key integration broken; data sync is twelve hours late.",
    ),
    "SEV-3": (
        "Partly impaired, painful workaround, frustration is building",
        "Exports fail now and then; there is a manual way.",
    ),
    "SEV-4": (
        "Minor, cosmetic, or a missing feature; no real business impact",
        "A visual bug off the main path.",
    ),
}


@pytest.mark.parametrize("key", DEFAULT_TIMES)
def test_the_default_of_each_severity_is_the_documented_one(key: str) -> None:
    severity = default_policy().severities[key]
    name, acknowledge, plan, update, warn, contact, snooze = DEFAULT_TIMES[key]
    assert (severity.key, severity.name) == (key, name)
    assert (severity.definition, severity.example) == DEFAULT_WORDS[key]
    assert severity.acknowledge_within == parse_duration(acknowledge)
    assert severity.plan_within == parse_duration(plan)
    assert severity.update_every == parse_cadence(update)
    assert severity.warn_before == parse_duration(warn)
    assert severity.contact_customer_within == parse_duration(contact)
    assert severity.snooze_at_most == parse_duration(snooze)
    assert severity.owners == DEFAULT_OWNERS[key]
    row = DEFAULT_NOTIFY[key]
    assert severity.notify == (() if row is None else (Notify(parse_duration(row[0]), row[1]),))
    assert severity.if_silent == DEFAULT_LADDERS[key]


def test_the_default_of_everything_else_is_the_documented_one_with_nobody_in_it() -> None:
    policy = default_policy()
    assert policy.timezone == ZoneInfo("Europe/London")
    assert policy.hours == BusinessHours(frozenset(range(5)), time(9), time(17, 30), "GB")
    assert (policy.channel_prefix, policy.channel_private, policy.announcements) == ("esc", False, "escalations")
    assert policy.max_open_per_owner == 5
    assert policy.tiers == DEFAULT_TIERS
    assert list(policy.severities) == ["SEV-1", "SEV-2", "SEV-3", "SEV-4"]
    assert set(used_roles(policy)) <= set(policy.roles)
    assert len(policy.roles) == 12
    assert not any(policy.roles.values())
    assert policy.admins == ()


def test_the_default_as_text_reads_as_the_default() -> None:
    assert read_policy(default_policy_text()) == default_policy()


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n", "roles:\nseverities:\n  # SEV-1:\n", "{}", "\ufeff"])
def test_a_file_that_says_nothing_is_the_default(text: str) -> None:
    assert read_policy(text) == default_policy()


def test_what_is_left_out_keeps_its_default_at_every_depth() -> None:
    policy = read("""
        business_hours: {end: 18:00}
        channel: {prefix: cust}
        roles: {csm: [U0CSM, "@csms"]}
        tiers: {1: [csm]}
        severities:
          SEV-1: {update_every: 30m}
    """)
    default = default_policy()
    assert policy.hours == BusinessHours(default.hours.days, time(9), time(18), "GB")
    assert (policy.channel_prefix, policy.channel_private) == ("cust", False)
    assert policy.roles["csm"] == ("U0CSM", "@csms")
    assert list(policy.roles) == list(default.roles)
    assert policy.tiers == {**DEFAULT_TIERS, 1: ("csm",)}
    assert policy.severities["SEV-1"].update_every == parse_duration("30m")
    assert policy.severities["SEV-1"].if_silent == DEFAULT_LADDERS["SEV-1"]
    assert [policy.severities[key] for key in ("SEV-2", "SEV-3", "SEV-4")] == [
        default.severities[key] for key in ("SEV-2", "SEV-3", "SEV-4")
    ]


def test_lists_are_replaced_whole() -> None:
    severity = read("""
        severities:
          SEV-2:
            owners: []
            notify: []
            if_silent: [{after: 5m, tell: admins}, {after: 5m, tell: cto}, {every: 2h, tell: channel}]
    """).severities["SEV-2"]
    assert severity.owners == ()
    assert severity.notify == ()
    assert severity.if_silent == (
        Rung(parse_duration("5m"), None, Audience(AudienceKind.ADMINS)),
        Rung(parse_duration("5m"), None, Audience(AudienceKind.ROLE, role="cto")),
        Rung(None, parse_duration("2h"), Audience(AudienceKind.CHANNEL)),
    )


def test_a_role_that_the_file_adds_can_be_used_everywhere() -> None:
    policy = read("""
        roles: {duty_manager: [U0DUTY]}
        tiers: {2: [duty_manager]}
        severities:
          SEV-3:
            owners: [duty_manager]
            notify: [{within: 1h, roles: [duty_manager]}]
            if_silent: [{after: 0m, tell: duty_manager}]
    """)
    assert policy.tiers[2] == ("duty_manager",)
    assert policy.severities["SEV-3"].owners == ("duty_manager",)
    assert policy.severities["SEV-3"].notify == (Notify(parse_duration("1h"), ("duty_manager",)),)
    assert policy.severities["SEV-3"].if_silent[0].tell == Audience(AudienceKind.ROLE, role="duty_manager")


@pytest.mark.parametrize(
    ("text", "attribute", "value"),
    [
        ("announcements: null", "announcements", None),
        ("announcements: '#incidents'", "announcements", "incidents"),
        ("announcements: C0123ABCD", "announcements", "C0123ABCD"),
        ("channel: {visibility: private}", "channel_private", True),
        ("max_open_per_owner: 12", "max_open_per_owner", 12),
        ("timezone: America/New_York", "timezone", ZoneInfo("America/New_York")),
        ("admins: [omar@example.com, omar@example.com, U0A]", "admins", ("omar@example.com", "U0A")),
    ],
)
def test_a_single_value_can_be_changed(text: str, attribute: str, value: object) -> None:
    assert getattr(read(text), attribute) == value


def test_values_are_read_as_written_whatever_yaml_makes_of_them() -> None:
    """Plain YAML would take these for 570 and 1020 (in base sixty) and for False."""
    assert read("business_hours: {start: 9:30, end: 17:00, holidays: NO}").hours == BusinessHours(
        frozenset(range(5)), time(9, 30), time(17), "NO"
    )


@pytest.mark.parametrize(("code", "read_as"), [("us-ny", "US-NY"), ("DE", "DE"), ("GB-SCT", "GB-SCT"), ("null", None)])
def test_holidays_are_named_by_code_or_left_out(code: str, read_as: str | None) -> None:
    assert read(f"business_hours: {{holidays: {code}}}").hours.holidays == read_as


def test_the_default_warning_is_left_away_from_a_cadence_too_short_for_it() -> None:
    assert read("severities: {SEV-1: {update_every: 20m}}").severities["SEV-1"].warn_before is None
    assert read("severities: {SEV-1: {update_every: 21m}}").severities["SEV-1"].warn_before == parse_duration("10m")


def test_a_warning_can_be_done_without() -> None:
    assert read("severities: {SEV-1: {warn_before: null}}").severities["SEV-1"].warn_before is None


def test_an_anchor_saves_writing_a_ladder_twice() -> None:
    policy = read("""
        severities:
          SEV-3: {if_silent: &calm [{after: 0m, tell: owner}, {after: 1d, tell: channel}]}
          SEV-4: {if_silent: *calm}
    """)
    assert policy.severities["SEV-3"].if_silent == policy.severities["SEV-4"].if_silent
    assert len(policy.severities["SEV-4"].if_silent) == 2


SYNTAX = [
    ("timezone: [\nadmins: []", 1, "this is no YAML"),
    ('timezone: "UTC\nadmins: []\n\n', 1, "what begins with a quotation mark must end with one"),
    ("roles:\n  csm: []\n tiers: {}", 3, "look for a line that is indented otherwise than those it belongs to"),
    ("timezone: UTC\n  admins: []", 2, "this is no YAML: mapping values are not allowed here (look for a colon"),
    ("channel:\n\tprefix: x", 2, "indent with blanks, not with tabs"),
    ("roles:\n  csm: [@csms]", 2, 'put what begins with @ between quotation marks: "@support"'),
    ("timezone: UTC\n---\ntimezone: UTC", 2, "expected a single document"),
    ("admins: *nobody", 1, "undefined alias"),
    ("timezone: UTC\nadmins: [\x07]", 2, "unprintable character, '\\x07'"),
    ("roles: !!python/object:os.system {}", 1, "means nothing here"),
    ("timezone: !env TZ", 1, "!env means nothing here; put the value between quotation marks"),
    ("? [a, b]\n: c", 1, "a key must be a single word"),
    ("- timezone", 1, "the policy must hold keys with values, not a list"),
    ("policy", 1, "the policy must hold keys with values, not a single value"),
    ("timezone: UTC\nadmins: []\ntimezone: UTC", 3, '"timezone" stands here a second time; the first is in line 1'),
    ("severities:\n  SEV-1: {name: A,\n    name: B}", 3, '"name" stands here a second time; the first is in line 2'),
]

UNKNOWN = [
    ("timezon: UTC", 1, 'unknown key "timezon" in the policy; did you mean "timezone"?'),
    ("xyzzy: 1", 1, 'unknown key "xyzzy" in the policy; there are timezone, business_hours'),
    ("admins: []\nchannel: {prefx: x}", 2, 'unknown key "prefx" in channel; did you mean "prefix"?'),
    ("severities:\n  SEV1: {}", 2, 'unknown key "SEV1" in severities; did you mean "SEV-1"?'),
    ("severities:\n  SEV-5: {name: None}", 2, 'unknown key "SEV-5" in severities; did you mean'),
    ("severities:\n  SEV-1:\n    acknowlege_within: 1h", 3, 'in SEV-1; did you mean "acknowledge_within"?'),
    (
        "severities:\n  SEV-1:\n    notify:\n      - {withn: 1h}",
        4,
        'unknown key "withn" in notify; did you mean "within"?',
    ),
    ("tiers:\n  5: [cto]", 2, 'unknown key "5" in tiers; there are 1, 2, 3, 4'),
    ("<<: {}", 1, 'unknown key "<<"'),
    (
        "severities:\n  SEV-4: {update_every: tue, fri at 16:00}",
        2,
        'unknown key "fri at 16:00" in SEV-4; between { and }, a value with a comma needs quotation marks.',
    ),
]

TIMES = [
    ("update_every: now and then", '"now and then" is no duration; write for example 90s, 15m'),
    ("update_every: 12", '"12" is no duration'),
    ("update_every: 0m", "update_every: it must be longer than no time at all"),
    ("update_every: daily at noon", "is no schedule; write for example daily at 16:00"),
    ("update_every: someday at 16:00", '"someday" is no weekday'),
    ("acknowledge_within: daily at 16:00", '"daily at 16:00" is no duration'),
    ("plan_within: 1.5d business", "divides a business day"),
    ("snooze_at_most: [1h]", "snooze_at_most must be a single value, not a list"),
    ("contact_customer_within:", "contact_customer_within has no value; leave the line out to keep the default"),
]

WARNINGS = [
    ("{update_every: 20m, warn_before: 10m}", "10 minutes) must be less than half of update_every (20 minutes)"),
    ("{warn_before: 30m}", "warn_before (30 minutes) must be less than half of update_every (1 hour)"),
    ("{update_every: 4h business, warn_before: 2h}", "less than half of update_every (4 business hours)"),
    ("{update_every: 1d business, warn_before: 4h15m}", "less than half of update_every (1 business day)"),
    ("{update_every: 4h business, warn_before: 1d}", "less than half of update_every (4 business hours)"),
    ("{update_every: daily at 16:00, warn_before: 12h}", "less than half of update_every (daily at 16:00)"),
    ('{update_every: "thu, fri at 16:00", warn_before: 12h}', "half of update_every (Thursday and Friday at 16:00)"),
]

ALLOWED_WARNINGS = [
    "{update_every: 21m}",
    "{update_every: 4h business, warn_before: 1h59m}",
    "{update_every: 1d business, warn_before: 4h14m}",
    "{update_every: 2d business, warn_before: 8h}",
    "{update_every: 3d business, warn_before: 1d}",
    "{update_every: daily at 16:00, warn_before: 8h}",
    '{update_every: "tue, fri at 16:00", warn_before: 1d}',
    "{update_every: 0.5s, warn_before: 0m}",
]

LADDERS = [
    ("[{every: 1h, tell: owner}, {after: 1h, tell: owner}]", "every must be the last"),
    ("[{every: 1h, tell: owner}, {every: 1h, tell: owner}]", "every must be the last"),
    ("[{every: 0m, tell: owner}]", "every: it must be longer than no time at all"),
    ("[{tell: owner}]", "has either after or every"),
    ("[{after: 1h, every: 1h, tell: owner}]", "has either after or every"),
    ("[{after: 1h}]", '"tell" is missing in a rung'),
    ("[{after: 1h, tell: tier 5}]", 'nobody is called "tier 5"; did you mean "tier'),
    ("[{after: 1h, tell: chanel}]", 'nobody is called "chanel"; did you mean "channel"?'),
    ("[{after: 1h, tell: boss}]", 'nobody is called "boss"; there are owner, channel, tier 1'),
    (
        "[{after: 1h, tell: owner}, {after: 10m, tell: owner}]",
        "after 10 minutes must stand before the one after 1 hour",
    ),
    ("[after 1h tell owner]", "a rung of if_silent must hold keys with values, not a single value"),
    ("{after: 1h, tell: owner}", "if_silent must be a list"),
    ("", "if_silent has no value; write [] for none"),
]

VALUES = [
    ("severities: {SEV-1: {owners: [cs_directer]}}", '"cs_directer" is not in roles; did you mean "cs_director"?'),
    ("tiers: {1: [nobody_knows]}", 'tier 1: "nobody_knows" is not in roles; there are support_agent, csm'),
    ("severities: {SEV-1: {notify: [{within: 0m, roles: [cfo]}]}}", '"cfo" is not in roles; did you mean'),
    (f"severities: {{SEV-1: {{definition: {'x' * 76}}}}}", "definition: 76 characters are too many; Slack shows 75"),
    (f"severities: {{SEV-1: {{name: {'x' * 61}}}}}", "name: 61 characters are too many"),
    ('severities: {SEV-1: {definition: ""}}', "definition: there must be words"),
    ("severities: {SEV-1: [a]}", "SEV-1 must hold keys with values, not a list"),
    ("severities: 4", "severities must hold keys with values, not a single value"),
    ("timezone: Europe/Londn", '"Europe/Londn" is no time zone; did you mean "Europe/London"?'),
    ("timezone: nowhere", '"nowhere" is no time zone; write one such as Europe/London'),
    ("timezone: Europe", '"Europe" is no time zone'),
    ("timezone: /etc/localtime", '"/etc/localtime" is no time zone'),
    ("timezone: {a: b}", "timezone must be a single value, not a mapping"),
    ("business_hours: {days: []}", "days: business needs at least one day a week"),
    ("business_hours: {days: [monday]}", '"monday" is no weekday; write mon'),
    ("business_hours: {days: mon}", "days must be a list; write [mon]"),
    ("business_hours: {start: 9}", '"9" is no time of day; write hours and minutes from 00:00 to 23:59'),
    ("business_hours: {end: 24:00}", '"24:00" is no time of day'),
    ("business_hours: {start: 17:30}", "business ends at 17:30, not after it starts at 17:30"),
    ("business_hours: {end: 08:00}", "business ends at 08:00, not after it starts at 09:00"),
    ("business_hours: {holidays: Narnia}", 'no holidays are known for "Narnia"; write a code such as GB'),
    ("business_hours: {holidays: GB-XX}", 'GB has no part "XX" with holidays of its own; there are ENG'),
    ("channel: {prefix: Esc}", '"Esc" cannot begin the name of a channel'),
    ("channel: {prefix: my esc}", '"my esc" cannot begin the name of a channel'),
    ("channel: {prefix: esc-}", '"esc-" cannot begin the name of a channel'),
    ('channel: {prefix: ""}', '"" cannot begin the name of a channel'),
    (f"channel: {{prefix: {'e' * 21}}}", "at most 20 lower-case letters"),
    ("channel: {visibility: secret}", '"secret" is neither public nor private'),
    (f"timezone: {'x' * 5000}", f'timezone: "{"x" * 60}…" is no time zone'),
    ('max_open_per_owner: "1\\n2"', 'max_open_per_owner: "1 2" is no number'),
    ("announcements: no", "announcements: no is no channel; leave the value out for none"),
    ("announcements: off", "announcements: off is no channel"),
    ("announcements: #escalations", 'put what begins with # between quotation marks: "#escalations"'),
    ("announcements: Big News", '"Big News" is no channel'),
    ("announcements: [a]", "announcements must be a single value, not a list"),
    ("max_open_per_owner: 0", '"0" is no number from 1 to 9999'),
    ("max_open_per_owner: many", '"many" is no number from 1 to 9999'),
    ("max_open_per_owner: 2.5", '"2.5" is no number from 1 to 9999'),
    ("roles: {csm: U0CSM}", "csm must be a list; write [U0CSM]"),
    ("roles: {csm: [Omar]}", '"Omar" is no person; write a Slack id'),
    ("roles: {csm: [{id: U0CSM}]}", "csm must be a single value, not a mapping"),
    ("roles: {owner: []}", '"owner" cannot be the name of a role'),
    ("roles: {tier 2: []}", '"tier 2" cannot be the name of a role'),
    ("admins: [omar@]", '"omar@" is no person'),
]


@pytest.mark.parametrize(("text", "line", "reason"), [*SYNTAX, *UNKNOWN])
def test_what_cannot_be_read_is_refused_with_its_line(text: str, line: int, reason: str) -> None:
    message = refused(text)
    assert message.startswith(f"policy.yaml, line {line}: ")
    assert reason in message


@pytest.mark.parametrize(("text", "reason"), TIMES)
def test_an_unreadable_duration_or_schedule_is_refused(text: str, reason: str) -> None:
    message = refused(f"severities:\n  SEV-1:\n    {text}\n")
    assert message.startswith("policy.yaml, line 3: ")
    assert reason in message


@pytest.mark.parametrize(("severity", "reason"), WARNINGS)
def test_a_warning_at_half_the_cadence_or_before_is_refused(severity: str, reason: str) -> None:
    message = refused(f"severities:\n  SEV-1: {severity}\n")
    assert message.startswith("policy.yaml, line 2: ")
    assert reason in message


@pytest.mark.parametrize("severity", ALLOWED_WARNINGS)
def test_a_warning_within_the_second_half_of_the_cadence_is_taken(severity: str) -> None:
    assert read(f"severities:\n  SEV-1: {severity}\n").severities["SEV-1"].warn_before is not None


def test_a_warning_is_measured_by_the_business_day_of_the_file() -> None:
    severity = "severities: {SEV-1: {update_every: 1d business, warn_before: 5h}}"
    assert "must be less than half" in refused(severity)
    longer_days = read(f"business_hours: {{start: 07:00, end: 19:00}}\n{severity}")
    assert longer_days.severities["SEV-1"].warn_before == parse_duration("5h")


@pytest.mark.parametrize(("rungs", "reason"), LADDERS)
def test_a_ladder_that_cannot_be_climbed_is_refused(rungs: str, reason: str) -> None:
    message = refused(f"severities:\n  SEV-4:\n    if_silent: {rungs}\n")
    assert message.startswith("policy.yaml, line 3: ")
    assert reason in message


@pytest.mark.parametrize(("text", "reason"), VALUES)
def test_a_value_that_means_nothing_is_refused(text: str, reason: str) -> None:
    message = refused(f"# the second line is the wrong one\n{text}\n")
    assert message.startswith("policy.yaml, line 2: ")
    assert reason in message


def test_a_wrong_rung_is_pointed_at_by_its_own_line() -> None:
    message = refused("""
        severities:
          SEV-4:
            if_silent:
              - {after: 0m, tell: owner}
              - {every: 1d, tell: channel}
              - {after: 2d, tell: tier 2}
    """)
    assert message == "policy.yaml, line 5: a rung with every must be the last; those after it would never come."


def test_an_error_carries_the_name_it_was_given_and_stops_the_start() -> None:
    with pytest.raises(SetupError) as caught:
        read_policy("admins: [Omar]", "/etc/clarion/rules.yaml")
    assert isinstance(caught.value, PolicyError)
    assert (caught.value.name, caught.value.line) == ("/etc/clarion/rules.yaml", 1)
    assert str(caught.value).startswith("/etc/clarion/rules.yaml, line 1: admins: ")
    assert "\n" not in str(caught.value)


def test_a_definition_of_just_what_slack_shows_is_taken() -> None:
    assert read(f"severities: {{SEV-1: {{definition: {'é' * 75}}}}}").severities["SEV-1"].definition == "é" * 75


def test_too_deep_a_nesting_is_refused() -> None:
    assert refused("[" * 5_000) == "policy.yaml: it is nested too deeply to be read."


def test_an_anchor_within_itself_is_refused() -> None:
    assert "must be a single value" in refused("roles: &all {csm: [*all]}")


@given(st.text(max_size=60))
@example("a: &a [*a, *a]")
@example("\x85\u2028:")
def test_any_text_is_a_policy_or_refused(text: str) -> None:
    assert_read_or_refused(text)


@given(
    st.integers(0, 10_000),
    st.integers(0, 12),
    st.sampled_from(["", " ", "\t", ":", "[", "}", '"', "&a", "*a", "- ", "\n", "null"]),
)
def test_the_default_with_any_slip_of_the_finger_is_a_policy_or_refused(at: int, lost: int, typed: str) -> None:
    text = default_policy_text()
    assert_read_or_refused(text[: at % len(text)] + typed + text[at % len(text) + lost :])


def assert_read_or_refused(text: str) -> None:
    try:
        policy = read_policy(text)
    except PolicyError as error:
        assert error.line is None or 1 <= error.line <= len(text.splitlines()) + 1  # noqa: PT017 - either is right
    else:
        assert isinstance(policy, Policy)


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("U0CSM", "id", "U0CSM"),
        ("W012A3CDE", "id", "W012A3CDE"),
        ("omar@example.com", "email", "omar@example.com"),
        ("Omar.O'Neil+esc@mail.example.co.uk", "email", "Omar.O'Neil+esc@mail.example.co.uk"),
        ("@support", "usergroup", "support"),
        ("@support-emea.2", "usergroup", "support-emea.2"),
        (" U0CSM ", "id", "U0CSM"),
    ],
)
def test_a_person_is_an_id_an_address_or_a_user_group(text: str, kind: str, value: str) -> None:
    assert person_reference(text) == (kind, value)


@pytest.mark.parametrize(
    "text",
    ["", "Omar", "u0csm", "C0CHANNEL", "omar@", "omar@example", "@", "@support team", "<@U0CSM>", "a@b.c d", "o@x@y.z"],
)
def test_anything_else_is_no_person(text: str) -> None:
    with pytest.raises(ValueError, match="is no person; write a Slack id"):
        person_reference(text)


def test_roles_that_something_depends_on_and_nobody_fills() -> None:
    policy = read("""
        roles: {csm: [U0CSM], spare: []}
        severities: {SEV-4: {if_silent: [{after: 0m, tell: engineering_lead}]}}
    """)
    unfilled = unfilled_roles(policy)
    assert "csm" not in unfilled
    assert "spare" not in unfilled
    assert {"engineering_lead", "engineering_manager", "cto"} <= set(unfilled)
    assert len(unfilled) == len(set(unfilled))


def test_the_default_file_lies_beside_the_code_that_reads_it() -> None:
    assert (
        Path(__file__).parents[2].joinpath("escalation/default_policy.yaml").read_text("utf-8") == default_policy_text()
    )


def test_a_policy_cannot_be_changed_by_accident() -> None:
    with pytest.raises(TypeError):
        default_policy().roles["csm"] = ("U0EVIL",)  # type: ignore[index]
