"""What a patient wrote, as it is printed for themselves: moods month by month, tools entry by entry. Pure but for the
words, which are those of their pages.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from markupsafe import Markup

from server.journal.cbt.entry import night_of
from server.journal.cbt.rules import Field, Option, Tool, Type, Words
from server.journal.cbt.telling import Told, told
from server.journal.homework.rules import Aim, Task
from server.journal.mood.rules import mood_of
from server.journal.rules import Entry
from server.moments import Speaker
from server.record.export.printed import Block, Part, block
from server.templates import environment, translations


def plain(words: object) -> str:
    """What a page's own words say, without markup; what people wrote within them stays as they wrote it."""
    return Markup(str(words)).striptags()  # noqa: S704 - made by our templates, which escape what people wrote


class Diaries:
    """Says entries in one language, to their patient."""

    def __init__(self, say: Speaker) -> None:
        self._say = say
        env = environment(say.language)
        self._mood: Any = env.get_template("journal/mood/parts.html").module
        self._tool: Any = env.get_template("journal/cbt/said.html").module
        self._reads: Any = env.get_template("journal/words.html").module
        self._: Callable[[str], str] = translations(say.language).gettext

    def moods(self, entries: Sequence[Entry]) -> list[Block]:
        """One block for each month, the oldest first; a day without an entry has no line."""
        months = groupby(entries, key=lambda one: one.day.replace(day=1))
        return [block(self._say.month_year(month), [], [self._day(one) for one in found]) for month, found in months]

    def _day(self, entry: Entry) -> tuple[str, str]:
        mood = mood_of(entry.value, entry.words)
        lines = (plain(self._mood.told(mood, True)), mood.note, f"({self._who(entry)})")
        return self._say.date(entry.day), "\n".join(one for one in lines if one)

    def tool(self, tool: Tool, entries: Iterable[Entry]) -> list[Block]:
        """Every entry with all its answers, the oldest first."""
        return [self._entry(told(tool, one)) for one in entries]

    def tasks(self, tools: Mapping[str, Aim], tasks: Iterable[Task]) -> list[Block]:
        """What was given to them to do between sessions."""
        return [self._task(tools.get(one.tool), one) for one in tasks]

    def _task(self, tool: Aim | None, task: Task) -> Block:
        when = self._("for %(day)s") % {"day": self._say.day_year(task.due)} if task.due else ""
        done = self._("done") if task.entry_id else ""
        return block(self.word(tool.task) if tool else task.tool, [self._say.full(task.at), when, done], _texts(task))

    def _entry(self, one: Told) -> Block:
        day = self._say.day_year(one.entry.day)
        small = [day if one.title else "", self._("Not finished") if one.open else "", self._who(one.entry)]
        fields = [field for field in one.tool.fields_of(one.form) if field.type is not Type.AGAIN]
        texts = [(self.word(each.label), self._answer(one, each)) for each in fields if each.id in one.said]
        night = night_of(one)
        texts += [("", plain(self._tool.night_facts(night, one.tool, self._say.language)))] if night else []
        return block(one.title or day, small, [(label, text) for label, text in texts if text])

    def _answer(self, one: Told, field: Field) -> str:
        found = one.said[field.id]
        if field.type is not Type.ROWS:
            return self._value(field, found)
        inner = [each for each in field.fields if each.type is not Type.KEY] + one.tool.later(field.id, one.form)
        return "\n".join(self._row(inner, row) for row in found)

    def _row(self, fields: Iterable[Field], row: Mapping[str, Any]) -> str:
        said = [(one, self._value(one, row[one.id])) for one in fields if row.get(one.id) not in (None, "", False)]
        return "; ".join(text if one.type.free else f"{self.word(one.label)}: {text}" for one, text in said)

    def _value(self, field: Field, found: Any) -> str:
        if field.type in {Type.SCALE, Type.AGAIN}:
            return f"{found} {self._('of %(top)s') % {'top': field.top}}"
        if field.type in {Type.ONE, Type.MANY}:
            return self._say.comma.join(self._chosen(field.options, found if isinstance(found, list) else [found]))
        return self._("yes") if found is True else "" if found is False else str(found)

    def _chosen(self, options: Iterable[Option], keys: Sequence[str]) -> list[str]:
        return [self.word(one.label) for one in options if one.key in keys]

    def _who(self, entry: Entry) -> str:
        return plain(self._reads.who_reads(entry.share))

    def word(self, words: Words) -> str:
        """In their language, in English where it is not told in it."""
        return words[self._say.language]


def _texts(task: Task) -> list[tuple[str, str]]:
    return [("", task.note)] if task.note else []


def printed_journal(
    say: Speaker, title: str, moods: Sequence[Entry], tools: Sequence[tuple[Tool, Sequence[Entry]]]
) -> list[Part]:
    """Moods below `title`, then each tool below its name; what holds no entry is left out where it is printed."""
    diaries = Diaries(say)
    return [(title, diaries.moods(moods)), *((diaries.word(tool.name), diaries.tool(tool, own)) for tool, own in tools)]
