"""A reason that can be read: what somebody has to write before something is done all the same. Pure."""

from unicodedata import category

BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and signs by their category, and nothing to see."""


def readable(text: str) -> str:
    """What of a text can be seen: signs without a form are left out, and every run of blanks is one space. Whether
    there is a reason, and how long it is, is asked of this; what is kept is as it was typed, as joiners matter in it.
    """
    return " ".join("".join(_seen(sign) for sign in text).split())


def _seen(sign: str) -> str:
    kind = category(sign)
    if sign in BLANK or kind.startswith("Z") or sign.isspace():
        return " "
    return "" if kind.startswith("C") else sign
