"""Choices of the page that makes the snippet."""

from server.embed.forms import Form, Known, read

KNOWN = Known({"s1"}, {"mara-lind"}, {"en", "ar"}, "#25573f")
LABELS = dict.fromkeys(Form, "Book a time") | {Form.VISIT: "Start video visit"}


def chosen(**fields: str):
    return read(fields, KNOWN, LABELS)


def test_nothing_chosen_is_inside_the_page_with_nothing_said() -> None:
    plain = chosen()
    assert plain.form is Form.INLINE
    assert plain.label == "Book a time"
    assert plain.path("linden") == "/c/linden"
    assert plain.attributes == {}


def test_what_is_chosen_stands_in_address_and_attributes() -> None:
    full = chosen(form="float", therapist="mara-lind", service="s1", theme="dark", lang="ar", side="start")
    assert full.path("linden") == "/c/linden/mara-lind?service=s1"
    assert full.attributes == {"theme": "dark", "lang": "ar", "colour": "#25573f", "side": "start"}


def test_a_visit_leads_to_the_waiting_room_whatever_else_is_chosen() -> None:
    visit = chosen(form="visit", therapist="mara-lind", service="s1", theme="dark")
    assert visit.path("linden") == "/c/linden/waiting-room"
    assert visit.label == "Start video visit"
    assert visit.attributes == {"colour": "#25573f"}


def test_what_is_unknown_falls_back() -> None:
    odd = chosen(form="x", therapist="nobody", service="s9", theme="pink", lang="xx", colour="red", side="top")
    assert odd == chosen()


def test_a_redirect_that_cannot_stand_is_left_out_and_named() -> None:
    assert chosen(redirect="https://clinic.example/thanks").attributes == {"redirect": "https://clinic.example/thanks"}
    for typed in ("javascript:alert(1)", "http://clinic.example", 'https://x"onload=y', "thanks"):
        odd = chosen(redirect=typed)
        assert odd.attributes == {}
        assert odd.unfit == {"redirect"}


def test_a_plain_link_has_no_attributes() -> None:
    assert chosen(form="link", theme="dark", colour="#000000", redirect="https://clinic.example").attributes == {}
