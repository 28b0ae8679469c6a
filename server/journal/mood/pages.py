"""Keeping an entry of mood: the form, and what comes of it. Whatever is sent twice is kept once."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from server.access import Action
from server.answers import wants_json
from server.errors import NotFound
from server.journal import store
from server.journal.door import Fields, Mine, fields_of, mine_of, one_of, zone_told
from server.journal.forms import Head, Reason, head_of
from server.journal.homework import store as tasks
from server.journal.keeping import Journal, with_value
from server.journal.landing import landing
from server.journal.mood.form import PATH, Form, blank_form, medicines_of, own_tags
from server.journal.mood.forms import mood_from
from server.journal.mood.rules import KIND, MOST_OWN, Mood, value_of, words_of
from server.journal.near import Near, near
from server.journal.offline import worker_for
from server.journal.reminding import store as reminders
from server.journal.rules import MOST_BACK, Entry, Setting, Share
from server.routing import GuardedRoute, page
from server.safety.danger.catalogue import for_browser
from server.templates import language_of, render


@dataclass(frozen=True)
class TodayPage:
    """journal/mood/today.html. `count`: entries there are; `whose`: the space for which this device may keep entries,
    '' where others use it too; `offline`: what is shown without a connection, and knows nobody's words;
    `asked`: a reminder waits for an answer; `danger`: words that can mean it, for the script;
    `near`: whom to call then.
    """

    form: Form = field(repr=False)
    count: int
    whose: str
    worker: str
    danger: str
    offline: bool = False
    asked: bool = False
    near: Near | None = None


async def today_page(request: Request) -> Response:
    """`GET /me/mood`: how is today, or the day that the address names."""
    mine = await mine_of(request)
    blank = await blank_form(mine, await mine.journal(KIND).setting())
    return await show(request, mine, replace(blank, day=request.query_params.get("day", "")[:10]))


async def show(request: Request, mine: Mine, form: Form, status: int = 200) -> Response:
    count, _, _ = await mine.house.db.read(lambda db: store.span(db, mine.patient_id, KIND))
    whose = str(mine.space.id) if mine.space.login.own else ""
    asked = await mine.house.db.read(lambda db: reminders.waiting(db, mine.patient_id, mine.now)) is not None
    helps = await near(request, mine, words_of(form.mood) if form.reasons else None)
    worker = worker_for(language_of(request, mine.brand))
    context = TodayPage(form, count, whose, worker, for_browser(), asked=asked, near=helps)
    return render(request, "journal/mood/today.html", context, brand=mine.brand, zone=mine.zone, status=status)


async def shell(request: Request) -> Response:
    """`GET /me/offline/mood`: the form as a device keeps it. Raises NotFound on one that others use too."""
    mine = await mine_of(request)
    if not mine.space.login.own:
        raise NotFound()
    form = Form("", Mood(), mine.today, mine.today - MOST_BACK, (), (), Share.ME)
    context = TodayPage(form, 0, str(mine.space.id), "", for_browser(), offline=True)
    return render(request, "journal/mood/today.html", context, brand=mine.brand, zone=mine.zone)


async def keep(request: Request) -> Response:
    """`POST /me/mood`: keep an entry; the same again changes nothing. 422 with what is to be mended, 409 with what was
    sent where its id is that of another entry.
    """
    mine, fields = await mine_of(request), await fields_of(request)
    journal = mine.journal(KIND)
    setting = await journal.setting()
    head = head_of(fields, setting.share, zone_told(fields, mine.zone), mine.now)
    mood, reasons = mood_from(fields, await medicines_of(mine, taken_now=False))
    if not isinstance(head, Head) or reasons:
        wrong = {**({} if isinstance(head, Head) else head), **reasons}
        return await mend(request, mine, mended(await blank_form(mine, setting), fields, mood, wrong))
    entry = Entry(head.id, KIND, head.written, head.share, 1, value_of(mood), words_of(mood))
    if await journal.keep(entry):
        await mine.house.db.unit(lambda db: _answered(db, mine, entry))
        await _remember(journal, setting, mood, head.share if one_of(fields, "remember") == "yes" else setting.share)
    elif not await journal.has(entry):
        used = mended(await blank_form(mine, setting), fields, mood, {"id": Reason.USED})
        return await mend(request, mine, used, 409)
    if wants_json(request):
        return JSONResponse({"kept": str(head.id)})
    return RedirectResponse(landing(entry.words, f"{PATH}/back", "kept"), 303)


async def _answered(db: AsyncSession, mine: Mine, entry: Entry) -> None:
    """It answers a reminder, and does what was given by then."""
    await reminders.answer(db, mine.patient_id, entry.written.at)
    await tasks.done_since(db, mine.patient_id, KIND, entry.id, entry.written.at)


async def _remember(journal: Journal, setting: Setting, mood: Mood, share: Share) -> None:
    """New tags stand on the form from now on, and so does who may read, where that was asked for."""
    tags = list(dict.fromkeys([*mood.own, *own_tags(setting)]))[:MOST_OWN]
    if tags != own_tags(setting) or share is not setting.share:
        await journal.set(replace(with_value(setting, tags=tags), share=share))


def mended(blank: Form, fields: Fields, mood: Mood, reasons: Mapping[str, str]) -> Form:
    """The form as it was sent, with what is wrong."""
    share = one_of(fields, "share")
    return replace(
        blank,
        id=blank.id if "id" in reasons else one_of(fields, "id"),
        mood=mood,
        day=one_of(fields, "day"),
        own=list(dict.fromkeys([*mood.own, *blank.own])),
        new=one_of(fields, "new") if "new" in reasons else "",
        share=Share(share) if share in set(Share) else blank.share,
        reasons=reasons,
    )


async def mend(request: Request, mine: Mine, form: Form, status: int = 422) -> Response:
    if wants_json(request):
        return JSONResponse({"reasons": {name: str(why) for name, why in form.reasons.items()}}, status)
    return await show(request, mine, form, status)


routes: list[GuardedRoute] = [
    page(PATH, today_page, Action.MINE, name="mood"),
    page("/me/offline/mood", shell, Action.MINE, name="mood_offline"),
    page(PATH, keep, Action.MINE, ("POST",), name="mood_keep"),
]
