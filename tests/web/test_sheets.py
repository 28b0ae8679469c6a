"""House rules of the stylesheets, templates and browser code, kept by reading them."""

import re
from pathlib import Path

from tests.each import of_each

WEB = Path(__file__).parents[2] / "web"
SHEETS = sorted((WEB / "static/css").rglob("*.css"))
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
PAGES = [path for path in TEMPLATES if "mail" not in path.parts]
SCRIPTS = sorted([*(WEB / "static/js").rglob("*.js"), *(WEB / "static/embed").glob("*.js")])
COMMENT = re.compile(r"/\*.*?\*/", re.S)
PHYSICAL = re.compile(
    r"(?<![-\w])(?:(?:margin|padding|border)-(?:left|right|top|bottom)|left|right|(?:min-|max-)?(?:width|height))\s*:"
    r"|text-align:\s*(?:left|right)"
)
TOKEN_SHEETS = {"tokens.css", "fonts.css"}


def named(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(WEB)) for path in paths]


def rules(name: str) -> str:
    return COMMENT.sub("", (WEB / name).read_text())


@of_each(name=named([path for path in SHEETS if path.name not in TOKEN_SHEETS]))
def test_no_colour_by_value(name: str) -> None:
    found = set(re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\(|oklch\(", rules(name)))
    # Paper and what a phone's camera reads are black on white whatever the mode.
    allowed = {"#fff", "#000"} if name.endswith(("print.css", "qr.css")) else set()
    assert found <= allowed


@of_each(name=named([path for path in SHEETS if path.name != "fonts.css"]))
def test_every_rule_is_in_a_layer(name: str) -> None:
    text = re.sub(r"@layer [a-z, ]+;", "", rules(name))
    depth, outside = 0, ""
    for char in text:
        depth += (char == "{") - (char == "}")
        outside += char if depth == 0 and char != "}" else ""
    assert set(outside.split()) <= {"@layer", "reset", "tokens", "base", "layout", "parts", "page", "motion", "print"}
    assert depth == 0


@of_each(name=named(SHEETS))
def test_directions_are_logical(name: str) -> None:
    text = re.sub(r"@(?:media|container)[^{]*\{", "", rules(name))
    assert PHYSICAL.findall(text) == []


@of_each(name=named(SHEETS))
def test_d07_nothing_is_fetched_from_elsewhere(name: str) -> None:
    assert not re.search(r"url\(\s*[\"']?(?:https?:)?//|@import", rules(name))


@of_each(name=named(SHEETS))
def test_what_a_sheet_fetches_exists(name: str) -> None:
    for target in re.findall(r"url\(\"([^\"]+)\"\)", rules(name)):
        assert ((WEB / name).parent / target).resolve().is_file()


@of_each(name=named(PAGES))
def test_no_inline_style_or_script(name: str) -> None:
    text = (WEB / name).read_text()
    assert not re.search(r"\sstyle\s*=|<style|\son[a-z]+\s*=\s*[\"']|javascript:", text)
    for tag in re.findall(r"<script\b[^>]*>", text):
        assert "src=" in tag or 'type="application/json"' in tag


@of_each(name=named(PAGES))
def test_sheets_a_page_names_exist(name: str) -> None:
    for listed in re.findall(r"set sheets = \[([^\]]*)\]", (WEB / name).read_text()):
        for sheet in re.findall(r"'([^']+)'", listed):
            assert (WEB / f"static/css/parts/{sheet}.css").is_file(), sheet


@of_each(name=named(PAGES))
def test_files_and_icons_a_template_names_exist(name: str) -> None:
    text = (WEB / name).read_text()
    for target in re.findall(r"static\('([^'~]+)'\)", text):
        assert (WEB / "static" / target).is_file(), target
    drawn = set(re.findall(r"(?<!\w)'([a-z0-9-]+)': '<", (WEB / "templates/parts/icon.html").read_text()))
    asked = re.findall(r"\bicon\('([a-z0-9-]+)'", text) + re.findall(r"icon_name='([a-z0-9-]+)'", text)
    assert set(asked) <= drawn


@of_each(name=named(SCRIPTS))
def test_scripts_are_checked_and_build_no_markup(name: str) -> None:
    text = (WEB / name).read_text()
    assert text.startswith("// @ts-check")
    assert not re.search(r"\beval\(|new Function|insertAdjacentHTML|document\.write|setAttribute\(['\"]style", text)
    assert not re.search(r"(?:from|import)\s*\(?['\"](?!\.)", text), "imports are relative"
