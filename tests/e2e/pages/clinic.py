"""What an admin sets, and what each member of staff sets for themselves."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from playwright.async_api import Page, expect

from tests.e2e.ground import CLINIC, Ground
from tests.e2e.pages.questions import PAGES as QUESTIONS
from tests.e2e.pages.shown import Shown, send, send_empty, too_little
from tests.server.calm.recordings.sounds import wav
from tests.server.home.reports.programmes.many import were


async def half_a_night(page: Page, ground: Ground) -> None:
    await page.locator("[name=quiet_until]").fill("")
    await send(page, "main form[method=post]")


LIST = """Name,Email,Phone,Date,Time,Therapist,Service
Rosa Lux,rosa@example.org,,2026-03-26,09:30,Mara Lind,A session
Kim Berg,,0171 5550134,2026-03-26,11:00,Samir,A session
Ada Old,ada@example.org,,2026-02-12,09:30,Mara Lind,A session
Ned Nope,not-a-mail,,2026-03-26,09:30,Mara Lind,A session
Leo Late,leo@example.org,,2026-03-26,20:00,Mara Lind,A session
Una Over,una@example.org,,2026-03-26,10:00,Mara Lind,A session
"""


async def send_list(page: Page, ground: Ground) -> None:
    """Brings a table of patients and appointments as far as the look at it."""
    await page.locator("[type=file]").set_input_files(
        {"name": "patients.csv", "mimeType": "text/csv", "buffer": LIST.encode()}
    )
    await send(page, "main form[method=post]")


async def bring_list_in(page: Page, ground: Ground) -> None:
    """Brings it all the way in."""
    await send_list(page, ground)
    if await page.locator("form[action$='/bring-in']").count():
        await send(page, "form[action$='/bring-in']")


async def unfold_all(page: Page, ground: Ground) -> None:
    await page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")


async def confirm_first(page: Page, ground: Ground) -> None:
    """The safety plan stands under their name, unfolded."""
    await send(page, "form:has([value=safety-plan])")
    await page.locator("summary", has_text=re.compile(r"^\s*The safety plan")).click()


async def confirm_what_changed(page: Page, ground: Ground) -> None:
    form = page.locator("form:has([value=support])")
    await form.locator("[name=version]").evaluate("field => { field.value = 'old' }")
    await send(page, "form:has([value=support])")


async def many_courses(page: Page, ground: Ground) -> None:
    """Of a year in which nothing else was."""
    if not await page.locator("table").count():
        began = datetime(2024, 3, 4, 9, tzinfo=UTC)
        await were(ground.house, CLINIC.id, ground.staff["mara"], 24, started=23, ended=6, began=began)
        await page.reload()


async def close_room(page: Page, ground: Ground) -> None:
    await page.locator("[name=from_day]").fill("2026-12-23")
    await send(page, "form[action$=close]")


async def close_on_holidays(page: Page, ground: Ground) -> None:
    await page.locator("[name=region]").select_option("BE")
    await page.locator("[name=close]").check()
    await send(page, "main form[method=post]")


async def give_days_hours(page: Page, ground: Ground) -> None:
    days = page.url
    for day, hours in (("2026-12-23", "10:00"), ("2026-12-24", "")):
        await page.locator("[name=day]").fill(day)
        if hours:
            await page.locator("[name=a_from]").fill(hours)
            await page.locator("[name=a_until]").fill("13:00")
        await send(page, "main form.narrow")
        await page.goto(f"{days}?notice=kept")  # it leads to the bookings that these hours meet


async def calendar_inside(page: Page, ground: Ground) -> None:
    await page.locator("[name=address]").fill("https://127.0.0.1/private.ics")
    await send(page, "main form.narrow")


async def add_mother(page: Page, ground: Ground) -> None:
    """Nobody has seen yet on what it rests."""
    await page.locator("summary", has_text="Add somebody").click()
    for name, text in (("name", "Ana Almeida"), ("relation", "mother"), ("phone", "030 555 0199")):
        await page.locator(f"[name={name}]").fill(text)
    await send(page, "details form[method=post]")


async def licence_empty(page: Page, ground: Ground) -> None:
    await send(page, "main form.narrow")


async def tell_records(page: Page, ground: Ground) -> None:
    await page.locator("main [name=url]").fill("https://records.example/hear")
    await send(page, "main form.narrow")


async def make_key(page: Page, ground: Ground) -> None:
    await page.locator("main [name=name]").fill("Our website")
    await send(page, "main form.narrow")


async def tried_inline(page: Page, ground: Ground) -> None:
    """The free times stand in the preview."""
    await expect(page.frame_locator("#preview iframe").locator("label.slot").first).to_be_attached()


async def tried_popup(page: Page, ground: Ground) -> None:
    """They stand above the page."""
    await page.locator("#preview [data-parlour]").click()
    await expect(page.frame_locator("dialog iframe").locator("label.slot").first).to_be_attached()


async def bring_recording(page: Page, ground: Ground) -> None:
    await page.locator("[name=file]").set_input_files({"name": "me.wav", "mimeType": "audio/wav", "buffer": wav(1)})
    await send(page, "form[enctype]")
    await expect(page.locator("audio")).to_have_count(1)


async def bring_words(page: Page, ground: Ground) -> None:
    file = {"name": "me.mp3", "mimeType": "audio/mpeg", "buffer": b"No sound at all."}
    await page.locator("[name=file]").set_input_files(file)
    await send(page, "form[enctype]")


# fmt: off
PAGES: Sequence[Shown] = (
    *QUESTIONS,
    Shown("clinic", "admin", "/staff/clinic"),
    *(Shown(f"clinic-{part}", "admin", f"/staff/clinic/{part}")
      for part in ("about", "words", "languages", "zone", "waiting", "calls", "time-left", "consent", "policy")),
    *(Shown(f"clinic-tongues-{part.partition('/')[0]}", "admin", f"/staff/clinic/{part}", unfold_all)
      for part in ("words", "services/new")),
    Shown("clinic-sign-on", "admin", "/staff/clinic/sign-on"),
    Shown("clinic-embed", "admin", "/staff/clinic/embed", tried_inline),
    Shown("clinic-embed-popup", "admin", "/staff/clinic/embed?form=popup&theme=light", tried_popup),
    Shown("clinic-embed-float", "admin", "/staff/clinic/embed?form=float"),
    Shown("clinic-embed-visit", "admin", "/staff/clinic/embed?form=visit"),
    Shown("clinic-embed-sites", "admin", "/staff/clinic/embed/sites"),
    Shown("clinic-embed-sites-mend", "admin", "/staff/clinic/embed/sites", licence_empty, 422),
    Shown("clinic-opening", "admin", "/staff/clinic/opening"),
    Shown("clinic-waits", "admin", "/staff/waits"),
    Shown("clinic-exit", "admin", "/staff/clinic/exit"),
    Shown("clinic-about-mend", "admin", "/staff/clinic/about", too_little, 422),
    Shown("clinic-services", "admin", "/staff/clinic/services"),
    Shown("clinic-service-new", "admin", "/staff/clinic/services/new"),
    Shown("clinic-service", "admin", "/staff/clinic/services/{service}"),
    Shown("clinic-measures", "admin", "/staff/clinic/measures"),
    Shown("clinic-measure", "admin", "/staff/clinic/measures/phq9"),
    Shown("confirming", "samir", "/staff/confirming", unfold_all),
    Shown("confirming-changed", "samir", "/staff/confirming", confirm_what_changed, 409),
    Shown("confirming-done", "samir", "/staff/confirming", confirm_first),
    Shown("confirming-admin", "admin", "/staff/confirming"),
    Shown("danger-times", "admin", "/staff/clinic/measures/danger"),
    Shown("patient-measures", "samir", "/staff/patients/{person_live}/measures"),
    Shown("clinic-questions", "admin", "/staff/clinic/services/{group}/questions"),
    Shown("clinic-question", "admin", "/staff/clinic/services/{group}/questions/new?kind=one"),
    Shown("clinic-question-change", "admin", "/staff/clinic/services/{group}/questions/qsleep"),
    Shown("clinic-questions-preview", "admin", "/staff/clinic/services/{group}/questions/preview"),
    Shown("clinic-keys", "admin", "/staff/clinic/keys", make_key),
    Shown("clinic-webhooks", "admin", "/staff/clinic/webhooks", tell_records),
    Shown("clinic-resources", "admin", "/staff/clinic/resources"),
    Shown("clinic-resources-mend", "admin", "/staff/clinic/resources", send_empty, 422),
    Shown("clinic-resource", "admin", "/staff/clinic/resources/{unit}"),
    Shown("clinic-resource-closed", "admin", "/staff/clinic/resources/{unit}", close_room),
    Shown("clinic-resource-kind", "admin", "/staff/clinic/resources/kinds/{kind}"),
    Shown("clinic-therapists", "admin", "/staff/clinic/therapists"),
    Shown("clinic-therapist", "admin", "/staff/clinic/therapists/{therapist}"),
    Shown("clinic-hours", "admin", "/staff/clinic/hours"),
    Shown("clinic-hours-of", "admin", "/staff/clinic/hours/{therapist}"),
    Shown("clinic-hours-service", "admin", "/staff/clinic/hours/{therapist}?service={service}"),
    Shown("clinic-days", "admin", "/staff/clinic/hours/{therapist}/days"),
    Shown("clinic-days-kept", "admin", "/staff/clinic/hours/{therapist}/days", give_days_hours),
    Shown("clinic-holidays", "admin", "/staff/clinic/holidays"),
    Shown("clinic-holidays-closed", "admin", "/staff/clinic/holidays", close_on_holidays),
    Shown("clinic-leave", "admin", "/staff/clinic/leave"),
    Shown("clinic-recordings", "admin", "/staff/clinic/calm?of=anchor", bring_recording),
    Shown("clinic-recordings-mend", "admin", "/staff/clinic/calm", bring_words, 415),
    Shown("clinic-start", "admin", "/staff/clinic/visits/start"),
    Shown("clinic-acting", "admin", "/staff/clinic/patients/acting"),
    Shown("patient-acting", "desk", "/staff/patients/{person_booked}/acting", add_mother),
    Shown("clinic-licences", "admin", "/staff/clinic/licences"),
    Shown("clinic-licences-of", "admin", "/staff/clinic/licences/{therapist}"),
    Shown("clinic-licences-mend", "admin", "/staff/clinic/licences/{therapist}", licence_empty, 422),
    Shown("calendars", "mara", "/staff/calendars"),
    Shown("calendars-none", "ines", "/staff/calendars"),
    Shown("calendars-refused", "ines", "/staff/calendars", calendar_inside, 422),
    Shown("reminders", "admin", "/staff/clinic/bookings/reminders"),
    Shown("reminders-own", "admin", "/staff/clinic/bookings/reminders/{service}"),
    Shown("reminders-mend", "admin", "/staff/clinic/bookings/reminders", half_a_night, 422),
    Shown("reports", "admin", "/staff/clinic/bookings/reports"),
    Shown("reports-programmes", "admin", "/staff/clinic/bookings/reports/programmes"),
    Shown("reports-programmes-many", "admin", "/staff/clinic/bookings/reports/programmes?of=2024", many_courses),
    Shown("reports-programmes-none", "admin", "/staff/clinic/bookings/reports/programmes?of=2001"),
    Shown("import", "admin", "/staff/clinic/bookings/import"),
    Shown("import-look", "admin", "/staff/clinic/bookings/import", send_list),
    Shown("import-done", "admin", "/staff/clinic/bookings/import", bring_list_in),
    Shown("waiting-rules", "admin", "/staff/waiting"),
    Shown("waiting-rules-mend", "admin", "/staff/waiting", too_little, 422),
    Shown("team", "admin", "/staff/team"),
    Shown("account", "mara", "/staff/account"),
    Shown("reach", "mara", "/staff/account/reach"),
    Shown("day-climbs", "vera", "/staff"),
    Shown("styleguide", "stranger", "/styleguide"),
)
# fmt: on
