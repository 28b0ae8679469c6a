"""What forms of tools send."""

from uuid import uuid4

SITUATION, NAME, THOUGHT = "canary situation by the gate", "canary dread", "canary thought of the owl"


def thought(**fields: object) -> dict[str, object]:
    """A thought record of three columns, or of seven with what is handed in."""
    return {
        "id": str(uuid4()),
        "form": "short",
        "situation": SITUATION,
        "emotions-0-name": NAME,
        "emotions-0-before": "80",
        "thoughts-0-text": THOUGHT,
        "thoughts-0-belief": "90",
        **fields,
    }


def full(**fields: object) -> dict[str, object]:
    more = {"form": "full", "emotions-0-after": "50", "thoughts-0-belief_after": "60", "patterns": ["mind_reading"]}
    return thought(**{**more, **fields})
