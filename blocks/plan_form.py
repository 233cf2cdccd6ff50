"""The form "Plan": steps with a name and a date each, a row more at a press."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from blocks import inputs
from blocks.answers import Answers, StateValues
from blocks.ids import Action, Form, button_value
from blocks.layout import actions, button, divider, muted
from blocks.metadata import decode, encode
from blocks.text import Json
from escalation.case import Escalation, PlanStep

WHAT, WHO, DUE, DONE, TARGET = "step", "who", "due", "done", "target"
MOST_STEPS = 10


@dataclass(frozen=True)
class PlannedStep:
    """One row as it was sent. `step_id` is the step it was before, None for a new one."""

    what: str
    who: str
    due_on: date
    step_id: int | None = None
    done: bool = False


@dataclass(frozen=True)
class PlanAnswers:
    """What was sent: the whole plan, in order."""

    steps: tuple[PlannedStep, ...]
    target_resolution_on: date | None


def view(escalation: Escalation, steps: Sequence[PlanStep] = (), *, invites: bool = False) -> Json:
    """The form with the plan as it is, and at least one empty row if there is none.

    `invites`: those named are brought into the channel (the most serious severity).
    """
    known = [step.id for step in steps[:MOST_STEPS]]
    return _drawn(escalation.id, known, max(len(known), 1), {step.id: step for step in steps}, escalation, invites)


def with_another_step(metadata: str, blocks: Sequence[Json]) -> Json:
    """The form with one row more, after "Add a step"; what was typed stays, since the other blocks do."""
    memory = decode(metadata)
    rows = int(memory["rows"])
    if rows >= MOST_STEPS:
        return _form(list(blocks), metadata)
    place = next(index for index, block in enumerate(blocks) if block.get("block_id") == Action.ADD_STEP.value)
    button_row = [] if rows + 1 >= MOST_STEPS else [blocks[place]]
    grown = [*blocks[:place], *_row(rows, None), *button_row, *blocks[place + 1 :]]
    return _form(grown, encode(**{**memory, "rows": rows + 1}))


def _drawn(
    escalation_id: int,
    known: Sequence[int],
    rows: int,
    steps: dict[int, PlanStep],
    escalation: Escalation,
    invites: bool,
) -> Json:
    metadata = encode(escalation=escalation_id, rows=rows, known=list(known))
    add = button("Add a step", Action.ADD_STEP, button_value(escalation_id))
    blocks = [
        *([muted("Those who are named here are brought into the channel.")] if invites else []),
        *(block for row in range(rows) for block in _row(row, steps.get(known[row]) if row < len(known) else None)),
        *({**block, "block_id": Action.ADD_STEP.value} for block in actions([add]) if rows < MOST_STEPS),
        divider(),
        inputs.field(TARGET, "Target resolution", inputs.day_picker(escalation.target_resolution_on)),
    ]
    return _form(blocks, metadata)


def _form(blocks: Sequence[Json], metadata: str) -> Json:
    return inputs.modal(Form.PLAN, "Plan", "Save plan", blocks, metadata)


def _row(row: int, step: PlanStep | None) -> list[Json]:
    """Three fields; a step that exists can also be said to be done. Only the first row has to be filled in."""
    first = row == 0
    what, who, due = (f"{name}_{row}" for name in (WHAT, WHO, DUE))
    fields = [
        inputs.field(
            what,
            "Step",
            inputs.one_line(step.what if step else "", "One thing that somebody can finish"),
            required=first,
        ),
        inputs.field(who, "Who", inputs.person_picker(step.who if step else "", "Choose one person"), required=first),
        inputs.field(due, "By when", inputs.day_picker(step.due_on if step else None), required=first),
    ]
    if step:
        box = inputs.checkbox("This step is done", "yes", ticked=step.done_at is not None)
        fields.append(inputs.field(f"{DONE}_{row}", "Done", box))
    return [*([] if first else [divider()]), *fields]


def parse(values: StateValues, metadata: str, today: date) -> PlanAnswers:
    """What was sent; FormErrors with everything that is wrong. A row without anything in it is left out.

    `today` is the earliest date anywhere: a new step due before it is refused.
    """
    answers, memory = Answers(values), decode(metadata)
    known = [one for one in memory.get("known") or () if isinstance(one, int)]
    rows = range(min(int(memory.get("rows") or 1), MOST_STEPS))
    steps = [_read(answers, row, known[row] if row < len(known) else None, today) for row in rows]
    result = PlanAnswers(tuple(step for step in steps if step), answers.day(TARGET))
    if not result.steps:
        answers.complain(f"{WHAT}_0", "Write at least one step.")
    answers.finish()
    return result


def _read(answers: Answers, row: int, step_id: int | None, today: date) -> PlannedStep | None:
    what, who, due = (f"{name}_{row}" for name in (WHAT, WHO, DUE))
    if not (answers.line(what) or answers.user(who) or answers.day(due)):
        return None
    step = PlannedStep(
        what=answers.line(what, missing="Say what is to be done."),
        who=answers.user(who, missing="Choose who does it."),
        due_on=answers.day(due, missing="Choose by when.") or today,
        step_id=step_id,
        done=answers.checked(f"{DONE}_{row}"),
    )
    if step_id is None and step.due_on < today:
        answers.complain(due, "This day has passed. Choose one that is still to come.")
    return step
