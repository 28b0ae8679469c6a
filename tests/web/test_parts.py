"""The macros say what they promise to readers of the page and to readers of the screen."""

import re

from tests.web.page import drawn, page

FIELD = "{% from 'parts/field.html' import text, textarea, select, choices, segments, chips, agree %}"
BUTTON = "{% from 'parts/button.html' import button, post %}"


def test_a_field_ties_label_hint_and_mending_sentence_to_its_box() -> None:
    made = drawn(FIELD + "{{ text('mail', 'Your mail', 'jo@', hint='We write once.', error='Something is missing.') }}")
    assert '<label for="mail">Your mail</label>' in made
    assert 'aria-describedby="mail-hint mail-mend" aria-invalid="true"' in made
    assert '<p class="mend" id="mail-mend">Something is missing.</p>' in made
    assert '<p class="hint" id="mail-hint">We write once.</p>' in made
    assert 'value="jo@"' in made


def test_a_field_without_hint_or_error_points_at_nothing() -> None:
    made = drawn(FIELD + "{{ text('name', 'Your name', required=True, attrs={'autocomplete': 'name'}) }}")
    assert "aria-" not in made
    assert " required" in made
    assert 'autocomplete="name"' in made


def test_what_was_typed_cannot_become_markup() -> None:
    made = drawn(
        FIELD + "{{ text('a', 'A', typed) }}{{ textarea('b', 'B', typed) }}{{ agree('c', 'C', error=typed) }}",
        typed='"><script>x</script>',
    )
    assert "<script>" not in made
    assert made.count("&lt;script&gt;") == 3


def test_a_password_is_never_sent_back() -> None:
    assert "secret" not in drawn(FIELD + "{{ text('p', 'Password', 'secret', type='password') }}")


def test_an_area_keeps_its_first_line_break() -> None:
    assert ">\n\nfirst</textarea>" in drawn(FIELD + "{{ textarea('a', 'A', typed) }}", typed="\nfirst")


def test_a_choice_is_chosen_whatever_the_type_of_its_value() -> None:
    options = [{"value": 1, "label": "One"}, {"value": 2, "label": "Two", "hint": "more"}]
    made = drawn(FIELD + "{{ choices('n', 'How many', options, value='2') }}", options=options)
    assert re.findall(r'value="(\d)" checked', made) == ["2"]
    assert "<legend>How many</legend>" in made
    assert made.index("<b>Two</b>") < made.index('value="2"'), "the radio stands at the end"


def test_checks_take_several_values() -> None:
    options = [{"value": "a", "label": "A"}, {"value": "b", "label": "B"}, {"value": "c", "label": "C"}]
    made = drawn(FIELD + "{{ choices('n', 'Which', options, value=['a', 'c'], multiple=True) }}", options=options)
    assert re.findall(r'type="checkbox" name="n" value="(.)" checked', made) == ["a", "c"]


def test_segments_chips_and_select_keep_what_was_chosen() -> None:
    pairs = [("x", "X"), ("y", "Y")]
    made = drawn(
        FIELD + "{{ segments('s', 'S', pairs, 'y') }}{{ chips('c', 'C', pairs, ['x']) }}"
        "{{ select('l', 'L', pairs, 'y') }}",
        pairs=pairs,
    )
    assert re.findall(r'name="(\w)" value="(\w)" checked', made) == [("s", "y"), ("c", "x")]
    assert '<option value="y" selected>Y</option>' in made


def test_a_button_is_a_link_when_it_leads_somewhere() -> None:
    assert drawn(BUTTON + "{{ button('Book', 'next', href='/c/linden') }}").startswith('<a class="button button-next"')
    assert drawn(BUTTON + "{{ button('Book', 'next') }}").startswith('<button class="button button-next" type="submit"')


def test_a_square_button_keeps_its_name_for_readers() -> None:
    made = drawn(BUTTON + "{{ button('Send', icon_name='send', square=True) }}")
    assert '<span class="unseen">Send</span>' in made
    assert 'aria-hidden="true"' in made


def test_a_post_is_a_form_that_works_without_script() -> None:
    made = drawn(BUTTON + "{{ post('/visit/1/admit', 'Let in', 'next', fields={'seen': '<3'}) }}")
    assert '<form class="post" method="post" action="/visit/1/admit">' in made
    assert '<input type="hidden" name="seen" value="&lt;3">' in made


def test_a_banner_says_it_in_its_first_words_and_announces_only_what_needs_a_person() -> None:
    macro = "{% from 'parts/banner.html' import banner %}"
    assert 'role="alert"' not in drawn(macro + "{{ banner('done', 'It is done.', 'Moved.') }}")
    needed = drawn(macro + "{% call banner('needed', 'Read before you talk.') %}<a href='/x'>Read</a>{% endcall %}")
    assert 'role="alert"' in needed
    assert "<b>Read before you talk.</b>" in needed
    assert "<a href='/x'>Read</a>" in needed


def test_initials_come_from_the_first_and_the_last_name() -> None:
    macro = "{% from 'parts/avatar.html' import avatar %}"
    shown = [re.sub(r"<[^>]+>", "", drawn(macro + f"{{{{ avatar('{name}') }}}}")) for name in ("Mara Lind", "Ana", "")]
    assert shown == ["ML", "A", ""]


def test_the_shells_say_language_direction_and_light() -> None:
    made = drawn("{% extends 'base.html' %}", page("ar", theme="dark"))
    assert '<html lang="ar" dir="rtl" data-theme="dark">' in made
    assert "data-theme" not in drawn("{% extends 'base.html' %}", page())


def test_blocks_that_are_empty_draw_nothing() -> None:
    wall = "{% extends 'base.html' %}{% block wall %}<h1>Yes</h1>{% endblock %}"
    plain, split = drawn(wall), drawn(wall + "{% block lit %}<p>x</p>{% endblock %}")
    assert "halves" not in plain
    assert "half-lit" in split
    assert 'class="band rest"' not in split


def test_help_is_on_every_patient_page_even_without_a_clinic() -> None:
    assert 'href="/c/linden/help"' in drawn("{% extends 'base.html' %}")
    assert '<a class="help-link" href="/help">' in drawn("{% extends 'base.html' %}", page(brand=None))


def test_the_foot_offers_the_other_languages_in_their_own_words() -> None:
    made = drawn("{% extends 'base.html' %}")
    assert '<a href="?lang=ar" lang="ar" hreflang="ar">العربية</a>' in made
    assert "?lang=en" not in made
