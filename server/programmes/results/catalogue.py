"""From where on a course has brought a response or remission, where its definition does not say so itself: data."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from server.programmes.definition import Definition, Kind
from server.programmes.endpoint import Endpoint
from server.programmes.questions import Figure, Unit


@dataclass(frozen=True)
class Thresholds:
    """`measures`: which of them counts, the first that a definition asks for; `after`: how long an answer counts."""

    measures: tuple[str, ...]
    response: Figure
    baseline: Mapping[str, Figure]
    remission: Mapping[str, Figure]
    after: Figure

    @property
    def figures(self) -> tuple[Figure, ...]:
        return (self.response, *self.baseline.values(), *self.remission.values(), self.after)


@cache
def data() -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(
        (files("server.programmes.results") / "thresholds.json").read_text(encoding="utf-8")
    )
    return found


@cache
def thresholds() -> Thresholds:
    found = data()
    return Thresholds(
        measures=tuple(found["measures"]),
        response=_figure("response", found["response"]),
        baseline={key: _figure(f"baseline-{key}", one) for key, one in found["baseline"].items()},
        remission={key: _figure(f"remission-{key}", one) for key, one in found["remission"].items()},
        after=_figure("after", found["after"]),
    )


def _figure(name: str, one: Mapping[str, Any]) -> Figure:
    return Figure(name, one["value"], Unit(one["unit"]), one["what"], one["source"], label=False)


def endpoint_of(definition: Definition) -> Endpoint | None:
    """What its file says; else by the first of the usual measures that it asks for. None where it asks for none."""
    if definition.endpoint:
        return definition.endpoint
    usual = thresholds()
    asked = {step.measure for step in definition.steps if step.kind is Kind.MEASURE}
    measure = next((one for one in usual.measures if one in asked), None)
    if measure is None:
        return None
    return Endpoint(measure, usual.response, usual.remission.get(measure), usual.baseline.get(measure))
