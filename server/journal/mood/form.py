"""What stands on the form of an entry before anything is said, and on the one that changes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import uuid4

from server.journal.door import Mine
from server.journal.mood.rules import FEELINGS, HOURS, KIND, SCALES, SKILLS, TAGS, Medicine, Mood, mood_of
from server.journal.rules import MOST_BACK, Entry, Setting, Share
from server.record.care.keeping import care_of
from server.record.care.rules import Kind as Care
from server.record.care.rules import Medicine as Known
from server.record.care.rules import counting

PATH = "/me/mood"


@dataclass(frozen=True)
class Form:
    """What journal/mood/form.html draws. `entry`: the page of the one that is changed; `own`: tags of their own."""

    id: str
    mood: Mood = field(repr=False)
    today: date
    first: date
    medicines: Sequence[Medicine] = field(repr=False)
    own: Sequence[str] = field(repr=False)
    share: Share
    action: str = PATH
    entry: str = ""
    number: int = 0
    day: str = ""
    new: str = field(default="", repr=False)
    reasons: Mapping[str, str] = field(default_factory=dict)
    scales: Sequence[str] = SCALES
    hours: Sequence[str] = tuple(HOURS)
    tags: Sequence[str] = TAGS
    card: bool = False
    urges: Sequence[str] = field(default=(), repr=False)
    feelings: Sequence[str] = FEELINGS
    skills: Sequence[str] = SKILLS


async def blank_form(mine: Mine, setting: Setting) -> Form:
    medicines = await medicines_of(mine, taken_now=True)
    first, tags = mine.today - MOST_BACK, own_tags(setting)
    blank = Form(str(uuid4()), Mood(), mine.today, first, medicines, tags, setting.share)
    return replace(blank, card=has_card(setting), urges=urges_of(setting))


async def form_of(mine: Mine, entry: Entry) -> Form:
    """The form with an entry in it; what it says of medicines that are taken no more can be changed too."""
    mood, blank = mood_of(entry.value, entry.words), await blank_form(mine, await mine.journal(KIND).setting())
    known = {one.id for one in blank.medicines}
    path = f"{PATH}/entry/{entry.id}"
    return replace(
        blank,
        id=str(entry.id),
        mood=mood,
        medicines=[*blank.medicines, *(Medicine(one.id, one.name) for one in mood.doses if one.id not in known)],
        own=list(dict.fromkeys([*mood.own, *blank.own])),
        card=blank.card or bool(mood.urges or mood.feelings or mood.skills),
        urges=list(dict.fromkeys([*(name for name, _ in mood.urges), *blank.urges])),
        share=entry.share,
        action=f"{path}/change",
        entry=path,
        number=entry.number,
        day=entry.day.isoformat(),
    )


def own_tags(setting: Setting) -> list[str]:
    """The patient's own tags, the one used last first."""
    return [str(one) for one in setting.value.get("tags", ())]


def has_card(setting: Setting) -> bool:
    """Whether the diary card stands on their form; off until they switch it on."""
    return setting.value.get("card") is True


def urges_of(setting: Setting) -> list[str]:
    """The urges on it, in their own words."""
    return [str(one) for one in setting.value.get("urges", ())]


async def medicines_of(mine: Mine, *, taken_now: bool) -> list[Medicine]:
    """Medicines of the patient's list in the record; those that are taken now, or all that ever were."""
    entries = counting(await care_of(mine.house, mine.clinic.id, mine.patient_id), Care.MEDICINE)
    known = [(one.id, one.value) for one in entries if isinstance(one.value, Known)]
    return [Medicine(str(own), one.name) for own, one in known if one.spell.going or not taken_now]
