"""What the environments do besides Jinja: sentences known when a template is compiled, macros made once."""

import pytest
from jinja2.environment import Template
from markupsafe import Markup

from server.assets import modules
from server.templates import FIXED, environment, escaped


def test_a_sentence_without_values_is_part_of_the_compiled_template() -> None:
    made = environment("en").compile("<p>{{ _('Days') }} and {{ _('Later') }}</p>", raw=True)
    assert "<p>Days and Later</p>" in made


def test_a_sentence_is_said_in_the_language_of_its_environment() -> None:
    assert environment("ar").from_string("{{ _('Days') }}").render() == "الأيام"


@pytest.mark.parametrize(
    ("source", "made"),
    [
        ("{{ _('{day}, {time}').replace('{day}', typed) }}", "&lt;b&gt;, {time}"),
        ("{{ _('Days') ~ typed }}", "Days&lt;b&gt;"),
        ("{{ _('%(day)s morning', day=typed) }}", "&lt;b&gt; morning"),
        ("{% set says = _ %}{{ says('Days') }}", "Days"),
        ("{{ _(typed) }}", "<b>"),
        ("{{ (_) and _('Days') }}", "Days"),
    ],
)
def test_a_sentence_stays_what_it_was_wherever_it_stands(source, made) -> None:
    assert environment("en").from_string(source).render(typed="<b>") == made


def test_a_plain_mail_asks_for_its_sentences_as_ever_since_nothing_in_it_is_markup() -> None:
    made = environment("en").compile("{{ _('Days') }}", name="mail/any.txt", raw=True)
    assert "Markup('Days')" not in made
    assert "'Days'" in made


def test_macros_are_made_once_however_many_pages_import_them() -> None:
    icons = environment("en").get_template("parts/icon.html")
    page = environment("en").get_template("booking/page.html").new_context({})
    assert icons._get_default_module(page) is icons._get_default_module()
    assert "_get_default_module" in vars(Template), "an import of Jinja's asks by this name no more"


def test_what_a_macro_of_our_own_words_makes_is_made_once_and_in_each_language_by_itself() -> None:
    for name, macros in FIXED.items():
        again = environment("en").get_template(name)
        fresh = again.make_module()
        assert all(callable(getattr(again.module, macro)) for macro in macros), name
        for macro in set(macros) - {"icon"}:
            made = getattr(again.module, macro)
            assert made() is made(), "the same words"
            assert made() == getattr(fresh, macro)()
    icon = environment("en").get_template("parts/icon.html").module.icon
    assert icon("check") is icon("check") != icon("check", "small")
    words = [environment(one).get_template("parts/theme.html").module.theme_choice() for one in ("en", "ar")]
    assert words[0] != words[1]


def test_markup_is_written_as_it_is_and_all_else_is_escaped() -> None:
    class Odd:
        def __html__(self) -> str:
            return "<i>"

    made = environment("en").from_string("{{ a }}{{ b }}{{ c }}{{ d }}")
    assert made.render(a=Markup("<b>"), b="<b>", c=Odd(), d=7) == "<b>&lt;b&gt;<i>7"
    assert environment("en").get_template("parts/icon.html").root_render_func.__globals__["escape"] is escaped


def test_a_page_asks_at_once_for_all_that_its_script_will_want() -> None:
    found = modules("js/call/call.js")
    assert found[0] == "js/call/call.js"
    assert len(found) == len(set(found))
    assert {"js/call/pair.js", "js/call/watchdog.js", "js/lib/shelf.js"} <= set(found), "over folders and levels"
    made = environment("en").from_string("{% from 'parts/module.html' import whole %}{{ whole('js/call/call.js') }}")
    page = made.render()
    assert page.count('rel="modulepreload"') == len(found) - 1
    assert page.count("<script") == 1
