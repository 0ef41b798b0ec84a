"""A consent in the parts one can take back: for each agency that reads, whom of it, and what from whom.

Pure. A part that is left as it is opens what it opened; what is not ticked is gone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from portal.accounts.rules import AgencyId, StaffId
from portal.consent.narrowing import Opening, narrowed, openings
from portal.consent.rules import Category, Consent, Line


@dataclass(frozen=True, slots=True)
class Part:
    """What one line opens to the named readers of one agency; its boxes by the code they are sent as."""

    line: Line
    agency: AgencyId | None
    readers: Mapping[str, StaffId]
    openings: Mapping[str, Opening]

    def left(self, ticked: Iterable[str]) -> tuple[Line, ...]:
        """The lines that are left of this part where only the boxes ``ticked`` are."""
        codes = frozenset(ticked)
        kept = [opening for code, opening in self.openings.items() if code in codes]
        return narrowed(self.line, kept, [reader for code, reader in self.readers.items() if code in codes])


def parts_of(consent: Consent, agency_of: Mapping[StaffId, AgencyId]) -> list[Part]:
    """The parts of a consent, line by line and in each by the agency of those it names."""
    return [
        _part(number, line, agency, [each for each in line.recipients if agency_of.get(each) == agency])
        for number, line in enumerate(consent.lines)
        for agency in sorted({agency_of.get(each) for each in line.recipients}, key=str)
    ]


def _part(number: int, line: Line, agency: AgencyId | None, readers: Iterable[StaffId]) -> Part:
    # No id holds a bar.
    begins = f"{number}|{agency or ''}"
    return Part(
        line,
        agency,
        {f"{begins}|reader|{each}": each for each in sorted(readers)},
        {f"{begins}|opens|{each.source or ''}|{each.category}": each for each in sorted(openings(line), key=_place)},
    )


def _place(opening: Opening) -> tuple[str, int]:
    # The person's own contacts come last, as on the form.
    return (opening.source or "~", list(Category).index(opening.category))
