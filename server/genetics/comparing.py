"""What the guideline body recommends now, beside what stands here. Pure.

A published file is the answer of CPIC's interface to

    https://api.cpicpgx.org/v1/recommendation?select=*,drug(name),guideline(name,version)

which is a list with one thing said of one medicine, of one population, for one reading of its genes: `drug.name`,
`population`, `lookupkey` (gene -> phenotype, activity score, or status of an allele), `phenotypes`, `classification`,
`drugrecommendation`, `implications`, `guideline.version`. Our own short words are ours and are never written from it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from server.genetics.catalogue import INDETERMINATE, UNTESTED, Drug, Row, Span, Tables
from server.genetics.findings import fits
from server.genetics.phenotypes import State
from server.genetics.refreshing import PHENOTYPES

STRENGTHS = {"strong": "strong", "moderate": "moderate", "optional": "optional", "no recommendation": "", "n/a": ""}
POPULATIONS = {
    "general": "", "": "", "adult": "adults", "adults": "adults", "pediatric": "children", "pediatrics": "children",
}  # fmt: skip
OF_TAKING = re.compile(r"(?P<drug>[a-z]+)[ -](?P<what>naive|use|no alternatives)\b", re.IGNORECASE)
TAKING = {"naive": "never_taken", "use": "taken", "no alternatives": "no_alternative"}
SCORE = re.compile(r"(?P<at_least>[≥>]=?)?\s*(?P<value>\d+(?:\.\d+)?)")
UNSAID = {"n/a": INDETERMINATE, "no result": UNTESTED, "indeterminate": INDETERMINATE}


@dataclass(frozen=True)
class Published:
    """One thing that a file says. `key`: gene -> what it says it of, in its own words; `reading`: the same in ours;
    `population` and `strength` in ours, None for a word that nobody here knows; `said`: their sentences.
    """

    drug: str
    population: str | None
    key: Mapping[str, str]
    reading: Mapping[str, State]
    strength: str | None
    guideline: str
    said: Mapping[str, str] = field(repr=False)
    words: tuple[str, str] = ("", "")

    @property
    def about(self) -> str:
        """By what a person finds it in the file."""
        of = ", ".join(f"{gene} {value}" for gene, value in sorted(self.key.items()))
        return f"{self.drug}{f' ({self.words[0]})' if self.words[0] not in ('', 'general') else ''}, {of}"


@dataclass(frozen=True)
class Compared:
    """`differs`: what stands otherwise here; `missing`: what nothing here says; `gone`: what stands here and in no
    file; `reword`: what they say in other words than in the file of before; `unread`: what nobody here can read.
    `same`: how many say what they say here.
    """

    same: int
    differs: Sequence[str]
    missing: Sequence[str]
    gone: Sequence[str]
    reword: Sequence[str]
    unread: Sequence[str]


def read_published(rows: Iterable[Mapping[str, Any]], tables: Tables) -> list[Published]:
    """Those of the medicines that stand here. Raises ValueError, KeyError or TypeError for what is no such file."""
    found = []
    for row in rows:
        drug = row["drug"]["name"].strip().lower()
        if drug in tables.drugs:
            found.append(_published(drug, row, tables))
    return found


def _published(drug: str, row: Mapping[str, Any], tables: Tables) -> Published:
    key, phenotypes = row["lookupkey"], row.get("phenotypes") or {}
    word, strength = (row.get("population") or "").strip(), (row["classification"] or "").strip()
    guideline = row.get("guideline") or {}
    sentences = {"recommendation": row["drugrecommendation"] or ""}
    sentences |= {f"implication of {gene}": text for gene, text in sorted((row.get("implications") or {}).items())}
    return Published(
        drug=drug,
        population=_population(word),
        key=key,
        reading={gene: _state(tables, gene, value, phenotypes.get(gene, "")) for gene, value in key.items()},
        strength=STRENGTHS.get(strength.lower()),
        guideline=f"{guideline.get('name', '')} {guideline.get('version', '')}".strip(),
        said={name: " ".join(text.split()) for name, text in sentences.items()},
        words=(word, strength),
    )


def _population(word: str) -> str | None:
    found = OF_TAKING.match(word)
    return TAKING[found["what"].lower()] if found else POPULATIONS.get(word.lower())


def _state(tables: Tables, gene: str, value: str, phenotype: str) -> State:
    """What one gene is, by the words of a file: a phenotype, a score, or whether an allele is there."""
    if found := SCORE.fullmatch(value.strip()):
        low = float(found["value"])
        score = Span(low, None if found["at_least"] else low)
        known = tables.genes[gene].scores if gene in tables.genes else {}
        by_score = next((name for name, span in known.items() if span.meets(score)), INDETERMINATE)
        return State(PHENOTYPES.get(phenotype, by_score), score)
    return State(UNSAID.get(value.strip().lower(), PHENOTYPES.get(value.strip(), value.strip())))


def compared(tables: Tables, now: Sequence[Published], before: Sequence[Published] | None = None) -> Compared:
    """What a person reads and mends by hand, medicine by medicine."""
    same, differs, missing, unread = 0, list[str](), list[str](), list[str]()
    met = set[tuple[str, int]]()
    for one in sorted(now, key=lambda one: (one.drug, one.population or "", one.about)):
        if problem := _unread(one, tables):
            unread.append(f"{one.about}: {problem}")
            continue
        rows = _rows(tables.drugs[one.drug], one)
        met |= {(one.drug, number) for number, _ in rows}
        if not rows:
            missing.append(f"{one.about}: {one.words[1]}, and nothing here")
        elif other := sorted({row.strength or "no recommendation" for _, row in rows if row.strength != one.strength}):
            differs.append(f"{one.about}: {one.words[1]} there, {' and '.join(other)} here")
        else:
            same += 1
    gone = [line for drug in tables.drugs.values() for line in _gone(drug, met)]
    return Compared(same, differs, missing, gone, _reworded(now, before or now), unread)


def _unread(one: Published, tables: Tables) -> str:
    if one.population is None:
        return f"nobody here knows the population ‘{one.words[0]}’"
    if one.strength is None:
        return f"nobody here knows the strength ‘{one.words[1]}’"
    for gene, state in one.reading.items():
        known = tables.genes.get(gene)
        if known is None or state.phenotype not in (*known.phenotypes, UNTESTED, INDETERMINATE):
            return f"nobody here knows {gene} ‘{one.key[gene]}’"
    return ""


def _rows(drug: Drug, one: Published) -> list[tuple[int, Row]]:
    """What stands here of the same population and of the same genes; of a gene that the file leaves out, untested."""
    reading = {gene: State(UNTESTED) for gene in drug.genes} | dict(one.reading)
    several = enumerate(drug.rows)
    return [
        (number, row)
        for number, row in several
        if row.population == one.population and any(fits(each, reading) for each in row.any_of)
    ]


def _gone(drug: Drug, met: set[tuple[str, int]]) -> Iterator[str]:
    for number, row in enumerate(drug.rows):
        if (drug.name, number) not in met:
            of = "; ".join(
                ", ".join(f"{gene} {_told(asked)}" for gene, asked in sorted(each.items())) for each in row.any_of
            )
            about = f"{drug.name}{f' ({row.population})' if row.population else ''}"
            yield f"{about}, {of}: {row.strength or 'no recommendation'} here, and in no file"


def _told(asked: frozenset[str] | Span) -> str:
    return str(asked) if isinstance(asked, Span) else " or ".join(sorted(asked))


def _reworded(now: Sequence[Published], before: Sequence[Published]) -> list[str]:
    """What is said otherwise than before, with both sentences: whether our words still say it, a person reads."""
    known = {one.about: one for one in before}
    lines = []
    for one in sorted(now, key=lambda one: one.about):
        old = known.get(one.about)
        if old is None:
            lines.append(f"{one.about}: new. ‘{one.said['recommendation']}’")
            continue
        if one.guideline != old.guideline:
            lines.append(f"{one.about}: of ‘{old.guideline}’, now of ‘{one.guideline}’")
        if (one.strength, one.words[1]) != (old.strength, old.words[1]):
            lines.append(f"{one.about}: {old.words[1]}, now {one.words[1]}")
        for name in sorted(one.said.keys() | old.said.keys()):
            was, now_said = old.said.get(name, ""), one.said.get(name, "")
            if was != now_said:
                lines.append(f"{one.about}, {name}: ‘{was}’, now ‘{now_said}’")
    left = {one.about for one in now}
    return lines + [f"{about}: not said any more" for about in sorted(known.keys() - left)]
