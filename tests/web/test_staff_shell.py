"""Staff see the way they may go, and nothing of it before they are signed in."""

from tests.web.page import drawn, page, staff_page

BARE = "{% set bare = True %}{% extends 'staff.html' %}{% block main %}<h1>Sign in</h1>{% endblock %}"
FULL = "{% extends 'staff.html' %}{% block main %}<h1>Today</h1>{% endblock %}"
WITH_LIT = FULL + "{% block lit %}<p>Two people</p>{% endblock %}{% block lit_label %}Waiting now{% endblock %}"


def test_the_navigation_shows_where_one_is_and_what_came() -> None:
    made = drawn(FULL, staff_page())
    assert '<a href="/staff" aria-current="page">' in made
    assert '<span class="nav-count">2</span>' in made
    assert made.count("nav-count") == 1
    assert "Mara Lind" in made


def test_locking_the_screen_is_a_post() -> None:
    made = drawn(FULL, staff_page())
    form = made[made.index('<div class="nav-foot">') :]
    assert '<form method="post"' in form
    assert "Lock the screen" in form


def test_before_sign_in_there_is_no_navigation() -> None:
    assert 'class="nav"' not in drawn(FULL, page())
    assert 'class="nav"' not in drawn(BARE, staff_page())
    assert 'class="staff bare"' in drawn(BARE, staff_page())


def test_the_lit_column_is_there_when_it_holds_something_and_has_a_name() -> None:
    assert "<aside" not in drawn(FULL, staff_page())
    assert '<aside class="column column-lit" aria-label="Waiting now">' in drawn(WITH_LIT, staff_page())
