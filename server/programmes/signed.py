"""A consent that is signed with another name than the patient's: it is asked about once, and the answer stays. Pure."""

import re
from collections.abc import Mapping
from unicodedata import combining, normalize

from server.programmes.definition import Kind, Step
from server.programmes.questions import Answer

SIGNED = "_signed_as"
"""Under this the answers keep who signed with another name, or why it is right; no question has such an id."""
WORD = re.compile(r"\w+")


def other_name(step: Step, answers: Mapping[str, str], name: str) -> str:
    """The name that a consent was signed with where it is not the patient's; else nothing."""
    if step.kind is not Kind.CONSENT:
        return ""
    typed = (answers.get(one.id, "") for one in step.questions if one.answer is Answer.SIGNATURE)
    return next((each for each in typed if each and _words(each) != _words(name)), "")


def _words(name: str) -> list[str]:
    """What is compared: neither the order of the names, nor capitals, accents, commas and points."""
    plain = "".join(sign for sign in normalize("NFKD", name) if not combining(sign))
    return sorted(WORD.findall(plain.casefold()))
