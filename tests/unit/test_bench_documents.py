"""The benchmarks' documents: of any size, the same every time, and about nobody who lives."""

import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from portal.exchange import schema
from tests.bench.documents import Volume, bench_document, reader_of, write_bench_document

TODAY = date(2026, 11, 23)


def test_a_bench_document_fits_the_format() -> None:
    model = schema.Document.model_validate(bench_document(50, today=TODAY))
    assert [len(model.persons), len(model.consents)] == [50, 50]
    assert [len(model.plans), len(model.activities), len(model.notes)] == [150, 600, 200]


def test_everybody_was_born_long_ago_and_has_a_number_of_their_own() -> None:
    people = schema.Document.model_validate(bench_document(15_000, today=TODAY, plans=1, activities=0, notes=0)).persons
    numbers = {person.personnummer.digits for person in people}
    assert len(numbers) == 15_000
    assert {int(number[:4]) for number in numbers} == set(range(1850, 1890))


def test_the_readers_share_the_people_evenly_three_to_each() -> None:
    named = Counter(reader_of(number, place) for number in range(2_000) for place in range(3))
    assert set(named.values()) == {30}
    assert len(named) == 200
    assert all(len({reader_of(number, place, 3) for place in range(3)}) == 3 for number in range(100))


def test_what_is_written_is_the_same_every_time(tmp_path: Path) -> None:
    for name in ("one.json", "two.json"):
        write_bench_document(tmp_path / name, 100, today=TODAY)
    written = (tmp_path / "one.json").read_bytes()
    assert written == (tmp_path / "two.json").read_bytes()
    assert json.loads(written) == bench_document(100, today=TODAY)


@pytest.mark.parametrize("people", [0, -1, 14_595_391])
def test_more_people_than_there_are_numbers_are_refused(people: int) -> None:
    with pytest.raises(ValueError, match="bench document"):
        Volume(people)
