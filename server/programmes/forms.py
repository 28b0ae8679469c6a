"""The data of a definition's file -> a definition, or every reason why not, in sentences. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from server.programmes import around
from server.programmes import definition as made
from server.programmes import questions as asked
from server.programmes.definition import Definition
from server.programmes.endpoint import Endpoint
from server.programmes.fields import Export, Source, Take
from server.programmes.fields import Field as Line
from server.programmes.footings import Caution, Footing
from server.programmes.marking import marked
from server.programmes.mending import Problem
from server.programmes.questions import Figure
from server.programmes.sense import problems
from server.programmes.sense_of_sentences import NAMED
from server.programmes.shape import (
    AskedByShape,
    ConditionShape,
    ExportShape,
    FieldShape,
    FileShape,
    GateShape,
    PhaseShape,
    QuestionShape,
    StepShape,
    StopRuleShape,
)
from server.tongues import SOURCE

MOST_PROBLEMS = 12
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SENTENCES = {
    "missing": "This is missing.",
    "extra_forbidden": "There is no such field. Perhaps its name is spelled differently.",
    "string_type": "This has to be text, in quotation marks.",
    "string_too_short": "This is empty.",
    "string_pattern_mismatch": "A name is small letters, digits, _ and -, and begins with a letter.",
    "float_type": "This has to be a number.",
    "int_type": "This has to be a whole number.",
    "bool_type": "This has to be true or false.",
    "enum": "This is none of the words that can stand here: {expected}.",
    "literal_error": "This is none of the words that can stand here: {expected}.",
}
Figures = Mapping[str, Figure]


def parse(data: object) -> Definition | list[Problem]:
    """A definition from the data of a file, as JSON gives it."""
    try:
        file = FileShape.model_validate(data)
    except ValidationError as found:
        return [problem_of(one) for one in found.errors(include_url=False)[:MOST_PROBLEMS]]
    return list(problems(file))[:MOST_PROBLEMS] or _definition(file)


def problem_of(one: Mapping[str, Any]) -> Problem:
    words = SENTENCES.get(one["type"], "This does not fit here: {message}.")
    told = {"expected": one.get("ctx", {}).get("expected", ""), "message": one["msg"]}
    return Problem(".".join(str(part) for part in one["loc"]), words.format(**told))


def _definition(file: FileShape) -> Definition:
    figures = {name: Figure(name, **one.model_dump()) for name, one in file.figures.items()}
    found = Definition(
        id=file.id,
        version=file.version,
        name=file.name,
        about=told(file.about, figures),
        notice=told(file.notice, figures),
        figures=figures,
        steps=tuple(step_of(one, figures) for one in file.steps),
        phases=tuple(phase_of(one, figures) for one in file.phases),
        gates=tuple(gate_of(one, figures) for one in file.gates),
        resources=tuple(around.Resource(name) for name in file.resources),
        stop_rules=tuple(_stop_rule(one, figures) for one in file.stop_rules),
        footings=tuple(
            Footing(**one.model_dump(exclude={"warn"}), warn=_figure(figures, one.warn)) for one in file.footings
        ),
        cautions=tuple(Caution(one.words, one.source) for one in file.cautions),
        exports=tuple(export_of(one, file.steps, figures) for one in file.exports),
        codes=tuple(around.Code(**one.model_dump()) for one in file.codes),
        endpoint=_endpoint(file, figures),
        based_on=file.based_on or "",
        family=file.family or "",
        language=file.language,
        words={
            lang: {told(sentence, figures): told(said, figures) for sentence, said in words.items()}
            for lang, words in file.words.items()
        },
    )
    return found if file.language == SOURCE else marked(found, file.language)


def _endpoint(file: FileShape, figures: Figures) -> Endpoint | None:
    one = file.endpoint
    return Endpoint(one.measure, figures[one.response], _figure(figures, one.remission)) if one else None


def _figure(figures: Figures, name: str | None) -> Figure | None:
    return figures[name] if name else None


def step_of(one: StepShape, figures: Figures) -> made.Step:
    lengths: dict[str, Any] = {
        name: _figure(figures, getattr(one, name)) for name in ("opens", "closes", "late", "valid", "every")
    }
    which = made.Which(
        frozenset(one.which.numbers),
        _figure(figures, one.which.every),
        _figure(figures, one.which.after_gap),
        frozenset(one.which.phases),
        _figure(figures, one.which.since_last),
        _by_answers(one.which.asked_by),
        one.which.onward,
    )
    return made.Step(
        **one.model_dump(
            include={
                "id",
                "name",
                "first",
                "kind",
                "part",
                "who",
                "source",
                "label",
                "repeats",
                "measure",
                "ends",
                "adverse",
            }
        ),
        **lengths,
        about=told(one.about, figures),
        which=which,
        questions=tuple(question_of(question, one.kind, figures) for question in one.questions),
        minutes=tuple(one.minutes),
        books=tuple(one.books),
        card=around.Card(tuple(told(line, figures) for line in one.card.lines), one.card.calls or "")
        if one.card
        else None,
        of=one.of or "",
        said_by=_by_answers(one.said_by),
        gives=around.Gives(tuple(one.gives.tools), one.gives.question or "", frozenset(one.gives.is_))
        if one.gives
        else None,
        tells=around.Tells(**one.tells.model_dump()) if one.tells else None,
    )


def _by_answers(rules: Iterable[AskedByShape]) -> tuple[made.AskedBy, ...]:
    return tuple(made.AskedBy(each.step, each.question, frozenset(each.is_)) for each in rules)


def question_of(one: QuestionShape, kind: made.Kind, figures: Figures) -> asked.Question:
    conditions = tuple(_condition(condition, figures) for condition in one.when)
    if kind is made.Kind.CONSENT:
        conditions += (asked.Condition(asked.Verdict.STOP, frozenset({"no"})),)
    return asked.Question(
        **one.model_dump(include={"id", "answer", "unit", "span", "optional", "plan", "begins", "whole"}),
        text=told(one.text, figures),
        first=told(one.first, figures),
        conditions=conditions,
        only_if=one.only_if or "",
        trials=_figure(figures, one.trials),
        watches=one.watches or "",
        of=one.of or "",
        share=one.share or "",
        beside=_pair(one.beside),
        by=one.by or "",
        factors=tuple(one.factors),
        measure=one.measure or "",
        paces=one.paces or "",
        reason=told(one.reason, figures),
        options={option.id: option.text for option in one.options},
    )


def _pair(name: str | None) -> tuple[str, str] | None:
    step, _, question = (name or "").partition(".")
    return (step, question) if name else None


def _condition(one: ConditionShape, figures: Figures) -> asked.Condition:
    return asked.Condition(
        one.verdict,
        frozenset(one.is_),
        _figure(figures, one.below),
        _figure(figures, one.at_least),
        _figure(figures, one.above),
        _figure(figures, one.rise),
        one.over or "",
        _figure(figures, one.change),
        off=_figure(figures, one.off),
        aged=_figure(figures, one.aged),
        born=one.born or "",
        adverse=one.adverse,
        calls=one.calls,
    )


def gate_of(one: GateShape, figures: Figures) -> made.Gate:
    least = _figure(figures, one.least)
    reason = told(one.reason, figures)
    same: dict[str, Any] = one.model_dump(include={"id", "before", "spacing", "lasts", "holds", "across", "sticks"})
    return made.Gate(
        **same,
        reason=reason,
        needs=tuple(one.needs),
        footings=tuple(one.footings),
        settled_by=tuple(one.settled_by),
        since=one.since or "",
        least=least,
    )


def told(text: str, figures: Figures) -> str:
    """A sentence with each `{figure}` in words; other braces stay as they are. Nothing else in it is looked at, as a
    clinic writes it.
    """
    return NAMED.sub(lambda found: figures[found[1]].said if found[1] in figures else found[0], text)


def phase_of(one: PhaseShape, figures: Figures) -> made.Phase:
    return made.Phase(
        id=one.id,
        name=one.name,
        sessions=int(figures[one.sessions].value),
        source=one.source,
        label=one.label,
        weeks=tuple(_weekdays(week) for week in one.weeks),
        offsets=tuple(one.days_after),
        per_day=int(figures[one.per_day].value) if one.per_day else 1,
        gap=_figure(figures, one.gap),
        paces=tuple(made.Spacing(**each.model_dump()) for each in one.paces),
    )


def _weekdays(week: Sequence[str]) -> tuple[int, ...]:
    return tuple(sorted(WEEKDAYS.index(day) for day in week))


def _stop_rule(one: StopRuleShape, figures: Figures) -> around.StopRule:
    names = ("less_than", "sessions", "rises", "at_least", "stops", "missed", "away")
    named = {name: _figure(figures, getattr(one, name)) for name in names}
    words, also = told(one.words, figures), tuple(one.also)
    item = one.item or ""
    return around.StopRule(one.id, words, measure=one.measure, item=item, step=one.step or "", also=also, **named)


def export_of(one: ExportShape, steps: Sequence[StepShape], figures: Figures) -> Export:
    """Of one that names steps, every question of them is a field."""
    named = [step for name in one.steps for step in steps if step.id == name]
    asked = [(step, question) for step in named for question in step.questions]
    whole = [
        Line(
            f"{step.id}.{each.id}",
            told(each.text, figures),
            sources=(Source(step.id, each.id),),
            take=_all_of(step),
            optional=each.optional or bool(each.only_if),
        )
        for step, each in asked
    ]
    fields = tuple(_field(each) for each in one.fields) or tuple(whole)
    return Export(one.id, one.name, fields, told(one.about, figures), one.source, _figure(figures, one.within))


def _all_of(step: StepShape) -> Take:
    return Take.EVERY if step.kind in (made.Kind.CLOCK, made.Kind.EVENT) else Take.NEWEST


def _field(one: FieldShape) -> Line:
    same: dict[str, Any] = one.model_dump(include={"id", "text", "fact", "take", "optional"})
    sources = tuple(Source(*name.split(".")) for name in one.from_)
    return Line(**same, sources=sources, minute=one.minute or 0, nothing=frozenset(one.nothing))
