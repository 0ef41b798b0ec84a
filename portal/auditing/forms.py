"""What the auditor filters the log by. It is sent in the address, so nothing personal can be typed into it.

A day is typed in the browser's own field, which takes nothing else. A person is chosen by following a pseudonym on the
page, or by writing one in a form of its own, whose words are sent in the body; the two fields that carry such a choice
take nothing else.
"""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from flask_babel import gettext as say
from flask_babel import lazy_gettext as _
from wtforms import HiddenField, IntegerField, SelectField, ValidationError
from wtforms.validators import AnyOf, NumberRange, Optional, Regexp

from audit.vocabulary import Event, Outcome
from portal.auditing.names import Names
from portal.auditing.rules import Criteria, read_pseudonym
from portal.auditing.words import EVENTS, OUTCOMES
from portal.web.fields import DayField, LineField
from portal.web.forms import PortalForm

_ANY = ("", _("Alla"))
_not_in_list = _("Välj något i listan.")
_not_followed = _("Följ en länk på sidan i stället för att skriva i adressfältet.")
_LARGEST = 2**63 - 1
# What an operating system may call its users.
_SYSTEM = re.compile(r"system:[A-Za-z_][A-Za-z0-9._-]{0,31}").fullmatch


class PlaceField(IntegerField):
    """An entry id, which only the page's own links carry."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the id."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_not_followed) from None


def _choice(label: Any, name: str) -> SelectField:
    return SelectField(label, [Optional()], name=name, validate_choice=False)


class SearchForm(PortalForm):
    """Who, where, what, how it ended and when; all of it may be left out."""

    class Meta:
        """Searching changes nothing but the log itself, so it needs no token."""

        csrf = False

    staff = _choice(_("Personal"), "staff")
    agency = _choice(_("Myndighet"), "agency")
    event = _choice(_("Händelse"), "event")
    outcome = _choice(_("Utfall"), "outcome")
    from_ = DayField(_("Från och med"), [Optional()], name="from")
    until = DayField(_("Till och med"), [Optional()], name="until")
    person = HiddenField(_("Person"), [Optional(), Regexp(r"\A[0-9a-f]{32}\Z", message=_not_followed)])
    listing = HiddenField(_("Lista"), [Optional(), Regexp(r"\A(?:[0-9a-f]{16}|[0-9a-f]{32})\Z", message=_not_followed)])
    before = PlaceField(_("Äldre än post"), [Optional(), NumberRange(1, _LARGEST, _not_followed)])

    def offer(self, names: Names) -> None:
        """Say what can be chosen. Who uses the command line is not in the register, but a link may lead to them."""
        staff = sorted(names.staff, key=lambda each: (names.of_staff(each).casefold(), each))
        people = [(each, _with_agency(each, names)) for each in staff]
        if _SYSTEM(self.staff.data or ""):
            people.append((self.staff.data, self.staff.data))
        self.staff.choices = [_ANY, *people]
        self.agency.choices = [_ANY, *sorted(names.agencies.items(), key=lambda each: each[1].casefold())]
        self.event.choices = [_ANY, *((each.value, EVENTS[each]) for each in Event)]
        self.outcome.choices = [_ANY, *((each.value, OUTCOMES[each]) for each in Outcome)]

    def validate_staff(self, field: Any) -> None:
        """One of the register, or somebody at the command line."""
        AnyOf([each[0] for each in field.choices], _not_in_list)(self, field)

    def validate_agency(self, field: Any) -> None:
        """One of the agencies."""
        AnyOf([each[0] for each in field.choices], _not_in_list)(self, field)

    def validate_event(self, field: Any) -> None:
        """One of the vocabulary."""
        AnyOf(list(Event), _not_in_list)(self, field)

    def validate_outcome(self, field: Any) -> None:
        """One of the vocabulary."""
        AnyOf(list(Outcome), _not_in_list)(self, field)

    def validate_from_(self, field: Any) -> None:
        """A day the log can know of."""
        _check_year(field.data)

    def validate_until(self, field: Any) -> None:
        """A day the log can know of, and not before the first."""
        _check_year(field.data)
        if field.data and self.from_.data and field.data < self.from_.data:
            raise ValidationError(say("Sista dagen kommer före den första. Ändra någon av dem."))

    @property
    def criteria(self) -> Criteria:
        """What is asked for, of a form that has been validated."""
        return Criteria(
            person=self.person.data or None,
            staff=self.staff.data or None,
            agency=self.agency.data or None,
            event=Event(self.event.data) if self.event.data else None,
            outcome=Outcome(self.outcome.data) if self.outcome.data else None,
            from_=self.from_.data,
            until=self.until.data,
            listing=self.listing.data or None,
            before=self.before.data,
        )


class PseudonymForm(PortalForm):
    """A person by pseudonym, or by its beginning."""

    pseudonym = LineField(_("Person"))

    def choose(self, found: Callable[[str], tuple[str, ...]]) -> str | None:
        """The one whose pseudonym it is, among those ``found``; None with an error where there is no such one."""
        written = read_pseudonym(self.pseudonym.data or "")
        people = found(written) if written else ()
        if len(people) == 1:
            return people[0]
        if not written:
            fault = say("Skriv pseudonymen som den står i loggen, minst åtta tecken. Skriv inget personnummer.")
        elif people:
            fault = say("Flera i loggen har en pseudonym som börjar så. Skriv fler tecken.")
        else:
            fault = say("Ingen i loggen har en pseudonym som börjar så.")
        self.pseudonym.errors = [fault]
        return None


def _with_agency(key: str, names: Names) -> str:
    entry = names.staff[key]
    return key if entry is None else f"{entry.name}, {names.of_agency(entry.agency)}"


def _check_year(day: date | None) -> None:
    if day is not None and not 2000 <= day.year <= 2999:
        raise ValidationError(say("Skriv ett år mellan 2000 och 2999."))
