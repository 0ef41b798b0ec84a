"""The lines of an invented consent: whose information, of what kind, to which named readers."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from portal.demo.client import EVERY_PROTECTED, Client
from portal.demo.rows import Row

SENSITIVE_SOURCES = ("region", "fk")
USUAL = ("planning", "contacts", "background", "check_in")
EVERYTHING = ("planning", "contacts", "background", "livelihood", "work_ability", "health", "check_in")


@dataclass(frozen=True, slots=True)
class Parties:
    """The agencies with plans, each with its named reader; who holds it together; and who was named and has left."""

    readers: Mapping[str, str]
    lead: str
    former: tuple[str, ...] = ()

    @property
    def sources(self) -> tuple[str, ...]:
        """The agencies that disclose."""
        return tuple(self.readers)

    @property
    def recipients(self) -> tuple[str, ...]:
        """Everybody who may be named, each once."""
        return tuple(dict.fromkeys((self.lead, *self.readers.values(), *self.former)))


def draw_lines(client: Client, parties: Parties, rng: Random) -> list[Row]:
    """Draw the lines as people draw them: the usual two, all to all, agency by agency, or one thing only."""
    has_stand_ins = rng.random() < 0.6
    tells_livelihood = rng.random() < 0.5
    match rng.choices(("usual", "wide", "pairs", "narrow"), (60, 18, 14, 8))[0]:
        case "wide":
            return [line(client, parties.sources, EVERYTHING, parties.recipients, has_stand_ins)]
        case "pairs" if len(parties.recipients) > 1:
            return [
                line(client, (source,), ("planning", "check_in"), _others(parties, reader), has_stand_ins)
                for source, reader in parties.readers.items()
            ]
        case "narrow":
            return [line(client, parties.sources[:1], ("planning",), (parties.lead,), has_stand_ins)]
        case _:
            return _usual_lines(client, parties, tells_livelihood, has_stand_ins)


def narrower_line(client: Client, parties: Parties) -> Row:
    """What is left after a partial withdrawal: planning only, and nothing from health care or insurance."""
    kept = tuple(source for source in parties.sources if source not in SENSITIVE_SOURCES)
    return line(client, kept or parties.sources[:1], ("planning",), parties.recipients[:2], has_stand_ins=False)


def line(
    client: Client,
    sources: tuple[str, ...],
    categories: tuple[str, ...],
    recipients: tuple[str, ...],
    has_stand_ins: bool,
) -> Row:
    """Write one line; every other protected person has agreed expressly that it covers protected identity."""
    return {
        "sources": list(sources),
        "categories": list(categories),
        "recipients": list(recipients),
        "stand_ins": has_stand_ins,
        "covers_protected": client.is_protected and client.number // EVERY_PROTECTED % 2 == 0,
    }


def _usual_lines(client: Client, parties: Parties, tells_livelihood: bool, has_stand_ins: bool) -> list[Row]:
    """What is everyday to all the named; what is sensitive to the one who holds it together and the sources' own."""
    everyday = tuple(source for source in parties.sources if source not in SENSITIVE_SOURCES)
    sensitive = tuple(source for source in parties.sources if source in SENSITIVE_SOURCES)
    lines = []
    if everyday:
        categories = (*USUAL, "livelihood") if tells_livelihood else USUAL
        lines.append(line(client, everyday, categories, parties.recipients, has_stand_ins))
    if sensitive:
        near = tuple(dict.fromkeys((parties.lead, *(parties.readers[source] for source in sensitive))))
        lines.append(line(client, sensitive, ("planning", "work_ability", "check_in"), near, has_stand_ins))
    return lines


def _others(parties: Parties, reader: str) -> tuple[str, ...]:
    return tuple(name for name in parties.recipients if name != reader)
