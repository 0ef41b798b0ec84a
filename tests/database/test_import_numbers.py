"""Identity numbers in an import: one person a number, former ones kept, and none of them ever repeated."""

import json

import pytest

from portal.database import Desk
from portal.people.service import find_ref
from tests import factories as make
from tests.support.installation import Installation
from tests.support.register import contents, read, ref_of, rows, trail, verified
from tests.support.stocking import OPERATOR, attempt, stock

OLD, NEW, NEWEST = make.COORDINATION_NUMBERS[0], make.NUMBERS[1], make.NUMBERS[2]


def test_a_new_number_keeps_the_former_one_findable(installation: Installation) -> None:
    stock(installation, make.anna(persons=[make.person(personnummer=OLD)]), confirmed_by="s-eva")
    stock(installation, make.document(persons=[make.person(personnummer=NEW)]))
    stock(installation, make.document(persons=[make.person(personnummer=NEWEST, family_name="Ek")]))
    identity = read(installation, "s-anna").identity
    assert (identity.personnummer, identity.former_numbers) == (NEWEST, (NEW, OLD))
    assert {_find(installation, number) for number in (OLD, NEW, NEWEST)} == {ref_of(installation)}
    again = make.document(persons=[make.person(personnummer=NEWEST, family_name="Ek")])
    assert stock(installation, again).changes == 0
    assert verified(installation).holds


def test_other_details_change_without_losing_former_numbers(installation: Installation) -> None:
    stock(installation, make.anna(persons=[make.person(personnummer=OLD)]), confirmed_by="s-eva")
    stock(installation, make.document(persons=[make.person(personnummer=NEW)]))
    stock(installation, make.document(persons=[make.person(personnummer=NEW, given_name="Ny")]))
    identity = read(installation, "s-anna").identity
    assert (identity.given_name, identity.former_numbers) == ("Ny", (OLD,))


def test_whoever_must_be_opened_for_it_is_recorded_first(installation: Installation) -> None:
    stock(installation, make.anna(), confirmed_by="s-eva")
    stock(installation, make.document(persons=[make.person(phone=None)]))
    assert trail(installation, "maintained") == []
    stock(installation, make.document(persons=[make.person(personnummer=NEW)]))
    (opened,) = trail(installation, "maintained")
    assert (opened.fields["actor"], opened.fields["person"]) == (OPERATOR, ref_of(installation))
    assert opened.fields["reason"] == "import"
    events = [entry.event for entry in trail(installation)]
    assert events.index("maintained") < events.index("imported", events.index("maintained"))


@pytest.mark.parametrize("taken", [OLD, NEW])
def test_a_number_somebody_else_has_or_has_had_is_refused(sqlite_installation: Installation, taken: str) -> None:
    stock(sqlite_installation, make.anna(persons=[make.person(personnummer=OLD)]))
    stock(sqlite_installation, make.document(persons=[make.person(personnummer=NEW)]))
    before = contents(sqlite_installation)
    report = attempt(sqlite_installation, make.document(persons=[make.person("p-2", personnummer=taken)]))
    assert [fault.path for fault in report.faults] == ["persons[0].personnummer"]
    assert taken not in json.dumps(report.as_json())
    assert contents(sqlite_installation) == before


def test_two_persons_in_a_document_never_share_a_number(sqlite_installation: Installation) -> None:
    report = attempt(sqlite_installation, make.document(persons=[make.person(), make.person("p-2")]))
    assert [fault.path for fault in report.faults] == ["persons[1].personnummer"]
    assert make.NUMBERS[0] not in json.dumps(report.as_json())
    assert rows(sqlite_installation, _persons()) == {}


def _find(installation: Installation, number: str) -> str | None:
    with installation.wiring.engine(Desk.READING).connect() as connection:
        return find_ref(connection, installation.wiring.keyring, number)


def _persons() -> object:
    from portal.people.models import persons

    return persons
