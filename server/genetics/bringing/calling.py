"""What a laboratory calls a phenotype, in the words of the tables. Pure."""

import re

KINDS = {
    "ultrarapid": "UM", "um": "UM", "rapid": "RM", "rm": "RM", "normal": "NM", "nm": "NM", "extensive": "NM",
    "intermediate": "IM", "im": "IM", "poor": "PM", "pm": "PM", "indeterminate": "Indeterminate",
}  # fmt: skip
"""Words and letters for what somebody's enzyme does. Before 2017 'normal' was called 'extensive'."""
BESIDE = frozenset(
    [
        "metabolizer", "metaboliser", "metabolizers", "metabolisers", "metabolism", "phenotype", "status", "function",
        "activity", "predicted", "checked", "confirmed", "verified", "geprüft",
    ]
)  # fmt: skip
"""Words beside them that change nothing. With any other word, such as 'not' or 'perhaps', a text is not read."""
SCORE = re.compile(r"activity score\W{0,3}\d+(?:\.\d+)?", re.ASCII)
NOTHING = frozenset(("", "-", "n/a", "na", "none", "no result"))


def phenotype_of(words: str) -> str:
    """A metabolizer status in the tables' words; '' for another, and where the text does not say one alone."""
    said = SCORE.sub(" ", words.lower()).replace("ultra-rapid", "ultrarapid").replace("ultra rapid", "ultrarapid")
    named = re.findall(r"[^\W_]+|[*?]", said)
    likely = named[:1] in (["likely"], ["possible"])
    named = named[1:] if likely else named
    kinds = {KINDS[one] for one in named if one in KINDS}
    if len(kinds) != 1 or not all(one in KINDS or one in BESIDE for one in named):
        return ""
    (short,) = kinds
    if likely:
        return f"likely {short}" if short in ("PM", "IM") else ""
    return short
