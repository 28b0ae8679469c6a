"""Genetic tests out of a file: looked at first, then kept, each as an entry of its own."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from uuid import UUID, uuid4, uuid5

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.access import Action
from server.booking.forms import read_uuid
from server.booking.requests import text_fields
from server.errors import Unprocessable
from server.genetics.bringing.found import MOST_FOUND, Left, NotReadable, Read, Said, Whom
from server.genetics.bringing.reading import read_file
from server.genetics.bringing.whose import others
from server.genetics.catalogue import Gene, shipped
from server.patients.acting.store import acting_for
from server.patients.rules import Person
from server.record.care.forms import Reason, parse
from server.record.care.keeping import Writing, write
from server.record.care.rules import GeneTest, Kind
from server.record.documents.keeping import File, files_of
from server.record.opening import Opened, open_record
from server.routing import GuardedRoute, page
from server.templates import render

PATH = "/staff/patients/{patient_id}/genes/bring"
MOST_BYTES = 4 * 1024 * 1024
AROUND = 64 * 1024
FIELDS = ("gene", "result", "phenotype", "method")
MOST_PEOPLE = 12
Rows = Sequence[Mapping[str, str]]


@dataclass(frozen=True)
class BringPage:
    """record/genes_bring.html. Without `rows` the form for a file; `problem`: it could not be read, or has results of
    `several` people. With rows what was found: their fields, and `reasons` by row and field, those of all rows in
    `common`; `shared`: what holds for all; `left`: what of the file is no result, and why; `people`: of whom the file
    says that it is; `others`: what of that is not this patient, born on `born` where the clinic knows it: nothing is
    kept before somebody says that it is theirs all the same (`unsaid`: they did not); `twice`: a name in it that stands
    twice within the same braces.
    """

    person: Person = field(repr=False)
    base: str
    rows: Rows = field(repr=False)
    shared: Mapping[str, str] = field(repr=False)
    reasons: Mapping[int, Mapping[str, Reason]]
    common: Mapping[str, Reason]
    genes: Sequence[Gene]
    documents: Sequence[File] = field(repr=False)
    problem: bool
    once: str
    left: Sequence[Left] = field(repr=False)
    several: bool = False
    twice: str = ""
    people: Sequence[Whom] = field(default=(), repr=False)
    others: Sequence[Whom] = field(default=(), repr=False)
    born: date | None = field(default=None, repr=False)
    unsaid: bool = False
    megabytes: int = MOST_BYTES // (1024 * 1024)


async def bring_page(request: Request) -> Response:
    """`GET .../genes/bring`."""
    return await _show(request, await open_record(request, Action.RECORD_WRITE))


async def look(request: Request) -> Response:
    """What a file says, for somebody to look at; nothing is kept. 422 where it cannot be read."""
    opened = await open_record(request, Action.RECORD_WRITE)
    async with request.form(max_files=1, max_fields=2) as sent:
        file = sent.get("file")
        data = await file.read(MOST_BYTES + 1) if isinstance(file, UploadFile) else b""
    try:
        if len(data) > MOST_BYTES:
            raise NotReadable
        read = read_file(data, shipped())
    except NotReadable as none:
        return await _show(request, opened, none=none, status=422)
    rows = [{**asdict(one), "take": "yes"} for one in read.found]
    shared = {"lab": read.lab, "on": _one_alone(row["on"] for row in rows)}
    return await _show(request, opened, rows, shared, read=read, people=read.people[:MOST_PEOPLE])


def _one_alone(said: Iterable[str]) -> str:
    """What all rows have that say anything; where they differ somebody writes it down."""
    found = {one for one in said if one}
    return found.pop() if len(found) == 1 else ""


async def keep(request: Request) -> Response:
    """Keep what is marked: 303; 422 with a sentence where one cannot be read, where of several readings of a gene some
    are marked alone, or where the file names somebody else and nobody said that it is this patient's. Sent twice it is
    kept once.
    """
    opened, fields = await open_record(request, Action.RECORD_WRITE), await text_fields(request, 8 * MOST_FOUND)
    once = read_uuid(fields.get("once", ""))
    count = sum(1 for number in range(MOST_FOUND) if f"gene-{number}" in fields)
    if once is None or not count:
        raise Unprocessable()
    rows = [{key: fields.get(f"{key}-{number}", "") for key in (*FIELDS, "take")} for number in range(count)]
    shared = {key: fields.get(key, "") for key in ("lab", "on", "document")}
    parsed = {number: parse(Kind.GENE, {**row, **shared}) for number, row in enumerate(rows) if row["take"] == "yes"}
    reasons = {number: one for number, one in parsed.items() if isinstance(one, dict)}
    reasons |= {number: reasons.get(number, {}) | {"take": Reason.SEVERAL} for number in _picked_apart(rows)}
    people = _people(fields)
    differs = sorted({one.kind.value for one in others(people, opened.person.name, await _born(opened))})
    unsaid = bool(differs) and fields.get("same") != "yes"
    if reasons or not parsed or unsaid:
        if unsaid:
            await opened.trace("genes.other_person", differs=differs, kept=0)
        return await _show(
            request, opened, rows, shared, reasons, status=422, once=once, people=people, unsaid=unsaid
        )  # fmt: skip
    if differs:
        await opened.trace("genes.other_person", differs=differs, kept=len(parsed))
    for number, value in parsed.items():
        if isinstance(value, GeneTest):
            await _write(opened, uuid5(once, str(number)), value)
    return RedirectResponse(f"{opened.base}/genes?notice=brought", 303)


def _people(fields: Mapping[str, str]) -> list[Whom]:
    """Of whom the file said that it is, as the page carries it along."""
    told = [(fields.get(f"whom-{number}", "")[:120], fields.get(f"kind-{number}")) for number in range(MOST_PEOPLE)]
    return [Whom(words, Said(kind) if kind in set(Said) else Said.OTHER) for words, kind in told if words]


async def _born(opened: Opened) -> date | None:
    """The date of birth of the patient, where the clinic knows it."""
    house = opened.house
    return (await acting_for(house.db, house.keys, opened.clinic.id, opened.person.id)).arranged.born


def _picked_apart(rows: Rows) -> list[int]:
    """The rows of a gene of which others are kept without them: what the report leaves open nobody decides by that."""
    taken = {row["gene"] for row in rows if row["take"] == "yes"}
    return [number for number, row in enumerate(rows) if row["take"] != "yes" and row["gene"] in taken]


async def _write(opened: Opened, entry_id: UUID, value: GeneTest) -> None:
    writing = Writing(entry_id, Kind.GENE, value)
    await write(opened.house, opened.clinic.id, opened.person.id, writing, opened.staff_id, opened.now)


async def _show(
    request: Request, opened: Opened, rows: Rows = (), shared: Mapping[str, str] | None = None,
    reasons: Mapping[int, Mapping[str, Reason]] | None = None, *, status: int = 200, once: UUID | None = None,
    read: Read | None = None, none: NotReadable | None = None, people: Sequence[Whom] = (), unsaid: bool = False,
) -> Response:  # fmt: skip
    born = await _born(opened) if people else None
    documents = await files_of(opened.house, opened.clinic.id, opened.person.id)
    context = BringPage(
        person=opened.person,
        base=opened.base,
        rows=rows,
        shared={"lab": "", "on": "", "document": "", **(shared or {})},
        reasons=reasons or {},
        common={key: why for one in (reasons or {}).values() for key, why in one.items()},
        genes=list(shipped().genes.values()),
        documents=documents,
        problem=none is not None,
        once=str(once or uuid4()),
        left=none.left if none else read.left if read else (),
        several=none is not None and none.several,
        twice=none.twice if none else "",
        people=people,
        others=others(people, opened.person.name, born),
        born=born,
        unsaid=unsaid,
    )
    return render(request, "record/genes_bring.html", context, status=status)


routes: list[GuardedRoute] = [
    page(PATH, bring_page, Action.RECORD_WRITE, name="bring_genes"),
    page(PATH, look, Action.RECORD_WRITE, ("POST",), name="look_at_genes", most_bytes=MOST_BYTES + AROUND),
    page(f"{PATH}/keep", keep, Action.RECORD_WRITE, ("POST",), name="keep_genes"),
]
