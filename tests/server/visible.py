"""What a page says to who looks at it: its text without what is hidden."""

from html.parser import HTMLParser

VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
UNSEEN = frozenset({"head", "script", "style", "template"})


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.inside: list[tuple[str, bool]] = []
        self.said: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            hidden = tag in UNSEEN or "hidden" in dict(attrs) or bool(self.inside and self.inside[-1][1])
            self.inside.append((tag, hidden))

    def handle_endtag(self, tag: str) -> None:
        while any(name == tag for name, _ in self.inside) and self.inside.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not (self.inside and self.inside[-1][1]):
            self.said.append(data)


def visible(page: str) -> str:
    """The text of a page that is not hidden, with single blanks."""
    reader = _Reader()
    reader.feed(page)
    return " ".join(" ".join(reader.said).split())
