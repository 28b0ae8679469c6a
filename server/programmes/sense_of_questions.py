"""What in the questions of a definition does not fit together, in sentences for whoever wrote it. Pure."""

from collections.abc import Iterator

from server.programmes.definition import Kind, Part
from server.programmes.mending import Problem
from server.programmes.questions import Answer, Begins, Unit
from server.programmes.shape import FileShape, QuestionShape, StepShape


def asked(step: StepShape, file: FileShape, place: str) -> Iterator[Problem]:
    """All of one step."""
    for one in step.questions:
        yield from _question(one, f"{place}.{one.id}", step.kind)
    for one in step.questions:
        if one.watches and step.part not in (Part.START, Part.BEFORE):
            yield Problem(f"{place}.{one.id}.watches", "Medicines of a list are asked about before a session.")
    yield from _ages(step, file, place)
    yield from _plans(step, file, place)
    yield from _paces(step, file, place)
    yield from _worked_out(step, file, place)
    yield from _which(step, file, place)


def _question(one: QuestionShape, place: str, kind: Kind) -> Iterator[Problem]:
    known = {Answer.YES_NO: {"yes", "no", "unknown"}, Answer.AGREE: {"yes", "no"}}.get(one.answer, set())
    known = known or {option.id for option in one.options}
    if (one.answer is Answer.CHOICE) != bool(one.options):
        yield Problem(f"{place}.options", "A choice has options, and nothing else has.")
    if kind is Kind.CONSENT and one.answer not in (Answer.AGREE, Answer.SIGNATURE):
        yield Problem(place, "A point of a consent is answered by agreeing.")
    yield from _begun(one, place)
    if one.trials and one.answer is not Answer.NUMBER:
        yield Problem(f"{place}.trials", "The number of trials is answered by a number.")
    if one.whole and one.answer is not Answer.NUMBER:
        yield Problem(f"{place}.whole", "Only a number is a whole one.")
    if one.answer is Answer.SIGNATURE and kind is not Kind.CONSENT:
        yield Problem(place, "Only a consent is signed.")
    for condition in one.when:
        limits = (condition.below, condition.at_least, condition.above)
        numbers = (*limits, condition.rise, condition.over, condition.change, condition.off)
        counts = any(name is not None for name in numbers)
        if condition.rise and any(limits):
            yield Problem(f"{place}.when", "A rise stands by itself.")
        if condition.rise and kind is not Kind.CLOCK:
            yield Problem(f"{place}.when", "Only a reading during a session can have risen.")
        if counts != (one.answer in (Answer.NUMBER, Answer.PRODUCT)) or counts == bool(condition.is_):
            words = "A number is compared with below, at_least, above, over, change or off, any other answer with is."
            yield Problem(f"{place}.when", words)
        if missing := [word for word in condition.is_ if word not in known]:
            yield Problem(f"{place}.when", f"Nobody can answer ‘{missing[0]}’ here.")


def _ages(step: StepShape, file: FileShape, place: str) -> Iterator[Problem]:
    """Of whom an answer is so: by the date of birth that the step asks too."""
    dates = {one.id for one in step.questions if one.answer is Answer.DATE}
    for one in step.questions:
        for when in one.when:
            if bool(when.aged) != bool(when.born) or (when.born and when.born not in dates):
                yield Problem(f"{place}.{one.id}.when", "aged names an age, and born the date of this step with it.")
            figure = file.figures.get(when.aged or "")
            if figure and (figure.unit is not Unit.YEARS or not 0 < figure.value == int(figure.value)):
                yield Problem(f"{place}.{one.id}.when", f"‘{when.aged}’ has to be a whole number of years.")


def _begun(one: QuestionShape, place: str) -> Iterator[Problem]:
    """With what a field begins."""
    if one.begins is Begins.PLAN and not one.plan:
        yield Problem(f"{place}.begins", "Nothing is planned that it could begin with: say its plan.")
    if one.begins is Begins.UNITS and one.answer is not Answer.LINE:
        yield Problem(f"{place}.begins", "Equipment is written on a line.")
    if one.measure and one.answer is not Answer.NUMBER:
        yield Problem(f"{place}.measure", "The total of a measure is a number.")


def _paces(step: StepShape, file: FileShape, place: str) -> Iterator[Problem]:
    """At which pace a phase goes on."""
    for one in step.questions:
        known = next((phase.paces for phase in file.phases if phase.id == one.paces), [])
        if one.paces and {option.id for option in one.options} != {pace.id for pace in known}:
            yield Problem(f"{place}.{one.id}.paces", f"Its options are not the paces of a phase ‘{one.paces}’.")


def _plans(step: StepShape, file: FileShape, place: str) -> Iterator[Problem]:
    """What a course plans by a preset, and what is written beside it."""
    chosen = any(
        one.answer is Answer.PRESET for other in file.steps if other.part is Part.START for one in other.questions
    )
    for one in step.questions:
        if one.answer is Answer.PRESET and step.part is not Part.START:
            yield Problem(f"{place}.{one.id}", "A preset is chosen for the course, before the first session.")
        if one.plan and (one.answer is not Answer.NUMBER or not chosen):
            yield Problem(f"{place}.{one.id}.plan", "Only a number has a plan, where a step before chooses a preset.")


def _worked_out(step: StepShape, file: FileShape, place: str) -> Iterator[Problem]:
    """What is worked out of other answers of the same step, or compared with one of them."""
    numbers = _numbers(step)
    for one in step.questions:
        named = [name for name in (one.of, one.share) if name]
        if (one.answer is Answer.PRODUCT) != (len(named) == 2):
            yield Problem(f"{place}.{one.id}", "A product, and nothing else, names of what it is how many percent.")
        other = _beside(one, file)
        if one.beside and (other is None or one.answer is not Answer.NUMBER or step.part is not Part.SESSION):
            yield Problem(
                f"{place}.{one.id}.beside", "A number of the session is beside a product of a step before it."
            )
        if any(condition.off for condition in one.when) and not one.beside:
            yield Problem(f"{place}.{one.id}.when", "It is off from nothing: say beside what it stands.")
        if one.by and not one.beside:
            yield Problem(f"{place}.{one.id}.by", "It is a part of nothing: say beside what it stands.")
        for name in (*one.factors, *([one.by] if one.by else [])):
            if name not in numbers or name == one.id or one.answer is not Answer.NUMBER:
                yield Problem(f"{place}.{one.id}", f"This step asks no number ‘{name}’ that it could be counted by.")
        known = _numbers(other) if other else numbers
        named += [condition.over for condition in one.when if condition.over]
        for name in named:
            if name not in known:
                yield Problem(f"{place}.{one.id}", f"This step asks no number ‘{name}’.")


def _numbers(step: StepShape) -> set[str]:
    return {one.id for one in step.questions if one.answer is Answer.NUMBER}


def _beside(one: QuestionShape, file: FileShape) -> StepShape | None:
    """The step before a session whose product stands beside this question."""
    name, _, question = (one.beside or "").partition(".")
    steps = (step for step in file.steps if step.id == name and step.part is Part.BEFORE)
    return next(
        (step for step in steps if (question, Answer.PRODUCT) in ((q.id, q.answer) for q in step.questions)), None
    )


def _which(step: StepShape, file: FileShape, place: str) -> Iterator[Problem]:
    """By which answers a step is asked for."""
    steps = {one.id: one for one in file.steps if one.part is Part.BEFORE and one.id != step.id}
    for rule in step.which.asked_by:
        asked = steps[rule.step].questions if rule.step in steps else []
        found = next((one for one in asked if one.id == rule.question), None)
        if found is None or found.answer is not Answer.YES_NO or not set(rule.is_) <= {"yes", "no", "unknown"}:
            words = f"No check before a session asks ‘{rule.question}’ with a yes or no."
            yield Problem(f"{place}.which.asked_by", words)
