"""Reading which part of which record stays. Pure; what is not said stays with the record that is kept."""

from collections.abc import Mapping

from server.patients.merging.rules import Choice, Side

PARTS = ("name", "mail", "phone", "needs")


def parse(fields: Mapping[str, str]) -> Choice:
    """One side for each part."""
    return Choice(**{part: Side.GONE if fields.get(part) == Side.GONE else Side.KEPT for part in PARTS})
