"""The order rule: in the trail's own order, no permitted read stands after the end of what it rests on.

Walks the entries in leaf order and remembers of each subject its version, of each consent whose it is and whether it
holds, and of each person emptied by a merger whose the consents may become. Pure but for the ledgers it remembers in.
It needs no key and nothing but the entries, so anybody with the trail can check it.
"""

from collections.abc import Iterator, Mapping
from typing import cast

from audit.entry import Entry
from audit.findings import Fault
from audit.ledger import ROOM, Ledger
from audit.vocabulary import Event, Outcome

Broken = tuple[Fault, str]

# What a reader saw: nothing of this is permitted without a person, the reader's own entry and a line.
_READS = frozenset({Event.READ, Event.LISTED, Event.PRINTED})
_ENDS = frozenset({Event.CONSENT_WITHDRAWN, Event.CONSENT_REFUSED})
_CONSENTS = _ENDS | {
    Event.CONSENT_REGISTERED,
    Event.CONSENT_CONFIRMED,
    Event.CONSENT_CHANGED,
    Event.CONSENT_EXPIRED,
}
_HOLDS, _ENDED = "+", "-"
_EMPTIED = "emptied"


class OrderRule:
    """Checks one entry after the other, in leaf order."""

    def __init__(self, room: int = ROOM) -> None:
        self._versions: Ledger[int] = Ledger(room)
        # The consent's person behind a sign that says whether it holds.
        self._consents: Ledger[str] = Ledger(room)
        # Of a person who has been emptied, who is the same.
        self._emptied: Ledger[str] = Ledger(room)

    def check(self, entry: Entry) -> Iterator[Broken]:
        """Take the entry in, and give what of it breaks the rule."""
        fields = entry.fields
        if "rests_on" in fields and entry.event != Event.REFUSED and fields.get("outcome") != Outcome.REFUSED:
            yield from self._ground(entry)
        if "subject" in fields:
            yield from self._version(str(fields["subject"]), cast("int", fields["version"]))
        if entry.event in _CONSENTS:
            yield from self._consent(entry.event, str(fields["consent"]), str(fields["person"]))
        if entry.event == Event.CONSENT_MOVED:
            yield from self._move(str(fields["consent"]), str(fields["moved_from"]), str(fields["person"]))
        if entry.event == Event.PERSON_MERGED and fields["change"] == _EMPTIED:
            self._emptied.put(f"person:{fields['person']}", f"person:{fields['same_as']}")

    def close(self) -> None:
        """Give the ledgers' temporary files back."""
        self._versions.close()
        self._consents.close()
        self._emptied.close()

    def _version(self, subject: str, version: int) -> Iterator[Broken]:
        before = self._versions.get(subject) or 0
        if version != before + 1:
            yield Fault.VERSION_SKIPPED, f"{subject} goes from version {before} to {version}"
        if self._emptied.get(subject) is not None:
            yield Fault.VERSION_SKIPPED, f"{subject} was merged with another and changes no more"
        self._versions.put(subject, version)

    def _consent(self, event: str, consent: str, person: str) -> Iterator[Broken]:
        known = self._consents.get(consent)
        if known is None:
            if event != Event.CONSENT_REGISTERED:
                yield Fault.CONSENT_OUT_OF_ORDER, f"consent {consent} was never registered"
        elif event == Event.CONSENT_REGISTERED:
            yield Fault.CONSENT_OUT_OF_ORDER, f"consent {consent} is registered a second time"
        elif known[1:] != person:
            yield Fault.CONSENT_OUT_OF_ORDER, f"consent {consent} belongs to another person"
        elif known[0] == _ENDED and event != Event.CONSENT_EXPIRED:
            yield Fault.CONSENT_OUT_OF_ORDER, f"consent {consent} has ended already"
        # An end is an end: nothing that comes later opens the consent again.
        has_ended = event in _ENDS or (known is not None and known[0] == _ENDED)
        self._consents.put(consent, (_ENDED if has_ended else _HOLDS) + (known[1:] if known else person))

    def _move(self, consent: str, before: str, person: str) -> Iterator[Broken]:
        known = self._consents.get(consent)
        if known is None:
            yield Fault.CONSENT_OUT_OF_ORDER, f"consent {consent} was never registered"
        elif known[1:] != before:
            yield Fault.CONSENT_OUT_OF_ORDER, f"consent {consent} belongs to another person"
        elif self._emptied.get(f"person:{before}") != f"person:{person}":
            yield Fault.CONSENT_OUT_OF_ORDER, f"consent {consent} is moved to somebody else"
        else:
            self._consents.put(consent, known[0] + person)

    def _ground(self, entry: Entry) -> Iterator[Broken]:
        fields = entry.fields
        rests_on = cast("Mapping[str, int]", fields["rests_on"])
        lines = cast("list[Mapping[str, object]]", fields.get("lines", []))
        for subject, version in rests_on.items():
            latest = self._versions.get(subject)
            if latest is None:
                yield Fault.READ_WITHOUT_GROUND, f"rests on {subject}, of which the trail says nothing before"
            elif latest != version:
                yield Fault.READ_OUT_OF_ORDER, f"rests on version {version} of {subject}, which is at {latest}"
        if entry.event in _READS:
            for needed in (f"person:{fields['person']}", f"staff:{fields['actor']}"):
                if needed not in rests_on:
                    yield Fault.READ_WITHOUT_GROUND, f"does not rest on {needed}"
            if not lines:
                yield Fault.READ_WITHOUT_GROUND, "rests on no line of any consent"
        for line in lines:
            yield from self._line(line, rests_on, str(fields.get("person")))

    def _line(self, line: Mapping[str, object], rests_on: Mapping[str, int], person: str) -> Iterator[Broken]:
        consent = str(line["consent"])
        known = self._consents.get(consent)
        if known is None:
            yield Fault.READ_WITHOUT_GROUND, f"rests on consent {consent}, which was never registered"
        elif known[1:] != person:
            yield Fault.READ_WITHOUT_GROUND, f"rests on consent {consent}, which belongs to another person"
        elif known[0] == _ENDED:
            yield Fault.READ_AFTER_WITHDRAWAL, f"rests on consent {consent}, which had ended"
        elif self._emptied.get(f"person:{person}") is not None:
            yield Fault.READ_WITHOUT_GROUND, f"rests on consent {consent} of somebody who was merged with another"
        if "through" in line and f"stand_in:{line['through']}" not in rests_on:
            yield Fault.READ_WITHOUT_GROUND, f"does not rest on stand_in:{line['through']}"
