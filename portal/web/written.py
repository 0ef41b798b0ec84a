"""What people have written, as it stands on a page: in Swedish, and turning no words around it.

A page in English says so of the titles, goals and names that are Swedish (WCAG 2.2, 3.1.2), so that a screen reader
reads them as such. Where such a text is an element of its own the template says it; here is what stands in the midst of
a sentence.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Protocol

from markupsafe import Markup, escape

from portal.accounts.rules import Agency, AgencyId
from portal.plans.rules import Activity, Plan
from portal.web.language import DEFAULT, language


class Read(Protocol):
    """As much of an open record as has names in it."""

    @property
    def plans(self) -> Iterable[Plan]: ...
    @property
    def activities(self) -> Iterable[Activity]: ...
    @property
    def agencies(self) -> Mapping[AgencyId, Agency]: ...


def as_written(text: str) -> Markup:
    """``text`` in the midst of a sentence, said to be Swedish and kept from turning what stands around it."""
    return Markup(f'<bdi lang="{DEFAULT}">{escape(text)}</bdi>')  # noqa: S704 - the text is escaped


def with_names(sentence: str, record: Read) -> str:
    """``sentence`` with the titles and agencies of ``record`` in it as they were written, where the page is not."""
    if language() == DEFAULT:
        return sentence
    titles = [each.title for each in record.plans] + [each.title for each in record.activities]
    names = {*titles, *(each.name for each in record.agencies.values())}
    written = "|".join(map(re.escape, sorted(filter(None, names), key=len, reverse=True)))
    if not written:
        return sentence
    parts = re.split(rf"(?<!\w)({written})(?!\w)", sentence)
    # A split by one group gives what stands between and what was found by turns.
    return Markup().join(as_written(part) if place % 2 else part for place, part in enumerate(parts))
