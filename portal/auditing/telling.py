"""A row of the log as it is told: who did what, about whom, why and on what, in plain words.

Tells only what the entry's own bytes say; staff and agencies are named, persons never.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any, cast

from babel.numbers import format_decimal
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from audit.entry import Entry
from audit.vocabulary import Event, Outcome
from portal.auditing.examining import Row
from portal.auditing.names import Names
from portal.auditing.words import BROUGHT, CAUSES, CHANGES, CRITERIA, EVENTS, FAULTS, OUTCOMES
from portal.consent.forms import WAYS_TO_WITHDRAW
from portal.consent.rules import day_of
from portal.plans.record_forms import WAYS
from portal.requests.words import ANSWERS
from portal.web.formats import day, in_words, spoken
from portal.web.language import language
from portal.web.written import as_written

SYSTEM = "system:"
_SHORT = 8

# How many, by what became of them: an import says changed where a release says replaced.
_CHANGES: Mapping[str, Callable[[int], str]] = {
    "created": lambda count: str(ngettext("%(num)s ny", "%(num)s nya", count)),
    "replaced": lambda count: str(ngettext("%(num)s ändrad", "%(num)s ändrade", count)),
    "changed": lambda count: str(ngettext("%(num)s ändrad", "%(num)s ändrade", count)),
    "removed": lambda count: str(ngettext("%(num)s borttagen", "%(num)s borttagna", count)),
    "moved": lambda count: str(ngettext("%(num)s flyttad", "%(num)s flyttade", count)),
    "unchanged": lambda count: str(ngettext("%(num)s som förut", "%(num)s som förut", count)),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One row in words. ``facts`` are pairs of label and text; ``fields`` the entry word for word.

    A row that is not believed has faults, and of what it says only the fields.
    """

    row: Row
    at: datetime | None
    actor: str | None
    name: str
    title: str
    agency: str
    what: str
    person: str | None
    facts: tuple[tuple[str, str], ...]
    outcome: Outcome | None
    faults: tuple[str, ...]
    fields: tuple[tuple[str, str], ...]

    @property
    def is_titled(self) -> bool:
        """Whether the title is one that the register holds, and not what we say of somebody who is not in it."""
        return bool(self.title) and self.name != self.actor and not str(self.actor).startswith(SYSTEM)

    @property
    def unfolds(self) -> dict[str, str] | None:
        """What to search for to see every entry of the listing that this row stands for."""
        if self.row.listed < 2 or self.row.entry is None:
            return None
        return {"listing": str(self.row.entry.fields["listing"]), "event": self.row.entry.event}


Reasons = Mapping[str, Mapping[str, str]]


def tell(row: Row, names: Names, reasons: Reasons) -> Told:
    """The row in the reader's language; ``reasons`` are the words of the settings, by code."""
    entry = row.entry
    faults = tuple(str(FAULTS[fault]) for fault in row.faults)
    if entry is None or not row.is_believed:
        claimed = () if entry is None else _fields(entry)
        return Told(row, None, None, "", "", "", str(_("Raden är ändrad.")), None, (), None, faults, claimed)
    fields = entry.fields
    actor = cast("str | None", fields.get("actor"))
    name, title = _who(actor, names)
    agency = fields.get("agency")
    outcome = fields.get("outcome")
    return Told(
        row,
        entry.at,
        actor,
        name,
        title,
        names.of_agency(str(agency)) if agency else "",
        _what(row, entry, names),
        None if row.listed > 1 else cast("str | None", fields.get("person")),
        tuple(_facts(entry, row, names, reasons)),
        Outcome(str(outcome)) if outcome else None,
        faults,
        _fields(entry),
    )


def by_day(told: Iterable[Told]) -> list[tuple[date | None, list[Told]]]:
    """The rows in groups of one Stockholm day; a row that cannot be believed about its time goes with those before."""
    day: date | None = None
    dated = []
    for each in told:
        day = day if each.at is None else day_of(each.at)
        dated.append((day, each))
    return [(day, [each for _, each in group]) for day, group in groupby(dated, key=lambda pair: pair[0])]


def short(key: str) -> str:
    """The beginning of a long random id, enough to tell it from others on a page."""
    return key if len(key) <= _SHORT + 4 else f"{key[:_SHORT]}…"


def number(value: int) -> str:
    """A whole number as people write it: ``12 345``."""
    return str(format_decimal(value, locale=language()))


def _who(actor: str | None, names: Names) -> tuple[str, str]:
    if actor is None:
        return str(_("Okänd")), ""
    if actor.startswith(SYSTEM):
        return str(_("Kommandoraden")), str(_("användaren %(name)s", name=actor.removeprefix(SYSTEM)))
    if entry := names.staff.get(actor):
        return entry.name, entry.title
    return actor, str(_("finns inte i registret"))


def _what(row: Row, entry: Entry, names: Names) -> str:
    fields = entry.fields
    event = Event(entry.event)
    if row.listed > 1:
        if event is Event.LISTED:
            return str(
                ngettext("Öppnade en lista med %(num)s person.", "Öppnade en lista med %(num)s personer.", row.listed)
            )
        return str(_("%(what)s, %(count)s poster.", what=EVENTS[event], count=number(row.listed)))
    change = next((fields[name] for name in ("change", "ending", "about") if name in fields), "")
    words = str(CHANGES.get((event, str(change)), EVENTS[event]))
    subject = str(fields.get("subject", ""))
    if event is Event.STAFF_CHANGED:
        return f"{words}: {names.of_staff(subject.removeprefix('staff:'))}."
    if event is Event.STAND_IN_CHANGED:
        return f"{words}: {short(subject.removeprefix('stand_in:'))}."
    if event is Event.AGENCY_CHANGED:
        return Markup("{}: {}.").format(words, as_written(names.of_agency(str(fields["changed"]))))
    if event in (Event.SETTINGS_CHANGED, Event.KEY_CHANGED):
        return f"{words}: {fields['changed']}."
    return f"{words}."


def _facts(entry: Entry, row: Row, names: Names, reasons: Reasons) -> Iterable[tuple[str, str]]:
    fields = entry.fields
    if reason := fields.get("reason"):
        yield str(_("Skäl")), _reason(str(reason), reasons)
    if lines := cast("Sequence[Mapping[str, Any]]", fields.get("lines", ())):
        if row.listed == 1:
            yield str(_("Stöd")), _lines(lines)
    elif consent := fields.get("consent"):
        yield str(_("Samtycke")), short(str(consent))
    if row.listed == 1 and (amount := _amount(entry)):
        yield str(_("Omfattning")), amount
    if cause := fields.get("cause"):
        yield str(_("Orsak")), str(CAUSES.get(str(cause), cause))
    for name, label in (
        ("replaces", _("Ersätter")),
        ("same_as", _("Samma person som")),
        ("moved_from", _("Kom från person")),
    ):
        if key := fields.get(name):
            yield str(label), short(str(key))
    # What the desk itself ends was told by nobody.
    if (how := fields.get("how")) and fields.get("ending", "withdrawn") == "withdrawn":
        ways = WAYS if entry.event == Event.RECORDS_CHANGED else WAYS_TO_WITHDRAW
        yield str(_("Hur")), str(ways.get(str(how), how))
    if behalf := fields.get("behalf"):
        yield str(_("För")), as_written(names.of_agency(str(behalf)))
    for name, label in (
        ("confirmed_by", _("Bekräftat av")),
        ("received_by", _("Mottaget av")),
        ("released_by", _("Lämnat ut av")),
    ):
        if key := fields.get(name):
            yield str(label), names.of_staff(str(key))
    if answer := fields.get("answer"):
        yield str(_("Svar")), str(ANSWERS.get((str(fields["about"]), str(answer)), answer))
    if request := fields.get("request"):
        yield str(_("Förfrågan")), short(str(request))
    if told_on := fields.get("told_on"):
        yield str(_("Sades den")), day(date.fromisoformat(str(told_on)))
    if entry.event == Event.LETTER_PRINTED:
        yield str(_("Brevets text")), str(fields["text"])
    if entry.event == Event.FORM_PRINTED:
        yield str(_("Blankett")), f"{fields['form']}, {fields['text']}"
    if through := fields.get("through"):
        yield str(_("Genom")), _who(str(through), names)[0]
    if criteria := cast("Mapping[str, str]", fields.get("criteria", {})):
        said = (_criterion(name, criteria[name], names) for name in sorted(criteria))
        yield str(_("Filter")), Markup(", ").join(said)


def _criterion(name: str, value: str, names: Names) -> Markup:
    said: str = {"staff": names.of_staff, "agency": names.of_agency, "listing": short}.get(name, str)(value)
    if name == "event" and value in set(Event):
        said = str(EVENTS[Event(value)])
    if name == "outcome" and value in set(Outcome):
        said = str(OUTCOMES[Outcome(value)])
    return Markup("{} {}").format(CRITERIA.get(name, name), as_written(said) if name == "agency" else said)


def _reason(code: str, reasons: Reasons) -> str:
    if code in reasons:
        return spoken(reasons[code])
    return str(_("inget skäl valt")) if code == "unstated" else code


def _lines(lines: Sequence[Mapping[str, Any]]) -> str:
    """The consent lines relied on: ``samtycke 3f9a2c1e…, rad 1 och 2``; lines are counted from one."""
    said = []
    for consent, group in groupby(
        sorted(lines, key=lambda line: str(line["consent"])), key=lambda line: line["consent"]
    ):
        of_one = list(group)
        which = in_words([str(index + 1) for index in sorted({line["line"] for line in of_one})])
        words = _("samtycke %(consent)s, rad %(which)s", consent=short(str(consent)), which=which)
        if all("through" in line for line in of_one):
            words = _("%(line)s, som ersättare", line=words)
        said.append(str(words))
    return "; ".join(said)


def _amount(entry: Entry) -> str:
    """How much was shown or changed."""
    fields = entry.fields
    if entry.event == Event.TRAIL_VERIFIED:
        found = cast("int", fields["findings"])
        size = number(cast("int", fields["size"]))
        return str(ngettext("%(size)s poster, %(num)s fel", "%(size)s poster, %(num)s fel", found, size=size))
    if counts := cast("Mapping[str, int]", fields.get("counts", {})):
        return "; ".join(_brought(counts))
    items = cast("Sequence[Any] | None", fields.get("items"))
    if entry.event == Event.RECORDS_CHANGED and items is not None:
        return _changes(Counter(item["change"] for item in items))
    count = len(items) if items is not None else cast("int | None", fields.get("count"))
    return "" if count is None else str(ngettext("%(num)s uppgift", "%(num)s uppgifter", count))


def _brought(counts: Mapping[str, int]) -> Iterable[str]:
    """What an import did to each kind: ``personer: 200 nya och 3 ändrade``; a name without words stays as it is."""
    for kind, words in BROUGHT.items():
        counted = {change: counts.get(f"{kind}_{change}", 0) for change in _CHANGES}
        if said := _changes(counted):
            yield f"{words}: {said}"
    known = {f"{kind}_{change}" for kind in BROUGHT for change in _CHANGES}
    yield from (f"{name}: {number(counts[name])}" for name in sorted(counts.keys() - known))


def _changes(counted: Mapping[str, int]) -> str:
    """How many came, were changed and were taken away."""
    return in_words([said(counted[change]) for change, said in _CHANGES.items() if counted.get(change)])


def _fields(entry: Entry) -> tuple[tuple[str, str], ...]:
    """Everything the entry holds, as it holds it."""
    whole = {"event": entry.event, "at": entry.at.isoformat(), **entry.fields}
    return tuple((name, each if isinstance(each, str) else _written(each)) for name, each in whole.items())


def _written(value: object) -> str:
    return json.dumps(value, separators=(", ", ": "), sort_keys=True)


def outcome_word(outcome: Outcome) -> str:
    """How it ended, in a word."""
    return str(OUTCOMES[outcome])
