"""Who fills the roles, who may own, who suggests itself, and who hears of a rung when nobody fills it."""

from __future__ import annotations

import pytest

from escalation.policy import Audience, AudienceKind, SeverityPolicy
from escalation.policy_file import default_policy, read_policy
from escalation.roster import Presence, Roster

POLICY = default_policy()
SEV1, SEV2, SEV4 = (POLICY.severities[key] for key in ("SEV-1", "SEV-2", "SEV-4"))
CHANNEL = None

ROSTER = Roster(
    roles={
        "support_agent": ("U_SAM", "U_SUE"),
        "csm": ("U_CAT",),
        "cs_manager": ("U_OMAR",),
        "cs_director": ("U_DINA",),
        "vp_customer_success": ("U_VERA", "U_DINA"),
        "cto": ("U_TESS",),
    },
    admins=("U_OMAR", "U_ADA"),
)
EMPTY = Roster()

TOLD = [
    ("the owner", Audience(AudienceKind.OWNER), ROSTER, "U_CAT", ["U_CAT"]),
    ("the channel", Audience(AudienceKind.CHANNEL), ROSTER, "U_CAT", CHANNEL),
    ("the channel, of an empty roster", Audience(AudienceKind.CHANNEL), EMPTY, "U_CAT", CHANNEL),
    ("a tier, nobody twice", Audience(AudienceKind.TIER, tier=3), ROSTER, "U_CAT", ["U_DINA", "U_VERA"]),
    ("a tier but its owner", Audience(AudienceKind.TIER, tier=3), ROSTER, "U_DINA", ["U_VERA"]),
    ("a role", Audience(AudienceKind.ROLE, role="cto"), ROSTER, "U_CAT", ["U_TESS"]),
    ("a role but its owner", Audience(AudienceKind.ROLE, role="vp_customer_success"), ROSTER, "U_VERA", ["U_DINA"]),
    ("the admins", Audience(AudienceKind.ADMINS), ROSTER, "U_CAT", ["U_OMAR", "U_ADA"]),
    ("the admins but the owner", Audience(AudienceKind.ADMINS), ROSTER, "U_OMAR", ["U_ADA"]),
    (
        "a tier nobody fills: the admins",
        Audience(AudienceKind.TIER, tier=3),
        Roster(admins=("U_ADA",)),
        "U_CAT",
        ["U_ADA"],
    ),
    ("a role nobody fills: the admins", Audience(AudienceKind.ROLE, role="ceo"), ROSTER, "U_CAT", ["U_OMAR", "U_ADA"]),
    (
        "a tier that only the owner fills: the admins",
        Audience(AudienceKind.ROLE, role="cto"),
        ROSTER,
        "U_TESS",
        ["U_OMAR", "U_ADA"],
    ),
    ("no admins either: the channel", Audience(AudienceKind.TIER, tier=4), EMPTY, "U_CAT", CHANNEL),
    (
        "the owner is the only admin: the channel",
        Audience(AudienceKind.TIER, tier=4),
        Roster(admins=("U_CAT",)),
        "U_CAT",
        CHANNEL,
    ),
    ("no admins to be told: the channel", Audience(AudienceKind.ADMINS), EMPTY, "U_CAT", CHANNEL),
]


@pytest.mark.parametrize(
    ("audience", "roster", "owner", "told"), [row[1:] for row in TOLD], ids=[row[0] for row in TOLD]
)
def test_whom_a_rung_tells(audience: Audience, roster: Roster, owner: str, told: list[str] | None) -> None:
    assert roster.told(audience, POLICY, owner) == told


TIERS = [("U_CAT", 1), ("U_OMAR", 2), ("U_DINA", 3), ("U_TESS", 4), ("U_NOBODY", 0)]


@pytest.mark.parametrize(("user", "tier"), TIERS)
def test_the_tier_of_a_person_is_the_highest_of_their_roles(user: str, tier: int) -> None:
    assert ROSTER.tier_of(user, POLICY) == tier


def test_somebody_in_two_tiers_stands_in_the_higher() -> None:
    both = Roster(roles={"csm": ("U_1",), "ceo": ("U_1",)})
    assert both.tier_of("U_1", POLICY) == 4


@pytest.mark.parametrize("one", [user for user, _ in TIERS])
@pytest.mark.parametrize("other", [user for user, _ in TIERS])
def test_senior_is_who_stands_a_tier_above(one: str, other: str) -> None:
    tiers = dict(TIERS)
    assert ROSTER.is_senior_to(one, other, POLICY) == (tiers[one] > tiers[other])


def test_without_roles_anyone_may_own_anything_and_nobody_is_senior() -> None:
    assert EMPTY.is_empty
    assert EMPTY.may_own("U_ANY", SEV1)
    assert EMPTY.allowed_owners(SEV1) is None
    assert not EMPTY.is_senior_to("U_ANY", "U_OTHER", POLICY)


@pytest.mark.parametrize(
    ("user", "may"), [("U_DINA", True), ("U_VERA", True), ("U_OMAR", False), ("U_TESS", False), ("U_NOBODY", False)]
)
def test_rank_decides_who_may_own(user: str, may: bool) -> None:
    assert ROSTER.may_own(user, SEV1) is may


def test_a_severity_whose_owners_nobody_fills_may_be_owned_by_anyone() -> None:
    assert Roster(roles={"cto": ("U_TESS",)}).may_own("U_ANY", SEV1)


def test_a_severity_without_owners_in_the_policy_may_be_owned_by_anyone() -> None:
    policy = read_policy("severities: {SEV-1: {owners: []}}")
    assert ROSTER.may_own("U_ANY", policy.severities["SEV-1"])


HERE, CLOSED, AWAY = Presence
SUGGESTED = [
    ("the first of the roles, where all hold as many", SEV4, {}, {}, (), "U_CAT"),
    ("who holds fewest", SEV4, {"U_CAT": 2, "U_SAM": 1, "U_SUE": 2}, {}, (), "U_SAM"),
    ("among equals the earlier role", SEV4, {"U_CAT": 1, "U_SAM": 1, "U_SUE": 1}, {}, (), "U_CAT"),
    ("not who is left out", SEV4, {}, {}, ("U_CAT",), "U_SAM"),
    ("the fallback where all are left out", SEV2, {}, {}, ("U_OMAR", "U_DINA"), "U_ME"),
    ("who is at work, whatever they hold", SEV4, {"U_SUE": 9}, {"U_CAT": CLOSED, "U_SAM": AWAY}, (), "U_SUE"),
    ("out of hours rather than away", SEV4, {"U_CAT": 9}, {"U_CAT": CLOSED, "U_SAM": AWAY, "U_SUE": AWAY}, (), "U_CAT"),
    ("who holds fewest of those out of hours", SEV2, {"U_OMAR": 1}, {"U_OMAR": CLOSED, "U_DINA": CLOSED}, (), "U_DINA"),
    ("presence counts where clocks run at any hour", SEV1, {"U_VERA": 3}, {"U_DINA": CLOSED}, (), "U_VERA"),
    ("somebody away rather than nobody", SEV2, {}, {"U_OMAR": AWAY, "U_DINA": AWAY}, (), "U_OMAR"),
]


@pytest.mark.parametrize(
    ("severity", "load", "presence", "without", "suggested"),
    [row[1:] for row in SUGGESTED],
    ids=[row[0] for row in SUGGESTED],
)
def test_who_suggests_themselves_as_owner(
    severity: SeverityPolicy,
    load: dict[str, int],
    presence: dict[str, Presence],
    without: tuple[str, ...],
    suggested: str,
) -> None:
    assert ROSTER.suggested_owner(severity, load, presence, "U_ME", without) == suggested


def test_where_anyone_may_own_the_one_who_asks_is_suggested() -> None:
    assert EMPTY.suggested_owner(SEV1, {}, {}, "U_ME") == "U_ME"


def test_the_roles_of_a_person_in_the_policys_order() -> None:
    assert ROSTER.roles_of("U_DINA") == ["cs_director", "vp_customer_success"]
    assert ROSTER.people(("vp_customer_success", "cs_director")) == ["U_VERA", "U_DINA"]
