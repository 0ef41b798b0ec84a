"""What a letter of confirmation is filled in with: words ready to be read, and nothing to look up.

Pure. What it holds is of a person and is never printed by accident. It has no address and no identity number: whoever
sends it writes the envelope, and for somebody protected there is none to write.
"""

from dataclasses import dataclass
from datetime import date

from portal.consent.form.terms import Direction


@dataclass(frozen=True, slots=True, repr=False)
class LetterTerms:
    """What one letter says; ``time`` is a time of day in Stockholm and ``how`` a code.

    Where something still holds, ``remains`` says what, and ``until`` the last day; else it is empty.
    """

    name: str
    day: date
    time: str
    told_on: date | None
    how: str
    received_by: str
    closed: tuple[Direction, ...]
    remains: tuple[Direction, ...]
    until: date | None
    contact: str
