"""The register in clear text, indexed as the portal's is."""

import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Enum, ForeignKey, Numeric
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from portal.accounts.rules import AgencyKind, Role
from portal.consent.rules import Category
from portal.plans.rules import ActivityKind, ActivityStatus, Direction, ExtentUnit, PlanStatus


def _words(kind: type[StrEnum]) -> Enum:
    return Enum(kind, native_enum=False, length=32, values_callable=list)


_TYPES: dict[Any, Any] = {
    **{
        kind: _words(kind)
        for kind in (AgencyKind, Role, Category, ActivityKind, ActivityStatus, Direction, ExtentUnit, PlanStatus)
    },
    Decimal: Numeric(4, 1),
    list[Any]: JSON(none_as_null=True),
}


class Model(DeclarativeBase):
    """What all tables have in common."""

    type_annotation_map = _TYPES


class Agency(Model):
    """An agency."""

    __tablename__ = "agencies"
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[AgencyKind]


class Staff(Model):
    """A named member of staff."""

    __tablename__ = "staff"
    id: Mapped[str] = mapped_column(primary_key=True)
    agency: Mapped[str] = mapped_column(ForeignKey("agencies.id"))
    role: Mapped[Role]
    name: Mapped[str]
    title: Mapped[str]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    phone_hours: Mapped[str | None]
    issuer: Mapped[str]
    subject: Mapped[str]
    active_from: Mapped[datetime.date]
    active_until: Mapped[datetime.date | None]


class Person(Model):
    """A person, found by the reference in the address."""

    __tablename__ = "persons"
    id: Mapped[str] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    personnummer: Mapped[str] = mapped_column(unique=True)
    given_name: Mapped[str]
    family_name: Mapped[str]
    phone: Mapped[str | None]
    email: Mapped[str | None]
    language: Mapped[str]
    protected: Mapped[bool]
    plans: Mapped[list["Plan"]] = relationship(order_by="Plan.id")
    notes: Mapped[list["Note"]] = relationship(order_by="Note.id")


class Plan(Model):
    """An agency's plan."""

    __tablename__ = "plans"
    id: Mapped[str] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("persons.id"), index=True)
    agency: Mapped[str] = mapped_column(ForeignKey("agencies.id"))
    category: Mapped[Category]
    title: Mapped[str]
    direction: Mapped[Direction | None]
    goal: Mapped[str | None]
    status: Mapped[PlanStatus]
    released_on: Mapped[datetime.date]
    from_: Mapped[datetime.date]
    until: Mapped[datetime.date | None]
    last_follow_up: Mapped[datetime.date | None]
    next_follow_up: Mapped[datetime.date | None]
    caseworker_id: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
    caseworker: Mapped[Staff | None] = relationship()
    activities: Mapped[list["Activity"]] = relationship(order_by="Activity.id")


class Activity(Model):
    """An activity of a plan; its hours of the week, which are only ever read with it, in a column of JSON."""

    __tablename__ = "activities"
    id: Mapped[str] = mapped_column(primary_key=True)
    plan: Mapped[str] = mapped_column(ForeignKey("plans.id"), index=True)
    kind: Mapped[ActivityKind]
    title: Mapped[str]
    from_: Mapped[datetime.date]
    until: Mapped[datetime.date | None]
    status: Mapped[ActivityStatus]
    extent_value: Mapped[Decimal | None]
    extent_unit: Mapped[ExtentUnit | None]
    times: Mapped[list[Any] | None]
    date: Mapped[datetime.date | None]
    place: Mapped[str | None]
    measure: Mapped[str | None]


class Note(Model):
    """A note an agency has released."""

    __tablename__ = "notes"
    id: Mapped[str] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("persons.id"), index=True)
    agency: Mapped[str] = mapped_column(ForeignKey("agencies.id"))
    category: Mapped[Category]
    date: Mapped[datetime.date]
    released_on: Mapped[datetime.date]
    text: Mapped[str]
