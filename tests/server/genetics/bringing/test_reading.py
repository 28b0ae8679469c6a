"""Results out of files: each format as it is made elsewhere, what is left open stays so, and nonsense is refused."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.genetics.bringing.calling import phenotype_of
from server.genetics.bringing.found import Found, Left, NotReadable, Why
from server.genetics.bringing.reading import read_file
from server.genetics.catalogue import shipped

TABLES = shipped()


def read(value) -> list[Found]:
    return list(whole(value).found)


def whole(value):
    return read_file((value if isinstance(value, str) else json.dumps(value)).encode(), TABLES)


def diplotype(label: str, phenotype: str) -> dict[str, object]:
    return {"label": label, "phenotypes": [phenotype]}


GENES = {
    "CYP2C19": {"callSource": "MATCHER", "sourceDiplotypes": [diplotype("*1/*2", "Intermediate Metabolizer")]},
    "CYP2D6": {
        "callSource": "OUTSIDE",
        "sourceDiplotypes": [
            diplotype("*1/*4", "Intermediate Metabolizer"),
            diplotype("*4/*10", "Intermediate Metabolizer"),
        ],
    },
    "HLA-B": {"callSource": "OUTSIDE", "sourceDiplotypes": [diplotype("*15:02/*40:01", "*15:02 positive")]},
    "CYP2B6": {"callSource": "MATCHER", "sourceDiplotypes": [diplotype("Unknown/Unknown", "No Result")]},
    "DPYD": {"callSource": "MATCHER", "sourceDiplotypes": [diplotype("Reference/Reference", "Normal Metabolizer")]},
}


@pytest.mark.parametrize(
    "value", [{"genes": GENES}, {"genes": {"CPIC": GENES, "DPWG": {}}}, {"geneReports": {"CPIC": GENES}}]
)
def test_both_files_of_pharmcat_in_both_versions(value) -> None:
    found = read({**value, "pharmcatVersion": "3.1.1"})
    assert [(one.gene, one.result, one.phenotype) for one in found] == [
        ("CYP2C19", "*1/*2", "IM"), ("CYP2D6", "*1/*4", "IM"), ("CYP2D6", "*4/*10", "IM"),
        ("HLA-B", "*15:02/*40:01", "*15:02 positive"),
    ]  # fmt: skip
    assert {one.method for one in found} == {"PharmCAT 3.1.1"}


def test_a_cyp2d6_that_was_called_from_variants_says_that_copies_were_not_counted() -> None:
    (one,) = read(
        {
            "genes": {
                "CYP2D6": {**GENES["CYP2D6"], "callSource": "MATCHER", "sourceDiplotypes": [diplotype("*1/*4", "")]}
            }
        }
    )
    assert one.method == "PharmCAT, called from variants: copies not counted"


def observed(**more) -> dict[str, object]:
    gene = {"code": {"coding": [{"system": "http://loinc.org", "code": "48018-6"}]}}
    return {
        "resourceType": "Observation",
        "code": {"coding": [{"system": "http://loinc.org", "code": "84413-4"}]},
        "effectiveDateTime": "2025-12-04T10:00:00+01:00",
        "performer": [{"display": "Labor Mitte"}],
        "method": {"text": "Sequencing"},
        "component": [{**gene, "valueCodeableConcept": {"coding": [{"code": "HGNC:2625", "display": "CYP2D6"}]}}],
        **more,
    }


def test_observations_of_fhir_alone_in_a_list_and_in_a_bundle() -> None:
    genotype = observed(valueCodeableConcept={"coding": [{"display": "CYP2D6 *1/*4"}]})
    expected = Found("CYP2D6", "*1/*4", "", "Labor Mitte", "Sequencing", "2025-12-04")
    bundle = {"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Patient"}}, {"resource": genotype}]}
    for value in (genotype, [genotype], bundle):
        assert read(value) == [expected]


def test_a_phenotype_or_a_bare_diplotype_takes_its_gene_from_the_component() -> None:
    assert read(observed(valueCodeableConcept={"text": "Poor metabolizer"}))[0] == Found(
        "CYP2D6", "", "PM", "Labor Mitte", "Sequencing", "2025-12-04"
    )
    assert read(observed(valueString="*4/*4"))[0].result == "*4/*4"
    with pytest.raises(NotReadable):
        read(observed(valueString="*4/*4", component=[]))


@pytest.mark.parametrize(
    "table",
    [
        "Gene,Genotype,Phenotype,Laboratory,Date\nCYP2D6,*1/*4,Intermediate Metabolizer,Labor Mitte,2025-12-04\n",
        '"Gene";"Genotype";"Phenotype";"Laboratory";"Date"\n'
        '"CYP2D6";"*1/*4";"Intermediate Metabolizer";"Labor Mitte";"2025-12-04"\n',
        "Gene\tGenotype\tPhenotype\tLaboratory\tDate\r\nCYP2D6\t*1/*4\tIntermediate\tLabor Mitte\t2025-12-04\r\n",
        "Patient: J. A.\nReport 12\n\nGene Symbol,Diplotype,Metabolizer Status,Lab,Report Date\n"
        "CYP2D6,CYP2D6 *1/*4,IM,Labor Mitte,2025-12-04",
    ],
)
def test_tables_as_laboratories_make_them(table: str) -> None:
    (one,) = read(table)
    assert (one.gene, one.result.removeprefix("CYP2D6 "), one.phenotype, one.lab, one.on) == (
        "CYP2D6", "*1/*4", "IM", "Labor Mitte", "2025-12-04",
    )  # fmt: skip


def test_a_table_in_another_writing_and_a_column_that_holds_only_a_status() -> None:
    text = "Gen;Gene;Result\n1;CYP2C19;Poor Metabolizer – geprüft\n2;VKORC1;A/A\n"
    for data in (text.encode("cp1252"), b"\xff\xfe" + text.encode("utf-16-le"), text.encode("utf-8-sig")):
        assert read_file(data, TABLES).found == [Found("CYP2C19", "", "PM")]


@pytest.mark.parametrize(
    ("words", "short"),
    [
        ("Poor Metabolizer", "PM"), ("poor metaboliser (PM)", "PM"), ("Likely Poor Metabolizer", "likely PM"),
        ("Possible Intermediate Metabolizer", "likely IM"), ("Extensive metabolizer", "NM"), ("Normal", "NM"),
        ("Ultra-rapid Metabolizer", "UM"), ("Ultrarapid", "UM"), ("Rapid Metabolizer", "RM"), ("im", "IM"),
        ("Indeterminate", "Indeterminate"), ("No Result", ""), ("", ""), ("improved", ""),
        ("Intermediate Metabolizer (activity score: 1.0)", "IM"), ("Intermediate to Poor Metabolizer", ""),
        ("Normal to Intermediate", ""), ("not a poor metabolizer", ""), ("Uncertain; possibly poor", ""),
        ("Poor metabolizer?", ""), ("Indeterminate, perhaps poor", ""), ("Likely normal", ""), ("kein PM", ""),
        ("*4/*4 poor", ""), ("rapid or ultra-rapid", ""),
    ],
)  # fmt: skip
def test_a_status_in_the_words_of_a_report(words: str, short: str) -> None:
    assert phenotype_of(words) == short


TABLE = "Gene,Genotype,Phenotype\nCYP2D6,*4/*4,PM\n"


@pytest.mark.parametrize(
    ("row", "found", "left"),
    [
        ("CYP2C19,*1/*17|*1/*2,Rapid or Intermediate", [("*1/*17", ""), ("*1/*2", "")], [Why.PHENOTYPE]),
        ("CYP2C19,*1/*17 or *1/*2,", [("*1/*17", ""), ("*1/*2", "")], []),
        ("CYP2C19,*1/*17|heterozygous,Rapid", [], [Why.UNCLEAR]),
        ("CYP2C19,,Intermediate to Poor Metabolizer", [], [Why.UNCLEAR]),
        ("CYP2C19,Poor,Intermediate", [], [Why.UNCLEAR]),
        ("CYP2C19,*2/*2,not poor", [("*2/*2", "")], [Why.PHENOTYPE]),
        ("CYP2C19,No call,", [], [Why.UNCLEAR]),
        ("VKORC1,A/A,", [], [Why.GENE]),
        ("HLA-B*15:02,Negative,", [("*15:02 negative", "")], []),
        ("HLA-B*15:02,,Positive", [("", "*15:02 positive")], []),
        ("HLA-B*58:01,Negative,", [], [Why.GENE]),
        ("HLA-B,Negative,", [], [Why.UNCLEAR]),  # of which allele?
    ],
)
def test_nothing_is_picked_and_a_row_that_is_not_taken_is_named(row: str, found: list, left: list) -> None:
    read = whole(TABLE + row)
    assert [(one.result, one.phenotype) for one in read.found[1:]] == found
    assert [one.why for one in read.left] == left
    assert all(one.words == " ".join(row.replace(",", " ").split()) for one in read.left)


COUNTED = [
    ("*1/*4", "3", ["(*1/*4)x2"]),
    ("*1/*4", "4", ["(*1/*4)x3", "*1x2/*4x2"]),
    ("*1/*1", "3", ["(*1/*1)x2"]),
    ("*1/*1", "4.0", ["(*1/*1)x3"]),
    ("*1/*4", "2", ["*1/*4"]),
    ("*1/*4", "", ["*1/*4"]),
    ("*1x2/*4", "3", ["*1x2/*4"]),
    ("(*1/*4)x2", "3 copies", ["(*1/*4)x2"]),
    ("*36+*10/*1", "3", ["*36+*10/*1"]),
    ("*1/*5", "1", ["*1/*5"]),
    ("*5/*1", "2", ["*5/*1x2"]),
    ("*5/*5", "0", ["*5/*5"]),
    ("*1/*4", "1", []),
    ("*5/*5", "1", []),
    ("*1x2/*4", "2", []),
    ("*1x2/*4", "4", []),
    ("*1xN/*4", "3", []),
    ("*36+*10/*1", "2", []),
    ("*1/*4", "≥3", []),
    ("*1/*4", "3 or 4", []),
    ("*1/*4", "duplication", []),
    ("*1/*4", "99", []),
]


@pytest.mark.parametrize(("result", "copies", "expected"), COUNTED)
@pytest.mark.parametrize("head", ["copy number", "Copy_Number", "CNV", "Copies of CYP2D6", "Kopienzahl"])
def test_a_number_of_copies_is_read_with_its_diplotype_or_named(result, copies, expected, head) -> None:
    read = whole(f"gene,diplotype,{head}\nCYP2C19,*1/*2,2\nCYP2D6,{result},{copies}\n")
    assert [one.result for one in read.found[1:]] == expected
    assert read.left == ([] if expected else [Left(f"CYP2D6 {result} {copies}", Why.COPIES)])


def test_a_gene_whose_copies_are_not_counted_is_not_taken_with_three() -> None:
    read = whole("gene,diplotype,copies\nCYP2C19,*1/*2,3\nHLA-B,*15:02/*07:02,3\nHLA-A,*31:01/*02:01,2\n")
    assert [one.gene for one in read.found] == ["HLA-A"]
    assert [one.why for one in read.left] == [Why.COPIES, Why.COPIES]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"valueQuantity": {"value": 3}}, ["(*1/*4)x2"]),
        ({"valueQuantity": {"value": 3.0, "unit": "copies"}}, ["(*1/*4)x2"]),
        ({"valueInteger": 3}, ["(*1/*4)x2"]),
        ({"valueString": "2"}, ["*1/*4"]),
        ({"valueCodeableConcept": {"text": "3"}}, ["(*1/*4)x2"]),
        ({"valueQuantity": {"value": 3, "comparator": ">="}}, []),
        ({"valueRange": {"low": {"value": 3}}}, []),
        ({}, []),
    ],
)
def test_a_component_of_fhir_says_how_many_copies_there_are(said, expected) -> None:
    part = {"code": {"coding": [{"system": "http://loinc.org", "code": "82155-3"}]}, **said}
    one = observed(valueString="*1/*4", component=[*observed()["component"], part])
    other = observed(valueString="CYP2C19 *1/*2", component=[])
    read = whole([other, one])
    assert [each.result for each in read.found[1:]] == expected
    assert [each.why for each in read.left] == ([] if expected else [Why.COPIES])


@pytest.mark.parametrize("head", ["Patient", "Patient ID", "sample_id", "Subject", "MRN"])
def test_results_of_two_people_are_not_offered_together(head: str) -> None:
    def table(second: str) -> str:
        return f"{head},Gene,Diplotype\nA-1,CYP2D6,*1/*4\n{second},CYP2C19,*1/*2\n"

    with pytest.raises(NotReadable) as refused:
        read(table("A-2"))
    assert refused.value.several
    assert len(read(table("a-1 "))) == len(read(table(""))) == 2


def test_two_samples_of_one_patient_are_one_persons() -> None:
    assert len(read("Patient,Sample,Gene,Diplotype\nJo,1,CYP2D6,*1/*4\nJo,2,CYP2C19,*1/*2\n")) == 2


def test_observations_of_two_people_are_not_offered_together() -> None:
    def of(person: str) -> dict[str, object]:
        return observed(valueString="*1/*4", subject={"reference": person})

    with pytest.raises(NotReadable) as refused:
        read([of("Patient/1"), of("Patient/2")])
    assert refused.value.several
    assert len(read([of("Patient/1"), of("https://lab.example/Patient/1"), observed(valueString="*4/*4")])) == 2


BREAKING = {
    "brackets": b"[" * 100_000,
    "braces": b'{"a":' * 100_000,
    "cell": b"gene,diplotype\nCYP2D6," + b"*" * 140_000,
    "quote": b'gene,diplotype\nCYP2D6,"' + b"*1/*4\n" * 40_000,
    "half a sign": json.dumps(observed(valueString="*1/*4", performer=[{"display": "\ud800"}])).encode(),
    "number": b"[" + b"9" * 10_000 + b"]",
}


@pytest.mark.parametrize("data", BREAKING.values(), ids=BREAKING)
def test_what_would_break_it_is_refused(data: bytes) -> None:
    with pytest.raises(NotReadable):
        read_file(data, TABLES)


def test_several_phenotypes_of_one_diplotype_are_none() -> None:
    several = {"label": "*1/*2", "phenotypes": ["Intermediate Metabolizer", "Poor Metabolizer"]}
    read = whole({"genes": {"CYP2C19": {"sourceDiplotypes": [several]}}})
    assert read.found == [Found("CYP2C19", "*1/*2", "", method="PharmCAT")]
    assert read.left == [Left("CYP2C19 *1/*2 Intermediate Metabolizer / Poor Metabolizer", Why.PHENOTYPE)]


@pytest.mark.parametrize("status", ["entered-in-error", "cancelled", "unknown", "registered"])
def test_an_observation_that_does_not_count_is_not_offered(status: str) -> None:
    kept = observed(valueString="*4/*4", status="final")
    read = whole([kept, observed(valueString="*1/*1", status=status)])
    assert [one.result for one in read.found] == ["*4/*4"]
    assert read.left == [Left("CYP2D6 *1/*1", Why.VOID)]
    with pytest.raises(NotReadable) as none:
        read_file(json.dumps(observed(valueString="*1/*1", status=status)).encode(), TABLES)
    assert none.value.left == [Left("CYP2D6 *1/*1", Why.VOID)]


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "null", "3", '{"genes": {}}', '{"genes": {"CPIC": 4}}', "hello", "Gene,Result\n"]
)
def test_what_holds_no_result_is_refused(text: str) -> None:
    with pytest.raises(NotReadable):
        read(text)


WORDS = [
    "genes", "geneReports", "CPIC", "CYP2D6", "sourceDiplotypes", "label", "phenotypes", "entry", "resource",
    "resourceType", "component", "code", "coding", "valueCodeableConcept", "performer",
]  # fmt: skip
ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["CYP2D6", "*1/*4", "Observation", "48018-6", ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=4),
    max_leaves=20,
)


def known(data: bytes) -> bool:
    """Whether it is refused, or says something of genes that the tables have. Any other error is a fault."""
    try:
        return all(one.gene in TABLES.genes and (one.result or one.phenotype) for one in read_file(data, TABLES).found)
    except NotReadable:
        return True


@given(ANY)
def test_no_json_breaks_it(value) -> None:
    assert known(json.dumps(value).encode())


@given(st.binary(max_size=200))
def test_no_bytes_break_it(data: bytes) -> None:
    assert known(data)
