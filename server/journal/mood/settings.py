"""How a patient uses the form of moods: who reads a new entry, their own tags, and a diary card where they want one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.errors import Unprocessable
from server.journal.door import Mine, fields_of, mine_of, one_of
from server.journal.keeping import with_value
from server.journal.mood.form import PATH, has_card, own_tags, urges_of
from server.journal.mood.forms import listed
from server.journal.mood.rules import KIND, LONG_OWN, MOST_OWN, MOST_URGES
from server.journal.rules import Setting, Share
from server.routing import GuardedRoute, page
from server.templates import render

HERE = f"{PATH}/settings"


@dataclass(frozen=True)
class SettingsPage:
    """journal/mood/settings.html; `wrong`: fields that hold too much"""

    share: Share
    card: bool
    tags: Sequence[str] = field(repr=False)
    urges: Sequence[str] = field(repr=False)
    wrong: Mapping[str, bool] = field(default_factory=dict)


async def settings_page(request: Request) -> Response:
    """`GET /me/mood/settings`."""
    mine = await mine_of(request)
    return _show(request, mine, await mine.journal(KIND).setting())


def _show(request: Request, mine: Mine, setting: Setting, wrong: Mapping[str, bool] | None = None) -> Response:
    context = SettingsPage(setting.share, has_card(setting), own_tags(setting), urges_of(setting), wrong or {})
    status = 422 if wrong else 200
    return render(request, "journal/mood/settings.html", context, brand=mine.brand, zone=mine.zone, status=status)


async def keep_settings(request: Request) -> Response:
    """Keep it; what was written stays as it is shared. Raises Unprocessable."""
    mine, fields = await mine_of(request), await fields_of(request)
    journal, share = mine.journal(KIND), one_of(fields, "share")
    if share not in set(Share):
        raise Unprocessable()
    tags, urges = listed(one_of(fields, "tags")), listed(one_of(fields, "urges"))
    said = with_value(await journal.setting(), tags=tags, urges=urges, card=one_of(fields, "card") == "yes")
    wanted = replace(said, share=Share(share))
    wrong = {
        name: True
        for name, found, most in (("tags", tags, MOST_OWN), ("urges", urges, MOST_URGES))
        if _over(found, most)
    }
    if wrong:
        return _show(request, mine, wanted, wrong)
    await journal.set(wanted)
    return RedirectResponse(f"{HERE}?notice=kept", 303)


def _over(found: Sequence[str], most: int) -> bool:
    return len(found) > most or any(len(one) > LONG_OWN for one in found)


routes: list[GuardedRoute] = [
    page(HERE, settings_page, Action.MINE, name="mood_settings"),
    page(HERE, keep_settings, Action.MINE, ("POST",), name="mood_keep_settings"),
]
