"""Checks a whole document, in one pass and bounded memory, and hands out what has been checked in a second.

``check`` reports everything that is wrong at once, by raising DocumentError; a document that it lets through can
be used as a whole. It writes nothing and knows no database: what a register already holds comes as ``Known``.
"""

from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO

from portal.exchange.agreement import check_agreement
from portal.exchange.continuity import check_continuity, check_withdrawals_have_happened
from portal.exchange.known import Known, NothingKnown
from portal.exchange.ledger import Ledger
from portal.exchange.merged import Merged
from portal.exchange.problems import WHOLE_DOCUMENT, Problems, Reason
from portal.exchange.reading import LARGEST_DOCUMENT, Reader
from portal.exchange.rules import RULES
from portal.exchange.schema import LISTS, Strict
from portal.exchange.shape import REMOVED, check_top_level, removed_id, shape


@dataclass(slots=True)
class Entry:
    """One object of a document: the name of its list, its index there, its model, and what is written there."""

    name: str
    index: int
    model: Strict
    value: Mapping[str, Any] = field(repr=False)

    @property
    def id(self) -> str:
        """The object's id."""
        return str(self.model.__dict__["id"])


@dataclass(frozen=True, slots=True)
class Checked:
    """What is known of a document that holds: how many objects it names, what it takes away, its SHA-256."""

    counts: Mapping[str, int]
    removed: Mapping[str, Set[str]]
    digest: bytes
    merged: Merged = field(default_factory=Merged)


def check(
    stream: BinaryIO,
    known: Known | None = None,
    now: datetime | None = None,
    largest: int = LARGEST_DOCUMENT,
    keep: Callable[[Entry], None] | None = None,
) -> Checked:
    """Check the document on ``stream`` (UTF-8 bytes, from where it stands to its end).

    ``known`` is the register it is to be imported into, ``now`` the instant of the import: with it a withdrawal
    in the future is refused. ``largest`` is in bytes. ``keep`` gets every object that fits the format, while the rest
    is still unread. Raises DocumentError with every problem.
    """
    known = known or NothingKnown()
    problems = Problems()
    ledger = Ledger(known, problems)
    reader = Reader(stream, largest)
    counts = dict.fromkeys(LISTS, 0)
    merged = known.merged()
    has_format = False
    for element in reader:
        if element.index is None:
            check_top_level(element, problems)
            has_format |= element.name == "format"
        elif element.name in REMOVED:
            id_ = removed_id(element, problems)
            if id_ is not None:
                ledger.remove(element.name.removeprefix("removed."), element.index, id_)
        else:
            shaped = shape(element, problems)
            if shaped is None:
                continue
            model, is_whole = shaped
            apply_rules(element.name, element.index, model, is_whole, problems)
            counts[element.name] += 1
            if merged.leaves_out(model):
                if is_whole:
                    merged.check(f"{element.name}[{element.index}].id", model, problems)
                continue
            model, value = merged.as_kept(model, element.value)
            ledger.add(element.name, element.index, model, is_whole)
            if keep is not None and is_whole:
                keep(Entry(element.name, element.index, model, value))
    if not has_format:
        problems.add("format", Reason.MISSING)
    check_agreement(ledger, known, problems)
    check_continuity(ledger, known, problems)
    if now is not None:
        check_withdrawals_have_happened(ledger, now, problems)
    problems.raise_any()
    return Checked(counts, {name: ids.keys() for name, ids in ledger.removed.items()}, reader.digest, merged)


def entries(stream: BinaryIO, checked: Checked, largest: int = LARGEST_DOCUMENT) -> Iterator[Entry]:
    """The objects of a document that ``check`` has let through, read anew, without those it takes away itself.

    Raises DocumentError where the document is no longer the same: use nothing before the last entry has come.
    """
    reader = Reader(stream, largest)
    problems = Problems()
    for element in reader:
        shaped = None if element.index is None else shape(element, problems)
        problems.raise_any()
        if shaped is None or element.index is None:
            continue
        if checked.merged.leaves_out(shaped[0]):
            continue
        entry = Entry(element.name, element.index, *checked.merged.as_kept(shaped[0], element.value))
        if entry.id not in checked.removed.get(entry.name, ()):
            yield entry
    if reader.digest != checked.digest:
        problems.add(WHOLE_DOCUMENT, Reason.CHANGED_MEANWHILE)
        problems.raise_any()


def apply_rules(name: str, index: int, model: Strict, is_whole: bool, problems: Problems) -> None:
    """Report what the values of one object do not say together."""
    for rule in RULES[name]:
        try:
            for below, reason in rule(model):
                problems.add(f"{name}[{index}].{below}", reason)
        except AttributeError:
            # A model that does not fit lacks attributes: a rule that needs them has nothing to say.
            if is_whole:
                raise
