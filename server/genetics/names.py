"""A line of a medicine list without the amounts in it, so that one medicine is one name. Pure."""

import re

NUMBER = r"\d+(?:[.,]\d+)?"
PER = r"(?:day|die|d|tag|week|h|ml|kg)"
UNIT = r"(?:mg|µg|μg|mcg|ug|g|ml|iu|i\.e\.|ie|i\.u\.|mmol|%)"
AMOUNT = re.compile(
    rf"(?<![\d.,]){NUMBER}(?:\s*[-–/x×+]\s*{NUMBER})*\s*{UNIT}(?!\w)(?:\s*/\s*(?:\d+\s*)?{PER}\b)?", re.IGNORECASE
)
"""'10 mg', '10mg', '2x10 mg', '10-20 mg', '0,5 mg', '10 mg/d'. A number without a unit may be part of a name."""
ALONE = re.compile(rf"(?<=[^\W\d_]{{6}})\s+{NUMBER}$")
"""... but where it is the last word behind a long one: 'escitalopram 10', and not 'vitamin b 12'."""
LEFT = re.compile(r"[(\[]\s*[)\]]")
EDGES = " ,;:-–/()"
ENDINGS = "eao"
"""International names differ in their last vowel: sertraline, Sertralin, sertralina."""


def without_amounts(words: str) -> str:
    """The words as they are, but for amounts; all of them where nothing else is left."""
    bare = LEFT.sub(" ", AMOUNT.sub(" ", words))
    bare = " ".join(ALONE.sub("", bare.rstrip(EDGES)).split()).strip(EDGES)
    return bare or " ".join(words.split())
