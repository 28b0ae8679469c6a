"""What in a file of a clinic or of the program does not fit, for whoever wrote it. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """Where in the file, and what would mend it."""

    place: str
    words: str
