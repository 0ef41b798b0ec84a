"""Who an invented person is: name, number, age, background and the words that the texts about them need."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from random import Random

from portal.demo.contacts import email_address, mobile_phone
from portal.demo.names import Name, name_of
from portal.demo.numbers import CO_ORDINATION, is_woman, take_number
from portal.demo.rows import Row
from portal.demo.sketch import Situation
from portal.demo.trades import PLACES, TRADES

EVERY_SAMORDNINGSNUMMER = 35
EVERY_PROTECTED = 25
COMING_OF_AGE = 18


@dataclass(frozen=True, slots=True)
class Client:
    """An invented person; ``words`` are what the texts put in braces."""

    number: int
    id: str
    name: Name
    personnummer: str
    is_minor: bool
    is_protected: bool
    words: Mapping[str, str]


def invent_client(number: int, situation: Situation, today: date, taken: set[str], rng: Random) -> Client:
    """Invent the ``number``th person, old enough today for the situation; ``taken`` gets the number given out."""
    age = rng.randint(*situation.ages)
    woman = rng.random() < 0.5
    personnummer = _samordningsnummer(number) or take_number(today.year - age, woman, rng, taken)
    woman = is_woman(personnummer)
    # The name and the words have a chance of their own: they stay, however the numbers fall.
    own = Random(f"name {number}")  # noqa: S311 - invention, no secret
    name = name_of(number, woman, age, situation.is_newcomer, own)
    return Client(
        number=number,
        id=f"p-{number}",
        name=name,
        personnummer=personnummer,
        is_minor=_is_minor(personnummer, today),
        is_protected=number % EVERY_PROTECTED == EVERY_PROTECTED - 5,
        words=_words(name, woman, own),
    )


def person_row(client: Client, rng: Random) -> Row:
    """The person as the exchange format holds one; a protected one without phone and e-mail."""
    has_phone, has_email = rng.random() < 0.9, rng.random() < 0.5
    given, family = client.name.given, client.name.family
    return {
        "id": client.id,
        "personnummer": client.personnummer,
        "given_name": given,
        "family_name": family,
        "phone": mobile_phone(client.number) if has_phone and not client.is_protected else None,
        "email": email_address(given, family) if has_email and not client.is_protected else None,
        "language": client.name.language,
        "protected": client.is_protected,
    }


def _samordningsnummer(number: int) -> str | None:
    """The published samordningsnummer of every 35th person, as long as there are any."""
    turn, rest = divmod(number, EVERY_SAMORDNINGSNUMMER)
    return CO_ORDINATION[turn] if rest == 12 and turn < len(CO_ORDINATION) else None


def _is_minor(personnummer: str, today: date) -> bool:
    born_year, born_day = int(personnummer[:4]), personnummer[4:8]
    years = today.year - born_year - (f"{today:%m%d}" < born_day)
    return years < COMING_OF_AGE


def _words(name: Name, woman: bool, rng: Random) -> dict[str, str]:
    trade = rng.choice(TRADES)
    return {
        "namn": name.given,
        "hon": "hon" if woman else "han",
        "henne": "henne" if woman else "honom",
        "hennes": "hennes" if woman else "hans",
        "bransch": trade.field,
        "yrke": trade.role,
        "vid": trade.workplace,
        "utbildning": trade.course,
        "ort": rng.choice(PLACES),
        "sfi": rng.choice("BCD"),
    }
