"""By which measure a programme counts how a course came out. Values alone."""

from dataclasses import dataclass

from server.programmes.questions import Figure


@dataclass(frozen=True)
class Endpoint:
    """A measure of which less is better. `response`: lower by at least this percentage of its first total;
    `remission`: a total below this many points, None where nothing says from where on it is one; `baseline`: neither is
    spoken of where the first total was below this many points.
    """

    measure: str
    response: Figure
    remission: Figure | None = None
    baseline: Figure | None = None
