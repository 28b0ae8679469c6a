"""A clinic's own questions await a clinician, each by itself; and each as a sentence."""

from collections.abc import Callable, Sequence

from server.clinic.confirming.rules import Topic, version_of
from server.clinic.confirming.topics import Asks
from server.measures.catalogue import shipped
from server.record.care.rules import Way
from server.record.prompts import store
from server.record.prompts.forms import data_of
from server.record.prompts.rules import Rule
from server.record.prompts.store import Kept

HERE = "/staff/clinic/prompts"


def key_of(one: Kept) -> str:
    return f"prompt-{one.prompt_id.hex}"


def version(one: Kept) -> str:
    return version_of(data_of(one.rule))


async def prompt_topics(asks: Asks) -> Sequence[Topic]:
    """Every question of the clinic; it is asked of nobody before somebody confirms it."""
    _ = asks.gettext
    return [
        Topic(
            key=key_of(one),
            area=_("Your clinic’s own questions"),
            name=one.rule.words,
            version=version(one),
            awaits=[_("Whether this question should be asked, and when")],
            figures=[(_("When"), sentence(one.rule, _))],
            sources=[_("Your clinic")],
            look=HERE,
        )
        for one in await store.prompts_of(asks.db, asks.clinic.id)
    ]


def sentence(rule: Rule, gettext: Callable[[str], str]) -> str:
    """What a question is asked by: '2 adequate trials of 6 weeks; PHQ-9 above 15, of the last 60 days'."""
    _, found = gettext, []
    if rule.trials:
        told = {"num": rule.trials, "weeks": rule.weeks}
        found.append(_("adequate trials of at least %(weeks)s weeks: %(num)s or more") % told)
    if rule.measure and rule.above is not None:
        name = shipped()[rule.measure].name if rule.measure in shipped() else rule.measure
        words = _("%(name)s above %(above)s, of the last %(days)s days")
        found.append(words % {"name": name, "above": rule.above, "days": rule.days})
    if rule.diagnosis:
        found.append(_("a diagnosis that begins with %(code)s") % {"code": rule.diagnosis})
    if rule.untried:
        found.append(_("not in the record so far: %(what)s") % {"what": way_words(rule.untried, _)})
    return "; ".join(found)


def way_words(way: Way, gettext: Callable[[str], str]) -> str:
    _ = gettext
    words = {Way.TALK: _("Talking therapy"), Way.KETAMINE: _("Ketamine or esketamine"), Way.OTHER: _("Other")}
    return words.get(way, way.upper())
