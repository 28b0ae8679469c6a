"""A measure as a form: what its template knows, the same on its own page and in the waiting room. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from server.measures.danger import LOUD
from server.measures.rules import Instrument, Item, Method, Weight
from server.measures.scoring import Score, asked, score
from server.measures.sheets import Sheet, Stage

MINUTE = 8
"""Questions that take about a minute."""


@dataclass(frozen=True)
class Put:
    """One question. `label`: its number among those that are put; `on`: it is put as things stand.

    `help_at`: from which value on its answer speaks of danger; `given`: the answer that counts.
    """

    item: Item
    label: int
    on: bool
    number: int
    value: int | None = field(repr=False)
    help_at: int | None
    given: UUID | None = None


@dataclass(frozen=True)
class OwnDevice:
    """`whose`: the space for which this device may keep answers, '' where others use it too; `base`: below that address
    those of each measure are taken.
    """

    base: str = ""
    whose: str = ""


SHARED = OwnDevice()


@dataclass(frozen=True)
class MeasureForm:
    """measures/form.html. `base`: the address of all that is asked with it; `now`: the label of the question in sight;
    `therapist_first`: '' where nobody meets them for it; `device`: what one of their own may keep.
    """

    base: str
    sheet: Sheet
    puts: Sequence[Put]
    now: int
    helps: bool
    therapist_first: str
    device: OwnDevice

    @property
    def whose(self) -> str:
        return self.device.whose

    @property
    def takes(self) -> str:
        return f"{self.device.base}/{self.sheet.key}"

    @property
    def href(self) -> str:
        return f"{self.base}/{self.sheet.key}"

    @property
    def count(self) -> int:
        return sum(put.on for put in self.puts)

    @property
    def open(self) -> int:
        return sum(put.on and put.value is None for put in self.puts)

    @property
    def minutes(self) -> int:
        return max(1, round(self.count / MINUTE))


def form_of(base: str, sheet: Sheet, therapist_first: str, wanted: int = 0, device: OwnDevice = SHARED) -> MeasureForm:
    """The form of a sheet, below this address; `wanted`: the question asked for, else the first that is open."""
    instrument, answers = sheet.instrument, sheet.answers
    on = {item.id for item in asked(instrument, answers)}
    puts: list[Put] = []
    for item in instrument.items:
        given = sheet.given.get(item.id)
        label = sum(put.on for put in puts) + 1
        value, number = (given.value, given.number) if given else (None, 0)
        puts.append(
            Put(item, label, item.id in on, number, value, help_at(instrument, item), given.id if given else None)
        )
    first = next((put.label for put in puts if put.on and put.value is None), 1)
    helps = any(put.help_at is not None and put.value is not None and put.value >= put.help_at for put in puts)
    known = 1 <= wanted <= len(on)
    return MeasureForm(base, sheet, puts, wanted if known else first, helps, therapist_first, device)


def help_at(instrument: Instrument, item: Item) -> int | None:
    """From which value on an answer to this question shows where help is."""
    return min(
        (flag.at_least for flag in instrument.flags if flag.item == item.id and flag.weight in LOUD), default=None
    )


@dataclass(frozen=True)
class Said:
    """What the answers came to, for who gave them. `level` is '' where its name is meant for staff."""

    total: int
    of: int
    level: str


def said_of(sheet: Sheet) -> Said | None:
    """In numbers and one word; None for measures whose result wants a person beside it."""
    found = score(sheet.instrument, sheet.answers)
    if not isinstance(found, Score) or found.total is None or not sayable(sheet.instrument, found):
        return None
    named = found.level.name if found.level and len(sheet.instrument.levels) > 2 else ""
    return Said(found.total, sheet.instrument.span[1], named)


def sayable(instrument: Instrument, found: Score) -> bool:
    """Whether a page tells it to who answered, or a person does."""
    loud = any(flag.weight is not Weight.REVIEW for flag in found.flags)
    return found.total is not None and instrument.method is Method.SUM and not loud


@dataclass(frozen=True)
class Asks:
    """A measure on the patient's page: how many questions, and how far they are."""

    key: str
    name: str
    count: int
    left: int
    stage: Stage


def asks_of(sheets: Sequence[Sheet]) -> list[Asks]:
    return [Asks(one.key, one.instrument.name, one.count, one.count - len(one.given), one.stage) for one in sheets]
