"""Who works at Linden Practice, who comes this week, and how far each visit went. It is Thursday, 9:26 in Berlin."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from server.access import Role
from server.visit.rules import Event, Outcome, State

NOW = datetime(2026, 3, 12, 8, 26, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Member:
    """Somebody who works there; without a line about them nobody can book them."""

    key: str
    name: str
    roles: frozenset[Role]
    about: str = ""
    joined: bool = True
    offers: bool = True


TEAM: Sequence[Member] = (
    Member("admin", "Ana Ferreira", frozenset({Role.ADMIN})),
    Member("mara", "Mara Lind", frozenset({Role.THERAPIST}), "Psychotherapist. English, German"),
    Member("samir", "Samir Haddad", frozenset({Role.THERAPIST}), "Psychologist. English, Arabic"),
    Member("ines", "Ines Okafor", frozenset({Role.THERAPIST}), "Couples and families. English, French"),
    Member("vera", "Vera Olsen", frozenset({Role.THERAPIST}), "Psychologist. English", offers=False),
    Member("desk", "Kit Moreau", frozenset({Role.FRONT_DESK})),
    Member("half", "Tove Berg", frozenset({Role.FRONT_DESK})),
    Member("new", "Ren Ito", frozenset({Role.THERAPIST}), joined=False),
)

Step = tuple[Event, State, float]
"""What happened, what was true then, and how many minutes after the start; negative before it."""

ARRIVED = (Event.ARRIVE, State.WAITING)
LET_IN = (Event.ADMIT, State.IN_SESSION)
HELD = (Event.HOLD, State.ON_HOLD)
ENDED = (Event.END, State.ENDED)
NOTED = (Event.NOTE_OUTCOME, State.AFTER)
DECLINED = (Event.DECLINE, State.ENDED)


@dataclass(frozen=True)
class Coming:
    """One visit: when on the clinic's clock, with whom, and what happened (minutes from its start)."""

    key: str
    name: str
    therapist: str
    day: int
    hour: int
    minute: int = 0
    steps: Sequence[Step] = ()
    outcome: Outcome | None = None
    interpreter: str = ""
    row: Mapping[str, Any] | None = None
    team: bool = False  # waits for whoever has time

    @property
    def starts_at(self) -> datetime:
        """Berlin is one hour ahead in March."""
        return datetime(2026, 3, self.day, self.hour, self.minute, tzinfo=UTC) - timedelta(hours=1)


SEEN = {"patient_seen_at": NOW, "staff_seen_at": NOW - timedelta(seconds=4), "therapist_seen_at": NOW}
UNSEEN = {"patient_seen_at": NOW, "staff_seen_at": None, "therapist_seen_at": None}
AWAY = {"patient_seen_at": NOW - 5 * MINUTE, "left_at": NOW - 5 * MINUTE, "staff_seen_at": None}
READY = {"device": {"mic": True, "camera": True}}
# fmt: off
WEEK: Sequence[Coming] = (
    Coming("after", "Edda Brandt", "mara", 12, 8, 0, ((*ARRIVED, -5), (*LET_IN, 1), (*ENDED, 48), (*NOTED, 50)),
           Outcome.ATTENDED),
    Coming("waiting", "Jo Almeida", "mara", 12, 9, 30, ((*ARRIVED, -8),), row=SEEN | READY),
    Coming("long", "Freya Lund", "vera", 12, 9, 10, ((*ARRIVED, -2),), row=SEEN | READY),
    Coming("asked", "Emil Sand", "vera", 12, 8, 10, ((*ARRIVED, 5),), row=SEEN | READY),
    Coming("early", "Maximiliane Weidenfeller-Grünwald", "mara", 12, 10, 30),
    Coming("second", "Tomasz Wiśniewski", "mara", 12, 13, 0, ((*ARRIVED, -221),), interpreter="Polish", row=SEEN),
    Coming("noon", "Noor Hassan", "mara", 12, 14),
    Coming("away", "Ravi Menon", "mara", 12, 15, 0, ((*ARRIVED, -350),), row=AWAY),
    Coming("called", "Selma Roth", "mara", 12, 16, 0, ((*ARRIVED, -411),), row=AWAY),
    Coming("overdue", "Bruno Reis", "ines", 12, 15, 0, ((*ARRIVED, -352),), row=AWAY),
    Coming("live", "Lior Katz", "samir", 12, 8, 50, ((*ARRIVED, -7), (*LET_IN, 1)), row=SEEN | READY),
    Coming("unseen", "Dana Kim", "samir", 12, 9, 50, ((*ARRIVED, -27),), row=UNSEEN),
    Coming("hold", "Amara Nwosu", "ines", 12, 8, 50, ((*ARRIVED, -7), (*LET_IN, 1), (*HELD, 34)), row=SEEN | READY),
    Coming("open", "Alex Rivera", "ines", 12, 9, 50),
    Coming("out", "Lea Novak", "ines", 12, 13, 0, ((*ARRIVED, -220), (*LET_IN, -218)), row=AWAY),
    Coming("ended", "Yara Costa", "ines", 11, 10, 0, ((*ARRIVED, -5), (*LET_IN, 0), (*ENDED, 50))),
    Coming("late", "Piet de Vries", "samir", 11, 10),
    Coming("missed", "Olu Adeyemi", "mara", 11, 10, 0, ((Event.NOTE_OUTCOME, State.AFTER, 50),), Outcome.NO_SHOW),
    Coming("declined", "Nils Falk", "mara", 11, 14, 0, ((*ARRIVED, -5), (*DECLINED, 10))),
    Coming("handed", "Iris Blum", "samir", 12, 11, 0, ((*ARRIVED, -100),), row=SEEN),
    Coming("team", "Olga Petrova", "samir", 12, 13, 0, ((*ARRIVED, -220),), row=SEEN, team=True),
    Coming("cancelled", "Sam Whitfield", "mara", 13, 9),
    Coming("booked", "Jo Almeida", "mara", 19, 9, 30),
    Coming("shut", "Mina Park", "samir", 13, 9),
)
# fmt: on
"""`shut` is nearer than the clinic lets anybody move or cancel."""
