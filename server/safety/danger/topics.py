"""What of the words of danger awaits a clinician: which of them lead to the plan, and which are left alone."""

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from server.clinic.confirming.rules import Topic, version_of
from server.clinic.confirming.topics import Asks
from server.countries import language_names
from server.safety.danger.catalogue import danger

KEY = "danger-words"


@cache
def _written() -> dict[str, dict[str, list[str]]]:
    text = (files("server.safety.danger") / "words.json").read_text(encoding="utf-8")
    languages: dict[str, dict[str, list[str]]] = json.loads(text)["languages"]
    return languages


async def danger_topics(asks: Asks) -> Sequence[Topic]:
    """One: the lists of all languages."""
    _, names = asks.gettext, language_names(asks.language)
    left = _("%(language)s, left alone")
    figures = [(names.get(tag, tag), "; ".join(one["danger"])) for tag, one in _written().items()]
    figures += [
        (left % {"language": names.get(tag, tag)}, "; ".join(one["harmless"])) for tag, one in _written().items()
    ]
    return [
        Topic(
            key=KEY,
            area=_("Safety"),
            name=_("Words that lead to the safety plan"),
            version=version_of(_written()),
            awaits=[
                _("which words of a diary or a letter lead its writer to their plan and to numbers"),
                _("which are left alone"),
            ],
            figures=figures,
            sources=danger().sources,
        )
    ]
