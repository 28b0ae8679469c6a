"""Courses to try the engine on: small definitions, and a hand that does what is due."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from server.programmes.catalogue import read
from server.programmes.course import Entry, History, Key, Override, Programme, Seen, Why, history
from server.programmes.definition import Definition, Part, Step
from server.programmes.gates import Blocked
from server.programmes.questions import Verdict
from server.programmes.recording import Refused, enter, pass_gate
from server.programmes.rules import Due, due_steps

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
CLINICIAN = uuid4()


def figure(value: float, unit: str) -> dict[str, Any]:
    return {"value": value, "unit": unit, "what": "for a test", "source": "a test"}


def small(**changed: Any) -> Definition:
    """Three sessions: a screening, a check that holds for an hour, the treatment, and a note that ends it."""
    data: dict[str, Any] = {
        "format": 1,
        "id": "small",
        "version": "1",
        "name": "Small",
        "about": "For tests.",
        "figures": {
            "sessions": figure(3, "sessions"),
            "gap": figure(16, "hours"),
            "hour": figure(1, "hours"),
        },
        "phases": [
            {"id": "all", "name": "All", "sessions": "sessions", "gap": "gap", "weeks": [["mon"]], "source": "a test"}
        ],
        "steps": [
            step("screening", "check", "start"),
            step("check", "check", "before", valid="hour", repeats=True),
            step("treatment", "session", "session"),
            step("after", "task", "during", ends=True),
        ],
        "gates": [
            {"id": "eligible", "before": "treatment", "needs": ["screening"], "lasts": True, "reason": "First that."},
            {"id": "checked", "before": "treatment", "needs": ["check"], "reason": "Checked within {hour}."},
            {"id": "spaced", "before": "treatment", "spacing": True, "reason": "At least {gap} apart."},
        ],
    }
    return read("small", {**data, **changed})


def step(name: str, kind: str, part: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "name": name, "kind": kind, "part": part, **more}


@dataclass
class Hand:
    """Who does what is due. `now` is theirs, and what is refused is an error unless it was asked for."""

    programme: Programme
    done: History
    now: datetime

    @classmethod
    def of(cls, definition: Definition, began_at: datetime = MONDAY, zone: ZoneInfo = BERLIN) -> "Hand":
        return cls(Programme(definition, zone, began_at), history(definition, ()), began_at)

    def due(self) -> dict[Key, Due]:
        return {one.key: one for one in due_steps(self.programme, self.done, self.now)}

    def wait(self, **length: float) -> None:
        self.now += timedelta(**length)

    def does(self, name: str, session: int = 0, number: int = 0, verdict: Verdict = Verdict.CLEAR) -> None:
        found = self.tries(name, session, number, verdict)
        assert isinstance(found, History), found
        self.done = found

    def tries(
        self, name: str, session: int = 0, number: int = 0, verdict: Verdict = Verdict.CLEAR
    ) -> History | Refused:
        entry = Entry(Key(name, session, number), self.now, verdict, CLINICIAN)
        return enter(self.programme, self.done, entry, self.now)

    def passes(self, gate: str, session: int, seen: Iterable[Seen], reason: str = "It was weighed.") -> None:
        found = self.overrides(gate, session, seen, reason)
        assert isinstance(found, History), found
        self.done = found

    def overrides(self, gate: str, session: int, seen: Iterable[Seen], reason: str = "Weighed.") -> History | Refused:
        one = Override(gate, session, self.now, CLINICIAN, frozenset(seen), reason)
        return pass_gate(self.programme, self.done, one, self.now)

    def has_session(self, session: int) -> None:
        """Everything of one session that is due and not blocked, until it is over."""
        while session not in self.done.over:
            ready = [one.key for one in self.due().values() if one.key.session == session and not one.blocked]
            assert ready, self.held()
            self.does(*ready[0])

    def starts(self) -> None:
        for one in list(self.due().values()):
            if one.step.part is Part.START:
                self.does(one.step.id)

    def plans(self, planned: Mapping[int, datetime]) -> None:
        self.programme = replace(self.programme, planned=planned)

    def held(self) -> dict[str, tuple[Blocked, ...]]:
        return {one.step.id: one.blocked for one in self.due().values() if one.blocked}


def seen_of(held: Iterable[Blocked]) -> dict[str, set[tuple[Why, str]]]:
    return {one.gate.id: {cause.seen[:2] for cause in one.causes} for one in held}


def named(definition: Definition, name: str) -> Step:
    return definition.by_id[name]


def person() -> UUID:
    return CLINICIAN
