"""What somebody wants of the embed, from the fields of the page that makes it. What cannot stand falls back."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlencode

LABEL_LENGTH = 60
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
REDIRECT = re.compile(r"https://[^\s\"'<>]{1,300}")


class Form(StrEnum):
    """In which way a site shows it."""

    INLINE = "inline"
    POPUP = "popup"
    FLOAT = "float"
    LINK = "link"
    VISIT = "visit"
    VISIT_LINK = "visit-link"


SCRIPTED = frozenset({Form.INLINE, Form.POPUP, Form.FLOAT, Form.VISIT})
FRAMED = frozenset({Form.INLINE, Form.POPUP, Form.FLOAT})
COLOURED = frozenset({Form.FLOAT, Form.VISIT})


@dataclass(frozen=True)
class Known:
    """What can be chosen: ids of services, slugs of therapists, languages; and the clinic's own colour."""

    services: Collection[str]
    therapists: Collection[str]
    languages: Collection[str]
    colour: str


@dataclass(frozen=True)
class Choices:
    """What was chosen. `attributes`: the options as the script knows them, only those that differ from its own."""

    form: Form
    label: str
    service: str
    therapist: str
    theme: str
    lang: str
    colour: str
    side: str
    redirect: str
    unfit: frozenset[str] = field(default_factory=frozenset)

    def path(self, slug: str) -> str:
        """Where the link leads."""
        if self.form in {Form.VISIT, Form.VISIT_LINK}:
            return f"/c/{slug}/waiting-room"
        whose = f"/c/{slug}/{self.therapist}" if self.therapist else f"/c/{slug}"
        return f"{whose}?{urlencode({'service': self.service})}" if self.service else whose

    @property
    def attributes(self) -> dict[str, str]:
        told: dict[str, str] = {}
        if self.form in FRAMED:
            theme = "" if self.theme == "auto" else self.theme
            told |= {"theme": theme, "lang": self.lang, "redirect": self.redirect}
        if self.form in COLOURED:
            told["colour"] = self.colour
        if self.form is Form.FLOAT:
            told["side"] = "" if self.side == "end" else self.side
        return {name: value for name, value in told.items() if value}


def read(fields: Mapping[str, str], known: Known, label: Mapping[Form, str]) -> Choices:
    """The choices; `label` is what stands on the link until somebody writes their own."""
    form = Form(_one(fields.get("form", ""), list(Form), Form.INLINE))
    typed = fields.get("redirect", "").strip()
    redirect = typed if REDIRECT.fullmatch(typed) else ""
    colour = fields.get("colour", "")
    return Choices(
        form=form,
        label=" ".join(fields.get("label", "").split())[:LABEL_LENGTH] or label[form],
        service=_one(fields.get("service", ""), known.services, ""),
        therapist=_one(fields.get("therapist", ""), known.therapists, ""),
        theme=_one(fields.get("theme", ""), ("light", "dark"), "auto"),
        lang=_one(fields.get("lang", ""), known.languages, ""),
        colour=colour.lower() if COLOUR.fullmatch(colour) else known.colour,
        side=_one(fields.get("side", ""), ("start",), "end"),
        redirect=redirect,
        unfit=frozenset({"redirect"} if typed and not redirect else ()),
    )


def _one(value: str, known: Collection[str], otherwise: str) -> str:
    return value if value in known else otherwise
