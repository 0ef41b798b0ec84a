"""The objects of the exchange format as strict models, and the JSON Schema made from them.

The models know one object at a time: its keys, types and written forms. What two values of an object say
together stands in ``rules``, what objects say of each other in ``ledger``. A model never prints its values.
"""

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict
from pydantic.json_schema import GenerateJsonSchema

from portal.accounts.rules import AgencyKind, Role
from portal.consent.rules import Category
from portal.exchange.values import Day, Id, Instant, Number, Text, TimeOfDay, TwelveDigits, Weekday, YesNo
from portal.plans.rules import ActivityKind, ActivityStatus, Direction, ExtentUnit, PlanStatus

FORMAT = "gemensam-ingang/1"

_MEETING: JsonDict = {
    "if": {"properties": {"kind": {"const": "meeting"}}, "required": ["kind"]},
    "then": {
        "properties": {
            "date": {"type": "string"},
            "until": {"type": "string"},
            "times": {"type": "array", "minItems": 1, "maxItems": 1},
        },
        "required": ["date", "until", "times"],
    },
    "else": {"properties": {"date": {"type": "null"}}},
}
_PROTECTED: JsonDict = {
    "if": {"properties": {"protected": {"const": True}}, "required": ["protected"]},
    "then": {"properties": {"phone": {"type": "null"}, "email": {"type": "null"}}},
}
_EXTENT: JsonDict = {
    "if": {"properties": {"unit": {"const": "percent"}}, "required": ["unit"]},
    "then": {"properties": {"value": {"type": "integer", "minimum": 0, "maximum": 200}}},
    "else": {"properties": {"value": {"multipleOf": 0.5, "minimum": 0, "maximum": 80}}},
}
_NOT_CONTACTS: JsonDict = {"not": {"const": Category.CONTACTS.value}}


class How(StrEnum):
    """How a withdrawal reached the desk."""

    LETTER = "letter"
    PHONE = "phone"
    VISIT = "visit"
    ONLINE = "online"
    OTHER = "other"


AnAgencyKind = Annotated[AgencyKind, Field(strict=False)]
ARole = Annotated[Role, Field(strict=False)]
ACategory = Annotated[Category, Field(strict=False)]
AnItemCategory = Annotated[Category, Field(strict=False, json_schema_extra=_NOT_CONTACTS)]


class Strict(BaseModel):
    """Unknown keys and near types are refused, and neither errors nor repr hold values."""

    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True, validate_by_alias=True)

    def __repr_args__(self) -> list[tuple[str | None, Any]]:
        return []


class Agency(Strict):
    """An authority."""

    id: Id
    name: Text
    kind: AnAgencyKind


class Staff(Strict):
    """One named person at one agency in one role."""

    id: Id
    agency: Id
    role: ARole
    name: Text
    title: Text
    email: Text | None = None
    phone: Text | None = None
    phone_hours: Text | None = None
    issuer: Text
    subject: Text
    active_from: Day
    active_until: Day | None = None


class StandIn(Strict):
    """``by`` reads in place of ``absent``."""

    id: Id
    absent: Id
    by: Id
    from_: Day = Field(alias="from")
    until: Day


class Person(Strict):
    """A person."""

    model_config = ConfigDict(json_schema_extra=_PROTECTED)

    id: Id
    personnummer: TwelveDigits
    given_name: Text
    family_name: Text
    phone: Text | None = None
    email: Text | None = None
    language: Text
    protected: YesNo


class Form(Strict):
    """How the consent was given."""

    version: Text
    language: Text
    interpreter: YesNo
    place: Text
    informed_by: Id
    representative: Text | None = None


class Line(Strict):
    """What the sources have released in these categories, these recipients may read."""

    sources: list[Id]
    categories: list[ACategory]
    recipients: list[Id]
    stand_ins: YesNo
    covers_protected: YesNo


class Withdrawal(Strict):
    """When a consent was taken back, how, and who received it."""

    at: Instant
    how: Annotated[How, Field(strict=False)]
    received_by: Id | None


class Consent(Strict):
    """A signed consent."""

    id: Id
    person: Id
    purpose: Text
    signed_on: Day
    valid_from: Day
    valid_until: Day
    form: Form
    lines: list[Line]
    withdrawn: Withdrawal | None = None


class Plan(Strict):
    """One agency's plan for a person."""

    id: Id
    person: Id
    agency: Id
    category: AnItemCategory
    title: Text
    direction: Annotated[Direction, Field(strict=False)] | None = None
    goal: Text | None = None
    status: Annotated[PlanStatus, Field(strict=False)]
    released_on: Day
    from_: Day = Field(alias="from")
    until: Day | None = None
    last_follow_up: Day | None = None
    next_follow_up: Day | None = None
    caseworker: Id | None = None


class Extent(Strict):
    """How much of a week an activity takes."""

    model_config = ConfigDict(json_schema_extra=_EXTENT)

    value: Number
    unit: Annotated[ExtentUnit, Field(strict=False)]


class WeeklyTime(Strict):
    """When in the week an activity happens."""

    weekday: Weekday
    from_: TimeOfDay = Field(alias="from")
    to: TimeOfDay


class Activity(Strict):
    """Something done within a plan."""

    model_config = ConfigDict(json_schema_extra=_MEETING)

    id: Id
    plan: Id
    kind: Annotated[ActivityKind, Field(strict=False)]
    title: Text
    from_: Day = Field(alias="from")
    until: Day | None = None
    status: Annotated[ActivityStatus, Field(strict=False)]
    extent: Extent | None = None
    times: list[WeeklyTime] | None = None
    date: Day | None = None
    place: Text | None = None
    measure: Text | None = None


class Note(Strict):
    """A short text about a person."""

    id: Id
    person: Id
    agency: Id
    category: AnItemCategory
    date: Day
    released_on: Day
    text: Text


class Removed(Strict):
    """What the document takes away."""

    plans: list[Id] = []
    activities: list[Id] = []
    notes: list[Id] = []
    stand_ins: list[Id] = []


class Document(Strict):
    """The whole of it; read list by list by ``reading``, and here for the JSON Schema."""

    format: Literal["gemensam-ingang/1"]
    agencies: list[Agency] = []
    staff: list[Staff] = []
    stand_ins: list[StandIn] = []
    persons: list[Person] = []
    consents: list[Consent] = []
    plans: list[Plan] = []
    activities: list[Activity] = []
    notes: list[Note] = []
    removed: Removed = Removed()


LISTS: dict[str, type[Strict]] = {
    "agencies": Agency,
    "staff": Staff,
    "stand_ins": StandIn,
    "persons": Person,
    "consents": Consent,
    "plans": Plan,
    "activities": Activity,
    "notes": Note,
}


class _WithoutTitles(GenerateJsonSchema):
    """Pydantic's titles only repeat the keys."""

    def field_title_should_be_set(self, _schema: Any) -> bool:
        return False


def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of the format."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | Document.model_json_schema(
        by_alias=True, schema_generator=_WithoutTitles
    )
