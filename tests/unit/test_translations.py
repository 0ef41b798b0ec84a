"""Everything the portal says in Swedish it says in English too: the catalogue is whole, and no text goes past it."""

import ast
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.frontend import CommandLineInterface
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from flask_wtf import FlaskForm

from portal.errors import SettingsError
from portal.web.language import check_catalogues

ROOT = Path(__file__).parents[2]
TRANSLATIONS = ROOT / "portal/web/translations"
ENGLISH = TRANSLATIONS / "en/LC_MESSAGES/messages.po"

# What is written alike in both languages.
ALIKE = {"Filter", "Person", "Person %(person)s", "Plan", "Region", "Start", "Text"}
SWEDISH_LETTERS = re.compile("[åäöÅÄÖ]")
# A command one types.
WRITTEN_OUT = {"portal-audit verify --config portal.toml"}
# Where words stand in both languages side by side, are invented people's, or are the product's name or single letters.
OTHER_TONGUES = (
    *("portal/exchange/", "portal/plans/clashes/sentences/", "portal/config.py"),
    "portal/demo/",
    *("portal/cli.py", "portal/plans/timeline/lettering.py"),
)
MARKS = {"_", "say", "gettext", "lazy_gettext", "ngettext"}


@pytest.fixture(scope="module")
def code(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """Every text of the code, taken out as babel.cfg says."""
    template = tmp_path_factory.mktemp("extracted") / "portal.pot"
    command = ["pybabel", "-q", "extract", "-F", "portal/web/translations/babel.cfg", "-k", "lazy_gettext", "-k", "say"]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        run: Callable[[list[str]], object] = CommandLineInterface().run
        run([*command, "--sort-output", "--no-location", "-o", str(template), "."])
    with template.open("rb") as file:
        return read_po(file)


@cache
def english() -> Catalog:
    with ENGLISH.open("rb") as file:
        return read_po(file, locale="en")


def messages(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


def forms(text: object) -> tuple[str, ...]:
    """A text's singular and plural, or its only form."""
    return tuple(map(str, text)) if isinstance(text, (list, tuple)) else (str(text),)


def test_every_text_of_the_code_is_in_the_catalogue_and_no_other(code: Catalog) -> None:
    said, kept = ({message.id for message in messages(each)} for each in (code, english()))
    assert said - kept == set(), "new texts: see portal/web/translations/babel.cfg"
    assert kept - said == set(), "texts that nobody says any more: see portal/web/translations/babel.cfg"
    assert not english().obsolete


def test_every_text_is_translated_in_all_its_forms() -> None:
    for message in messages(english()):
        assert not message.fuzzy, message.id
        assert len(forms(message.string)) == len(forms(message.id)), message.id
        assert all(form.strip() for form in forms(message.string)), message.id


def test_the_english_is_not_the_swedish() -> None:
    alike = {
        forms(message.id)[0] for message in messages(english()) if set(forms(message.id)) & set(forms(message.string))
    }
    without_words = {text for text in alike if not re.search("[a-z]", re.sub(r"%\(\w+\)s", "", text))}
    assert alike - without_words == ALIKE


def test_what_is_filled_in_is_filled_in_both_languages() -> None:
    for message in messages(english()):
        swedish, translated = (
            {frozenset(_filled(form)) for form in forms(each)} for each in (message.id, message.string)
        )
        assert swedish == translated, message.id


def test_a_text_ends_alike_in_both_languages() -> None:
    for message in messages(english()):
        for swedish, translated in zip(forms(message.id), forms(message.string), strict=True):
            assert _ending(swedish) == _ending(translated), message.id


def test_the_catalogue_that_pages_use_is_compiled_from_this_one() -> None:
    with ENGLISH.with_suffix(".mo").open("rb") as file:
        compiled = {forms(message.id): forms(message.string) for message in messages(read_mo(file))}
    written = {forms(message.id): forms(message.string) for message in messages(english())}
    assert compiled == written, "run make setup"


def test_a_portal_without_its_compiled_words_says_what_to_do(tmp_path: Path) -> None:
    check_catalogues(TRANSLATIONS)
    with pytest.raises(SettingsError, match="make setup"):
        check_catalogues(tmp_path)


@pytest.mark.parametrize("template", sorted(ROOT.glob("portal/**/*.html")), ids=lambda path: path.name)
def test_no_template_holds_words_of_its_own(template: Path) -> None:
    # A macro may write attributes only, and those are no words.
    text = re.sub(r"{#.*?#}|{%.*?%}|{{.*?}}", "", template.read_text("utf-8"), flags=re.DOTALL)
    attributes = re.findall(r'(?:aria-label|alt|title|placeholder)="([^"]*)"', text)
    words = [" ".join(part.split()) for part in [*re.split(r"<[^>]*>", text), *attributes]]
    assert {each for each in words if re.search(r"[^\W\d_]", each) and '="' not in each} <= WRITTEN_OUT


def test_no_swedish_in_the_code_goes_past_the_catalogue() -> None:
    found = [
        f"{name}:{node.lineno} {node.value!r}"
        for name in (path.relative_to(ROOT).as_posix() for path in sorted(ROOT.glob("portal/**/*.py")))
        if not name.startswith(OTHER_TONGUES)
        for node in _unmarked(ast.parse((ROOT / name).read_text("utf-8")))
        if isinstance(node.value, str) and SWEDISH_LETTERS.search(node.value)
    ]
    assert found == []


def test_every_form_is_one_that_speaks_our_words() -> None:
    for path in ROOT.glob("portal/*/forms.py"):
        __import__(".".join(path.relative_to(ROOT).with_suffix("").parts))
    assert [each.__name__ for each in FlaskForm.__subclasses__() if each.__module__.startswith("portal")] == [
        "PortalForm"
    ]


def _filled(text: str) -> list[str]:
    return re.findall(r"%\(\w+\)[sd]|{\w+}", text)


def _ending(text: str) -> str:
    return text[-1] if text.endswith((".", "?", ":", "…")) else ""


def _unmarked(node: ast.AST) -> Iterator[ast.Constant]:
    """The strings below ``node`` that are neither marked for translation nor documentation."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS:
        return
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Constant) and isinstance(child.value, str):
            yield child
        elif not (isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)):
            yield from _unmarked(child)
