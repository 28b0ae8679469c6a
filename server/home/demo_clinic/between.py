"""What the patient of the made-up clinic works on between meetings: an entry of each tool, and homework."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from server.booking import store as booking
from server.booking.rules import BookingCard
from server.crypto import token_hash
from server.house import House
from server.journal.cbt.telling import OF
from server.journal.homework import store
from server.journal.homework.keeping import sealed_note
from server.journal.homework.rules import Task
from server.journal.keeping import Journal
from server.journal.rules import Entry, Setting, Share, Written

Half = Mapping[str, Any]
LADDER = "the ladder before"
FIRST = "5" * 12
STEPS = [{"key": key, "suds": suds} for key, suds in ((FIRST, 35), ("6" * 12, 55), ("7" * 12, 80))]
SAID: tuple[tuple[str, int, Share, Half, Half], ...] = (
    (
        "thought",
        2,
        Share.ALL,
        {
            "form": "full",
            "emotions": [{"before": 80, "after": 50}, {"before": 60, "after": 40}],
            "thoughts": [{"belief": 90, "belief_after": 50, "hot": True}],
            "patterns": ["mind_reading", "labelling"],
            "balanced_belief": 60,
        },
        {
            "situation": "Sunday evening, my sister did not call back",
            "emotions": [{"name": "Sadness"}, {"name": "Fear"}],
            "thoughts": [{"text": "I am a burden to her"}],
            "evidence_for": "She sounded tired the last time.",
            "evidence_against": "She calls every week. She said she has the late shift.",
            "balanced": "She was at work. It tells nothing about me.",
            "action": "Write her a line tomorrow.",
        },
    ),
    (
        "thought",
        1,
        Share.ME,
        {"form": "short", "open": True, "emotions": [{"before": 70}]},
        {"situation": "The meeting on Monday", "emotions": [{"name": "Shame"}]},
    ),
    (
        "activity",
        1,
        Share.PART,
        {"form": "full", "done": "yes", "before": 3, "after": 6, "pleasure": 6, "area": "people"},
        {"what": "Walk to the bridge with Ana"},
    ),
    (
        "activity",
        0,
        Share.PART,
        {"form": "full", "done": "partly", "before": 4, "after": 5, "achievement": 7},
        {"what": "The dishes"},
    ),
    ("activity", -1, Share.PART, {"form": "full", "at": "17:30"}, {"what": "Choir"}),
    ("worry", 1, Share.ME, {"form": "short", "sort": "maybe", "before": 7}, {"worry": "What if the letter is a bill"}),
    (
        "problem",
        3,
        Share.ME,
        {"form": "full", "options": [{"chosen": True}, {}], "done": "yes", "helped": 7},
        {
            "problem": "The form for the office lies here for weeks",
            "goal": "It is sent by Friday",
            "options": [{"text": "Fill in one page a day", "pros": "Small"}, {"text": "Ask Rui"}],
            "plan": "I, at ten, one page",
            "review": "Sent on Thursday.",
        },
    ),
    (
        "experiment",
        4,
        Share.ALL,
        {"form": "full", "before": 80, "after": 30, "came_true": "no"},
        {
            "prediction": "They laugh when I ask",
            "test": "Ask in the bakery for the other bread",
            "outcome": "She just gave it to me.",
            "learned": "Asking is smaller than it looks.",
        },
    ),
    *(
        (
            "night",
            ago,
            Share.PART,
            {
                "form": "full",
                "bed": "23:00",
                "lights": "23:20",
                "onset": 30 + ago * 5,
                "awake": 20,
                "wakings": 2,
                "woke": "06:40",
                "up": "07:15",
                "quality": 5,
            },
            {},
        )
        for ago in range(5)
    ),
    (
        "ladder",
        9,
        Share.PART,
        {"form": "full", "flags": ["none"], "steps": STEPS},
        {
            "fear": "Going by bus",
            "steps": [{"text": "Stand at the stop"}, {"text": "One stop, with Ana"}, {"text": "To town, alone"}],
        },
    ),
    (
        "facing",
        8,
        Share.PART,
        {
            "form": "full",
            "of": LADDER,
            "step": FIRST,
            "start": 40,
            "peak": 60,
            "end": 30,
            "minutes": 20,
            "came_true": "partly",
        },
        {"what": "Stand at the stop", "expected": "I faint"},
    ),
    (
        "facing",
        6,
        Share.PART,
        {
            "form": "full",
            "of": LADDER,
            "step": FIRST,
            "start": 30,
            "peak": 30,
            "end": 10,
            "minutes": 15,
            "came_true": "no",
        },
        {"what": "Stand at the stop", "expected": "I faint", "learned": "My legs shook, and held."},
    ),
    (
        "facing",
        2,
        Share.PART,
        {"form": "full", "of": LADDER, "step": "6" * 12, "start": 60, "peak": 70, "end": 40, "came_true": "no"},
        {"what": "One stop, with Ana"},
    ),
)


async def add_tools(house: House, token: str, therapist: UUID, now: datetime) -> None:
    """All of it, of whom this link of a booking was given."""

    async def work(db: AsyncSession) -> BookingCard | None:
        return await booking.booking_by_link(db, token_hash(token), now)

    card = await house.db.read(work)
    assert card
    await add_between(house, card, therapist, now)


async def add_between(
    house: House, card: BookingCard, therapist: UUID, now: datetime, own: Callable[[int], UUID] = lambda _at: uuid4()
) -> None:
    """All of it, up to `now`; `own`: the id of the entry at this place of SAID, and behind them of the homework."""
    ladder = ""
    for at, (kind, ago, share, value, words) in enumerate(SAID):
        entry_id, day = own(at), now - timedelta(days=ago)
        ladder = str(entry_id) if kind == "ladder" else ladder
        full = {**value, OF: ladder} if OF in value else value
        written = Written(day.date(), min(day, now), "Europe/Berlin", backdated=False)
        journal = Journal(house, card.clinic_id, card.patient_id, kind)
        await journal.keep(Entry(entry_id, kind, written, share, 1, full, words))
    worries = Journal(house, card.clinic_id, card.patient_id, "worry")
    await worries.set(Setting(Share.ME, {"at": "17:30", "minutes": 20}))
    due, note = (now + timedelta(days=3)).date(), "When you notice the pull to cancel."
    task = Task(own(len(SAID)), "thought", "full", due, therapist, now, note)
    blob = await sealed_note(house, card.clinic_id, card.patient_id, task)
    await house.db.unit(lambda db: store.give(db, card.clinic_id, card.patient_id, task, blob))
