"""Sentences of templates that are known when a template is compiled.

Each environment speaks one language, so `_('words')` without a value is the same on every page: it
becomes part of the template's own text, and a page pays for neither the call nor the escaping.
"""

import gettext
from collections.abc import Iterable, Iterator

from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

ASKS = ("name", "lparen", "string", "rparen")


class Sentences(Extension):
    """Reads the environment's `catalogue`; leaves templates alone that are no markup, where nothing is escaped."""

    def filter_stream(self, stream: TokenStream) -> TokenStream | Iterable[Token]:
        escapes = self.environment.autoescape
        if not (escapes(stream.name) if callable(escapes) else escapes):
            return stream
        return self._spoken(stream)

    def _spoken(self, stream: TokenStream) -> Iterator[Token]:
        catalogue: gettext.NullTranslations = self.environment.catalogue  # type: ignore[attr-defined]
        held: list[Token] = []
        for token in stream:
            if not _goes_on(held, token):
                yield from held
                held.clear()
            if not _goes_on(held, token):
                yield token
                continue
            held.append(token)
            if len(held) == len(ASKS):
                yield from _said(held, catalogue)
                held.clear()
        yield from held


def _goes_on(held: list[Token], token: Token) -> bool:
    return token.type == ASKS[len(held)] and (token.type != "name" or token.value == "_")


def _said(asked: list[Token], catalogue: gettext.NullTranslations) -> Iterator[Token]:
    """('the sentence' | safe): a constant, folded by the compiler. Our own sentences are markup."""
    _, opening, words, closing = asked
    yield opening
    yield Token(words.lineno, "string", catalogue.gettext(words.value) % {})
    yield Token(words.lineno, "pipe", "|")
    yield Token(words.lineno, "name", "safe")
    yield closing
