"""Numbers as people type them: a keyboard of another script writes other digits. Pure."""

import unicodedata

POINTS = {
    "\N{ARABIC DECIMAL SEPARATOR}": ".",
    "\N{FULLWIDTH FULL STOP}": ".",
    "\N{FULLWIDTH COMMA}": ",",
    "\N{FULLWIDTH COLON}": ":",
    "\N{FULLWIDTH HYPHEN-MINUS}": "-",
}
"""What stands between digits on the same keyboards."""


def western(text: str) -> str:
    """The same with the decimal digits of any script as 0 to 9, and the decimal point of Arabic as a point."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else POINTS.get(sign, sign) for sign in text)
