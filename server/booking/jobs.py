"""Topic -> handler of everything in booking, in the order in which several answer to one topic."""

from collections.abc import Mapping, Sequence

from server.booking import mails, texts
from server.booking.asking import answering
from server.booking.asking import texts as answers
from server.booking.calendars import writing
from server.booking.importing import writing as imported
from server.booking.link_again import sending
from server.booking.mails import Handle
from server.booking.paying import awaiting, closing, settling
from server.booking.planner import mails as planned
from server.booking.series import mails as series
from server.booking.waitlist import mails as waits
from server.booking.waitlist import offering
from server.booking.walk_in import texts as walked_in

TABLES: Sequence[Mapping[str, Handle]] = (
    settling.JOBS,
    awaiting.JOBS,
    closing.JOBS,
    mails.JOBS,
    answering.JOBS,
    answers.JOBS,
    texts.JOBS,
    writing.JOBS,
    offering.JOBS,
    waits.JOBS,
    planned.JOBS,
    series.JOBS,
    walked_in.JOBS,
    imported.JOBS,
    sending.JOBS,
)
