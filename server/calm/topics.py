"""What of the exercises and meditations awaits a clinician: timings, order and words that no source gives."""

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from server.calm.catalogue import exercises
from server.calm.meditation.catalogue import sessions
from server.calm.meditation.rules import PREFIX, WORST_DROP, Session
from server.calm.rules import Exercise, Kind
from server.clinic.confirming.rules import Topic, version_of
from server.clinic.confirming.topics import Asks

EXERCISES = "calm"


@cache
def exercises_version() -> str:
    """The version of all exercises together: they stand in one file."""
    return version_of(json.loads((files("server.calm") / "exercises.json").read_text(encoding="utf-8")))


def key_of(session: Session) -> str:
    return PREFIX + session.id


@cache
def session_version(session_id: str) -> str:
    """The version of a meditation, with the fall after which it says how to reach somebody."""
    file = files("server.calm.meditation") / "sessions" / f"{session_id}.json"
    return version_of([json.loads(file.read_text(encoding="utf-8")), WORST_DROP])


async def calm_topics(asks: Asks) -> Sequence[Topic]:
    """The exercises in one, each meditation by itself: its words are to be heard."""
    return [_exercises(asks), *(_session(asks, one) for one in sessions().values())]


def _exercises(asks: Asks) -> Topic:
    _ = asks.gettext
    open_ones = [one for one in exercises().values() if one.awaits]
    names = {
        "resonance-4-6": _("Longer out than in"),
        "equal-4": _("Even breath"),
        "cyclic-sigh": _("Two breaths in, one long out"),
        "resonance-55": _("Slower and even"),
        "extended-exhale": _("Short in, long out"),
        "muscles": _("Tense and let go"),
        "body-scan": _("Through the body"),
    }
    return Topic(
        key=EXERCISES,
        area=_("Exercises"),
        name=_("Breathing and the body"),
        version=exercises_version(),
        awaits=[
            _("how long each step lasts, and the order of the muscles"),
            _("how long somebody goes on without a word of warning"),
        ],
        figures=[(names.get(one.id, one.id), _told(asks, one)) for one in open_ones],
        sources=sorted({one.source for one in open_ones}),
        look=f"/c/{asks.clinic.slug}/calm",
    )


def _told(asks: Asks, exercise: Exercise) -> str:
    """'4 in, 6 out; at most 20 min', or the seconds of a guided one."""
    _ = asks.gettext
    if not exercise.breathing:
        usual = max(step.seconds or 0 for step in exercise.steps)
        longer = max((step.seconds or 0 for step in exercise.slow), default=usual)
        told = _("%(count)s steps of up to %(usual)g seconds, up to %(longer)g where it goes slower")
        return told % {"count": len(exercise.steps), "usual": usual, "longer": longer}
    words = {Kind.IN: _("%g s in"), Kind.MORE: _("%g s more"), Kind.HOLD: _("%g s of rest"), Kind.OUT: _("%g s out")}
    steps = ", ".join(words[step.kind] % step.seconds for step in exercise.steps)
    return _("%(steps)s; at most %(most)g min") % {"steps": steps, "most": (exercise.most or 0) / 60}


def _session(asks: Asks, session: Session) -> Topic:
    _ = asks.gettext
    lengths = ", ".join(str(minutes) for minutes in session.lengths)
    return Topic(
        key=key_of(session),
        area=_("Guided meditation"),
        name=session.name.get(asks.language, session.name["en"]),
        version=session_version(session.id),
        awaits=[_("the words, how long it is quiet between them, and the words of care")],
        figures=[
            (_("Lengths in minutes"), lengths),
            (_("Calm or mood lower by this much of ten afterwards: how to reach somebody"), str(WORST_DROP)),
        ],
        sources=[_("Our own proposal")],
        look=f"/c/{asks.clinic.slug}/calm/sit/{session.id}",
    )
