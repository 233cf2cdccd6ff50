"""Names that Clarion makes up itself, and how long a customer's may be and how it is compared."""

from __future__ import annotations

import re
import unicodedata

from escalation.case import Escalation

CHANNEL_NAME_LIMIT = 80
CUSTOMER_NAME_LIMIT = 75
_LITTLE = frozenset({"a", "an", "the", "is", "are", "was", "were", "be", "been", "has", "have"})
# A sidebar shows about thirty characters; more words would only hide whose channel it is.
_WORDS_OF_A_SUMMARY = 5
_NOT_PLAIN = re.compile(r"[^a-z0-9]+")
# Letters that have no decomposition, as they are usually written without their marks.
_WRITTEN_AS = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "\u0131": "i"}
)


def channel_name(prefix: str, escalation: Escalation, further: int = 0) -> str:
    """`esc-42-acme-checkout-down`, at most 80 lower-case letters, digits and hyphens (CONTRACT.md, "References").

    A confidential escalation's name holds neither customer nor summary. Later channels of the escalation end in "-2",
    "-3" and so on; `further` goes past names that are taken.
    """
    serial = escalation.channel_serial + further
    ending = f"-{serial}" if serial > 1 else ""
    name = f"{prefix}-{escalation.number}"
    if not escalation.confidential:
        slug = _slug(escalation)
        name = f"{name}-{slug}" if slug else name
    return name[: CHANNEL_NAME_LIMIT - len(ending)].rstrip("-") + ending


def _slug(escalation: Escalation) -> str:
    """Customer and summary, the customer not said twice, without the little words."""
    customer, summary = slugged(escalation.customer), slugged(escalation.summary)
    rest = summary.removeprefix(customer) if customer and f"{summary}-".startswith(f"{customer}-") else summary
    telling = [word for word in rest.split("-") if word and word not in _LITTLE]
    return "-".join(part for part in (customer, *telling[:_WORDS_OF_A_SUMMARY]) if part)


def slugged(words: str) -> str:
    """Words as a channel's name may hold them; scripts other than Latin fall away."""
    folded = unicodedata.normalize("NFKD", words.casefold().translate(_WRITTEN_AS))
    kept = "".join(character for character in folded if not unicodedata.combining(character) and character != "'")
    return _NOT_PLAIN.sub("-", kept).strip("-")


_INITIALS = frozenset({"vp", "cs", "csm", "cto", "cro", "ceo", "cfo", "coo", "cio", "ciso"})


def role_words(role: str) -> str:
    """A role of the policy as people say it: `vp_customer_success` is "VP customer success"."""
    return " ".join(word.upper() if word in _INITIALS else word for word in role.split("_"))


def name_key(name: str) -> str:
    """A customer's name as it is compared: width, case and spaces folded."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())[:255]
