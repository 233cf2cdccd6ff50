"""Severity × obligation × outcome: the exact minute and audience of every message, by the rules alone.

Every cell is a story in `table/`, readable by itself. The rules of the product and the oracle, which is POLICY.md
acted out by the minute, must both tell it as it is written there. To change one, change the policy, then the story.
"""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from escalation.obligations import Kind
from escalation.policy_file import default_policy
from tests.support import oracle, rules_walk
from tests.support.stories import Story, block, read

OUTCOMES = (
    "answered in time",
    "answered late",
    "never answered",
    "snoozed",
    "handed over",
    "handed over when overdue",
    "raised",
    "raised when overdue",
    "lowered",
    "lowered when overdue",
    "resolved",
    "night",
    "weekend",
    "holiday",
    "spring",
    "autumn",
)
SEVERITIES = list(default_policy().severities)
FILES = {key: Path(__file__).parent / "table" / f"{key.lower()}.txt" for key in SEVERITIES}
STORIES = [story for key, file in FILES.items() for story in read(key, file.read_text(encoding="utf-8"))]


def as_written(story: Story) -> str:
    return block(story.name, story.note, story.acts, story.said, story.until)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: f"{story.severity} {story.name}")
def test_every_message_comes_at_its_minute_and_to_its_people(story: Story) -> None:
    if story.is_impossible:
        end = SEVERITIES[0] if story.outcome.startswith("raised") else SEVERITIES[-1]
        assert story.severity == end, "then it is possible"
        return
    by_the_policy = block(story.name, story.note, story.acts, oracle.about(story), story.until)
    by_the_rules = block(story.name, story.note, story.acts, rules_walk.about(story), story.until)
    assert by_the_policy == as_written(story)
    assert by_the_rules == as_written(story)


def test_the_table_has_every_cell_once() -> None:
    cells = [(story.severity, story.kind, story.outcome) for story in STORIES]
    assert cells == list(product(SEVERITIES, [kind.value for kind in Kind], OUTCOMES))


def test_a_story_is_written_as_it_is_read() -> None:
    for key, file in FILES.items():
        stories = [story for story in STORIES if story.severity == key]
        texts = [
            f"=== {story.name}\n# {story.note}\n" if story.is_impossible else as_written(story) for story in stories
        ]
        assert "\n".join(texts) == file.read_text(encoding="utf-8")
