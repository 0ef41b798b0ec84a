"""What the desk types about a plan, an activity and a note, on behalf of the agency that released it.

A form says what it holds as an object of the exchange format, and is held to that format's own limits: what may be
imported may be entered, and nothing else. Nothing true is refused: what adds up to too much is a clash, not a fault.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar, TypeAlias

from flask_babel import gettext as say
from flask_babel import lazy_gettext as _
from wtforms import Field, HiddenField, RadioField, SelectField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Optional, Regexp

from portal import clock
from portal.accounts.rules import Staff, StaffId
from portal.consent.rules import Category
from portal.exchange.problems import Problem
from portal.exchange.single import hold
from portal.plans.rules import (
    ActivityKind,
    ActivityStatus,
    Direction,
    ExtentUnit,
    PlanStatus,
    Release,
    Removal,
    Way,
)
from portal.web.fields import DayField, LineField, day_in
from portal.web.formats import spoken
from portal.web.forms import PortalForm
from portal.web.words import word

WAYS = {
    Way.PHONE.value: _("På telefon"),
    Way.MEETING.value: _("På ett möte"),
    Way.EMAIL.value: _("I ett mejl"),
    Way.LETTER.value: _("I ett brev"),
    Way.SYSTEM.value: _("Ur ett annat system"),
    Way.OTHER.value: _("På annat sätt"),
}
REMOVALS = {
    Removal.REGISTERED_IN_ERROR.value: _("Det registrerades av misstag"),
    Removal.OF_SOMEBODY_ELSE.value: _("Det gäller någon annan"),
    Removal.TAKEN_BACK.value: _("Myndigheten har tagit tillbaka det"),
}
SOMEBODY_ELSE = ""
_UNITS: list[tuple[str, Any]] = [
    (ExtentUnit.PERCENT.value, _("procent av heltid")),
    (ExtentUnit.HOURS_PER_WEEK.value, _("timmar i veckan")),
]

_needed = DataRequired(_("Fyll i det här."))
_a_day = InputRequired(_("Skriv ett datum som finns."))
_CLOCK = re.compile(r"([0-9]{1,2})(?:[.:]?([0-9]{2}))?")
# What cannot stand in a text of the format.
_UNSEEN = re.compile(r"[\u0000-\u0008\u000b\u000c\u000e-\u001f]")


def several_lines(text: str | None) -> str | None:
    """``text`` as it was written, with the line breaks of this house and without what no text may hold."""
    return text and _UNSEEN.sub("", text.replace("\r\n", "\n")).strip()


class TextField(TextAreaField):
    """Several lines of text."""

    def __init__(self, label: Any = None, validators: Any = None, **options: Any) -> None:
        super().__init__(label, validators, filters=[several_lines], **options)


class TimesField(Field):
    """Times of the week in a few rows, each a weekday, a beginning and an end; what is typed stays as it was typed."""

    ROWS = 5

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the rows that have anything in them."""
        typed = [text.strip() for text in valuelist]
        rows = zip(typed[::3], typed[1::3], typed[2::3], strict=False)
        self.data = [list(row) for row in rows if any(row[1:])]

    def rows(self) -> list[list[str]]:
        """The rows as the page shows them, with empty ones to fill in."""
        filled = list(self.data or ())
        return filled + [["", "", ""]] * max(1, self.ROWS - len(filled))


class EntryForm(PortalForm):
    """What is entered, when it was told and how; and which version of it was on the page."""

    LIST: ClassVar[str]
    # The field at which what is wrong with a key of the format is said, where it has another name.
    AT: ClassVar[Mapping[str, str]] = {"from": "from_"}

    item = HiddenField(_("Formuläret"), validators=[Regexp(r"^[A-Za-z0-9._-]{1,64}$")])
    version = HiddenField(_("Formuläret"), default="0", validators=[Regexp(r"^[0-9]{1,9}$")])
    released_on = DayField(_("När lämnades det ut?"), [_a_day])
    how = SelectField(_("Hur lämnades det ut?"), choices=lambda: list(WAYS.items()))

    def offer(self, _staff: Sequence[Staff]) -> None:
        """Say who can be chosen: those of the agency who work there."""

    def validate_released_on(self, field: Any) -> None:
        """What is told tomorrow is not told yet."""
        if field.data and field.data > clock.today():
            raise ValidationError(say("Den dagen har inte varit än."))

    @property
    def shown_version(self) -> int:
        """The version that was on the page; 0 for what is new."""
        return int(self.version.data or 0)

    @property
    def release(self) -> Release:
        """Who told it, when and how, of a form that validated; nobody but the person, where nobody is asked for."""
        return Release(None, "", Way(self.how.data), day_in(self.released_on))

    def is_held(self, said: Mapping[str, Any]) -> bool:
        """Whether ``said`` holds by the format's own limits; what does not is said at its field."""
        _model, problems = hold(self.LIST, said)
        for problem in problems:
            self._refuse(problem)
        return not problems

    def _refuse(self, problem: Problem) -> None:
        key = re.split(r"[.\[]", problem.path)[0]
        field = self._fields.get(self.AT.get(key, key)) or self.item
        words = spoken({"sv": problem.swedish, "en": problem.english})
        if words not in field.errors:
            field.errors = [*field.errors, words]


class ReleaseForm(EntryForm):
    """What an agency has released, and who there released it."""

    released_by = SelectField(_("Vem lämnade ut det?"))
    released_words = LineField(_("Vem, om personen inte finns i listan"))

    def offer(self, staff: Sequence[Staff]) -> None:
        """Say who can be chosen."""
        named = [(str(each.id), f"{each.name}, {each.title}") for each in staff]
        self.released_by.choices = [(SOMEBODY_ELSE, say("Någon som inte finns i listan")), *named]

    def validate_released_words(self, field: Any) -> None:
        """Somebody released it."""
        if not self.released_by.data and not field.data:
            raise ValidationError(say("Välj vem som lämnade ut det, eller skriv vem det var."))

    @property
    def release(self) -> Release:
        """Who, when and how, of a form that validated."""
        by = self.released_by.data or None
        words = "" if by else self.released_words.data or ""
        return replace(super().release, by=None if by is None else StaffId(by), words=words)


class PlanForm(ReleaseForm):
    """One agency's plan."""

    LIST = "plans"

    category = SelectField(_("Informationsslag"))
    title = LineField(_("Planens namn"), [_needed])
    direction = SelectField(_("Riktning"))
    goal = TextField(_("Mål"), [Optional()])
    status = SelectField(_("Läge"), choices=lambda: _words(PlanStatus))
    from_ = DayField(_("Från och med"), [_a_day])
    until = DayField(_("Till och med"), [Optional()])
    last_follow_up = DayField(_("Senaste uppföljning"), [Optional()])
    next_follow_up = DayField(_("Nästa uppföljning"), [Optional()])
    caseworker = SelectField(_("Handläggare"))

    def offer(self, staff: Sequence[Staff]) -> None:
        """Say what can be chosen."""
        super().offer(staff)
        self.category.choices = _words(each for each in Category if each is not Category.CONTACTS)
        self.direction.choices = [("", say("Ingen riktning")), *_words(Direction)]
        named = [(str(each.id), f"{each.name}, {each.title}") for each in staff]
        self.caseworker.choices = [("", say("Ingen handläggare")), *named]

    def typed(self) -> dict[str, Any]:
        """The plan's own keys."""
        return {
            "category": self.category.data,
            "title": self.title.data or "",
            "direction": self.direction.data or None,
            "goal": self.goal.data or None,
            "status": self.status.data,
            "released_on": _iso(self.released_on.data),
            "from": _iso(self.from_.data),
            "until": _iso(self.until.data),
            "last_follow_up": _iso(self.last_follow_up.data),
            "next_follow_up": _iso(self.next_follow_up.data),
            "caseworker": self.caseworker.data or None,
        }


class ActivityForm(ReleaseForm):
    """Something done within a plan."""

    LIST = "activities"
    AT: ClassVar[Mapping[str, str]] = {"from": "from_", "date": "from_"}

    kind = SelectField(_("Slag"), choices=lambda: _words(ActivityKind))
    title = LineField(_("Aktivitetens namn"), [_needed])
    status = SelectField(_("Läge"), choices=lambda: _words(ActivityStatus))
    from_ = DayField(_("Från och med"), [_a_day])
    until = DayField(_("Till och med"), [Optional()])
    extent = LineField(_("Omfattning"), [Optional()])
    unit = SelectField(_("Omfattningen är i"), choices=lambda: _UNITS)
    times = TimesField(_("Tider i veckan"))
    place = LineField(_("Plats"), [Optional()])
    measure = LineField(_("Insats"), [Optional()])

    def validate_extent(self, field: Any) -> None:
        """An extent is a number; its limits are the format's."""
        if field.data and _number(field.data) is None:
            raise ValidationError(say("Skriv ett tal, till exempel 75 eller 37,5."))

    def validate_times(self, field: Any) -> None:
        """Both ends of each time are times of day."""
        if any(_clock(text) is None for row in field.data or () for text in row[1:]):
            raise ValidationError(say("Skriv varje tid från och till, till exempel 9.00 och 15.30."))

    def typed(self) -> dict[str, Any]:
        """The activity's own keys; a meeting is on its first day, and its weekday is that day's."""
        is_meeting, first = self.kind.data == ActivityKind.MEETING.value, self.from_.data
        value = _number(self.extent.data or "")
        return {
            "kind": self.kind.data,
            "title": self.title.data or "",
            "from": _iso(first),
            "until": _iso(self.until.data or (first if is_meeting else None)),
            "status": self.status.data,
            "extent": None if value is None else {"value": value, "unit": self.unit.data},
            "times": [
                {
                    "weekday": first.isoweekday() if is_meeting and first else int(weekday or 1),
                    "from": _clock(start),
                    "to": _clock(end),
                }
                for weekday, start, end in self.times.data or ()
            ],
            "date": _iso(first) if is_meeting else None,
            "place": self.place.data or None,
            "measure": self.measure.data or None,
        }


class NoteForm(ReleaseForm):
    """A short text that the agency releases."""

    LIST = "notes"

    category = SelectField(_("Informationsslag"))
    date = DayField(_("Vilken dag gäller det?"), [_a_day])
    text = TextField(_("Text"), [_needed])

    def offer(self, staff: Sequence[Staff]) -> None:
        """Say what can be chosen."""
        super().offer(staff)
        self.category.choices = _words(each for each in Category if each is not Category.CONTACTS)

    def typed(self) -> dict[str, Any]:
        """The note's own keys."""
        return {
            "category": self.category.data,
            "date": _iso(self.date.data),
            "released_on": _iso(self.released_on.data),
            "text": self.text.data or "",
        }


class WordsForm(EntryForm):
    """What the individual wants to have said to a note, in their own words, and how they told it."""

    LIST = "notes"

    released_on = DayField(_("När sa personen det?"), [_a_day])
    how = SelectField(_("Hur sa personen det?"), choices=lambda: list(WAYS.items()))
    text = TextField(_("Personens egna ord"), [_needed])

    def typed(self) -> dict[str, Any]:
        """The keys of the note that the words are."""
        day = _iso(self.released_on.data)
        return {"date": day, "released_on": day, "text": self.text.data or ""}


# Each says by ``typed`` which keys of the format it holds.
RecordForm: TypeAlias = PlanForm | ActivityForm | NoteForm | WordsForm


class RemoveForm(PortalForm):
    """Why something is taken away."""

    version = HiddenField(_("Formuläret"), validators=[Regexp(r"^[0-9]{1,9}$")])
    cause = RadioField(_("Varför tas det bort?"), choices=lambda: list(REMOVALS.items()))


def _words(codes: Iterable[Any]) -> list[tuple[str, Any]]:
    return [(code.value, word(code)) for code in codes]


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text.replace(",", ".").removesuffix("%").strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _clock(text: str) -> str | None:
    """``09:00`` of ``9``, ``9.00``, ``0900`` and ``09:00``; None of anything else. Whether it is on the clock the
    format says."""
    found = _CLOCK.fullmatch(text)
    return None if found is None else f"{int(found[1]):02}:{found[2] or '00'}"
