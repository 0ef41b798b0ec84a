"""The second pass: what was checked comes out again as plain facts, and only that."""

import io
import json
import re
from pathlib import Path

import pytest

import portal.exchange
from portal.exchange import conversion, schema
from portal.exchange.checking import check, entries
from portal.exchange.problems import MOST_KEPT, DocumentError, Problems, Reason
from tests.factories import anna, consent, line, meeting, stand_in, withdrawal
from tests.unit.refusing import accepted, as_stream, refused


def test_every_object_comes_out_in_the_order_of_the_document() -> None:
    whole = anna(stand_ins=[stand_in()])
    checked = accepted(whole)
    found = [(entry.name, entry.index, entry.id) for entry in entries(as_stream(whole), checked)]
    assert found == [
        (name, index, item["id"])
        for name, items in whole.items()
        if isinstance(items, list)
        for index, item in enumerate(items)
    ]


def test_what_the_document_takes_away_itself_does_not_come_out() -> None:
    whole = anna(removed={"notes": ["n-1"]})
    checked = accepted(whole)
    assert "n-1" not in {entry.id for entry in entries(as_stream(whole), checked)}


def test_a_document_that_changed_between_the_passes_is_refused() -> None:
    whole = anna()
    checked = accepted(whole)
    whole["notes"][0]["text"] = "Något annat."
    with pytest.raises(DocumentError) as refusal:
        list(entries(as_stream(whole), checked))
    assert refusal.value.problems[0].reason is Reason.CHANGED_MEANWHILE
    del whole["notes"][0]["text"]
    with pytest.raises(DocumentError) as refusal:
        list(entries(as_stream(whole), checked))
    assert refusal.value.problems[0].reason is Reason.MISSING


def test_every_object_is_written_as_it_was_read() -> None:
    whole = anna(
        stand_ins=[stand_in()],
        consents=[consent(withdrawn=withdrawal(at="2026-06-01T10:00:00+00:00"))],
        activities=[meeting(extent={"value": 37.5, "unit": "hours_per_week"})],
    )
    for entry in entries(as_stream(whole), accepted(whole)):
        assert conversion.as_json(entry.model) == whole[entry.name][entry.index]


def test_the_plain_facts_are_those_of_the_document() -> None:
    whole = anna(stand_ins=[stand_in()], activities=[meeting()], consents=[consent(withdrawn=withdrawal())])
    models = {entry.id: entry.model for entry in entries(as_stream(whole), accepted(whole))}
    activity, taken_back = models["a-m"], models["c-1"]
    assert isinstance(activity, schema.Activity)
    facts = conversion.activity_of(activity)
    assert [(time.weekday, f"{time.from_:%H:%M}", f"{time.until:%H:%M}") for time in facts.times] == [
        (2, "11:30", "12:30")
    ]
    assert facts.date == facts.from_ == facts.until
    assert isinstance(taken_back, schema.Consent)
    terms = conversion.consent_of(taken_back)
    assert terms.withdrawn_at is not None
    assert terms.withdrawn_at.isoformat() == "2026-06-01T10:00:00+00:00"
    assert terms.lines[0].recipients == {"s-anna"}


def test_a_model_never_prints_what_it_holds() -> None:
    whole = anna()
    printed = " ".join(repr(entry) + str(entry.model) for entry in entries(as_stream(whole), accepted(whole)))
    for value in ("Persson", "199205172381", "070-174", "Anna Berg", "gymnasiet"):
        assert value not in printed


def test_the_terms_of_a_consent_do_not_hold_its_withdrawal() -> None:
    before = schema.Consent.model_validate(consent())
    after = schema.Consent.model_validate(consent(withdrawn=withdrawal()))
    narrower = schema.Consent.model_validate(consent(lines=[line(categories=["planning"])]))
    assert conversion.terms_of(before) == conversion.terms_of(after) != conversion.terms_of(narrower)


def test_the_limit_on_the_size_is_a_parameter() -> None:
    content = json.dumps(anna()).encode()
    assert check(io.BytesIO(content), largest=len(content)).counts["persons"] == 1
    with pytest.raises(DocumentError) as refusal:
        check(io.BytesIO(content), largest=len(content) - 1)
    assert [problem.reason for problem in refusal.value.problems] == [Reason.TOO_LARGE]


def test_problems_beyond_the_most_kept_are_counted() -> None:
    problems = Problems()
    for index in range(MOST_KEPT + 7):
        problems.add(f"plans[{index}]", Reason.MISSING)
    with pytest.raises(DocumentError) as refusal:
        problems.raise_any()
    assert (len(refusal.value.problems), refusal.value.unlisted) == (MOST_KEPT, 7)
    assert str(refusal.value) == f"{MOST_KEPT + 7} problems"


def test_a_document_that_is_not_json_is_reported_as_that_alone() -> None:
    content = json.dumps(anna(persons=[{"id": "å"}])).encode()
    assert refused(content[:-1]) == [("document", Reason.ENDS_TOO_EARLY)]


def test_the_example_of_the_format_holds() -> None:
    text = Path(portal.exchange.__file__).with_name("FORMAT.md").read_text(encoding="utf-8")
    example = text.partition("```json\n")[2].partition("```")[0]
    assert accepted(example.encode()).counts["activities"] == 1


def test_the_format_names_every_key_and_value() -> None:
    text = Path(portal.exchange.__file__).with_name("FORMAT.md").read_text(encoding="utf-8")
    words = set(re.findall(r"`([a-z_]+)`", text))
    definitions = schema.json_schema()["$defs"].values()
    for definition in definitions:
        assert set(definition.get("properties", ())) | set(definition.get("enum", ())) <= words
