"""What somebody says who got in touch the next day. Pure."""

from collections.abc import Mapping

from server.support.follow_up.rules import Done, Result

LONGEST_NOTE = 2000


def parse_done(fields: Mapping[str, str]) -> Done | None:
    """What came of it, with a note; None without an outcome, or where the note is too long to keep."""
    text = fields.get("note", "").replace("\r\n", "\n").strip()
    if fields.get("result") not in set(Result) or len(text) > LONGEST_NOTE:
        return None
    return Done(Result(fields["result"]), text)
