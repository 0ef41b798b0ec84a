"""The JSON Schema we ship: current, itself valid, and of one mind with the models as far as a schema can be."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

import portal.exchange
from portal.exchange.problems import Reason
from portal.exchange.schema import LISTS, json_schema
from tests.factories import anna, document
from tests.unit.refusing import refused
from tests.unit.test_exchange_mutations import EVERYWHERE, JUNK, whole_document

SHIPPED = Path(portal.exchange.__file__).with_name("schema.json")

BEYOND_A_SCHEMA = {
    Reason.WRONG_CHECK_DIGIT,
    Reason.NO_SUCH_BIRTHDAY,
    Reason.ENDS_BEFORE_IT_BEGINS,
    Reason.NOT_THE_MEETING_DAY,
    Reason.NOT_THE_MEETING_WEEKDAY,
    Reason.ID_TWICE,
    Reason.UNKNOWN_REFERENCE,
    Reason.RECIPIENT_NOT_READER,
    Reason.STAND_IN_ELSEWHERE,
    Reason.STAFF_OVERLAP,
    Reason.ADMINISTRATOR_AND_AUDITOR,
}


def test_the_shipped_schema_is_the_current_one() -> None:
    # To renew it: portal schema > portal/exchange/schema.json
    assert SHIPPED.read_text(encoding="utf-8") == json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n"


def test_the_schema_names_its_draft_and_every_list() -> None:
    schema = json_schema()
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert set(schema["properties"]) == {"format", "removed", *LISTS}
    assert schema["required"] == ["format"]
    for model in LISTS.values():
        assert schema["$defs"][model.__name__]["additionalProperties"] is False


@pytest.fixture(scope="module")
def validator() -> Any:
    """A validator of the shipped schema, formats included, by somebody else's hand."""
    draft = jsonschema.Draft202012Validator
    schema = json.loads(SHIPPED.read_text(encoding="utf-8"))
    draft.check_schema(schema)
    return draft(schema, format_checker=draft.FORMAT_CHECKER)


def test_the_schema_accepts_what_holds(validator: Any) -> None:
    for whole in (anna(), document(), whole_document()):
        assert validator.is_valid(whole)


@given(st.sampled_from(EVERYWHERE), st.sampled_from(JUNK), st.booleans())
def test_the_schema_and_the_models_are_of_one_mind(
    validator: Any, place: tuple[str | int, ...], junk: object, is_added: bool
) -> None:
    whole = whole_document()
    above: Any = whole
    for part in place[:-1]:
        above = above[part]
    if is_added and isinstance(above, dict):
        above["unheard_of"] = junk
    else:
        above[place[-1]] = deepcopy(junk)
    reasons = {reason for _, reason in refused(whole)}
    if validator.is_valid(whole):
        assert reasons <= BEYOND_A_SCHEMA
    else:
        assert reasons
