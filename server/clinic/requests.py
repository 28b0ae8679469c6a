"""What the clinic's staff pages ask of a request: its form, whose clinic it is about, and the trace it leaves."""

from collections.abc import Mapping
from uuid import UUID

from starlette.requests import Request

from server.access import Viewer
from server.audit.rules import Entry


class Typed(dict[str, str]):
    """What was typed; a field that was not sent reads as empty, so that no page breaks over it."""

    def __missing__(self, name: str) -> str:
        return ""


async def form_of(request: Request) -> Typed:
    """The submitted text fields; a file is refused, of a repeated field the last one counts."""
    async with request.form(max_files=0, max_fields=200) as sent:
        return Typed((name, value) for name, value in sent.items() if isinstance(value, str))


async def ticked(request: Request, name: str) -> list[str]:
    """All values of a field that may be ticked more than once; the form was read before."""
    return [value for value in (await request.form()).getlist(name) if isinstance(value, str)]


def clinic_id_of(viewer: Viewer) -> UUID:
    """The clinic of somebody signed in; the gate saw to it that there is one."""
    assert viewer.clinic_id
    return viewer.clinic_id


def entry_of(viewer: Viewer, action: str, kind: str, subject: UUID | None, detail: Mapping[str, object]) -> Entry:
    """An audit entry of something a member of staff did."""
    return Entry(clinic_id_of(viewer), action, kind, subject, "staff", viewer.staff_id, detail)
