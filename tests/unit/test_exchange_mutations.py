"""A valid document with one thing changed anywhere: it holds, or is refused without betraying anybody."""

import io
import json
import re
from contextlib import suppress
from copy import deepcopy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.exchange.checking import check
from portal.exchange.document import read_document
from portal.exchange.preview import clashes_of, preview
from portal.exchange.problems import DocumentError, Problem, Reason
from portal.exchange.values import read_day, read_instant
from tests.factories import Json, anna, meeting, person, stand_in, withdrawal

SECRETS = (
    "199205172381",
    "Hemligsson",
    "Testina",
    "070-174 06 58",
    "testina@example.se",
    "Hemlig text",
    "Anna Berg",
    "Hemlig ort",
    "Hemligt ombud",
)
JUNK: list[object] = [
    *SECRETS,
    None,
    True,
    0,
    -1,
    1,
    75.5,
    10**40,
    "",
    "*",
    "x",
    "2026-02-30",
    "2026-01-01",
    "9999-12-31",
    "24:00",
    "2026-06-01T12:00:00Z",
    "\x00",
    [],
    {},
    [[]],
    {"Hemligsson": "Testina"},
    ["199205172381"],
]


def whole_document() -> Json:
    whole = anna(
        persons=[
            person(given_name="Testina", family_name="Hemligsson", email="testina@example.se"),
        ],
        stand_ins=[stand_in()],
        removed={"notes": [], "stand_ins": ["si-1"]},
    )
    whole["consents"][0]["form"] |= {"place": "Hemlig ort", "representative": "Hemligt ombud"}
    whole["consents"][0]["withdrawn"] = withdrawal()
    whole["notes"][0]["text"] = "Hemlig text"
    whole["activities"].append(meeting())
    return whole


def places(value: object, above: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The path of every value below the top."""
    if isinstance(value, dict):
        members: list[tuple[str | int, Any]] = list(value.items())
    else:
        members = list(enumerate(value)) if isinstance(value, list) else []
    found = []
    for key, member in members:
        found += [(*above, key), *places(member, (*above, key))]
    return found


EVERYWHERE = places(whole_document())


def exists(document: object, path: str, reason: Reason) -> bool:
    """Whether the path leads to something of the document; of what is missing, to what lacks it."""
    parts = re.findall(r"[a-z_]+|[0-9]+", path)
    if path == "document":
        return True
    for place, part in enumerate(parts):
        is_last = place == len(parts) - 1
        if isinstance(document, list) and part.isdigit() and int(part) < len(document):
            document = document[int(part)]
        elif isinstance(document, dict) and part in document:
            document = document[part]
        else:
            # What should be there and is not: a key that is missing, or the value a rule asks for.
            return is_last and isinstance(document, dict) and reason not in (Reason.UNKNOWN_KEY, Reason.IS_NULL)
    return True


def try_it(content: bytes) -> list[Problem]:
    """Import it, and preview it in every way if it holds; the problems if it is refused."""
    try:
        check(io.BytesIO(content))
    except DocumentError as refused:
        return list(refused.problems)
    document = read_document(io.BytesIO(content))
    for reader in document.staff:
        preview(document, reader, read_instant("2026-03-02T12:00:00+01:00"))
    for one in document.is_protected:
        clashes_of(document, one, read_day("2026-03-02"))
    return []


def assert_sound(whole: Json, problems: list[Problem]) -> None:
    for problem in problems:
        assert exists(whole, problem.path, problem.reason), problem
        said = json.dumps(problem.as_json(), ensure_ascii=False) + str(problem) + repr(problem)
        assert not any(secret in said for secret in SECRETS)


@settings(max_examples=400)
@given(st.sampled_from(EVERYWHERE), st.sampled_from(JUNK), st.sampled_from(["replace", "remove", "add", "double"]))
def test_one_change_anywhere_is_accepted_or_refused_soundly(
    place: tuple[str | int, ...], junk: object, how: str
) -> None:
    whole = whole_document()
    above: Any = whole
    for part in place[:-1]:
        above = above[part]
    if how == "remove":
        del above[place[-1]]
    elif how == "add" and isinstance(above, dict):
        above["Hemligsson"] = deepcopy(junk)
    elif how == "double" and isinstance(above, list):
        above.append(above[int(place[-1])])
    else:
        above[place[-1]] = deepcopy(junk)
    assert_sound(whole, try_it(json.dumps(whole).encode()))


@settings(max_examples=200)
@given(st.lists(st.tuples(st.sampled_from(EVERYWHERE), st.sampled_from(JUNK)), min_size=2, max_size=12))
def test_many_changes_at_once_are_refused_soundly(changes: list[tuple[tuple[str | int, ...], object]]) -> None:
    whole = whole_document()
    for place, junk in changes:
        above: Any = whole
        with suppress(LookupError, TypeError):  # an earlier change has taken the place away
            for part in place[:-1]:
                above = above[part]
            above[place[-1]] = deepcopy(junk)
    assert_sound(whole, try_it(json.dumps(whole).encode()))
