"""Words of a clinic in the language of who reads them; what is lacking is marked with what it is in."""

from dataclasses import replace

from server.templates import environment
from server.tongues import LANGUAGES, Words, as_read, direction, in_language
from tests.server.booking.linden import a_service

PLAIN = a_service("A session", about="50 minutes")
TOLD = replace(PLAIN, said={"ar": {"name": "جلسة"}})


def test_each_language_is_written_as_unicode_says() -> None:
    assert LANGUAGES == {"en": "ltr", "ar": "rtl"}
    assert [direction(tag) for tag in ("he", "fr", "zh-Hant", "ur")] == ["rtl", "ltr", "ltr", "rtl"]


def test_its_own_readers_get_a_thing_as_it_is() -> None:
    assert in_language(TOLD, "en", "en") is TOLD


def test_what_was_written_in_a_language_stands_and_the_rest_says_what_it_is_in() -> None:
    found = in_language(TOLD, "ar", "en")
    assert (found.name, found.about) == ("جلسة", "50 minutes")
    assert not isinstance(found.name, Words)
    assert isinstance(found.about, Words)
    assert found.about.lang == "en"


def test_sequences_are_read_too_and_what_says_nothing_is_left_alone() -> None:
    assert [one.name for one in as_read([TOLD, PLAIN], "ar", "en")] == ["جلسة", "A session"]
    assert as_read("A session", "ar", "en") == "A session"
    assert as_read([], "ar", "en") == []


def test_a_page_marks_words_of_another_language_and_no_others() -> None:
    page = environment("ar").from_string("<p{{ words | tongue }}>{{ words | told }}</p>")
    english, arabic = Words("Tea & talk", "en"), "شاي"
    assert page.render(words=english) == '<p lang="en" dir="ltr"><bdi lang="en" dir="ltr">Tea &amp; talk</bdi></p>'
    assert page.render(words=arabic) == '<p dir="auto">شاي</p>'
    assert environment("ar").from_string("<option{{ w | tongue('') }}>").render(w="شاي") == "<option>"
    assert page.render(words="<b>").endswith("&lt;b&gt;</p>")
