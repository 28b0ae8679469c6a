"""What a patient reads of a programme, in their language.

A file says by `language` what it is written in, and may bring its `words` in others. What comes with Parlour is in
English, and its words stand among the sentences of the program: `spoken` hands them to what gathers those.
"""

from collections.abc import Mapping

from server.programmes.catalogue import shipped_data
from server.programmes.definition import Definition, Kind, Step
from server.programmes.sense_of_sentences import read_by_patients
from server.programmes.shape import FileShape
from server.templates import translations
from server.tongues import LANGUAGES, SOURCE, Words

Gathered = tuple[int, str, str, list[str]]


def in_tongues(definition: Definition, text: str) -> Mapping[str, str]:
    """Language of a page -> words of a definition in it, or as the file has them, marked."""
    return {lang: _in(definition, text, lang) for lang in LANGUAGES}


def _in(definition: Definition, text: str, lang: str) -> str:
    if lang == definition.language:
        return text
    if own := definition.words.get(lang, {}).get(text):
        return own
    if definition.language == SOURCE and (found := translations(lang).gettext(str(text))) != text:
        return found
    return Words(text, definition.language)


def in_their_tongue(definition: Definition, step: Step, lang: str) -> Mapping[str, Words]:
    """Each point of a consent in a patient's language, as far as it is there in it; of any other step nothing."""
    asked = step.questions if step.kind is Kind.CONSENT else ()
    found = {one.text: in_tongues(definition, one.text)[lang] for one in asked}
    return {text: Words(said, lang) for text, said in found.items() if getattr(said, "lang", lang) == lang}


def spoken(_file: object, _keywords: object, _tags: object, options: object) -> list[Gathered]:
    """These words of all that comes with the program, for `babel.cfg`, as what gathers sentences wants them."""
    words = (one for data in shipped_data().values() for one in read_by_patients(FileShape.model_validate(data)))
    return [(1, "gettext", one, []) for one in dict.fromkeys(words)]
