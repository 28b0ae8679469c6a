"""A patient's record, as whoever treats them reads and writes it."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from playwright.async_api import Page, expect
from sqlalchemy.ext.asyncio import AsyncSession

from server.programmes.catalogue import shipped_data
from server.programmes.filed.forms import to_change, written
from server.programmes.passing import store as passing
from tests.e2e.ground import CLINIC, Ground
from tests.e2e.pages.clinic import unfold_all
from tests.e2e.pages.shown import Shown, out_of_reach, send, send_empty


async def left_words(page: Page, ground: Ground) -> None:
    """This tab wrote something that was not saved before the note was signed elsewhere."""
    await page.evaluate(
        "const whose = document.documentElement.dataset.reader, page = location.href.split('?')[0];"
        " sessionStorage.setItem(`auto-save:${whose} ${page}/parts/plan`,"
        " JSON.stringify({ text: 'Ask about the walk to the river next time.', version: '1' }))"
    )
    await page.reload()
    await expect(page.locator("left-words [data-add]")).to_be_visible()
    await page.locator("left-words [data-add]").click()
    await expect(page.locator("#text")).to_have_value("Ask about the walk to the river next time.")


async def bring_nothing(page: Page, ground: Ground) -> None:
    await send(page, "form[enctype]")


async def bring_report(page: Page, ground: Ground) -> None:
    table = (
        b"Gene,Diplotype,Phenotype,Laboratory\nCYP2D6,*1/*4,Intermediate,Labor Mitte\nCYP2C19,*2/*2,Poor,Labor Mitte\n"
    )
    await page.set_input_files("#file", {"name": "report.csv", "mimeType": "text/csv", "buffer": table})
    await send(page, "form[enctype]")


async def bring_of_another(page: Page, ground: Ground) -> None:
    """A table that names another patient, and its laboratory, above its heads."""
    table = b"Patient,Robin Amberg\nLaboratory,Labor Mitte\n\nGene,Diplotype,Phenotype\nCYP2D6,*1/*4,Intermediate\n"
    await page.set_input_files("#file", {"name": "report.csv", "mimeType": "text/csv", "buffer": table})
    await send(page, "form[enctype]")


async def bring_unclear(page: Page, ground: Ground) -> None:
    """A table of which one row is read, and others say too much, deny it, or name a gene that is not known here."""
    table = (
        b"Gene,Diplotype,Phenotype,Laboratory\nCYP2D6,*1/*4,Intermediate,Labor Mitte\n"
        b"CYP2C19,,Poor or intermediate metabolizer,Labor Mitte\nCYP3A5,,not a poor metabolizer,Labor Mitte\n"
        b"CYP2C9,*1/*3,Normal or intermediate metabolizer,Labor Mitte\nMTHFR,C677T,heterozygous,Labor Mitte\n"
    )
    await page.set_input_files("#file", {"name": "report.csv", "mimeType": "text/csv", "buffer": table})
    await send(page, "form[enctype]")


async def earlier_without_why(page: Page, ground: Ground) -> None:
    """A step of an earlier day, without a time and without why."""
    await page.locator("[name=day]").evaluate("one => { one.value = one.min }")
    await send(page, "main form[method=post]")


async def end_it(page: Page, ground: Ground) -> None:
    """The form by which a course is ended, with what becomes of its bookings."""
    await page.get_by_text("End it", exact=True).first.click()


async def name_passers(ground: Ground, *staff_ids: UUID) -> None:
    """Who may pass the gates of TMS, from now on."""
    house, now = ground.house, ground.house.clock()

    async def work(db: AsyncSession) -> None:
        known = await passing.passers_of(db, CLINIC.id, "tms")
        await passing.choose(db, CLINIC.id, "tms", frozenset(staff_ids), known.number, None, now)

    await house.db.unit(work)


async def others_pass(page: Page, ground: Ground) -> None:
    """While this page is read the clinic has named somebody else."""
    await name_passers(ground, ground.staff["samir"])
    await page.reload()
    await expect(page.locator(".course-gate").get_by_text("Ask one of them").first).to_be_visible()
    await name_passers(ground)


async def not_passed(page: Page, ground: Ground) -> None:
    """The clinic names somebody else just before this is sent."""
    await name_passers(ground, ground.staff["samir"])
    await page.locator("form[action*='/gates/'] [name=reason]").first.evaluate("one => { one.value = 'Weighed.' }")
    await send(page, "form[action*='/gates/']")
    await name_passers(ground)


async def one_comes(page: Page, ground: Ground) -> None:
    """A session began since the screen was opened."""
    known = "one => { one.dataset.known = '' }"
    await page.locator(f"#c-{ground.paths['observed_noon']}").evaluate("one => one.remove()")
    await page.locator("vitals-came").evaluate(known)
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    await expect(page.locator("vitals-came")).to_be_visible()


HELD = """async (desk) => {
  const { src } = document.querySelector("script[src*='observing/desk']")
  const { showUnkept } = await import(src.replace('desk', 'unkept'))
  const { queue, round } = await desk.open, { action } = desk.querySelector('form[data-reading]')
  const said = [['Blood pressure, upper', '186 mmHg'], ['Sedation', '1: drowsy, wakes to a voice']]
  const base = new URL(action.split('/observing/')[0]).pathname
  const told = { never: 'old', name: 'Yara Costa', what: 'Reading', said, base, key: ['vitals', 2, 5] }
  const heard = new Promise((done) => desk.addEventListener('desk-told', done, { once: true }))
  await round()
  await heard
  showUnkept(desk, [{ id: 'a', url: action, fields: [], at: Date.now() - 3 * 24 * 3600_000, told }], queue, round)
}"""


async def held_too_long(page: Page, ground: Ground) -> None:
    """A reading of three days ago stands apart, and somebody is about to take it off the device."""
    await page.locator("vitals-desk").evaluate(HELD)
    await page.locator("[data-unkept] li summary").click()
    await expect(page.locator("[data-unkept] textarea")).to_be_visible()


async def without_script(page: Page, ground: Ground) -> None:
    """What an ordinary form of the screen is answered, where no script stands between."""
    forms = page.locator("form[data-reading]")
    async with page.expect_navigation():
        await forms.first.evaluate("form => HTMLFormElement.prototype.submit.call(form)")


async def no_number(page: Page, ground: Ground) -> None:
    """Somebody to call, and no number."""
    await page.fill("[name=name-physician]", "Dr Adaeze Osei")
    await send(page, "main form[method=post]")


async def no_day(page: Page, ground: Ground) -> None:
    """A day on which nothing can have been sent, where the browser would have said so."""
    day = page.locator("main input[name=on]")
    await day.evaluate("one => { one.removeAttribute('min'); one.value = '2001-01-01'; }")
    await send(page, "main form[method=post]")


async def _bring(page: Page, data: object) -> None:
    file = {"name": "tms.json", "mimeType": "application/json", "buffer": json.dumps(data).encode()}
    await page.locator("[type=file]").set_input_files(file)
    await send(page, "form[enctype]")


def _shorter(key: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(written(to_change(shipped_data()["tms"])))
    data["figures"]["acute"].update(value=20, source="Our protocol of 2026")
    return data | {"id": key, "name": f"TMS: twenty sessions ({key})"}


async def look_at_programme(page: Page, ground: Ground) -> None:
    """A course that is shorter, without one of its gates, and with a question of its own."""
    data = _shorter("tms-short")
    data["steps"][0]["questions"][0]["text"] = "Is there metal in the head, such as a clip or an implant of the ear?"
    await _bring(page, data)


async def accept_programme(page: Page, ground: Ground) -> None:
    """One that the clinic has from then on; a second time it is there."""
    await _bring(page, _shorter("tms-here"))
    accepts = page.locator("form[action$='/accept']")
    if await accepts.count():
        await send(page, "form[action$='/accept']")
    else:
        await page.goto(page.url)


async def odd_programme(page: Page, ground: Ground) -> None:
    """A figure that nothing uses, one that no course can have, and a step that could be skipped."""
    data = _shorter("tms-short")
    data["figures"]["more"] = data["figures"]["acute"]
    data["gates"].pop(1)
    await _bring(page, data)


def _weaker(key: str) -> dict[str, Any]:
    """An hour of observation where the label says two, which somebody may pass, with fewer readings and answers."""
    data: dict[str, Any] = json.loads(written(to_change(shipped_data()["esketamine"])))
    data |= {"id": key, "name": "Our spray" if key == "spray-here" else "Our new spray"}
    data["figures"]["observed"].update(value=1, label=False)
    next(one for one in data["gates"] if one["id"] == "observed")["holds"] = False
    steps = {one["id"]: one for one in data["steps"]}
    steps["vitals"]["minutes"] = [40, 70]
    steps["today"]["questions"][1]["optional"] = True
    return data


async def gives_up(page: Page, ground: Ground) -> None:
    await _bring(page, _weaker("spray-new"))


async def gives_up_without_a_word(page: Page, ground: Ground) -> None:
    await _bring(page, _weaker("spray-new"))
    await page.check("#read-label")
    await page.fill("#why", "Our consultant agreed to an hour, with a nurse beside them.")
    await send(page, "form[action$='/accept']")


async def gave_up(page: Page, ground: Ground) -> None:
    """One that the clinic has from then on; a second time it is there."""
    await _bring(page, _weaker("spray-here"))
    if not await page.locator("form[action$='/accept']").count():
        await page.goto(page.url)
        return
    for tick in await page.locator("[name^=read-]").all():
        await tick.check()
    await page.fill("#why", "Our consultant agreed to an hour, with a nurse beside them.")
    await send(page, "form[action$='/accept']")


async def led_by_nobody(page: Page, ground: Ground) -> None:
    """A programme at home for which nobody answers, and which the others of its family know nothing of."""
    data = json.loads(written(to_change(shipped_data()["ketamine-home"])))
    del data["family"], data["based_on"]
    data["footings"] = [one for one in data["footings"] if one["base"] != "person"]
    data["gates"] = [gate | {"across": False} for gate in data["gates"] if gate["id"] != "led"]
    await _bring(page, data)


STAYS = "/staff/patients/{person_ended}/courses/{observed_stays}"
OBSERVED = "/staff/patients/{person_early}/courses/{observed_early}"
COURSE = "/staff/patients/{person_booked}/courses/{course}"

# fmt: off
PAGES: Sequence[Shown] = (
    Shown("record", "mara", "/staff/patients/{person_after}/record"),
    Shown("record-none", "samir", "/staff/patients/{person_live}/record"),
    Shown("record-in-emergency", "samir", "/staff/patients/{person_after}/record"),
    Shown("measures-in-emergency", "samir", "/staff/patients/{person_after}/measures"),
    Shown("note-signed", "mara", "/staff/patients/{person_after}/notes/{note}"),
    Shown("note-signed-left", "mara", "/staff/patients/{person_after}/notes/{note}", left_words),
    Shown("note-draft", "mara", "/staff/patients/{person_after}/notes/{draft}"),
    Shown("care-medicine", "mara", "/staff/patients/{person_after}/care/medicine/{medicine}"),
    Shown("record-asked", "mara", "/staff/patients/{person_booked}/record"),
    Shown("medicines", "mara", "/staff/patients/{person_booked}/medicines"),
    Shown("medicines-none", "samir", "/staff/patients/{person_live}/medicines"),
    Shown("care-goal-mend", "mara", "/staff/patients/{person_after}/care/goal", send_empty, 422),
    Shown("care-gene", "mara", "/staff/patients/{person_after}/care/gene"),
    Shown("care-gene-mend", "mara", "/staff/patients/{person_after}/care/gene", send_empty, 422),
    Shown("genes", "mara", "/staff/patients/{person_after}/genes?drug=carbamazepine"),
    Shown("genes-bring", "mara", "/staff/patients/{person_after}/genes/bring"),
    Shown("genes-bring-look", "mara", "/staff/patients/{person_after}/genes/bring", bring_report),
    Shown("genes-bring-other", "mara", "/staff/patients/{person_after}/genes/bring", bring_of_another),
    Shown("genes-bring-left", "mara", "/staff/patients/{person_after}/genes/bring", bring_unclear),
    Shown("genes-none", "samir", "/staff/patients/{person_live}/genes"),
    Shown("visit-record", "mara", "/staff/visit/{after}/record"),
    Shown("documents", "mara", "/staff/patients/{person_after}/documents"),
    Shown("documents-mend", "mara", "/staff/patients/{person_after}/documents", bring_nothing, 422),
    Shown("shared-mood", "mara", "/staff/patients/{person_booked}/journal"),
    Shown("shared-mood-none", "mara", "/staff/patients/{person_after}/journal"),
    Shown("record-plan", "mara", "/staff/patients/{person_booked}/plan"),
    Shown("record-plan-none", "mara", "/staff/patients/{person_after}/plan"),
    Shown("record-plan-then", "mara", "/staff/patients/{person_booked}/plan/history/{writing}"),
    Shown("courses", "mara", "/staff/patients/{person_booked}/courses"),
    Shown("courses-none", "mara", "/staff/patients/{person_after}/courses"),
    Shown("course", "mara", COURSE),
    Shown("course-others-pass", "mara", COURSE, others_pass),
    Shown("course-not-passed", "mara", COURSE, not_passed, 403),
    Shown("course-guided", "mara", "/staff/patients/{person_booked}/courses/{guided}"),
    Shown("course-ending", "mara", "/staff/patients/{person_away}/courses/{ending}", end_it),
    Shown("course-stays", "ines", STAYS),
    Shown("course-locked", "mara", "/staff/patients/{person_second}/courses/{locked}"),
    Shown("course-open", "mara", COURSE, unfold_all),
    Shown("course-step", "mara", COURSE + "/steps/today/17/0"),
    Shown("course-step-tried", "mara", COURSE + "/steps/trials/0/1"),
    Shown("course-step-mend", "mara", COURSE + "/steps/today/17/0", send_empty, 422),
    Shown("course-step-earlier", "mara", COURSE + "/steps/today/17/0", earlier_without_why, 422),
    Shown("course-held", "mara", COURSE + "/steps/treatment/17/0"),
    Shown("course-decision", "mara", COURSE + "/steps/review/20/0"),
    Shown("course-days", "mara", COURSE + "/days"),
    Shown("course-sessions", "mara", COURSE + "/sessions"),
    Shown("course-summaries", "mara", COURSE + "/summary"),
    Shown("course-summaries-mend", "mara", COURSE + "/summary", send_empty, 422),
    Shown("course-summaries-no-yes", "mara", OBSERVED + "/summary"),
    Shown("course-summary", "mara", COURSE + "/summary/{summary}"),
    Shown("course-export", "mara", OBSERVED + "/exports/monitoring/2", unfold_all),
    Shown("course-export-missing", "mara", OBSERVED + "/exports/monitoring/3"),
    Shown("course-export-mend", "mara", OBSERVED + "/exports/monitoring/3", no_day, 422),
    Shown("course-board", "mara", "/staff/courses"),
    Shown("course-board-none", "samir", "/staff/courses"),
    Shown("observing", "mara", "/staff/observing"),
    Shown("observing-open", "mara", "/staff/observing", unfold_all),
    Shown("observing-came", "mara", "/staff/observing", one_comes),
    Shown("observing-stays", "ines", "/staff/observing", unfold_all),
    Shown("observing-unkept", "ines", "/staff/observing", held_too_long),
    Shown("observing-no-connection", "mara", "/staff/observing/no-connection", out_of_reach),
    Shown("observing-none", "samir", "/staff/observing"),
    Shown("observing-mend", "mara", "/staff/observing", without_script, 422),
    Shown("observed-incident", "mara", OBSERVED + "/steps/incident/3/1"),
    Shown("observed-home", "mara", OBSERVED + "/steps/discharge/3/0"),
    Shown("clinic-programmes", "admin", "/staff/clinic/programmes"),
    Shown("clinic-presets", "admin", "/staff/programmes/presets", unfold_all),
    Shown("presets-read", "mara", "/staff/programmes/presets"),
    Shown("clinic-presets-mend", "admin", "/staff/programmes/presets", send_empty, 422),
    Shown("programme-card", "admin", "/staff/programmes/card"),
    Shown("programme-card-mend", "admin", "/staff/programmes/card", no_number, 422),
    Shown("programme-card-read", "mara", "/staff/programmes/card"),
    Shown("programme-passing", "admin", "/staff/programmes/passing"),
    Shown("programme-passing-read", "mara", "/staff/programmes/passing"),
    Shown("programme-files", "admin", "/staff/programmes/files"),
    Shown("programme-files-own", "admin", "/staff/programmes/files", accept_programme),
    Shown("programme-files-read", "mara", "/staff/programmes/files"),
    Shown("programme-files-faults", "admin", "/staff/programmes/files", odd_programme, 422),
    Shown("programme-files-unled", "admin", "/staff/programmes/files", led_by_nobody, 422),
    Shown("programme-files-gave-up", "admin", "/staff/programmes/files", gave_up),
    Shown("programme-look-gives-up", "admin", "/staff/programmes/files", gives_up),
    Shown("programme-look-gives-up-mend", "admin", "/staff/programmes/files", gives_up_without_a_word, 422),
    Shown("programme-look", "admin", "/staff/programmes/files", look_at_programme),
    Shown("course-threshold", "mara", COURSE + "/steps/threshold/17/0"),
    Shown("programme", "mara", "/staff/programmes/read/esketamine"),
    Shown("caseload", "mara", "/staff/caseload"),
    Shown("caseload-none", "vera", "/staff/caseload"),
    Shown("record-looked", "mara", "/staff/patients/{person_after}/record/looked"),
    Shown("emergency", "vera", "/staff/emergency"),
    Shown("emergency-mend", "vera", "/staff/emergency", send_empty, 422),
    Shown("clinic-emergency", "admin", "/staff/clinic/emergency"),
    Shown("clinic-notes", "admin", "/staff/clinic/notes"),
)
# fmt: on
