"""The one time of the day for worries, as its patient wishes it."""

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.journal.cbt.catalogue import tools
from server.journal.cbt.form import PATH
from server.journal.cbt.slot import slot_of
from server.journal.door import fields_of, mine_of, one_of
from server.journal.keeping import with_value
from server.routing import GuardedRoute, page

WORRY = "worry"


async def set_slot(request: Request) -> Response:
    """`POST /me/tools/worry/slot`: from when, and for how many minutes; what is no such time changes nothing."""
    mine, fields = await mine_of(request), await fields_of(request)
    journal = mine.journal(WORRY)
    slot = slot_of(one_of(fields, "at"), one_of(fields, "minutes"), tools()[WORRY].slot or {})
    if slot is None:
        return RedirectResponse(f"{PATH}/{WORRY}?notice=no-slot", 303)
    setting = await journal.setting()
    await journal.set(replace(with_value(setting, at=slot.clock, minutes=slot.minutes), share=setting.share))
    return RedirectResponse(f"{PATH}/{WORRY}?notice=slot", 303)


routes: list[GuardedRoute] = [page(f"{PATH}/{WORRY}/slot", set_slot, Action.MINE, ("POST",), name="tool_slot")]
