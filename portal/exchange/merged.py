"""What a document says of a person under an id that was merged with another is said of the person kept.

The sender knows two people where there is one. Consents, plans and notes of either are that one's. Who the person is
has been decided at the desk, so the object of the id that is no more changes nothing; but where it says what the
person kept is not, a number the person does not have or a protection that is not marked, somebody has to look.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.exchange.problems import Problems, Reason
from portal.exchange.schema import Person, Strict


@dataclass(frozen=True, slots=True)
class Kept:
    """Of somebody merged, the id that is kept, whether that is protected, and whether twelve digits are theirs."""

    id: str
    is_protected: bool
    has_number: Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Merged:
    """The ids that were merged with others, each with who is kept."""

    kept: Mapping[str, Kept] = field(default_factory=dict)

    def leaves_out(self, model: Strict) -> bool:
        """Whether the object is of a person who is kept under another id."""
        return isinstance(model, Person) and getattr(model, "id", None) in self.kept

    def check(self, path: str, person: Any, problems: Problems) -> None:
        """Report what a person left out says that the one kept is not."""
        kept = self.kept[person.id]
        if not kept.has_number(person.personnummer.digits) or (person.protected and not kept.is_protected):
            problems.add(path, Reason.MERGED)

    def as_kept(self, model: Strict, value: Mapping[str, Any]) -> tuple[Strict, Mapping[str, Any]]:
        """The object as it is said of the person kept: as a model and as it was written."""
        kept = self.kept.get(getattr(model, "person", ""))
        if kept is None:
            return model, value
        return model.model_copy(update={"person": kept.id}), {**value, "person": kept.id}
