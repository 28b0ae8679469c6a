"""What was found just before a session, and the questions of its readings counted against that. Pure."""

from collections.abc import Mapping
from dataclasses import replace

from server.programmes.course import Entry
from server.programmes.definition import Kind, Part, Step
from server.programmes.keeping import Opened
from server.programmes.questions import against


def answers_of(opened: Opened, entry: Entry) -> Mapping[str, str]:
    """Question -> answer of what was written under this key; of what was answered elsewhere nothing."""
    kept = next((one for one in opened.standing.loaded.entries if one.entry.key == entry.key), None)
    return opened.answers[kept.id] if kept else {}


def before(opened: Opened, session: int) -> dict[str, str]:
    """Question -> answer of the newest checks before a session. Once it has begun these stay as they are."""
    done, found = opened.standing.done, dict[str, str]()
    for step in opened.standing.programme.definition.by_part[Part.BEFORE]:
        if entry := done.newest.get((step.id, session)):
            found |= answers_of(opened, entry)
    return found


def counted(opened: Opened, step: Step, session: int) -> Step:
    """The step with each rise of its readings as the number that it comes to in this session."""
    if step.kind is not Kind.CLOCK or not any(when.rise for one in step.questions for when in one.conditions):
        return step
    return replace(step, questions=against(step.questions, before(opened, session)))
