"""What in a definition does not fit together, in sentences for whoever wrote it. Pure."""

from collections.abc import Iterable, Iterator
from typing import Any

from server.programmes.definition import Kind, Part
from server.programmes.exports.sense import unfit
from server.programmes.mending import Problem
from server.programmes.outside.sense import astray
from server.programmes.questions import LENGTHS, Answer, Unit
from server.programmes.sense_of_questions import asked
from server.programmes.sense_of_sentences import figures_told, told_in_vain, unspoken
from server.programmes.shape import FileShape, GateShape, PhaseShape, StepShape

LENGTH_FIELDS = ("opens", "closes", "late", "valid")
OF_SESSION = (Part.BEFORE, Part.SESSION, Part.DURING, Part.AFTER)


def problems(file: FileShape) -> Iterator[Problem]:
    yield from _twice("figures", file.figures)
    for several, what in ((file.phases, "phases"), (file.steps, "steps"), (file.gates, "gates")):
        yield from _twice(what, (one.id for one in several))
    yield from _unknown_figures(file)
    yield from told_in_vain(file)
    yield from _figures_used(file)
    yield from (found for phase in file.phases for found in _phase(phase, file))
    yield from (found for step in file.steps for found in _step(step, file))
    yield from (found for gate in file.gates for found in _gate(gate, file))
    yield from _whole(file)
    yield from _endpoint(file)
    yield from _trials(file)
    yield from unspoken(file)


def _twice(what: str, ids: Iterable[str]) -> Iterator[Problem]:
    seen: set[str] = set()
    for one in ids:
        if one in seen:
            yield Problem(f"{what}.{one}", "There are two of this name. Give one of them another.")
        seen.add(one)


def _named(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Every name of a figure in the data of a file, and where it stands."""
    names = {*LENGTH_FIELDS, "every", "below", "at_least", "above", "least", "gap", "per_day", "after_gap", "within"}
    names |= {"less_than", "stops", "sessions", "rise", "response", "remission", "trials", "warn", "change"}
    names |= {"since_last", "missed", "away", "rises", "off", "aged"}
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in names and isinstance(inner, str):
                yield f"{place}{key}", inner
            else:
                yield from _named(inner, f"{place}{key}.")
    elif isinstance(value, list):
        for one in value:
            yield from _named(one, f"{place}{one.get('id', '') if isinstance(one, dict) else ''}.")


def _unknown_figures(file: FileShape) -> Iterator[Problem]:
    for place, name in _named(file.model_dump(mode="json", by_alias=True, exclude={"figures"})):
        if name not in file.figures:
            yield Problem(place, f"There is no figure ‘{name}’. Write it under figures, with its source.")


def _trials(file: FileShape) -> Iterator[Problem]:
    for step in file.steps:
        for one in step.questions:
            yield from _unit(file, one.trials, f"steps.{step.id}.{one.id}.trials", Unit.DAYS)


def _figures_used(file: FileShape) -> Iterator[Problem]:
    used = {name for _, name in _named(file.model_dump(mode="json", by_alias=True, exclude={"figures"}))}
    used |= figures_told(file)
    for name in file.figures:
        if name not in used:
            yield Problem(f"figures.{name}", "Nothing uses this figure. Take it out, or name it in a rule.")


def _unit(file: FileShape, name: str | None, place: str, *units: Unit) -> Iterator[Problem]:
    figure = file.figures.get(name) if name else None
    if figure and figure.unit not in units:
        yield Problem(place, f"‘{name}’ is in {figure.unit}. Here it has to be in {' or '.join(units)}.")


def _phase(phase: PhaseShape, file: FileShape) -> Iterator[Problem]:
    place = f"phases.{phase.id}"
    if bool(phase.weeks) == bool(phase.days_after):
        yield Problem(place, "Say either weeks, or days_after the phase before.")
    yield from _unit(file, phase.sessions, f"{place}.sessions", Unit.SESSIONS)
    yield from _unit(file, phase.per_day, f"{place}.per_day", Unit.SESSIONS)
    yield from _unit(file, phase.gap, f"{place}.gap", *LENGTHS)
    count = file.figures.get(phase.sessions)
    if count and (count.value < 1 or count.value != int(count.value)):
        yield Problem(f"{place}.sessions", "A phase has a whole number of sessions, at least one.")
    if count and phase.days_after and len(phase.days_after) != count.value:
        yield Problem(f"{place}.days_after", "Say as many days as there are sessions in the phase.")
    if phase.paces and (not phase.weeks or 1 not in {pace.weeks for pace in phase.paces}):
        yield Problem(f"{place}.paces", "A phase by weeks has paces, and the one of its weeks is among them.")
    if list(phase.days_after) != sorted(phase.days_after):
        yield Problem(f"{place}.days_after", "Write the days in their order.")
    if phase.gap and not any(gate.spacing for gate in file.gates):
        yield Problem(f"{place}.gap", "No gate keeps this gap: one in front of the treatment has to say spacing.")


def _step(step: StepShape, file: FileShape) -> Iterator[Problem]:
    place = f"steps.{step.id}"
    for field in LENGTH_FIELDS:
        yield from _unit(file, getattr(step, field), f"{place}.{field}", *LENGTHS)
    if (step.kind is Kind.SESSION) != (step.part is Part.SESSION):
        yield Problem(place, "The step of kind session, and no other, stands in the part session.")
    if (step.kind is Kind.CLOCK) != bool(step.minutes):
        yield Problem(f"{place}.minutes", "A clock has planned minutes, and nothing else has.")
    if list(step.minutes) != sorted(set(step.minutes)):
        yield Problem(f"{place}.minutes", "Write the minutes in their order, each once.")
    if step.kind is Kind.CLOCK and step.part is not Part.DURING:
        yield Problem(place, "A clock runs during a session.")
    if (step.part is Part.CALENDAR) != bool(step.every):
        yield Problem(f"{place}.every", "A step by the calendar says every how many days, and no other does.")
    yield from _unit(file, step.every, f"{place}.every", Unit.DAYS)
    yield from _unit(file, step.which.every, f"{place}.which.every", Unit.SESSIONS)
    yield from _unit(file, step.which.since_last, f"{place}.which.since_last", Unit.DAYS)
    if not step.source and (
        step.minutes or step.which.numbers or step.which.onward or any(one.when for one in step.questions)
    ):
        yield Problem(f"{place}.source", "Say where its plan, or what its answers come to, is from.")
    told = {"numbers": step.which.numbers, "onward": step.which.onward}
    times = type(step.which)(**told) if step.part is Part.CALENDAR else type(step.which)()
    if (step.part not in OF_SESSION and step.which != times) or (step.which.onward and step.part is not Part.CALENDAR):
        yield Problem(
            f"{place}.which",
            "Only a step of a session says of which; one by the calendar has numbers and onward alone.",
        )
    if (step.repeats or step.valid) and step.part not in (Part.START, Part.BEFORE):
        yield Problem(place, "Only what comes before a session is done again or holds for a time.")
    if step.ends and step.part is not Part.DURING:
        yield Problem(f"{place}.ends", "A session ends with a step that stands during it.")
    if step.kind is Kind.EVENT and step.part is not Part.DURING:
        yield Problem(place, "An event happens during a session.")
    if (step.kind is Kind.MEASURE) != bool(step.measure):
        yield Problem(f"{place}.measure", "A step of kind measure names one, and no other does.")
    if step.kind in (Kind.CONSENT, Kind.DECISION) and not step.questions:
        yield Problem(f"{place}.questions", "There is nothing to agree to, or to decide between.")
    if (step.first or any(one.first for one in step.questions)) and step.part not in OF_SESSION:
        yield Problem(f"{place}.first", "Only a step of a session has other words before the first one.")
    for phase in step.which.phases:
        if phase not in {one.id for one in file.phases}:
            yield Problem(f"{place}.which.phases", f"There is no phase ‘{phase}’.")
    yield from asked(step, file, place)
    yield from _happened(step, file, place)
    yield from _after(step, file, place)
    yield from _twice(place, (one.id for one in step.questions))


def _after(step: StepShape, file: FileShape, place: str) -> Iterator[Problem]:
    """What the end of a session sets in motion."""
    ends = {one.id for one in file.steps if one.ends}
    if step.books and (step.part is not Part.AFTER or not step.opens or not step.closes):
        yield Problem(f"{place}.books", "A meeting that is booked stands after a session, and opens and closes.")
    known = {one.id for one in step.questions if one.answer is Answer.YES_NO}
    for one in step.questions:
        if one.only_if and one.only_if not in known:
            yield Problem(f"{place}.{one.id}.only_if", f"This step asks no yes or no ‘{one.only_if}’.")
    for name in step.books:
        if name not in ends:
            yield Problem(f"{place}.books", f"No session ends with ‘{name}’.")
    if step.tells and not step.ends:
        yield Problem(f"{place}.tells", "Only a step that ends a session sends somebody home.")
    asked = {one.id for other in file.steps if other.part is Part.BEFORE for one in other.questions}
    for name in step.tells.model_dump().values() if step.tells else ():
        if name not in asked:
            yield Problem(f"{place}.tells", f"No check before a session asks ‘{name}’.")


def _gate(gate: GateShape, file: FileShape) -> Iterator[Problem]:
    place, steps = f"gates.{gate.id}", {step.id: step for step in file.steps}
    for field, names in (("before", [gate.before]), ("needs", gate.needs), ("since", [gate.since or gate.before])):
        for name in names:
            if name not in steps:
                yield Problem(f"{place}.{field}", f"There is no step ‘{name}’.")
            elif field != "before" and steps[name].part in (Part.END, *((Part.CALENDAR,) if field == "since" else ())):
                yield Problem(f"{place}.{field}", f"‘{name}’ belongs to no session, so that no gate can ask for it.")
    for name in gate.settled_by:
        if name not in steps or steps[name].of not in gate.needs or not gate.holds:
            yield Problem(f"{place}.settled_by", "A gate that holds names steps that are due after an event it needs.")
    events = {one.id for one in file.steps if one.part in (Part.SESSION, Part.DURING)}
    treated = gate.before in steps and steps[gate.before].part is Part.SESSION
    if gate.across and not (file.family and treated and not gate.settled_by and events & set(gate.needs)):
        words = "Only a gate in front of the session, of a programme with a family, looks at other courses; it needs "
        yield Problem(f"{place}.across", f"{words}what happens in a session.")
    if bool(gate.since) != bool(gate.least):
        yield Problem(place, "since and least belong together.")
    if not gate.needs and not gate.since and not gate.spacing and not gate.footings:
        yield Problem(place, "This gate asks for nothing.")
    yield from _unit(file, gate.least, f"{place}.least", *LENGTHS)
    if gate.before in steps and steps[gate.before].kind is Kind.EVENT:
        yield Problem(f"{place}.before", "What happens, happens: no gate stands in front of an event.")
    if gate.before in steps and steps[gate.before].kind is Kind.CLOCK:
        words = "A reading that was taken is kept, whatever else is missing: no gate stands in front of a clock."
        yield Problem(f"{place}.before", words)
    if gate.before in steps and steps[gate.before].part not in OF_SESSION:
        yield Problem(f"{place}.before", "A gate stands in front of a step of a session.")
    if gate.before in gate.needs and not treated:
        yield Problem(f"{place}.needs", "A gate cannot ask for the step that it holds.")


def _settles(step: StepShape, file: FileShape) -> bool:
    """Whether a gate that nobody passes asks for what settles an event, or waits for that."""
    gates = [gate for gate in file.gates if gate.holds and gate.settled_by]
    return any(step.id in (gate.needs if step.card else gate.settled_by) for gate in gates)


def _happened(step: StepShape, file: FileShape, place: str) -> Iterator[Problem]:
    events = {one.id for one in file.steps if one.kind is Kind.EVENT}
    if (step.part is Part.HAPPENED) != (step.of in events):
        yield Problem(f"{place}.of", "What is due after something happened names the event, and nothing else does.")
    told = {(one.id, each.id) for one in file.steps for each in one.questions if each.answer is Answer.YES_NO}
    told = {one for one in told if one[0] in {each.id for each in file.steps if each.part in OF_SESSION}}
    if step.said_by and (
        step.kind is not Kind.EVENT or any((one.step, one.question) not in told for one in step.said_by)
    ):
        yield Problem(f"{place}.said_by", "That an event happened is said by a yes or no of a session.")
    if step.card and (step.kind is not Kind.EVENT or any(not one.optional for one in step.questions)):
        yield Problem(f"{place}.card", "A card belongs to an event that is written with one press.")
    asked = {one.id for other in file.steps if other.part is Part.BEFORE for one in other.questions}
    if step.card and step.card.calls and step.card.calls not in asked:
        yield Problem(f"{place}.card.calls", f"No check before a session asks ‘{step.card.calls}’.")


def _whole(file: FileShape) -> Iterator[Problem]:
    treatments = [step.id for step in file.steps if step.part is Part.SESSION]
    if len(treatments) != 1:
        yield Problem("steps", f"One step is the treatment (part session); here are {len(treatments)}.")
        return
    if len([step for step in file.steps if step.ends and step.kind is not Kind.EVENT]) > 1:
        yield Problem("steps", "A session ends with one step, or by an event.")
    asked = {need for gate in file.gates if gate.before == treatments[0] for need in gate.needs}
    for step in file.steps:
        if (step.part is Part.HAPPENED or step.card) and not _settles(step, file):
            words = f"No gate that holds, in front of ‘{treatments[0]}’, stays shut until it is settled."
            yield Problem(f"steps.{step.id}", words)
        if step.part in (Part.START, Part.BEFORE) and step.id not in asked:
            yield Problem(
                f"steps.{step.id}", f"No gate in front of ‘{treatments[0]}’ asks for it: it could be skipped."
            )
    names = {step.id for step in file.steps}
    yield from (Problem(*one) for one in unfit(file))
    yield from (Problem(*one) for one in astray(file))
    for rule in file.stop_rules:
        falls = rule.less_than and rule.sessions
        by_measure = [bool(rule.measure and one) for one in (falls, rule.rises, rule.at_least)]
        ways = [*by_measure, bool(rule.step and rule.stops), bool(rule.missed), bool(rule.away)]
        if rule.item and not rule.at_least:
            yield Problem(f"stop_rules.{rule.id}.item", "A question of a measure is compared with at_least.")
        if sum(ways) != 1 or {rule.step, *rule.also} - {None, *names} or (rule.also and not rule.step):
            words = "Say measure with less_than and sessions, rises or at_least; or step and stops; or missed; or away."
            yield Problem(f"stop_rules.{rule.id}", words)
        units = {Unit.DAYS: (rule.missed, rule.away), Unit.POINTS: (rule.rises, rule.at_least)}
        for unit, name in ((unit, name) for unit, several in units.items() for name in several):
            yield from _unit(file, name, f"stop_rules.{rule.id}", unit)


def _endpoint(file: FileShape) -> Iterator[Problem]:
    one = file.endpoint
    if one is None:
        return
    if one.measure not in {step.measure for step in file.steps}:
        yield Problem("endpoint.measure", f"No step asks the measure ‘{one.measure}’.")
    yield from _unit(file, one.response, "endpoint.response", Unit.PERCENT)
    yield from _unit(file, one.remission, "endpoint.remission", Unit.POINTS)
