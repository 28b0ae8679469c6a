"""What follows something that happened in a session: asked for until it is there, later than that, and clear. Pure."""

from datetime import datetime

from server.programmes.course import History, Key
from server.programmes.definition import Definition, Step
from server.programmes.questions import Verdict


def happened_at(done: History, event: str, session: int) -> datetime | None:
    """When it happened in a session the last time."""
    return max(done.happened.get((event, session), ()), default=None)


def to_judge(definition: Definition, done: History, step: str, session: int, since: datetime) -> datetime | None:
    """From when a step that follows something that happened counts: it came then or later, and after what it judges.
    None while that is not written.
    """
    forms = [done.newest.get((name, session)) for name in definition.judged.get(step, ())]
    written = [one.at for one in forms if one and one.at >= since]
    return max([since, *written]) if len(written) == len(forms) else None


def asked_since(definition: Definition, done: History, step: Step, key: Key) -> datetime | None:
    """From when one round of a step is asked for; None: it is not. It is again when something happened once more, or
    what it judges was written since, and as long as an answer of the last round has to be looked at.
    """
    since, last = happened_at(done, step.of, key.session), done.entries.get(key._replace(round=key.round - 1))
    since = to_judge(definition, done, step.id, key.session, since) if since else None
    if since is None or (key.round and last is None):
        return None
    if last is None or last.at < since:
        return since
    return last.at if last.verdict is not Verdict.CLEAR else None


def times_asked(definition: Definition, done: History, step: Step, session: int) -> int:
    """How many rounds of a step there are: those that were done, and one more until it is settled."""
    last = done.newest.get((step.id, session))
    if last is None:
        return 1 if asked_since(definition, done, step, Key(step.id, session)) else 0
    more = asked_since(definition, done, step, last.key._replace(round=last.key.round + 1)) is not None
    return last.key.round + 1 + more
