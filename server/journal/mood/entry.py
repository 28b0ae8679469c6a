"""One entry of mood, seen again: who may read it, changing it, deleting it. And all of them, month by month."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.booking.forms import read_uuid
from server.errors import Conflict, NotFound
from server.journal import acts, store
from server.journal.door import Mine, fields_of, mine_of, one_of, zone_told
from server.journal.forms import Head, head_of
from server.journal.landing import landing
from server.journal.mood.form import PATH, form_of
from server.journal.mood.forms import mood_from
from server.journal.mood.pages import mend, mended, show
from server.journal.mood.rules import KIND, Medicine, Mood, mood_of, value_of, words_of
from server.journal.reminding import store as reminders
from server.journal.rules import Entry, about, next_number, says_the_same
from server.routing import GuardedRoute, page
from server.templates import render

ONE = f"{PATH}/entry/{{entry}}"


@dataclass(frozen=True)
class Seen:
    """An entry and what it says."""

    entry: Entry
    mood: Mood = field(repr=False)

    @property
    def href(self) -> str:
        return f"{PATH}/entry/{self.entry.id}"

    @property
    def month(self) -> str:
        """'2026-03', as the page of a month is asked for."""
        return _named_month(self.entry.day)


@dataclass(frozen=True)
class EntryPage:
    """journal/mood/entry.html"""

    seen: Seen = field(repr=False)


@dataclass(frozen=True)
class DaysPage:
    """journal/mood/days.html: entries of one month, the newest first; `earlier`, `later`: months beside it, or ''"""

    seen: Sequence[Seen] = field(repr=False)
    month: date
    earlier: str
    later: str
    count: int


def seen_of(entry: Entry) -> Seen:
    return Seen(entry, mood_of(entry.value, entry.words))


async def _named(request: Request) -> tuple[Mine, Entry]:
    """Raises NotFound for an entry that is nobody's, somebody else's or deleted."""
    mine, entry_id = await mine_of(request), read_uuid(request.path_params["entry"])
    entry = await mine.journal(KIND).one(entry_id) if entry_id else None
    if entry is None:
        raise NotFound()
    return mine, entry


async def entry_page(request: Request) -> Response:
    """`GET /me/mood/entry/{entry}`. Raises NotFound."""
    mine, entry = await _named(request)
    return render(request, "journal/mood/entry.html", EntryPage(seen_of(entry)), brand=mine.brand, zone=mine.zone)


async def days_page(request: Request) -> Response:
    """`GET /me/mood/days`: what was written about one month, the latest or the one of `month=2026-03`."""
    mine = await mine_of(request)
    count, first, _ = await mine.house.db.read(lambda db: store.span(db, mine.patient_id, KIND))
    month = _month(request.query_params.get("month", "")) or mine.today.replace(day=1)
    following = (month + timedelta(days=32)).replace(day=1)
    entries = await mine.journal(KIND).own(month, following - timedelta(days=1))
    context = DaysPage(
        seen=[seen_of(one) for one in reversed(entries)],
        month=month,
        earlier=_named_month(month - timedelta(days=1)) if first and first < month else "",
        later=_named_month(following) if following <= mine.today else "",
        count=count,
    )
    return render(request, "journal/mood/days.html", context, brand=mine.brand, zone=mine.zone)


def _named_month(day: date) -> str:
    return day.isoformat()[: len("2026-01")]


def _month(text: str) -> date | None:
    try:
        return date.fromisoformat(f"{text}-01") if len(text) == len("2026-01") else None
    except ValueError:
        return None


async def share(request: Request) -> Response:
    """Say who may read this entry. Raises NotFound, Unprocessable."""
    (mine, entry), fields = await _named(request), await fields_of(request)
    await acts.share(mine, entry, one_of(fields, "share"))
    return RedirectResponse(f"{PATH}/entry/{entry.id}?notice=shared", 303)


async def change_page(request: Request) -> Response:
    """`GET /me/mood/entry/{entry}/change`. Raises NotFound."""
    mine, entry = await _named(request)
    return await show(request, mine, await form_of(mine, entry))


async def change(request: Request) -> Response:
    """Write it over. Raises NotFound, and Conflict where it was changed elsewhere since the form was opened."""
    (mine, entry), fields = await _named(request), await fields_of(request)
    form = await form_of(mine, entry)
    head = head_of({**fields, "id": [form.id]}, entry.share, zone_told(fields, mine.zone), mine.now)
    mood, reasons = mood_from(fields, [Medicine(one.id, one.name) for one in form.medicines])
    if not isinstance(head, Head) or reasons:
        return await mend(
            request, mine, mended(form, fields, mood, {**({} if isinstance(head, Head) else head), **reasons})
        )
    number = next_number(one_of(fields, "number"))
    when = about(entry.written, head.written.day)
    new = Entry(entry.id, KIND, when, head.share, number, value_of(mood), words_of(mood))
    if not await mine.journal(KIND).change(new) and not says_the_same(entry, new):
        raise Conflict()
    return RedirectResponse(landing(new.words, f"{PATH}/entry/{entry.id}", "changed"), 303)


async def delete(request: Request) -> Response:
    """Delete one entry, for good; also one that waits on a device and has not come yet. Again changes nothing.

    Raises NotFound for an id that is somebody else's.
    """
    mine, entry_id = await mine_of(request), read_uuid(request.path_params["entry"])
    if entry_id is None:
        raise NotFound()
    await acts.delete(mine, KIND, entry_id)
    return RedirectResponse(f"{PATH}/days?notice=deleted", 303)


async def delete_all(request: Request) -> Response:
    """Delete every entry; again changes nothing."""
    mine = await mine_of(request)
    await acts.delete_all(mine, KIND, lambda db: reminders.forget_prompts(db, mine.patient_id))
    return RedirectResponse(f"{PATH}/days?notice=deleted-all", 303)


routes: list[GuardedRoute] = [
    page(f"{PATH}/days", days_page, Action.MINE, name="mood_days"),
    page(f"{PATH}/delete", delete_all, Action.MINE, ("POST",), name="mood_delete_all"),
    page(ONE, entry_page, Action.MINE, name="mood_entry"),
    page(f"{ONE}/share", share, Action.MINE, ("POST",), name="mood_share"),
    page(f"{ONE}/change", change_page, Action.MINE, name="mood_change_page"),
    page(f"{ONE}/change", change, Action.MINE, ("POST",), name="mood_change"),
    page(f"{ONE}/delete", delete, Action.MINE, ("POST",), name="mood_delete"),
]
