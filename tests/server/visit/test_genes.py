"""Genetic tests in the record: written down, read beside the medicines, and seen by who treats the patient alone."""

import json
import re
from html import unescape
from uuid import uuid4

import pytest
from sqlalchemy import select

from server.audit.tables import AuditEntry
from server.clinic.confirming.store import confirm
from server.genetics.catalogue import shipped
from server.genetics.topics import TOPIC, version
from tests.server.visit.conftest import Browser, Jo

pytestmark = pytest.mark.asyncio


def base(jo: Jo) -> str:
    return f"/staff/patients/{jo.made.card.patient_id}"


async def finds(browser: Browser, jo: Jo, gene: str, **said: str) -> int:
    fields = {"once": str(uuid4()), "gene": gene, "lab": "Labor Mitte", "on": "2025-12", **said}
    return (await browser.post(f"{base(jo)}/care/gene", data=fields)).status_code


async def takes(browser: Browser, jo: Jo, name: str, going: str = "yes") -> str:
    fields = {"once": str(uuid4()), "name": name, "since": "2025-11", "going": going}
    return (await browser.post(f"{base(jo)}/care/medicine", data=fields)).headers["location"]


async def test_at_the_moment_a_medicine_is_added_the_tests_speak(jo: Jo, mara: Browser, samir: Browser) -> None:
    assert "No genetic test is written down" in (await mara.get(f"{base(jo)}/genes")).text
    assert await finds(mara, jo, "CYP2C19", result="*2/*2") == 303
    assert await takes(mara, jo, "Lamotrigine") == f"{base(jo)}/record?notice=kept#medicine"
    place = await takes(mara, jo, "Citalopram")
    assert place == f"{base(jo)}/genes?notice=kept#citalopram"
    page = (await mara.get(place)).text
    assert "Citalopram max 20 mg/day in CYP2C19 poor metabolisers" in page
    assert "strong recommendation" in page
    assert 'id="citalopram"' in page
    assert "pubmed" in page or "cpicpgx.org" in page
    record = (await mara.get(f"{base(jo)}/record")).text
    for page in (record, (await mara.get(f"{base(jo)}/medicines")).text):
        assert page.count("Citalopram max 20 mg/day in CYP2C19 poor metabolisers") == 1
        assert "strong recommendation" in page
        assert "To be confirmed by your clinician" in page
        assert f'href="{base(jo)}/genes#citalopram"' in page
    assert (await samir.get(f"{base(jo)}/genes")).status_code == 404


async def test_what_a_report_leaves_open_stays_open_on_the_page(jo: Jo, mara: Browser) -> None:
    assert await finds(mara, jo, "CYP2D6", result="(*1/*4)x2", phenotype="UM") == 303
    assert await finds(mara, jo, "CYP2B6", result="*1/*999") == 303
    page = (await mara.get(f"{base(jo)}/genes?drug=nortriptyline")).text
    for words in (
        "The result leaves open which of these holds.",
        "Start at the usual label dose.",
        "Start about 25% lower; use TDM to adjust.",
        "Ask the laboratory which allele is doubled, and how often.",
        "The laboratory calls it ultrarapid metabolizer.",
        "Unknown to the tables: *999.",
    ):
        assert words in page, words
    assert await finds(mara, jo, "CYP2D6", result="*4/*4") == 303
    page = (await mara.get(f"{base(jo)}/genes?drug=paroxetine")).text
    assert "Two tests of CYP2D6 say different things." in page
    assert (
        "No gene was tested that says something about phenytoin."
        in (await mara.get(f"{base(jo)}/genes?drug=phenytoin")).text
    )


async def test_a_record_without_a_test_leads_to_a_report_as_a_file(jo: Jo, mara: Browser) -> None:
    assert f'href="{base(jo)}/genes/bring"' in (await mara.get(f"{base(jo)}/record")).text
    await finds(mara, jo, "CYP2D6", result="*1/*1")
    assert f'href="{base(jo)}/genes"' in (await mara.get(f"{base(jo)}/record")).text


async def test_what_cannot_be_read_is_refused_at_its_field(jo: Jo, mara: Browser) -> None:
    assert await finds(mara, jo, "CYP2D6", result="*1") == 422
    assert await finds(mara, jo, "CYP2D6") == 422
    assert await finds(mara, jo, "CYP2D6", phenotype="RM") == 422
    assert await finds(mara, jo, "CYP2D6", result="*1/*1", lab="") == 422
    assert await finds(mara, jo, "HLA-B", result="maybe") == 422
    assert await finds(mara, jo, "CYP2D6", phenotype="PM") == 303
    assert "CYP2D6" in (await mara.get(f"{base(jo)}/genes")).text


@pytest.mark.parametrize("result", ["*15:02P/*07:02", "HLA-B*15:XX/HLA-B*07:02", "*15:BPXA/*07:02", "*15:02N/*07:02"])
async def test_an_hla_allele_that_is_not_surely_known_recommends_nothing(jo: Jo, mara: Browser, result: str) -> None:
    table = f"Gene,Diplotype\nHLA-B,{result}\n".encode()
    page = await mara.post(f"{base(jo)}/genes/bring", files={"file": ("report.csv", table, "text/csv")})
    assert page.status_code == 200
    fields = {"once": str(uuid4()), "lab": "Labor Mitte", "gene-0": "HLA-B", "result-0": result, "take-0": "yes"}
    assert (await mara.post(f"{base(jo)}/genes/bring/keep", data=fields)).status_code == 303
    assert await finds(mara, jo, "HLA-B", result=result) == 303
    page = (await mara.get(f"{base(jo)}/genes?drug=carbamazepine")).text
    assert "That is no negative result. Ask the laboratory." in page
    assert "Unknown to the tables: *15:" in page
    assert "per standard dosing" not in page
    assert "strong recommendation" not in page


async def test_an_enzyme_that_is_slowed_is_a_note_of_its_own(jo: Jo, mara: Browser) -> None:
    await finds(mara, jo, "CYP2D6", result="*1/*1")
    await takes(mara, jo, "Fluoxetine")
    await takes(mara, jo, "Venlafaxine")
    page = (await mara.get(f"{base(jo)}/genes")).text
    assert "fluoxetine slows CYP2D6 strongly." in page
    assert "While it is taken, the score may weigh as 0." in page
    assert "Start at the usual label dose." in page  # the finding itself is as the genes say
    await takes(mara, jo, "Duloxetine", going="")
    assert "duloxetine" not in (await mara.get(f"{base(jo)}/genes")).text.partition("Ask about a medicine")[0]


async def test_the_words_wait_for_a_clinician_until_one_stands_up_for_them(
    jo: Jo, mara: Browser, house, linden
) -> None:
    awaits = "nobody of the clinic has read them against the guidelines yet"
    await finds(mara, jo, "CYP2D6", result="*1/*1")
    assert awaits in (await mara.get(f"{base(jo)}/genes")).text
    assert "Genetic tests and medicines" in (await mara.get("/staff/confirming")).text
    by, now = linden.mara.staff_id, house.clock()
    await house.db.unit(lambda db: confirm(db, linden.clinic.id, TOPIC, version(), by, now))
    assert awaits not in (await mara.get(f"{base(jo)}/genes")).text


async def test_a_file_is_looked_at_before_any_of_it_is_kept(jo: Jo, mara: Browser) -> None:
    table = "Gene,Diplotype,Phenotype\nCYP2D6,*1/*4,Intermediate\nCYP2C19,*2/*2,Poor\nVKORC1,A/A,\n"
    place = f"{base(jo)}/genes/bring"
    page = await mara.post(place, files={"file": ("report.csv", table.encode(), "text/csv")})
    assert page.status_code == 200
    assert "The file has 2 results" in page.text
    assert "VKORC1 A/A</bdi></b> <span>this gene is not known here" in page.text
    assert "No genetic test is written down" in (await mara.get(f"{base(jo)}/genes")).text
    form = {
        "once": str(uuid4()), "lab": "Labor Mitte", "on": "2025-12-04",
        "gene-0": "CYP2D6", "result-0": "*1/*4", "phenotype-0": "IM",
        "gene-1": "CYP2C19", "result-1": "*2/*2", "phenotype-1": "PM", "take-1": "yes",
    }  # fmt: skip
    assert (await mara.post(f"{place}/keep", data={**form, "lab": ""})).status_code == 422
    for _ in range(2):
        assert (await mara.post(f"{place}/keep", data=form)).headers["location"] == f"{base(jo)}/genes?notice=brought"
    page = (await mara.get(f"{base(jo)}/genes")).text
    assert page.count("*2/*2</bdi>") == 1
    assert "*1/*4" not in page
    assert (await mara.post(f"{place}/keep", data={"once": form["once"]})).status_code == 422


async def test_a_file_without_a_result_says_what_else_there_is(jo: Jo, mara: Browser, samir: Browser) -> None:
    place = f"{base(jo)}/genes/bring"
    for data in (b"", b"\x00\x01", b"hello"):
        page = await mara.post(place, files={"file": ("report.csv", data, "text/csv")})
        assert page.status_code == 422
        assert "Write it down by hand" in page.text
    table = "Gene,Phenotype\nCYP2C19,Intermediate to Poor Metabolizer\n"
    page = await mara.post(place, files={"file": ("report.csv", table.encode(), "text/csv")})
    assert page.status_code == 422
    assert "CYP2C19 Intermediate to Poor Metabolizer</bdi></b> <span>it does not say one result" in page.text
    assert (await samir.get(place)).status_code == 404
    assert (await samir.post(f"{place}/keep", data={})).status_code == 404


async def test_results_of_two_people_and_broken_files_are_refused_with_a_sentence(jo: Jo, mara: Browser) -> None:
    place = f"{base(jo)}/genes/bring"
    table = b"Patient,Gene,Diplotype\nA-1,CYP2D6,*1/*4\nA-2,CYP2D6,*4/*4\n"
    page = await mara.post(place, files={"file": ("report.csv", table, "text/csv")})
    assert page.status_code == 422
    assert "The file has results of more than one person." in page.text
    half = b'[{"resourceType": "Observation", "valueString": "CYP2D6 *1/*4", "performer": [{"display": "\\ud800"}]}]'
    for data in (b"[" * 100_000, b"gene,diplotype\nCYP2D6," + b"*" * 140_000, half):
        page = await mara.post(place, files={"file": ("report", data, "text/csv")})
        assert page.status_code == 422
        assert "Write it down by hand" in page.text


async def test_each_medicine_of_the_tables_is_said_with_its_strength_source_version_and_link(
    jo: Jo, mara: Browser
) -> None:
    tables = shipped()
    for gene in tables.genes.values():
        said = {"phenotype": f"{gene.allele} negative"} if gene.allele else {"result": "*1/*1"}
        assert await finds(mara, jo, gene.name, **said) == 303
    assert len(tables.drugs) == 19
    for name, drug in tables.drugs.items():
        place = await takes(mara, jo, name.capitalize())
        assert place == f"{base(jo)}/genes?notice=kept#{name}", "at the moment it is added"
        section = (await mara.get(place)).text.partition(f'id="{name}"')[2].partition("</section>")[0]
        assert "recommendation</p>" in section, name
        assert unescape(section).count(drug.guideline.url) == 1, name
        assert f"Tables of {tables.version}." in section
        assert f"PMID {', '.join(map(str, drug.guideline.pmid))}" in section
    page = (await mara.get(f"{base(jo)}/genes")).text
    assert all(f'id="{name}"' in page for name in tables.drugs), "beside the list"


async def test_of_whom_a_file_says_that_it_is_and_what_was_not_read_stand_before_anything_is_kept(
    jo: Jo, mara: Browser
) -> None:
    place = f"{base(jo)}/genes/bring"
    table = "Patient,Gene,Diplotype,Diplotype,Remark,Date\n"
    table += "R. Amberg,CYP2D6,*1/*4,*4/*4,,2025-12-01\nR. Amberg,CYP2C19,*2/*2,*2/*2,soon,2025-12-02\n"
    page = (await mara.post(place, files={"file": ("report.csv", table.encode(), "text/csv")})).text
    assert "The file has one result" in page
    assert "The file names somebody else." in page
    assert "<bdi>R. Amberg</bdi>" in page
    assert "two columns for the same thing say different things" in page
    assert "Remark</bdi></b> <span>nothing is taken of this column" in page
    twice = b'{"genes": {"CYP2D6": {}, "CYP2D6": {"sourceDiplotypes": [{"label": "*1/*4"}]}}}'
    refused = await mara.post(place, files={"file": ("report.json", twice, "application/json")})
    assert refused.status_code == 422
    assert "‘CYP2D6’ stands twice within the same braces" in refused.text


SOMEBODY_ELSE = {
    "report.csv": b"Patient;Robin Amberg\nDate of birth;02.03.1971\nLaboratory;Labor Mitte\n\n"
    b"Gene;Diplotype\nCYP2D6;*1/*4\n",
    "column.csv": b"Patient,Gene,Diplotype,Laboratory\nAmberg,CYP2D6,*1/*4,Labor Mitte\n",
    "bundle.json": b"""{"resourceType": "Bundle", "entry": [
        {"resource": {"resourceType": "Patient", "id": "9", "name": [{"given": ["Robin"], "family": "Amberg"}]}},
        {"resource": {"resourceType": "Organization", "id": "lab", "name": "Labor Mitte"}},
        {"resource": {"resourceType": "Observation", "status": "final", "valueString": "CYP2D6 *1/*4",
            "subject": {"reference": "Patient/9"}, "performer": [{"reference": "Organization/lab"}]}}]}""",
    "pharmcat.json": b"""{"title": "Robin Amberg", "genes": {"CYP2D6": {"sourceDiplotypes": [{"label": "*1/*4"}]}}}""",
}


@pytest.mark.parametrize("name", SOMEBODY_ELSE)
async def test_a_file_of_somebody_else_is_kept_only_once_somebody_says_that_it_is_the_same(
    jo: Jo, mara: Browser, house, name: str
) -> None:
    place = f"{base(jo)}/genes/bring"
    page = (await mara.post(place, files={"file": (name, SOMEBODY_ELSE[name], "text/plain")})).text
    assert "The file names somebody else." in page.partition("/genes/bring/keep")[0], "above the results"
    assert "Amberg</bdi>" in page
    assert name == "pharmcat.json" or 'value="Labor Mitte"' in page
    form = dict(
        re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.partition("/genes/bring/keep")[2])
    )
    form |= {"lab": "Labor Mitte", "gene-0": "CYP2D6", "result-0": "*1/*4", "take-0": "yes"}
    refused = await mara.post(f"{place}/keep", data=form)
    assert refused.status_code == 422
    assert "Nothing is kept before somebody says" in refused.text
    assert "The file names somebody else." in refused.text
    assert "No genetic test is written down" in (await mara.get(f"{base(jo)}/genes")).text
    kept = await mara.post(f"{place}/keep", data=form | {"same": "yes"})
    assert kept.headers["location"] == f"{base(jo)}/genes?notice=brought"
    noted = select(AuditEntry).where(AuditEntry.action == "genes.other_person").order_by(AuditEntry.at)
    details = [one.detail for one in await house.db.read(lambda db: db.scalars(noted))]
    assert [one["kept"] for one in details] == [0, 1]
    assert not any("Amberg" in str(one) for one in details), "that it differs, and never what it said"


async def test_a_file_of_this_patient_asks_for_nothing_more(jo: Jo, mara: Browser) -> None:
    table = b"Patient: ALMEIDA, Jo\nLaboratory: Labor Mitte\n\nGene,Diplotype\nCYP2D6,*1/*4\n"
    page = (await mara.post(f"{base(jo)}/genes/bring", files={"file": ("report.csv", table, "text/csv")})).text
    assert "The file says of whom it is." in page
    assert "somebody else" not in page
    assert 'value="Labor Mitte"' in page
    assert 'name="same"' not in page


async def test_another_date_of_birth_is_somebody_else(jo: Jo, mara: Browser) -> None:
    born = {"born": "1988-05-14", "told": "", "over": ""}
    assert (await mara.post(f"{base(jo)}/acting/arrangement", data=born)).status_code == 303
    place = f"{base(jo)}/genes/bring"
    for day, other in (("1988-05-14", False), ("14.05.1988", False), ("14.05.1978", True)):
        table = f"Patient,Date of birth,Gene,Diplotype\nJo Almeida,{day},CYP2D6,*1/*4\n".encode()
        page = (await mara.post(place, files={"file": ("report.csv", table, "text/csv")})).text
        assert ("The file names somebody else." in page) is other, day
    assert "born on 14 May 1988" in page


async def test_a_test_that_counted_no_copies_is_open_wherever_it_is_read(jo: Jo, mara: Browser) -> None:
    called = {"callSource": "MATCHER", "sourceDiplotypes": [{"label": "*1/*1"}]}
    file = json.dumps({"genes": {"CYP2D6": called}, "pharmcatVersion": "v3." + "1" * 200}).encode()
    place = f"{base(jo)}/genes/bring"
    page = (await mara.post(place, files={"file": ("report.json", file, "application/json")})).text
    [method] = re.findall(r'name="method-0"[^>]* value="([^"]*)"|value="([^"]*)"[^>]* name="method-0"', page)
    form = {
        "once": str(uuid4()), "lab": "Labor Mitte", "gene-0": "CYP2D6", "result-0": "*1/*1", "take-0": "yes",
        "method-0": "".join(method),
    }  # fmt: skip
    assert (await mara.post(f"{place}/keep", data=form)).status_code == 303
    page = (await mara.get(f"{base(jo)}/genes?drug=paroxetine")).text
    assert "The result leaves open which of these holds." in page
    assert "Copies of CYP2D6 were not counted in a test" in page
    assert "Copies were not counted: there may be more of them" in page


async def test_of_several_readings_of_a_gene_all_are_kept_or_none(jo: Jo, mara: Browser) -> None:
    form = {
        "once": str(uuid4()), "lab": "Labor Mitte", "gene-0": "CYP2D6", "result-0": "*1/*4", "take-0": "yes",
        "gene-1": "CYP2D6", "result-1": "*4/*10", "gene-2": "CYP2C19", "result-2": "*1/*1",
    }  # fmt: skip
    place = f"{base(jo)}/genes/bring/keep"
    refused = await mara.post(place, data=form)
    assert refused.status_code == 422
    assert refused.text.count("Keep all of them, or none.") == 1
    assert "No genetic test is written down" in (await mara.get(f"{base(jo)}/genes")).text
    assert (await mara.post(place, data={**form, "take-1": "yes"})).status_code == 303


async def test_of_two_substances_on_a_line_both_are_looked_up(jo: Jo, mara: Browser) -> None:
    assert await finds(mara, jo, "CYP2D6", result="*4/*4") == 303
    assert await finds(mara, jo, "CYP2C19", result="*2/*2") == 303
    await takes(mara, jo, "Paroxetine / Citalopram")
    page = (await mara.get(f"{base(jo)}/genes")).text
    assert all(f'id="{drug}"' in page for drug in ("paroxetine", "citalopram"))
    assert "Paroxetine / Citalopram (citalopram)" in page
    assert "paroxetine slows CYP2D6 strongly." in page
