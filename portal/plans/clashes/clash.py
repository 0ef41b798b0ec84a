"""A clash as it is handed out: facts, a sentence and a headline in each language, and the form of the contract."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from portal.plans.clashes.finding import ClashType, Finding
from portal.plans.clashes.sentences import english, swedish

Tellers = Mapping[ClashType, Callable[[Finding], str]]

SENTENCES: Final[Mapping[str, Tellers]] = {"sv": swedish.SENTENCES, "en": english.SENTENCES}
HEADLINES: Final[Mapping[str, Tellers]] = {"sv": swedish.HEADLINES, "en": english.HEADLINES}


class Clash(Finding):
    """What the plans do to each other, from a day until a day (None is open-ended).

    ``figures`` are those of the type, ready for JSON. Equal when the facts are: the words follow from them and the
    plans, and are made when asked for, since most clashes are counted and not read.
    """

    __slots__ = ()

    @property
    def text(self) -> Mapping[str, str]:
        """A sentence by language, ``sv`` and ``en``, with every agency, date and figure of the clash."""
        return Wording(self, SENTENCES)

    @property
    def headline(self) -> Mapping[str, str]:
        """A few words by language, ``sv`` and ``en``, to stand above the sentence."""
        return Wording(self, HEADLINES)

    def as_json(self) -> dict[str, Any]:
        """The clash in the output form of the contract; dates as ``YYYY-MM-DD``."""
        return {
            "type": self.type.value,
            "from": self.from_.isoformat(),
            "until": None if self.until is None else self.until.isoformat(),
            "involved": list(self.involved),
            "figures": dict(self.figures),
            "text": dict(self.text),
        }

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Clash) and self[:5] == other[:5]

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(self[:4])


class Wording(Mapping[str, str]):
    """What is said of one clash, by language; each is worded when it is asked for."""

    __slots__ = ("_finding", "_tellers")

    def __init__(self, finding: Finding, tellers: Mapping[str, Tellers]) -> None:
        self._finding = finding
        self._tellers = tellers

    def __getitem__(self, language: str) -> str:
        return self._tellers[language][self._finding.type](self._finding)

    def __iter__(self) -> Iterator[str]:
        return iter(self._tellers)

    def __len__(self) -> int:
        return len(self._tellers)
