"""The words of the printed form: whole in every language, or nothing starts."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.consent.form import texts
from portal.consent.form.texts import CURRENT, check_form_texts, form_texts
from portal.consent.forms import FORMS, LANGUAGES
from portal.consent.rules import Category
from portal.errors import SettingsError

FOLDER = Path(texts.__file__).with_name("texts")


@pytest.fixture
def copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of texts that may be spoilt."""
    for file in FOLDER.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    monkeypatch.setattr(texts, "_FOLDER", tmp_path)
    form_texts.cache_clear()
    return tmp_path


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    yield
    form_texts.cache_clear()


def test_every_language_one_can_choose_has_its_text() -> None:
    check_form_texts()
    assert list(CURRENT) == list(FORMS)
    assert {form_texts(version).language for version in CURRENT.values()} == set(LANGUAGES)


def test_every_text_in_the_folder_can_be_read_and_is_named_for_its_language() -> None:
    for file in FOLDER.iterdir():
        assert file.stem.split("-")[0] == form_texts(file.stem).language


def test_only_arabic_runs_from_right_to_left() -> None:
    assert [choice for choice, version in CURRENT.items() if form_texts(version).direction == "rtl"] == ["ar"]


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('strike = "', 'strick = "', "strike"),
        ('yes = "Yes"', 'yes = ""', "yes"),
        ('yes = "Yes"', 'yes = " Yes"', "yes"),
        ("health = [", "wealth = [", "categories"),
        ('check_in = ["Check-ins", "short notes from meetings"]', "", "categories"),
        ('direction = "ltr"', 'direction = "up"', "direction"),
    ],
)
def test_a_text_that_is_not_whole_stops_the_start(copies: Path, old: str, new: str, named: str) -> None:
    words = (copies / "en-1.toml").read_text("utf-8")
    assert old in words
    (copies / "en-1.toml").write_text(words.replace(old, new), "utf-8")
    with pytest.raises(SettingsError, match=f"en-1.*{named}"):
        check_form_texts()


def test_a_text_that_is_not_there_stops_the_start(copies: Path) -> None:
    (copies / "so-1.toml").unlink()
    with pytest.raises(SettingsError, match="so-1"):
        check_form_texts()


def test_no_category_goes_without_words() -> None:
    for version in CURRENT.values():
        assert list(form_texts(version).categories) == list(Category)
