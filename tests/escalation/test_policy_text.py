"""What `policy check` prints: every value of the policy in words a person can check."""

from __future__ import annotations

import pytest

from escalation.policy_file import default_policy, read_policy
from escalation.policy_text import describe


def test_a_severity_is_told_in_full() -> None:
    assert describe(default_policy()).split("\n\n")[3] == (
        "SEV-2 High: Major function degraded, big workflow blocked, or an executive asks\n"
        "  for example          Key integration broken; data sync is twelve hours late.\n"
        "  may be owned by      senior_csm, cs_manager or cs_director\n"
        "  acknowledged within  1 hour, at any hour\n"
        "  planned within       4 hours, at any hour\n"
        "  updates              every 4 business hours; the owner is reminded 30 minutes before\n"
        "  customer contacted   within 1 hour, at any hour\n"
        "  told by itself       within 2 hours: cs_director and engineering_manager\n"
        "  if silent            when it is due: the owner\n"
        "                       after 30 minutes: the channel\n"
        "                       after 1 hour: tier 2 (cs_manager, senior_csm, engineering_lead)\n"
        "                       after 2 hours: tier 3 (cs_director, vp_customer_success, vp_engineering)\n"
        "                       then every 4 hours: tier 3 (cs_director, vp_customer_success, vp_engineering)\n"
        "  snoozed for          2 hours at most"
    )


def test_the_whole_is_told_before_its_severities_and_the_remarks_last() -> None:
    sections = describe(default_policy()).split("\n\n")
    assert sections[0] == (
        "Business hours: Monday to Friday, 09:00 to 17:30, but for the holidays of GB, in the owner's own time zone\n"
        "Time zone of those whose own is unknown: Europe/London\n"
        "Channels: esc-1-…, public, but for confidential escalations\n"
        "SEV-1 and SEV-2 are announced: in #escalations\n"
        "Open escalations of one owner: a warning above 5"
    )
    assert [section[:5] for section in sections[2:6]] == ["SEV-1", "SEV-2", "SEV-3", "SEV-4"]
    assert sections[-1].startswith("Rungs, reminders and snoozes count on the clock of what is owed")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("business_hours: {days: [sun, mon, thu], holidays: null}", "Monday, Thursday and Sunday, 09:00 to 17:30, holidays too"),
        ("business_hours: {days: [sat]}", "Business hours: Saturday, 09:00"),
        ("business_hours: {days: [mon, tue]}", "Business hours: Monday and Tuesday, 09:00"),
        ("business_hours: {days: [mon, tue, wed, thu, fri, sat, sun]}", "Monday to Sunday"),
        ("announcements: null", "announced: nowhere"),
        ("announcements: C0123ABC", "announced: in C0123ABC"),
        ("channel: {prefix: cust, visibility: private}", "Channels: cust-1-…, private"),
        ("admins: [U0A, '@ops']", "Admins: U0A, @ops"),
        ("roles: {duty_manager_of_the_week: [U0D]}", "  duty_manager_of_the_week  U0D"),
        ("tiers: {1: []}", "tier 1: nobody"),
        ("severities: {SEV-1: {owners: []}}", "may be owned by      anyone"),
        ("severities: {SEV-1: {owners: [cto]}}", "may be owned by      cto\n"),
        ("severities: {SEV-1: {if_silent: []}}", "if silent            nobody is told"),
        ("severities: {SEV-1: {if_silent: [{after: 0m, tell: tier 1}], snooze_at_most: 90s}}", "snoozed for          1 minute 30 seconds"),
        ("severities: {SEV-1: {if_silent: [{after: 5m, tell: admins}]}}", "if silent            after 5 minutes: the admins"),
        ("severities: {SEV-1: {if_silent: [{after: 5m, tell: cto}]}}", "if silent            after 5 minutes: cto"),
        ("severities: {SEV-1: {if_silent: [{every: 1h, tell: channel}]}}", "if silent            then every hour: the channel"),
        ("severities: {SEV-1: {if_silent: [{every: 1h30m, tell: channel}]}}", "then every 1 hour 30 minutes: the channel"),
        ("severities: {SEV-1: {warn_before: null}}", "updates              every hour, at any hour\n"),
        ("severities: {SEV-1: {warn_before: 0m}}", "updates              every hour, at any hour\n"),
        ("severities: {SEV-1: {update_every: 1d business}}", "updates              every business day; the owner is reminded"),
        ("severities: {SEV-1: {update_every: daily at 10:00}}", "updates              daily at 10:00, on business days; the"),
        ("severities: {SEV-4: {notify: [{within: 1d business, roles: [cto, cro]}]}}", "within 1 business day: cto and cro"),
    ],
)  # fmt: skip
def test_each_value_is_said(text: str, said: str) -> None:
    assert said not in describe(default_policy())
    assert said in describe(read_policy(text))


def test_a_fresh_installation_is_told_what_it_is_without() -> None:
    said = describe(default_policy())
    assert "Nobody fills any role: anyone may own anything." in said
    assert "There are no admins" in said


def test_a_role_that_nobody_fills_is_remarked_on_once_somebody_fills_another() -> None:
    said = describe(read_policy("admins: [U0A]\nroles: {csm: [U0CSM], cto: [U0CTO]}"))
    remark = next(line for line in said.splitlines() if line.startswith("Nobody fills"))
    assert remark == (
        "Nobody fills: support_agent, cs_manager, senior_csm, engineering_lead, cs_director, vp_customer_success, "
        "vp_engineering, cro, ceo, engineering_manager."
    )
    assert "There are no admins" not in said


def test_a_scheduled_time_outside_business_hours_is_remarked_on() -> None:
    remark = "SEV-3: updates are due at 18:00, outside business hours; the owner is asked at the next opening."
    assert remark in describe(read_policy("severities: {SEV-3: {update_every: daily at 18:00}}"))
    assert "outside business hours" not in describe(read_policy("severities: {SEV-3: {update_every: daily at 17:30}}"))
