"""The one Jinja environment (per language), its filters, and what every page knows.

`render(request, "booking/page.html", BookingPage(...), brand=...)` is the way to answer with a
page. The context is a frozen dataclass; its fields are the template's variables, and a test
holds the two together.
"""

import gettext
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from functools import cache, partial
from io import BytesIO
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from jinja2 import Environment, PackageLoader, StrictUndefined, Template, pass_eval_context, select_autoescape
from jinja2.nodes import EvalContext
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from server.access import Viewer
from server.assets import joined, modules, static
from server.framing import Framed, framed_of
from server.moments import Speaker, calendar_words, known_zone
from server.notify.discreet import words_in
from server.routing import viewer_of
from server.sentences import Sentences
from server.tongues import LANGUAGES, Said, as_read, catalogue_of, direction, in_language, name_in, own_name

THEMES = frozenset({"light", "dark"})


@dataclass(frozen=True)
class Brand:
    """What a page shows of the clinic; `title` stands on the tab, `mark` is the address of its picture.

    `languages`: what its pages for patients speak; empty for all there are. `own`: what its own words are in, `said`:
    these in others.
    """

    SPOKEN: ClassVar[Mapping[str, str]] = {"name": "name"}

    name: str
    title: str
    slug: str
    zone: ZoneInfo
    language: str
    phone: str
    accent_css: str | None
    home: str
    help: str
    mark: str = ""
    mark_wide: int = 0
    languages: tuple[str, ...] = ()
    exit_to: str = ""
    own: str = ""
    said: Said | None = field(default=None, hash=False)
    country: str = ""
    silent: frozenset[str] = frozenset()  # helplines that its people found silent


@dataclass(frozen=True)
class NavItem:
    label: str
    href: str
    icon: str
    current: bool = False
    count: int | None = None


@dataclass(frozen=True)
class Page:
    """What every template may use as `page`."""

    lang: str
    dir: str
    theme: str
    path: str
    say: Speaker
    viewer: Viewer
    brand: Brand | None = None
    nav: Sequence[NavItem] = ()
    notice: str = ""
    mails: bool = True  # a mail reaches whoever gave an address; False while mails are kept as files
    texts: bool = True  # a text message reaches whoever gave a number
    languages: Sequence[str] = tuple(LANGUAGES)
    frame: Framed | None = None
    zone_told: bool = False  # the browser said where it is, or staff see the clinic's clock
    urgent: Any = None  # whom to call, a `safety.near.Urgent`; shown where the page of help does not open
    glass_until: datetime | None = None  # what is shown is open in an emergency, until then

    def to(self, path: str) -> str:
        """Where a link of this page leads: inside the frame, where there is one around it."""
        return self.frame.to(path) if self.frame else path

    def apart(self, path: str) -> str:
        """Where a link leads that opens a tab of its own where there is a frame around this page."""
        return self.frame.apart(path) if self.frame else path


FIXED = {
    "parts/brand.html": ("mark",),
    "parts/avatar.html": ("anyone",),
    "parts/drawing.html": ("drawing", "nothing_yet"),
    "parts/icon.html": ("icon",),
    "parts/theme.html": ("theme_choice",),
}
"""Macros that know a few words of our own and nothing of anybody: what they made once is what they make."""


def escaped(value: Any) -> Markup:
    return value if type(value) is Markup else escape(value)


class Shared(Template):
    """A template whose macros are made once. No template here has globals of its own, so none needs them made anew.

    What is markup already is written as it is: the library's `escape` makes each piece of it anew, and half of a page
    are pieces that a macro or a sentence made.
    """

    @classmethod
    def from_code(cls, environment: Environment, code: Any, globals: Any, uptodate: Any = None) -> "Template":
        made = super().from_code(environment, code, globals, uptodate)
        made.root_render_func.__globals__["escape"] = escaped
        return made

    def _get_default_module(self, ctx: Any = None) -> Any:
        made = self._module is None
        module = super()._get_default_module()
        if made:
            for name in FIXED.get(self.name or "", ()):
                setattr(module, name, cache(getattr(module, name)))
        return module


@cache
def environment(language: str) -> Environment:
    """The environment that speaks `language`."""
    env = Environment(
        loader=PackageLoader("web"),
        autoescape=select_autoescape(default=True, disabled_extensions=("txt",)),  # plain mails alone
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do", Sentences],
        trim_blocks=True,
        lstrip_blocks=True,
        cache_size=-1,  # all of them are kept: there are a few hundred, and a page looks forty up
        auto_reload=False,  # static files are bound to the build as well; a look at forty files costs every page
    )
    env.template_class = Shared
    env.extend(catalogue=translations(language))
    env.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]
    env.globals["gettext"] = env.globals["_"] = spoken(translations(language))
    env.globals["ngettext"] = counted(translations(language))
    env.globals["static"] = static
    env.globals["own_name"] = own_name
    env.globals["language_name"] = partial(name_in, language)
    env.globals["joined"] = joined
    env.globals["modules"] = modules
    env.filters["ltr"] = left_to_right
    env.filters["told"] = partial(told, language)
    env.filters["tongue"] = partial(tongue, language)
    env.globals["links"] = Markup(env.get_template("parts/links.html").render())  # noqa: S704 - our own addresses
    return env


def spoken(catalogue: gettext.NullTranslations) -> Callable[..., str]:
    """`_('words', name=...)` of templates: each sentence is looked up and made markup once, not on every page."""
    known: dict[str, str] = {}
    whole: dict[str, Markup] = {}

    @pass_eval_context
    def translate(context: EvalContext, words: str, **values: Any) -> str:
        if words not in known:
            known[words] = catalogue.gettext(words)
        if not context.autoescape:
            return known[words] % values
        if values:
            return filled(known[words], values)
        if words not in whole:
            whole[words] = filled(known[words], {})
        return whole[words]

    return translate


def counted(catalogue: gettext.NullTranslations) -> Callable[..., str]:
    """`ngettext('one', 'many', number, name=...)` of templates, which know the number as `num`."""

    @pass_eval_context
    def translate(context: EvalContext, one: str, many: str, number: int, **values: Any) -> str:
        values.setdefault("num", number)
        sentence = catalogue.ngettext(one, many, number)
        return filled(sentence, values) if context.autoescape else sentence % values

    return translate


def filled(sentence: str, values: Mapping[str, Any]) -> Markup:
    """A sentence of our own with its values, each escaped."""
    return Markup(sentence % {name: escape(value) for name, value in values.items()})  # noqa: S704


def left_to_right(text: str) -> Markup:
    """A telephone number as it is dialled: among Arabic words its groups would else change places."""
    return Markup('<bdi dir="ltr">{}</bdi>').format(text)


def told(language: str, words: str) -> str:
    """Words among those of a page: marked with their language where that is another."""
    lang = getattr(words, "lang", language)
    if lang == language:
        return words
    return Markup('<bdi lang="{}" dir="{}">{}</bdi>').format(lang, direction(lang), str(words))


def tongue(language: str, words: str, usual: str = Markup(' dir="auto"')) -> str:
    """What the element says that holds nothing but these words: their language, where the page is in another."""
    lang = getattr(words, "lang", language)
    return usual if lang == language else Markup(' lang="{}" dir="{}"').format(lang, direction(lang))


@cache
def catalogue(language: str) -> Catalog | None:
    """The sentences of a language as they are kept; None for English, which is the source."""
    source = catalogue_of(language)
    if source is None:
        return None
    with source.open("rb") as handle:
        return read_po(handle, locale=language)


@cache
def translations(language: str) -> gettext.NullTranslations:
    """The catalogue of a language, compiled in memory from its .po; English is the source."""
    known = catalogue(language)
    if known is None:
        return gettext.NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, known)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


MESSAGES = ("web/templates/mail/", "server/")
"""Where the sentences of messages stand."""
NO_MESSAGES = ("server/programmes/tongues.py",)
"""Where sentences stand that no message uses: what the programmes say to patients who read of their own."""


@cache
def usual_words(language: str) -> frozenset[str]:
    """The words that messages in this language use of themselves, names of days, months and places with them."""
    known = next(found for found in map(catalogue, LANGUAGES) if found)
    spoken_here = known if language == "en" else catalogue(language) or known
    said = [
        str(words)
        for message in spoken_here
        if any(path.startswith(MESSAGES) and path not in NO_MESSAGES for path, _ in message.locations)
        for words in _sentences(message.id if language == "en" else message.string)
    ]
    return words_in(" ".join([*said, *calendar_words(language)]))


def _sentences(found: object) -> Sequence[object]:
    return found if isinstance(found, list | tuple) else [found]


def variables(context: Any) -> dict[str, Any]:
    """The fields of a context dataclass, one level deep."""
    if isinstance(context, Mapping):
        return dict(context)
    return {field.name: getattr(context, field.name) for field in fields(context)}


@dataclass(frozen=True)
class MailLook:
    """What a mail wears: colours by day and at dusk, and how wide the clinic's picture (`cid:mark`) stands before its
    name; 0: none.
    """

    accent_day: str = "#25573f"
    on_accent_day: str = "#fcfbf6"
    accent_dusk: str = "#99d2ae"
    on_accent_dusk: str = "#0b201b"
    picture: int = 0


HOUSE_LOOK = MailLook()


class Drawn(str):
    """A mail as it looks for now, which can be drawn once more in the look of its clinic: who writes it knows its words
    and who sends it its look.
    """

    again: Callable[[MailLook], "Drawn"]


def render_text(name: str, context: Any, language: str, look: MailLook = HOUSE_LOOK) -> Drawn:
    """A template without a request: mails, in the house's look unless another is given."""
    found = Drawn(environment(language).get_template(name).render(look=look, **variables(context)))
    found.again = partial(render_text, name, context, language)
    return found


def render(
    request: Request,
    name: str,
    context: Any = None,
    *,
    brand: Brand | None = None,
    status: int = 200,
    zone: ZoneInfo | None = None,
) -> HTMLResponse:
    """Answer with a page in the viewer's language, zone and theme."""
    page = page_of(request, brand, zone)
    known = variables(context) if context is not None else {}
    if page.brand and page.brand.own not in ("", page.lang):
        known = {name: as_read(value, page.lang, page.brand.own) for name, value in known.items()}
    body = environment(page.lang).get_template(name).render(page=page, **known)
    response = HTMLResponse(body, status)
    if request.query_params.get("lang") in LANGUAGES and not _to_keep(request):
        remember_language(response, page.lang)
    return response


def _to_keep(request: Request) -> bool:
    """Whether a worker fetches a page to keep it, in the language that it was made for: that is nobody's choice. A page
    that it passes on to who opened it says 'empty' in some browsers too, and is one.
    """
    headers = request.headers
    return headers.get("sec-fetch-dest") == "empty" and headers.get("sec-fetch-mode") != "navigate"


def remember_language(response: Response, language: str) -> None:
    """Let the pages that come after this one speak it too."""
    response.set_cookie("lang", language, max_age=31_536_000, samesite="lax", httponly=True)


def page_of(request: Request, brand: Brand | None = None, zone: ZoneInfo | None = None) -> Page:
    """What this request tells of language, theme and zone."""
    brand = brand or getattr(request.state, "brand", None)
    language = language_of(request, brand)
    framed = framed_of(request)
    theme = framed.carried.get("theme", "") if framed else request.cookies.get("theme", "")
    nav = request.app.state.nav if hasattr(request.app.state, "nav") else None
    urgent = getattr(request.app.state, "urgent", None)
    near = (brand.country, brand.silent) if brand else ("", ())
    viewer = viewer_of(request)
    counts = getattr(request.state, "counts", {})
    house = getattr(request.app.state, "house", None)
    notice = request.query_params.get("notice", "")
    path = request.scope["path"]
    return Page(
        lang=language,
        dir=LANGUAGES[language],
        theme=theme if theme in THEMES else "",
        path=path,
        say=Speaker(zone or visitor_zone(request, brand), language, house.clock() if house else None),
        viewer=viewer,
        brand=in_language(brand, language, brand.own or language) if brand else None,
        nav=nav(viewer, path, translations(language).gettext, counts) if nav and viewer.is_staff else (),
        notice=notice if notice.replace("-", "").isalpha() else "",
        mails=house is None or house.mailer.sends,
        frame=framed,
        urgent=urgent(request.cookies.get("tz", ""), *near) if urgent else None,
        glass_until=getattr(request.state, "glass_until", None),
        zone_told=viewer.is_staff or any("tz" in told for told in (request.cookies, request.query_params)),
        texts=house is None or house.texter.sends,
        languages=tuple(offered(brand, viewer)),
    )


def offered(brand: Brand | None, viewer: Viewer) -> Collection[str]:
    """The languages that a page speaks: for patients those of the clinic, for its staff every one there is."""
    if brand is None or not brand.languages or viewer.is_staff:
        return LANGUAGES
    return [one for one in LANGUAGES if one in brand.languages] or LANGUAGES


def language_of(request: Request, brand: Brand | None = None) -> str:
    """The visitor's choice, else what their browser asks for first, else the clinic's, else English."""
    viewer = viewer_of(request)
    known = offered(brand, viewer)
    for chosen in (request.query_params.get("lang"), request.cookies.get("lang")):
        if chosen and chosen in known:
            return chosen
    if brand and brand.language in known and viewer.is_staff:
        return brand.language
    for part in request.headers.get("accept-language", "").split(","):
        tag = part.split(";")[0].strip().split("-")[0].lower()
        if tag in known:
            return tag
    return brand.language if brand and brand.language in known else next(iter(known))


def visitor_zone(request: Request, brand: Brand | None = None) -> ZoneInfo:
    """The zone the visitor chose or their browser told us; staff and strangers to it see the clinic's."""
    fallback = brand.zone if brand else ZoneInfo("UTC")
    if viewer_of(request).is_staff:
        return fallback
    for told in (request.query_params.get("tz", ""), request.cookies.get("tz", "")):
        zone = known_zone(told)
        if zone:
            return zone
    return fallback
