"""The policy in words: what `policy check` prints, so that a person sees what was understood."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from escalation.business_time import BusinessHours
from escalation.duration import WEEKDAY_NAMES, Cadence, Duration, Schedule, in_words
from escalation.policy import Audience, AudienceKind, Notify, Policy, Rung, SeverityPolicy, unfilled_roles
from escalation.series import series


def describe(policy: Policy) -> str:
    """Several lines for a terminal: the whole first, then each severity, then what deserves a warning."""
    sections = [_general(policy), _people(policy), *(_severity(one, policy) for one in policy.severities.values())]
    return "\n\n".join("\n".join(lines) for lines in (*sections, _remarks(policy)) if lines) + "\n"


def _general(policy: Policy) -> list[str]:
    channels = "private" if policy.channel_private else "public, but for confidential escalations"
    heard = f"in {_channel(policy.announcements)}" if policy.announcements else "nowhere"
    return [
        f"Business hours: {_hours(policy.hours)}, in the owner's own time zone",
        f"Time zone of those whose own is unknown: {policy.timezone.key}",
        f"Channels: {policy.channel_prefix}-1-…, {channels}",
        f"SEV-1 and SEV-2 are announced: {heard}",
        f"Open escalations of one owner: a warning above {policy.max_open_per_owner}",
    ]


def _people(policy: Policy) -> list[str]:
    width = max(len(role) for role in policy.roles)
    roles = [f"  {role:<{width}}  {_named(people)}" for role, people in policy.roles.items()]
    tiers = [f"  tier {tier}: {_named(names)}" for tier, names in policy.tiers.items()]
    return [f"Admins: {_named(policy.admins)}", "Roles:", *roles, "Tiers:", *tiers]


def _severity(severity: SeverityPolicy, policy: Policy) -> list[str]:
    owners = series(severity.owners, "or") if severity.owners else "anyone"
    return [
        f"{severity.key} {severity.name}: {severity.definition}",
        f"  for example          {severity.example}",
        f"  may be owned by      {owners}",
        f"  acknowledged within  {_clocked(severity.acknowledge_within)}",
        f"  planned within       {_clocked(severity.plan_within)}",
        f"  updates              {_updates(severity)}",
        f"  customer contacted   within {_clocked(severity.contact_customer_within)}",
        *_labelled("told by itself", [_told(row) for row in severity.notify] or ["nobody"]),
        *_labelled("if silent", [_rung(rung, policy) for rung in severity.if_silent] or ["nobody is told"]),
        f"  snoozed for          {in_words(severity.snooze_at_most)} at most",
    ]


def _remarks(policy: Policy) -> list[str]:
    lines = ["Rungs, reminders and snoozes count on the clock of what is owed: in business hours where it keeps those."]
    if not any(policy.roles.values()):
        lines.append("Nobody fills any role: anyone may own anything.")
    elif empty := unfilled_roles(policy):
        lines.append(f"Nobody fills: {', '.join(empty)}.")
    if not policy.admins:
        lines.append("There are no admins: what nobody else can be told goes to the escalation's channel.")
    lines += [
        f"{severity.key}: updates are due at {severity.update_every.at:%H:%M}, outside business hours; "
        "the owner is asked at the next opening."
        for severity in policy.severities.values()
        if isinstance(severity.update_every, Schedule)
        and not policy.hours.start <= severity.update_every.at <= policy.hours.end
    ]
    return lines


def _hours(hours: BusinessHours) -> str:
    days = sorted(hours.days)
    in_a_row = len(days) > 2 and days[-1] - days[0] == len(days) - 1
    named = [WEEKDAY_NAMES[day] for day in days]
    said = f"{named[0]} to {named[-1]}" if in_a_row else series(named)
    return f"{said}, {hours.start:%H:%M} to {hours.end:%H:%M}, " + (
        f"but for the holidays of {hours.holidays}" if hours.holidays else "holidays too"
    )


def _clocked(duration: Duration) -> str:
    return in_words(duration) if duration.business else f"{in_words(duration)}, at any hour"


def _updates(severity: SeverityPolicy) -> str:
    warned = ""
    if severity.warn_before is not None and not severity.warn_before.is_zero:
        warned = f"; the owner is reminded {in_words(severity.warn_before)} before"
    return f"{_every(severity.update_every)}{warned}"


def _every(cadence: Cadence) -> str:
    if isinstance(cadence, Schedule):
        return f"{in_words(cadence)}, on business days"
    return f"every {_each(cadence)}" + ("" if cadence.business else ", at any hour")


def _each(period: Duration) -> str:
    """What follows "every": "hour" rather than "1 hour", but "1 hour 30 minutes"."""
    said = in_words(period)
    return said.removeprefix("1 ") if sum(word.isdigit() for word in said.split()) == 1 else said


def _told(row: Notify) -> str:
    when = "at once" if row.within.is_zero else f"within {in_words(row.within)}"
    return f"{when}: {series(row.roles) or 'nobody'}"


def _rung(rung: Rung, policy: Policy) -> str:
    who = _who(rung.tell, policy)
    if rung.every is not None:
        return f"then every {_each(rung.every)}: {who}"
    if rung.after is None or rung.after.is_zero:
        return f"when it is due: {who}"
    return f"after {in_words(rung.after)}: {who}"


def _who(audience: Audience, policy: Policy) -> str:
    if audience.kind is AudienceKind.TIER and audience.tier is not None:
        return f"tier {audience.tier} ({', '.join(policy.tiers[audience.tier]) or 'nobody'})"
    return {
        AudienceKind.OWNER: "the owner",
        AudienceKind.CHANNEL: "the channel",
        AudienceKind.ADMINS: "the admins",
    }.get(audience.kind, str(audience))


def _labelled(label: str, values: Sequence[str]) -> list[str]:
    return [f"  {label if number == 0 else '':<19}  {value}" for number, value in enumerate(values)]


def _channel(name_or_id: str) -> str:
    return name_or_id if name_or_id.isupper() else f"#{name_or_id}"


def _named(names: Iterable[str]) -> str:
    return ", ".join(names) or "nobody"
