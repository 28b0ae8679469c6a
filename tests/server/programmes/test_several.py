"""The sessions of a course as a table: what was planned or worked out for each, and what was given."""

import csv
import io

import pytest

from tests.server.programmes.conftest import begun, give
from tests.server.visit.conftest import signed_in

pytestmark = pytest.mark.asyncio


async def given(course, session: int, **said: str) -> None:
    for name in ("today", "treatment", "after"):
        mine = {key.partition("__")[2]: text for key, text in said.items() if key.startswith(f"{name}__")}
        assert (await course.writes(name, session, **mine)).status_code == 303, name


async def test_each_session_has_the_threshold_used_the_protocol_and_the_pulses_planned(
    house, linden, course, mara, clock
) -> None:
    await course.is_ready()
    assert "/sessions" not in await course.page(), "none has begun"
    assert "No session has begun yet." in (await mara.get(f"{course.base}/sessions")).text
    await course.writes("threshold", 1, device_most="100", threshold="47", intensity="120")
    await given(course, 1, treatment__output="56", after__pulses="3000")
    clock.forward(hours=17)
    await signed_in(house, mara, linden.mara.staff_id)
    await given(course, 2, today__coil="no", treatment__output="61", after__pulses="2400")
    assert f'href="{course.base}/sessions"' in await course.page()
    page = (await mara.get(f"{course.base}/sessions")).text
    assert page.count("47 × 120 % = 56") == 2, "the second one had no measurement of its own"
    assert page.count("<bdi>3000</bdi>") == 2
    marked = [one.partition("</b>")[0] for one in page.split('<b class="course-look">')[1:]]
    assert ["61" in one or "2400" in one for one in marked] == [True, True]
    table = (await mara.get(f"{course.base}/sessions/table.csv")).content.decode("utf-8-sig")
    head, *rows = csv.reader(io.StringIO(table))
    assert head[:3] == ["Session", "Date", "Protocol"]
    assert head[6:9] == ["Output (% output): worked out of", "measured on", "worked out"]
    assert [row[3:14] for row in rows] == [
        ["120", "120", "", "47 × 120 %", "2026-03-09", "56", "56", "", "3000", "3000", ""],
        ["120", "120", "", "47 × 120 %", "2026-03-09", "56", "61", "yes", "3000", "2400", "yes"],
    ]
    told = page.partition("As it was planned in every session:")[2].partition("</p>")[0]
    assert '<bdi dir="ltr">120 %</bdi>' in told, "what is alike is said once"
    assert '<th scope="col"><span lang="en" dir="auto">Strength of this session' not in page
    assert head[-1] == "Code for who pays, to be confirmed by your clinic"
    assert [row[-1] for row in rows] == ["90867", "90868"]
    assert all("version 1, not confirmed by a clinician of the clinic" in row[2] for row in rows)


async def test_the_record_of_one_session_says_the_protocol_and_what_was_worked_out_and_planned(course, mara) -> None:
    await course.is_ready()
    await course.writes("threshold", 1, device_most="100", threshold="47", intensity="120")
    await given(course, 1, treatment__output="56", after__pulses="2400")
    page = (await mara.get(f"{course.base}/exports/sessions/1")).text
    assert "How sessions are given" in page
    assert "47 × 120 % = 56 % output" in page
    assert "planned: <bdi>3000</bdi>" in page


async def test_a_programme_without_such_questions_has_no_table_and_nobody_else_reads_it(
    house, linden, course, jo, mara, samir
) -> None:
    assert (await samir.get(f"{course.base}/sessions")).status_code == 404
    await give(house, linden.clinic.id, "tms", "esketamine")
    other = await begun(mara, jo.made.card.patient_id, "esketamine")
    assert (await mara.get(f"{other.base}/sessions")).status_code == 404
    assert (await mara.get(f"{other.base}/sessions/table.csv")).status_code == 404
