"""Where somebody comes once a letter is sent, and whom they can call where its words can mean danger.

As with entries of a diary: nobody is told, and that such words were found is written down nowhere. What stands in files
is not looked at.
"""

from urllib.parse import urlencode
from uuid import UUID

from starlette.requests import Request

from server.journal.near import Near, near
from server.letters.whose import Whose
from server.letters.writing import Came
from server.safety.danger.catalogue import PATH as SAFE
from server.safety.danger.catalogue import in_danger

PATH = "/me/letters"
NEAR = "near"
"""The notice of a thread whose newest letter can mean that somebody is in danger, for whoever acts for them."""


def landing(whose: Whose, thread_id: UUID, sent: Came) -> str:
    """To the thread, or to their own plan and numbers."""
    here = f"{PATH}/{thread_id}"
    if not in_danger(sent.fields.get("text", "")):
        return f"{here}?notice=sent"
    return f"{SAFE}?{urlencode({'after': here})}" if whose.own else f"{here}?notice={NEAR}"


async def near_of(request: Request, whose: Whose, typed: Came | None) -> Near | None:
    """Beside a letter that was not sent, or was by somebody who acts for them; None where nothing speaks of danger."""
    said = typed.fields.get("text", "") if typed else ""
    if not in_danger(said) and request.query_params.get("notice") != NEAR:
        return None
    return await near(request, whose, said, other=not whose.own, sent=typed is None)
