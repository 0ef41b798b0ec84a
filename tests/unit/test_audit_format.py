"""FORMAT.md says what the code does: its table of events and its triggers are compared with them."""

import re
from pathlib import Path

from audit import triggers
from audit.vocabulary import FORMS

PAGE = (Path(__file__).parents[2] / "audit" / "FORMAT.md").read_text("utf-8")
COMMON = {"actor", "agency", "outcome", "reason", "reason_text"}


def test_every_event_stands_there_with_its_fields() -> None:
    rows = re.findall(r"^\| `([a-z_]+)` \| ([a-z_ ]*) \| ([a-z_ ]*) \|$", PAGE, re.MULTILINE)
    said = {event: (set(must.split()), set(may.split())) for event, must, may in rows}
    assert said == {
        str(event): (set(form.required), set(form.checks) - form.required - COMMON) for event, form in FORMS.items()
    }


def test_every_field_has_a_form() -> None:
    section = PAGE.partition("| form | matches")[2].partition("## 2. Tree")[0]
    fields = {name for form in FORMS.values() for name in form.checks}
    assert {name for name in fields if not re.search(rf"\b{name}\b", section)} == set()


def test_the_triggers_stand_there_as_they_are() -> None:
    for statement in [*triggers.sqlite_triggers(), *triggers.postgresql_triggers()]:
        if "trail_leaves" in statement:
            assert f"    {statement}\n" in PAGE
