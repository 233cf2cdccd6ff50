"""The documentation: what is drawn from the rules is up to date, and nothing points nowhere."""

from __future__ import annotations

import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from bot.settings import Settings
from docs.generate import MEANS, OWED, PAGES
from escalation.business_time import Calendar
from escalation.consequences import Consequence
from escalation.duration import parse_cadence
from escalation.obligations import Kind
from escalation.policy_file import default_policy, default_policy_text, read_policy
from tests.support.clock import at, wall

ROOT = Path(__file__).parent.parent
WRITTEN = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES)
def test_a_page_drawn_from_the_rules_is_as_they_draw_it(page: str) -> None:
    assert (ROOT / "docs" / page).read_text(encoding="utf-8") == PAGES[page](), "run: python -m docs.generate"


def test_every_obligation_and_every_effect_is_explained() -> None:
    assert set(OWED) == set(Kind)
    assert set(MEANS) == set(Consequence)


EXAMPLE = re.compile(
    r"^\| `([^`]+)` \| (opened |updated )?(\w{3} \d\d:\d\d) \| ((?:next )?\w{3} \d\d:\d\d) \|$", re.MULTILINE
)


def test_the_worked_examples_are_as_the_calendar_works_them_out() -> None:
    calendar = Calendar(default_policy().hours, ZoneInfo("Europe/London"))
    text = (ROOT / "docs" / "policy.md").read_text(encoding="utf-8")
    examples = EXAMPLE.findall(text.partition("| cadence | from | due |")[2].partition("\n\n")[0])
    assert len(examples) == 12
    for cadence, how, start, due in examples:
        assert wall(calendar.due(at(start), parse_cadence(cadence), first=how == "opened ")) == due, cadence


def test_every_key_of_the_policy_is_explained() -> None:
    text = (ROOT / "docs" / "policy.md").read_text(encoding="utf-8")
    written = yaml.safe_load(default_policy_text())
    keys = {*written, *(key for severity in written["severities"].values() for key in severity)}
    assert [key for key in sorted(keys) if f"`{key}`" not in text] == []


@pytest.mark.parametrize("path", WRITTEN, ids=name)
def test_every_link_leads_somewhere(path: Path) -> None:
    text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    targets = [target.partition("#")[0] for target in re.findall(r"\]\(([^)\s]+)\)", text)]
    local = [target for target in targets if target and not re.match(r"[a-z]+:", target)]
    assert [target for target in local if not (path.parent / target).exists()] == []


@pytest.mark.parametrize("path", WRITTEN, ids=name)
def test_every_file_that_is_named_exists(path: Path) -> None:
    named = re.findall(
        r"`((?:bot|blocks|docs|escalation|handlers|services|simulator|storage|tests)/[\w./-]*)`",
        path.read_text("utf-8"),
    )
    assert [file for file in named if not (ROOT / file).exists()] == []


@pytest.mark.parametrize("path", WRITTEN, ids=name)
def test_every_fence_is_closed(path: Path) -> None:
    assert path.read_text(encoding="utf-8").count("```") % 2 == 0


def test_the_policy_in_the_readme_is_one() -> None:
    [policy] = re.findall(r"```yaml\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert read_policy(policy, "README.md").admins == ("omar@example.com",)


def test_the_readme_names_every_setting_with_its_default() -> None:
    rows = re.findall(r"^\| (`[A-Z_`, ]+`) \| .* \| (.*) \|$", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    named = {name: default for names, default in rows for name in re.findall(r"[A-Z_]+", names)}
    assert set(named) == {name.upper() for name in Settings.model_fields}
    assert set(named) == set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text("utf-8"), re.MULTILINE))
    for name in ("SLACK_API_URL", "DATABASE_URL", "PORT"):
        assert str(Settings.model_fields[name.lower()].default) in named[name]


def test_every_decision_is_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = re.findall(r"\((\d{4}-[\w-]+\.md)\)", (folder / "README.md").read_text(encoding="utf-8"))
    assert listed == sorted(path.name for path in folder.glob("0*.md"))
