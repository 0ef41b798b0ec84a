"""The values of the exchange format: exactly the written form, and nothing that merely resembles it.

A date is ``YYYY-MM-DD``, not ``20260302`` and not a time; a yes is ``true``, not 1. A number is its value: 75, 75.0
and 7.5e1 are the same whole number, as JSON and JSON Schema have it.
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any, Final

from pydantic import Field, PlainSerializer, PlainValidator, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from portal.exchange.problems import Reason
from portal.people.rules import IdentityNumber, IdentityNumberError, IdentityNumberFault

_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_TIME = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
_INSTANT = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?"
    r"([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$"
)
_IDENTITY_FAULTS = {
    IdentityNumberFault.NO_SUCH_DAY: Reason.NO_SUCH_BIRTHDAY,
    IdentityNumberFault.WRONG_CHECK_DIGIT: Reason.WRONG_CHECK_DIGIT,
}


class ValueRefusedError(ValueError):
    """A value has not the form the format asks for; holds the reason and never the value."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.name)
        self.reason = reason


@lru_cache(maxsize=65536)
def read_day(text: str) -> date:
    """The date written ``YYYY-MM-DD``; raises ValueRefusedError."""
    if re.fullmatch(_DAY, text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    raise ValueRefusedError(Reason.NOT_A_DAY)


@lru_cache(maxsize=2048)
def read_time(text: str) -> time:
    """The time of day written ``HH:MM``; raises ValueRefusedError."""
    if re.fullmatch(_TIME, text):
        return time.fromisoformat(text)
    raise ValueRefusedError(Reason.NOT_A_TIME)


def read_instant(text: str) -> datetime:
    """The aware instant, in UTC, written as RFC 3339 with an offset; raises ValueRefusedError.

    Fractions finer than a microsecond are cut off; a leap second is refused, since no clock of ours has it.
    """
    if re.fullmatch(_INSTANT, text):
        try:
            return datetime.fromisoformat(text.upper()).astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    raise ValueRefusedError(Reason.NOT_AN_INSTANT)


def read_number(value: object) -> Decimal:
    """The exact value of a JSON number; raises ValueRefusedError."""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return Decimal(value)
    raise ValueRefusedError(Reason.NOT_A_NUMBER)


def read_weekday(value: object) -> int:
    """The weekday 1 (Monday) – 7; raises ValueRefusedError."""
    number = read_number(value)
    if number in range(1, 8):
        return int(number)
    raise ValueRefusedError(Reason.NOT_A_WEEKDAY)


def read_identity_number(text: str) -> IdentityNumber:
    """The identity number written in twelve digits; raises ValueRefusedError."""
    try:
        return IdentityNumber(text)
    except IdentityNumberError as refused:
        reason = _IDENTITY_FAULTS.get(refused.fault, Reason.NOT_AN_IDENTITY_NUMBER)
    raise ValueRefusedError(reason)


def _validator(read: Callable[[Any], object], from_text: bool = True) -> PlainValidator:
    def validate(value: object) -> object:
        if from_text and not isinstance(value, str):
            raise PydanticCustomError(Reason.NOT_TEXT.name, "")
        try:
            return read(value)
        except ValueRefusedError as refused:
            reason = refused.reason
        raise PydanticCustomError(reason.name, "")

    return PlainValidator(validate)


def _number_as_json(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


ID_PATTERN: Final = r"^[A-Za-z0-9._-]{1,64}$"

Id = Annotated[str, StringConstraints(pattern=ID_PATTERN)]
Text = Annotated[str, StringConstraints(pattern=r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f]*$")]
Day = Annotated[
    date,
    _validator(read_day),
    PlainSerializer(date.isoformat),
    WithJsonSchema({"type": "string", "format": "date", "pattern": _DAY}),
]
TimeOfDay = Annotated[
    time,
    _validator(read_time),
    PlainSerializer(lambda value: value.isoformat("minutes")),
    WithJsonSchema({"type": "string", "pattern": _TIME}),
]
Instant = Annotated[
    datetime,
    _validator(read_instant),
    PlainSerializer(datetime.isoformat),
    WithJsonSchema({"type": "string", "format": "date-time", "pattern": _INSTANT}),
]
Number = Annotated[
    Decimal,
    _validator(read_number, from_text=False),
    PlainSerializer(_number_as_json),
    WithJsonSchema({"type": "number"}),
]
Weekday = Annotated[
    int,
    _validator(read_weekday, from_text=False),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 7}),
]
TwelveDigits = Annotated[
    IdentityNumber,
    _validator(read_identity_number),
    PlainSerializer(lambda number: number.digits),
    WithJsonSchema({"type": "string", "pattern": "^[0-9]{12}$"}),
]
YesNo = Annotated[bool, Field(strict=True)]
