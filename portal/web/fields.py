"""What a validated field holds, as the type it must be by then."""

from datetime import date

from wtforms import DateField


def day_in(field: DateField) -> date:
    """The day in a required field of a form that validated; raises ValueError before that."""
    if field.data is None:
        raise ValueError("the field has not been validated")
    return field.data
