"""Where somebody comes once an entry of theirs is kept: to it, or to their plan where its words can mean danger."""

from urllib.parse import urlencode

from server.safety.danger.catalogue import PATH, in_danger


def landing(words: object, href: str, notice: str) -> str:
    """`words`: what was written freely; `href`: where the entry is seen."""
    return f"{PATH}?{urlencode({'after': href})}" if in_danger(words) else f"{href}?notice={notice}"
