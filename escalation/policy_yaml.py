"""The YAML under the policy: nodes that know their line, laid over the defaults, and refused in one sentence."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable
from typing import NoReturn, TypeVar

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from escalation.errors import SetupError

T = TypeVar("T")

# How the marks of the default policy's nodes are told from those of a file.
DEFAULT_NAME = "the default policy"

_STANDARD = "tag:yaml.org,2002:"
_LONGEST_SHOWN = 60
_HINTS = {
    "found character '\\t'": "indent with blanks, not with tabs",
    "found character '@'": 'put what begins with @ between quotation marks: "@support"',
    "found character '`'": "put what begins with ` between quotation marks",
    "mapping values are not allowed": "look for a colon too many or a line that is indented wrongly",
    "expected <block end>": "look for a line that is indented otherwise than those it belongs to",
    "unexpected end of stream": "what begins with a quotation mark must end with one",
}


class PolicyError(SetupError):
    """The policy file cannot be used; says in which line and why."""

    def __init__(self, name: str, line: int | None, reason: str) -> None:
        place = name if line is None else f"{name}, line {line}"
        super().__init__(f"{place}: {reason}{'' if reason.endswith(('.', '?')) else '.'}")
        self.name = name
        self.line = line
        self.reason = reason


def compose(text: str, name: str) -> Node | None:
    """The document as nodes, None if there is nothing in it; PolicyError where it is no YAML or says a key twice."""
    try:
        loader = yaml.SafeLoader(text)
        loader.name = name
        root = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        raise _syntax_error(error, name) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise PolicyError(name, line, f"there is an unprintable character, {text[error.position]!a}") from None
    except RecursionError:
        raise PolicyError(name, None, "it is nested too deeply to be read") from None
    if root is not None:
        _check(root, set())
    return root


def overlay(default: Node, own: Node) -> Node:
    """The file's own nodes over the default ones: mappings key by key, everything else as a whole.

    A mapping left blank says nothing, so that a section whose entries are all commented out keeps its defaults.
    """
    if not isinstance(default, MappingNode):
        return own
    if is_blank(own):
        return default
    if not isinstance(own, MappingNode):
        return own
    own_entries = {key.value: (key, value) for key, value in own.value}
    entries = []
    for key, value in default.value:
        own_key, own_value = own_entries.pop(key.value, (key, value))
        entries.append((own_key, overlay(value, own_value)))
    return MappingNode(default.tag, [*entries, *own_entries.values()], own.start_mark, own.end_mark, own.flow_style)


def is_blank(node: Node) -> bool:
    """Whether nothing is written, or `null`."""
    return node.tag == f"{_STANDARD}null"


def is_switch(node: Node) -> bool:
    """Whether it is one of YAML's yes and no, as `off` or `true`."""
    return node.tag == f"{_STANDARD}bool"


def is_commented_out(node: Node) -> bool:
    """Whether nothing is written because the value begins with #, where a comment begins for YAML."""
    mark = node.start_mark
    return is_blank(node) and re.match(r"[ \t]+#\S", (mark.buffer or "")[mark.pointer :]) is not None


def refuse(node: Node, reason: str) -> NoReturn:
    """Raise the PolicyError that points at this node."""
    raise PolicyError(node.start_mark.name, node.start_mark.line + 1, reason)


def words(node: Node, what: str) -> str:
    """The text of a plain value as written: `17:30` and `NO` stay words, whatever YAML would make of them."""
    if is_blank(node):
        refuse(node, f"{what} has no value; leave the line out to keep the default")
    if not isinstance(node, ScalarNode):
        refuse(node, f"{what} must be a single value, not a {_shape(node)}")
    return str(node.value).strip()


def is_default(node: Node) -> bool:
    """Whether the file left this out, so that it is the built-in policy's."""
    return bool(node.start_mark.name == DEFAULT_NAME)


def refuse_either(one: Node, other: Node, reason: str) -> NoReturn:
    """Two values that do not go together: point at the one that the file itself holds, the first if it holds both."""
    refuse(other if is_default(one) else one, reason)


def understood(node: Node, what: str, read: Callable[[str], T]) -> T:
    """A plain value as `read` understands it; the ValueError it raises becomes the reason."""
    text = words(node, what)
    try:
        return read(text)
    except ValueError as error:
        refuse(node, f"{what}: {str(error).replace(text, _shown(text))}")


def listed(node: Node, what: str) -> list[Node]:
    """The items of a list."""
    if is_blank(node):
        refuse(node, f"{what} has no value; write [] for none, or leave the line out to keep the default")
    if not isinstance(node, SequenceNode):
        hint = f"; write [{node.value}]" if isinstance(node, ScalarNode) else ""
        refuse(node, f"{what} must be a list{hint}")
    return list(node.value)


class Section:
    """A mapping of the file by its keys, none of which is unknown (`known` as None: any may stand there)."""

    def __init__(self, node: Node, what: str, known: Iterable[str] | None) -> None:
        if not isinstance(node, MappingNode):
            refuse(node, f"{what} must hold keys with values, not a {_shape(node)}")
        self.node = node
        self.what = what
        self.keys: dict[str, Node] = {key.value: key for key, _ in node.value}
        self._values: dict[str, Node] = {key.value: value for key, value in node.value}
        if known is not None:
            allowed = list(known)
            for name, key in self.keys.items():
                if name not in allowed:
                    cut = node.flow_style and is_blank(self._values[name])
                    hint = (
                        "; between { and }, a value with a comma needs quotation marks" if cut else meant(name, allowed)
                    )
                    refuse(key, f'unknown key "{name}" in {what}{hint}')

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def __getitem__(self, key: str) -> Node:
        if key not in self._values:
            refuse(self.node, f'"{key}" is missing in {self.what}')
        return self._values[key]

    def items(self) -> Iterable[tuple[str, Node]]:
        return self._values.items()

    def read(self, key: str, reader: Callable[[str], T]) -> T:
        """The plain value of a key as `reader` understands it."""
        return understood(self[key], key, reader)


def meant(name: str, known: Iterable[str], otherwise: str = "") -> str:
    """The end of a sentence that refuses a name: what was probably meant, or what there is."""
    spelled = {one.lower(): one for one in known}
    close = difflib.get_close_matches(name.lower(), spelled, n=1)
    if close:
        return f'; did you mean "{spelled[close[0]]}"?'
    return f"; {otherwise or 'there are ' + ', '.join(spelled.values())}"


def _check(node: Node, seen: set[int]) -> None:
    """Refuse what YAML allows and a policy cannot mean: keys said twice, keys that are no words, tags."""
    if id(node) in seen:
        return
    seen.add(id(node))
    if not node.tag.startswith(_STANDARD) or "python" in node.tag:
        refuse(node, f"{node.tag} means nothing here; put the value between quotation marks")
    if isinstance(node, SequenceNode):
        for item in node.value:
            _check(item, seen)
    if isinstance(node, MappingNode):
        lines: dict[str, int] = {}
        for key, value in node.value:
            if not isinstance(key, ScalarNode):
                refuse(key, "a key must be a single word")
            if key.value in lines:
                refuse(key, f'"{key.value}" stands here a second time; the first is in line {lines[key.value]}')
            lines[key.value] = key.start_mark.line + 1
            _check(value, seen)


def _syntax_error(error: yaml.MarkedYAMLError, name: str) -> PolicyError:
    problem, context = error.problem or "unreadable", error.context or ""
    # What is opened and never closed is noticed at the end of the file, and is to be mended where it was opened.
    left_open = context.startswith(("while scanning a quoted", "while parsing a flow"))
    mark = (error.context_mark if left_open else None) or error.problem_mark or error.context_mark
    sentence = f"{context}, {problem}" if problem.startswith("but ") else problem
    hint = next((f" ({hint})" for sign, hint in _HINTS.items() if sign in problem), "")
    return PolicyError(name, None if mark is None else mark.line + 1, f"this is no YAML: {sentence}{hint}")


def _shown(text: str) -> str:
    """A value as an error shows it: on one line, and not endlessly."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_SHOWN else f"{line[:_LONGEST_SHOWN]}…"


def _shape(node: Node) -> str:
    if isinstance(node, MappingNode):
        return "mapping"
    return "list" if isinstance(node, SequenceNode) else "single value"
