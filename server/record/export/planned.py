"""A safety plan for other programs: a FHIR CarePlan whose activities are its lines. Pure."""

from collections.abc import Mapping
from typing import Any

from server.safety.plan.catalogue import shape
from server.safety.plan.rules import Plan, lines_by_step

NAMES = {
    "signs": "How it shows that a hard time begins",
    "alone": "What helps alone",
    "around": "People and places that distract",
    "ask": "People to ask for help",
    "professionals": "Professionals and helplines",
    "safer": "A safer place",
    "reasons": "What to live for",
}


def care_plan(subject: Mapping[str, str], plan: Plan) -> dict[str, Any]:
    """The resource as JSON data; its id is that of the record in which the plan was begun."""
    lines = [(step, one) for step, every in lines_by_step(plan, shape()).items() for one in every]
    return {
        "resourceType": "CarePlan",
        "id": str(plan.book),
        "status": "active",
        "intent": "plan",
        "title": "Safety plan",
        "category": [{"text": "Safety plan"}],
        "subject": dict(subject),
        "created": plan.last.isoformat() if plan.last else None,
        "activity": [
            {
                "detail": {
                    "status": "in-progress",
                    "code": {"text": NAMES[step]},
                    "description": f"{one.text} {one.phone}".strip(),
                }
            }
            for step, one in lines
        ],
    }
