"""A programme of a clinic's own through its pages: taken out, looked at, accepted, given, begun, changed, ended."""

import asyncio
import html
import json
import re
from datetime import timedelta
from uuid import uuid4

import pytest
import pytest_asyncio
from sqlalchemy import select, text

from server.access import Role
from server.audit.tables import AuditEntry
from server.clinic.confirming.store import confirm
from server.programmes import store as programmes
from server.programmes.catalogue import digest_of
from server.programmes.filed.pages import PATH
from server.programmes.filed.store import as_shipped, offered, own_of
from server.programmes.tables import Course, ProgrammeFile, ProgrammeFileReason
from server.programmes.topics import key_of, needs_somebody
from tests.server.booking.linden import booked, seed
from tests.server.programmes.conftest import Writer, begun, give
from tests.server.programmes.filed.test_forms import own
from tests.server.programmes.presets.test_pages import stands_up
from tests.server.visible import visible
from tests.server.visit.conftest import START, add_staff, signed_in

pytestmark = pytest.mark.asyncio
FORM = re.compile(r'name="seen" value="(\d+)"><textarea name="text" hidden>\n(.*?)</textarea>', re.DOTALL)
UNSURE = "To be confirmed by your clinician."


def shorter(version: str = "1", sessions: int = 20, **more) -> dict:
    data = own(id="tms-short", name="TMS: our short course", version=version, **more)
    data["figures"]["acute"].update(value=sessions, source="Our protocol of 2026")
    return data


@pytest_asyncio.fixture
async def owner(house, linden, browsers, mara):
    return await signed_in(house, await browsers(), await add_staff(house, linden.clinic.id, Role.ADMIN))


async def rows(house, table):
    async def work(db):
        return list(await db.scalars(select(table)))

    return await house.db.read(work)


async def looked(browser, data: object, status: int = 200) -> tuple[str, dict[str, str]]:
    sent = data if isinstance(data, bytes) else json.dumps(data).encode()
    page = await browser.post(PATH, files={"file": ("own.json", sent, "application/json")})
    assert page.status_code == status, page.status_code
    found = FORM.search(page.text)
    return page.text, {"seen": found[1], "text": html.unescape(found[2])} if found else {}


async def brought(browser, data: object) -> None:
    _, form = await looked(browser, data)
    assert (await browser.post(f"{PATH}/accept", data=form)).status_code == 303


async def test_a_file_is_taken_out_changed_looked_at_and_accepted_once(house, linden, owner) -> None:
    sent = await owner.get(f"{PATH}/tms.json")
    assert "attachment" in sent.headers["content-disposition"]
    data = json.loads(sent.text) | {"id": "tms-short", "name": "TMS: our short course"}
    data["figures"]["acute"].update(value=20, source="Our protocol of 2026")
    page, form = await looked(owner, data)
    assert await rows(house, ProgrammeFile) == [], "nothing is kept before somebody says so"
    shown = " ".join(re.sub(r"<[^>]*>", " ", page).split())
    assert "value 30 20 changed" in shown
    assert "Against ‘ TMS: thirty sessions and a taper ’" in shown
    assert all(words in shown for words in ("Mon, Tue, Wed, Thu, Fri", "20 sessions", "Measure: phq9", "Gates"))
    for _ in range(2):
        assert (await owner.post(f"{PATH}/accept", data=form)).status_code == 303
    (kept,) = await rows(house, ProgrammeFile)
    assert (kept.key, kept.number, kept.version) == ("tms-short", 1, "1")
    actions = [one.action for one in await rows(house, AuditEntry)]
    assert (actions.count("programme.accepted"), actions.count("programme.taken_out")) == (1, 1)
    assert "already" in (await looked(owner, data))[0]
    listed = (await owner.get(PATH)).text
    assert "New courses begin by version 1." in listed
    assert UNSURE in listed


async def test_a_file_that_cannot_be_taken_says_where_and_why(owner) -> None:
    page, form = await looked(owner, shorter() | {"id": "tms"}, 422)
    assert "A programme of this id comes with the program." in page
    assert form == {}
    assert "line 1" in (await looked(owner, b"{", 422))[0]
    assert "nothing in this file" in (await looked(owner, b"", 422))[0]
    assert (await owner.post(f"{PATH}/accept", data={"text": "{}", "seen": "0"})).status_code == 422
    large = await owner.post(PATH, files={"file": ("own.json", b" " * 300_000, "application/json")})
    assert large.status_code == 413


async def test_a_course_begins_by_it_and_says_on_every_page_that_nobody_confirmed_it(
    house, linden, owner, jo, mara
) -> None:
    await brought(owner, shorter())
    assert "TMS: our short course" in (await owner.get("/staff/clinic/programmes")).text
    kept = await owner.post("/staff/clinic/programmes", data={"seen": "0", "give-tms-short": "yes"})
    assert kept.status_code == 303
    course = await begun(mara, jo.made.card.patient_id, "tms-short")
    for path in (course.base, f"/staff/patients/{jo.made.card.patient_id}/courses", "/staff/programmes/read/tms-short"):
        assert UNSURE in (await mara.get(path)).text, path
    page = await course.page()
    assert "of 26" in page, "twenty, and the taper"
    form = (await mara.get(f"{course.base}/steps/protocol/0/0")).text
    assert "iTBS, 600 pulses" in form, "by the programme that it was made of"
    confirming = (await mara.get("/staff/confirming")).text
    topic = "programme-tms-short-1"
    version = re.search(rf'name="topic" value="{topic}"><input type="hidden" name="version" value="(\w+)"', confirming)
    assert version
    assert (await mara.post("/staff/confirming", data={"topic": topic, "version": version[1]})).status_code == 303
    assert "Figures and plans of this programme" not in await course.page()


async def test_what_no_figure_says_awaits_somebody_too(house, linden, owner, mara) -> None:
    """With every figure given by a label, what a clinic left out of the file is still nobody's word but its own."""
    data = own("esketamine", id="ours", name="Ours")
    for figure in [name for name, one in data["figures"].items() if not one.get("label")]:
        data["figures"][figure]["source"] = "ours"
    await brought(owner, data)
    assert "What your clinic changed, added and left out" in (await mara.get("/staff/confirming")).text


async def test_a_course_goes_on_by_the_version_that_it_began_by(house, linden, owner, jo, mara) -> None:
    await brought(owner, shorter())
    await give(house, linden.clinic.id, "tms-short")
    first = await begun(mara, jo.made.card.patient_id, "tms-short")
    page, form = await looked(owner, shorter("2", 10))
    assert "It changes 2 places" in page
    await owner.post(f"{PATH}/accept", data=form)
    other = await booked(house, linden, START + timedelta(days=2), name="Noor Hassan", mail="noor@example.org")
    second = await begun(mara, other.card.patient_id, "tms-short")
    assert "of 26" in await first.page()
    assert "of 16" in await second.page()
    page, _ = await looked(owner, shorter("2", 11), 422)
    assert "Courses may go by version 2 as it was." in page
    assert (await mara.get("/staff/programmes/read/tms-short?version=1")).status_code == 200
    assert (await mara.get("/staff/programmes/read/tms-short?version=3")).status_code == 404
    assert json.loads((await mara.get(f"{PATH}/tms-short.json?version=1")).text) == shorter()


async def test_a_version_is_ended_and_the_one_before_counts_again(house, linden, owner, jo, mara) -> None:
    await brought(owner, shorter())
    await brought(owner, shorter("2", 10))
    await give(house, linden.clinic.id, "tms-short")
    course = await begun(mara, jo.made.card.patient_id, "tms-short")
    found = (await house.db.read(lambda db: own_of(db, linden.clinic.id)))["tms-short"]
    newest = {"digest": found.versions[-1].digest, "seen": str(found.number)}
    for _ in range(2):
        assert (await owner.post(f"{PATH}/tms-short/end", data=newest)).status_code == 303
    page = (await owner.get(PATH)).text
    assert "New courses begin by version 1." in page
    assert "no new course begins by it" in page
    stale = {"digest": found.versions[0].digest, "seen": "2"}
    assert (await owner.post(f"{PATH}/tms-short/end", data=stale)).status_code == 409
    assert (await owner.post(f"{PATH}/tms-short/end", data=stale | {"seen": "3"})).status_code == 303
    assert "No new course begins by it." in (await owner.get(PATH)).text
    data = {"once": "7f9c24e8-3b12-4fef-91e0-56a2d5a8d7a1", "programme": "tms-short"}
    begins = await mara.post(f"/staff/patients/{jo.made.card.patient_id}/courses", data=data)
    assert begins.status_code == 404
    assert "of 16" in await course.page(), "courses that began go on"
    course.programme = "tms"  # the step is the same there
    assert (await course.writes("screening")).status_code == 303
    await brought(owner, shorter())
    assert "New courses begin by version 1." in (await owner.get(PATH)).text
    actions = [one.action for one in await rows(house, AuditEntry)]
    assert actions.count("programme.ended") == 2
    assert (await owner.post(f"{PATH}/nothing/end", data=newest)).status_code == 404


async def test_of_two_who_accept_at_one_moment_one_sees_what_the_other_did(house, linden, owner) -> None:
    _, one = await looked(owner, shorter())
    _, other = await looked(owner, shorter(sessions=15))
    answers = await asyncio.gather(*[owner.post(f"{PATH}/accept", data=form) for form in (one, other)])
    assert sorted(answer.status_code for answer in answers) in ([303, 422], [303, 409])
    assert len(await rows(house, ProgrammeFile)) == 1
    _, late = await looked(owner, shorter("2"))
    await brought(owner, shorter("3"))
    answer = await owner.post(f"{PATH}/accept", data=late)
    assert answer.status_code == 409
    assert "Somebody else changed this meanwhile." in answer.text


async def test_clinics_know_nothing_of_each_other(house, linden, owner, browsers) -> None:
    await brought(owner, shorter())
    other = (await seed(house, slug="birch")).clinic.id
    there = await signed_in(house, await browsers(), await add_staff(house, other, Role.ADMIN))
    assert "our short course" not in (await there.get(PATH)).text
    for path in (f"{PATH}/tms-short.json", "/staff/programmes/read/tms-short"):
        assert (await there.get(path)).status_code == 404
    (kept,) = await rows(house, ProgrammeFile)
    form = {"digest": kept.digest, "seen": "1"}
    assert (await there.post(f"{PATH}/tms-short/end", data=form)).status_code == 404
    assert "tms-short" not in await house.db.read(lambda db: offered(db, other))
    await brought(there, shorter(sessions=9))
    assert len(await rows(house, ProgrammeFile)) == 2, "each has its own under one id"


async def test_who_treats_people_reads_and_takes_files_and_who_leads_the_clinic_brings_them(
    house, linden, mara, desk
) -> None:
    assert (await mara.get(PATH)).status_code == 200
    assert 'type="file"' not in (await mara.get(PATH)).text
    assert (await mara.get(f"{PATH}/tms.json")).status_code == 200
    sent = {"file": ("own.json", json.dumps(shorter()).encode(), "application/json")}
    assert (await mara.post(PATH, files=sent)).status_code == 403
    assert (await desk.get(PATH)).status_code == 403


async def test_the_list_says_of_each_of_parlours_whether_somebody_confirmed_it(house, linden, mara) -> None:
    async def marked() -> list[str]:
        ours = (await mara.get(PATH)).text.partition("<h2>Those of Parlour</h2>")[2]
        lines = re.findall(r"<li.*?</li>", ours, re.DOTALL)
        return [re.findall(r"files/([\w-]+)\.json", line)[0] for line in lines if UNSURE in visible(line)]

    awaited = [key for key, one in as_shipped().items() if needs_somebody(one.pinned.definition)]
    assert "tms" in awaited
    assert await marked() == awaited
    tms = as_shipped()["tms"].pinned
    by, now = linden.mara.staff_id, house.clock()
    await house.db.unit(lambda db: confirm(db, linden.clinic.id, key_of(tms.definition), tms.digest, by, now))
    assert await marked() == [key for key in awaited if key != "tms"]


async def test_the_database_keeps_what_was_accepted(house, linden, owner) -> None:
    await brought(owner, shorter())
    with pytest.raises(Exception, match="stays as it is"):
        await house.db.unit(lambda db: db.execute(text("UPDATE programme_files SET value = '{}'")))


async def test_a_file_of_a_session_says_that_nobody_confirmed_the_preset_that_it_names(
    house, linden, owner, jo, mara
) -> None:
    await brought(owner, shorter())
    await give(house, linden.clinic.id, "tms-short")
    course = await begun(mara, jo.made.card.patient_id, "tms-short", house, linden.clinic.id)
    course.programme = "tms"  # the steps are the same there
    await course.is_ready()
    for name in ("threshold", "today", "treatment"):
        assert (await course.writes(name, 1)).status_code == 303
    table = (await mara.get(f"{course.base}/exports/sessions/1/table.csv")).text
    line = next(one for one in table.splitlines() if "11 s off" in one)
    assert "version 1, not confirmed by a clinician of the clinic" in line
    page = (await mara.get(f"{course.base}/exports/sessions/1")).text
    assert UNSURE in page.partition("11 s off")[2].partition("</dd>")[0]
    await stands_up(mara, "preset-hf_10hz_19")
    table = (await mara.get(f"{course.base}/exports/sessions/1/table.csv")).text
    assert "11 s off" in table
    assert "not confirmed" not in table


def weaker(version: str = "1") -> dict:
    """An hour of observation where the label says two, which somebody may pass."""
    data = own("esketamine", id="spray-own", name="Our spray", version=version)
    data["figures"]["observed"].update(value=1, label=False)
    next(one for one in data["gates"] if one["id"] == "observed")["holds"] = False
    return data


WHY = "Our consultant agreed to an hour,\nwith a nurse beside them."


def read_all(form: dict[str, str], *sorts: str, why: str = WHY) -> dict[str, str]:
    return form | {f"read-{one}": "yes" for one in sorts} | {"why": why}


async def test_what_a_file_gives_up_is_read_kind_by_kind_and_somebody_says_why(house, linden, owner, jo, mara) -> None:
    page, form = await looked(owner, weaker())
    shown = " ".join(re.sub(r"<[^>]*>", " ", page).split())
    assert "Against ‘ Esketamine nasal spray ’ of Parlour." in shown
    assert "Least time of observation after the first spray 2 hours 1 hour" in shown
    assert page.index("What it gives up") < page.index("It changes"), "it comes first"
    for sent in (form, read_all(form, "label", "gates", why=" \u200b"), read_all(form, "label", why="x" * 1001)):
        answer = await owner.post(f"{PATH}/accept", data=sent)
        assert answer.status_code == 422
        assert "Read each kind of what it gives up" in answer.text
    assert await rows(house, ProgrammeFile) == []
    answer = await owner.post(f"{PATH}/accept", data=read_all(form, "label"))
    assert answer.status_code == 422
    assert WHY in answer.text.replace("\r\n", "\n"), "what was typed stays"
    assert re.search(r'name="read-label" value="yes" checked', answer.text)
    assert not re.search(r'name="read-gates" value="yes" checked', answer.text)
    assert answer.text.count("Please read this and tick it.") == 1
    assert FORM.search(answer.text)
    for _ in range(2):
        assert (await owner.post(f"{PATH}/accept", data=read_all(form, "label", "gates"))).status_code == 303
    (kept,) = await rows(house, ProgrammeFileReason)
    assert (kept.sorts, kept.reason) == ("label gates", WHY)
    (entry,) = [one for one in await rows(house, AuditEntry) if one.action == "programme.accepted"]
    assert (entry.detail["gives_up"], entry.detail["why"]) == ("label gates", WHY)
    await give(house, linden.clinic.id, "spray-own")
    for browser, path in ((owner, PATH), (mara, f"/staff/patients/{jo.made.card.patient_id}/courses")):
        page = (await browser.get(path)).text
        assert "What an approved label says; Gates and the time between." in page, path
        assert "Our consultant agreed to an hour" in page, path
    course = await begun(mara, jo.made.card.patient_id, "spray-own")
    assert (await mara.get(course.base)).status_code == 200


async def test_what_gives_up_nothing_asks_for_no_reason_and_keeps_none(house, owner) -> None:
    page, form = await looked(owner, shorter())
    assert "What it gives up" not in page
    assert (await owner.post(f"{PATH}/accept", data=read_all(form, "gates"))).status_code == 303
    assert await rows(house, ProgrammeFileReason) == []
    assert "Gives up something" not in (await owner.get(PATH)).text


async def test_a_version_accepted_before_a_reason_was_asked_for_says_so(house, linden, owner, jo, mara) -> None:
    await keeps(house, linden, weaker())
    await give(house, linden.clinic.id, "spray-own")
    for browser, path in ((owner, PATH), (mara, f"/staff/patients/{jo.made.card.patient_id}/courses")):
        page = (await browser.get(path)).text
        assert "It was accepted before a reason was asked for." in page, path
    await begun(mara, jo.made.card.patient_id, "spray-own")


async def test_of_two_who_accept_at_one_moment_one_reason_is_kept_and_the_other_stays_in_its_form(
    house, linden, owner
) -> None:
    _, form = await looked(owner, weaker())
    _, other = await looked(owner, weaker("2"))
    sent = [read_all(form, "label", "gates", why="The first"), read_all(other, "label", "gates", why="The second")]
    answers = await asyncio.gather(*[owner.post(f"{PATH}/accept", data=one) for one in sent])
    assert sorted(one.status_code for one in answers) == [303, 409]
    (kept,) = await rows(house, ProgrammeFileReason)
    late = next(one for one in answers if one.status_code == 409)
    words = {"The first", "The second"} - {kept.reason}
    assert words.pop() in late.text
    with pytest.raises(Exception, match="stays as it is"):
        await house.db.unit(lambda db: db.execute(text("UPDATE programme_file_reasons SET reason = ''")))


async def test_a_file_is_held_as_the_programme_of_parlour_is(house, linden, owner, jo, mara) -> None:
    """What nobody confirmed is said and holds neither; at home each is given once its own director is named."""
    await brought(owner, own("ketamine-home", id="home-own", name="Our home"))
    for key in ("ketamine-home", "home-own"):
        refused = await owner.post("/staff/clinic/programmes", data={"seen": "0", f"give-{key}": "yes"})
        assert refused.status_code == 422, key
        assert "Name somebody first, or leave the programme out." in refused.text
    named = {"person-home-own-director": str(linden.mara.staff_id)}
    page = (await owner.get("/staff/clinic/programmes")).text
    days = dict(re.findall(r'name="((?:until|warn)-[a-z-]+)"[^>]* value="([^"]*)"', page))
    sent = days | named | {"seen": "0", "give-home-own": "yes", "give-ketamine-iv": "yes"}
    assert (await owner.post("/staff/clinic/programmes", data=sent)).status_code == 303
    courses = f"/staff/patients/{jo.made.card.patient_id}/courses"
    page = (await mara.get(courses)).text
    assert page.count(UNSURE) == 2, "of the one and of the other"
    course = await begun(mara, jo.made.card.patient_id, "home-own")
    assert UNSURE in await course.page()


def taken_before(key: str = "ours", version: str = "1") -> dict:
    """A file at home that nobody answers for, as it could be taken before that was asked."""
    data = own("ketamine-home", id=key, name="Ketamine at home: ours", version=version)
    data["footings"] = [one for one in data["footings"] if one["base"] != "person"]
    data["gates"] = [one for one in data["gates"] if one["id"] != "led"]
    return data


async def keeps(house, linden, data: dict, number: int = 1) -> None:
    """Writes a file as an earlier program did."""
    row = ProgrammeFile(id=uuid4(), clinic_id=linden.clinic.id, key=data["id"], number=number, value=json.dumps(data))
    row.version, row.digest, row.by_id, row.at = data["version"], digest_of(data), linden.mara.staff_id, house.clock()

    async def work(db) -> None:
        db.add(row)

    await house.db.unit(work)


async def test_no_course_begins_by_a_file_that_lacks_who_answers_for_it_and_those_that_began_go_on(
    house, linden, owner, jo, mara
) -> None:
    lacks = "a person of the clinic answers"
    page, _ = await looked(owner, taken_before(), 422)
    assert lacks in html.unescape(page)
    await keeps(house, linden, taken_before())
    await give(house, linden.clinic.id, "ours")
    patient_id = jo.made.card.patient_id
    courses = f"/staff/patients/{patient_id}/courses"
    for browser, path in ((owner, PATH), (owner, "/staff/clinic/programmes"), (mara, courses)):
        page = html.unescape((await browser.get(path)).text)
        assert "No course begins by it until its file is mended." in page, path
        assert lacks in page, path
    assert 'value="ours"' not in (await mara.get(courses)).text
    begins = await mara.post(courses, data={"once": str(uuid4()), "programme": "ours"})
    assert begins.status_code == 409
    assert "lacks something that keeps patients safe" in begins.text
    assert await rows(house, Course) == []
    data = own("ketamine-home", id="ours", name="Ketamine at home: ours", version="2")
    await brought(owner, data)
    assert "until its file is mended" not in (await owner.get(PATH)).text
    course = await begun(mara, patient_id, "ours")
    newest = (await house.db.read(lambda db: own_of(db, linden.clinic.id)))["ours"].versions[-1]
    ended = {"digest": newest.digest, "seen": "2"}
    assert (await owner.post(f"{PATH}/ours/end", data=ended)).status_code == 303
    assert "until its file is mended" in (await owner.get(PATH)).text, "the one before counts again"
    assert (await mara.get(course.base)).status_code == 200


async def test_a_course_that_began_by_such_a_file_goes_on(house, linden, owner, jo, mara) -> None:
    data = taken_before()
    await keeps(house, linden, data)
    patient_id, course_id = jo.made.card.patient_id, uuid4()

    async def work(db) -> None:
        version = await programmes.keep_version(db, linden.clinic.id, data, linden.mara.staff_id, house.clock())
        row = programmes.Row(
            course_id, linden.clinic.id, patient_id, version, house.clock(), linden.mara.staff_id, 0, 0, None
        )
        assert await programmes.begin(db, row)

    await house.db.unit(work)
    course = Writer(mara, f"/staff/patients/{patient_id}/courses/{course_id}", "ketamine-home")
    assert "Ketamine at home: ours" in await course.page()
    assert (await course.writes("eligibility")).status_code == 303


async def test_a_version_that_cannot_be_read_any_more_stops_nothing_else(house, linden, owner, mara) -> None:
    """A later Parlour may ask more of a file than the one under which it was accepted. The version before it does not
    stand in for it: the clinic had done with that one.
    """
    await brought(owner, shorter())
    old = ProgrammeFile(id=uuid4(), clinic_id=linden.clinic.id, key="tms-short", number=2, value='{"id": "tms-short"}')
    old.version, old.digest, old.by_id, old.at = "0", "0" * 64, linden.mara.staff_id, house.clock()
    other = ProgrammeFile(id=uuid4(), clinic_id=linden.clinic.id, key="gone", number=1, value="{}")
    other.version, other.digest, other.by_id, other.at = "0", "1" * 64, linden.mara.staff_id, house.clock()

    async def work(db) -> None:
        db.add_all([old, other])

    await house.db.unit(work)
    assert "No new course begins by it." in (await owner.get(PATH)).text
    assert "This is missing." in (await owner.get(PATH)).text
    assert (await owner.get("/staff/clinic/programmes")).status_code == 200
    assert (await mara.get("/staff/confirming")).status_code == 200
    await brought(owner, shorter("2"))
    assert "New courses begin by version 2." in (await owner.get(PATH)).text
    await brought(owner, shorter() | {"id": "gone", "name": "Back again"})
    assert "Back again" in (await owner.get(PATH)).text
