"""Guided meditation, open to everybody: the words of a session, and the player that goes through them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from server.access import Action
from server.booking.requests import text_fields
from server.calm import store
from server.calm.meditation.catalogue import sessions
from server.calm.meditation.forms import sat_of
from server.calm.meditation.rules import WORST_DROP, Anchor, Kind, Session, lasts, usual
from server.calm.offline import worker_for
from server.calm.recordings import store as recordings
from server.calm.recordings.rules import heard
from server.calm.requests import awaits, calm_of, clinic_here, mine, own_here
from server.calm.topics import key_of, session_version
from server.clinic import store as clinics
from server.clinic.rules import Clinic
from server.errors import Conflict, NotFound, Unprocessable
from server.house import house_of
from server.routing import GuardedRoute, page
from server.templates import language_of, render

MOST_KEPT = 64
"""Megabytes, as web/static/js/calm/kept-sounds.js has it."""


@dataclass(frozen=True)
class Line:
    """What stands in the list of words: at which second it comes, and how long it is quiet after it."""

    at: int
    kind: Kind
    words: str
    quiet: int


@dataclass(frozen=True)
class SittingPage:
    """calm/sitting.html. `lengths` and `texts` are JSON for the script: minutes -> [kind, key, seconds] of each
    segment, and key -> anchor -> words; `sounds`: part -> address of what the clinic recorded. `keeps`: whoever looks
    has a space that keeps how it was, `whose` and `worker` on a device of their own, which keeps `megabytes` of what
    the clinic recorded; `drawn`: when; `awaits`: as for exercises.
    """

    href: str
    session: Session
    minutes: int
    anchor: str
    lines: Sequence[Line]
    lengths: str
    texts: str
    sounds: str
    drop: int
    keeps: bool
    whose: str
    worker: str
    drawn: str
    awaits: bool
    megabytes: int = MOST_KEPT


async def sitting_page(request: Request) -> Response:
    """`GET /c/{clinic}/calm/sit/{session}?minutes=&anchor=`; what is not there is the usual. Raises NotFound."""
    clinic = await clinic_here(request)
    session = sessions().get(request.path_params["session"])
    if session is None:
        raise NotFound()
    brand, own = clinics.brand(clinic), await own_here(request, clinic.id)
    language, (minutes, anchor) = language_of(request, brand), _chosen(request, session)
    context = SittingPage(
        href=calm_of(clinic),
        session=session,
        minutes=minutes,
        anchor=anchor,
        lines=_lines(session, minutes, anchor, language),
        lengths=_lengths(session),
        texts=_texts(session, language),
        sounds=json.dumps(await _sounds(request, clinic, session, language)),
        drop=WORST_DROP,
        keeps=own is not None,
        whose=str(own.id) if own and own.login.own else "",
        worker=worker_for(clinic, language),
        drawn=house_of(request).clock().isoformat(timespec="milliseconds"),
        awaits=bool(session.awaits) and await awaits(request, clinic, key_of(session), session_version(session.id)),
    )
    return render(request, "calm/sitting.html", context, brand=brand)


async def keep_sat(request: Request) -> Response:
    """`POST /me/calm/sat`: how long, and how it was before and after. 204, also when it is sent again with what was
    said since. Raises SignInNeeded, Unprocessable, and Conflict where something else was kept under its id.
    """
    house, (clinic_id, patient_id) = house_of(request), await mine(request)
    sat = sat_of(await text_fields(request), sessions())
    if sat is None:
        raise Unprocessable()

    async def work(db: AsyncSession) -> bool:
        kept = await store.keep(db, clinic_id, patient_id, sat.done, house.clock())
        if kept:
            await store.rate(db, patient_id, sat.done.id, sat.ratings)
        return kept

    if not await house.db.unit(work):
        raise Conflict()
    return Response(status_code=204)


async def _sounds(request: Request, clinic: Clinic, session: Session, language: str) -> Mapping[str, str]:
    """What the clinic recorded of it in this language: part -> address."""
    every = await house_of(request).db.read(lambda db: recordings.recordings_of(db, clinic.id))
    mine = [one for one in every if (one.session, one.language) == (session.id, language)]
    return heard({one.part: f"{calm_of(clinic)}/sound/{one.id}" for one in mine}, session)


def _chosen(request: Request, session: Session) -> tuple[int, str]:
    asked, anchor = request.query_params.get("minutes", ""), request.query_params.get("anchor", "")
    minutes = next((one for one in session.lengths if str(one) == asked), usual(session))
    if not session.anchors:
        return minutes, ""
    return minutes, anchor if anchor in session.anchors else Anchor.BREATH


def _lines(session: Session, minutes: int, anchor: str, language: str) -> list[Line]:
    line = session.lengths[minutes]
    lines: list[Line] = []
    for place, one in enumerate(line):
        if one.kind is not Kind.SILENCE:
            follows = line[place + 1 : place + 2]
            quiet = lasts(follows) if follows and follows[0].kind is Kind.SILENCE else 0
            said = session.said(one.text, anchor, language) if one.text else ""
            lines.append(Line(one.at, one.kind, said, quiet))
    return lines


def _lengths(session: Session) -> str:
    return json.dumps(
        {minutes: [[one.kind, one.text, one.seconds] for one in line] for minutes, line in session.lengths.items()},
        separators=(",", ":"),
    )


def _texts(session: Session, language: str) -> str:
    told = {key: {anchor: words[language] for anchor, words in each.items()} for key, each in session.texts.items()}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


routes: list[GuardedRoute] = [
    page("/c/{clinic}/calm/sit/{session}", sitting_page, Action.PUBLIC, name="calm_sitting"),
    page("/me/calm/sat", keep_sat, Action.MINE, ("POST",), name="calm_keep_sat"),
]
