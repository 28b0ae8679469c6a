"""What follows something that happened in a session: asked for until it is there, later than that, and clear. Pure."""

from datetime import datetime

from server.programmes.course import History, Key
from server.programmes.definition import Step
from server.programmes.questions import Verdict


def happened_at(done: History, event: str, session: int) -> datetime | None:
    """When it happened in a session the last time."""
    return max(done.happened.get((event, session), ()), default=None)


def asked_since(done: History, step: Step, key: Key) -> datetime | None:
    """From when one round of a step is asked for; None: it is not. It is again when something happened once more, and
    as long as an answer of the last round has to be looked at.
    """
    since, last = happened_at(done, step.of, key.session), done.entries.get(key._replace(round=key.round - 1))
    if since is None or (key.round and last is None):
        return None
    if last is None or last.at < since:
        return since
    return last.at if last.verdict is not Verdict.CLEAR else None


def times_asked(done: History, step: Step, session: int) -> int:
    """How many rounds of a step there are: those that were done, and one more until it is settled."""
    last = done.newest.get((step.id, session))
    if last is None:
        return 1 if happened_at(done, step.of, session) else 0
    more = asked_since(done, step, last.key._replace(round=last.key.round + 1)) is not None
    return last.key.round + 1 + more
