"""What can be wrong with an exchange document, in words a sender can act on.

A problem holds a path (``persons[3].personnummer``), a reason and at most a detail from the format itself
(allowed values, a limit, a line number). It never holds a value of the document: that could be a name or a
number.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

WHOLE_DOCUMENT = "document"
MOST_KEPT = 100_000


class Reason(Enum):
    """Why something is refused, in Swedish and in English; ``{}`` stands for the problem's detail."""

    # The file
    TOO_LARGE = ("Filen är större än gränsen {}.", "The file is larger than the limit {}.")
    NOT_UTF8 = (
        "Filen är inte UTF-8 ({}). Spara den som UTF-8.",
        "The file is not UTF-8 ({}). Save it as UTF-8.",
    )
    BYTE_ORDER_MARK = (
        "Filen börjar med en byteordningsmarkering (BOM). Spara den som UTF-8 utan BOM.",
        "The file begins with a byte order mark. Save it as UTF-8 without one.",
    )
    NO_CONTENT = ("Filen är tom.", "The file is empty.")
    NOT_JSON = (
        "Här är filen inte giltig JSON (rad:tecken {}).",
        "The file is not valid JSON here (line:character {}).",
    )
    NOT_FINITE = (
        "NaN och Infinity är inte JSON (värdet som börjar på rad:tecken {}).",
        "NaN and Infinity are not JSON (in the value that begins at line:character {}).",
    )
    ENDS_TOO_EARLY = (
        "Filen tar slut innan dokumentet är klart.",
        "The file ends before the document does.",
    )
    GOES_ON = (
        "Det står något efter dokumentets slut (rad:tecken {}).",
        "There is something after the end of the document (line:character {}).",
    )
    TOO_DEEP = (
        "För många nivåer i varandra (värdet som börjar på rad:tecken {}).",
        "Too many levels inside each other (in the value that begins at line:character {}).",
    )
    OBJECT_TOO_LARGE = (
        "Ett enskilt värde är längre än 1 048 576 tecken (det börjar på rad:tecken {}).",
        "A single value is longer than 1,048,576 characters (it begins at line:character {}).",
    )
    CHANGED_MEANWHILE = (
        "Filen ändrades medan den lästes. Försök igen.",
        "The file changed while it was read. Try again.",
    )

    # The shape
    REPEATED_KEY = ("Nyckeln står två gånger i samma objekt.", "The key stands twice in the same object.")
    UNKNOWN_KEY = ("Formatet har ingen sådan nyckel.", "The format has no such key.")
    MISSING = ("Uppgiften saknas.", "This is missing.")
    IS_NULL = ("Uppgiften får inte vara null.", "This must not be null.")
    WRONG_FORMAT = ("Formatet måste vara {}.", "The format must be {}.")
    NOT_AN_OBJECT = ("Det här måste vara ett objekt { }.", "This must be an object { }.")
    NOT_A_LIST = ("Det här måste vara en lista [ ].", "This must be a list [ ].")
    NOT_TEXT = ("Det här måste vara en text.", "This must be a text.")
    NOT_A_NUMBER = ("Det här måste vara ett tal.", "This must be a number.")
    NOT_TRUE_OR_FALSE = ("Det här måste vara true eller false.", "This must be true or false.")
    NOT_UNICODE = ("Texten är inte giltig Unicode.", "The text is not valid Unicode.")
    CONTROL_CHARACTER = (
        "Texten har ett styrtecken som inte får finnas.",
        "The text has a control character that is not allowed.",
    )
    NOT_AN_ID = ("Ett id är 1–64 tecken av A–Z a–z 0–9 . _ -", "An id is 1–64 of A–Z a–z 0–9 . _ -")
    NOT_A_DAY = (
        "Det här måste vara ett datum som finns, ÅÅÅÅ-MM-DD.",
        "This must be a date that exists, YYYY-MM-DD.",
    )
    NOT_A_TIME = ("Det här måste vara ett klockslag 00:00–23:59.", "This must be a time 00:00–23:59.")
    NOT_AN_INSTANT = (
        "Det här måste vara en tidpunkt enligt RFC 3339 med tidszon, som 2026-03-02T09:30:00+01:00.",
        "This must be an RFC 3339 time with offset, like 2026-03-02T09:30:00+01:00.",
    )
    NOT_ONE_OF = ("Det här måste vara något av: {}.", "This must be one of: {}.")
    NOT_A_WEEKDAY = ("Veckodagen är ett heltal 1 (måndag) – 7.", "The weekday is a whole number 1 (Monday) – 7.")
    NOT_A_PERCENTAGE = ("Procent är ett heltal 0–200.", "Percent is a whole number 0–200.")
    NOT_WEEKLY_HOURS = (
        "Timmar per vecka är 0–80 i hela eller halva timmar.",
        "Hours a week are 0–80 in whole or half hours.",
    )
    NOT_AN_IDENTITY_NUMBER = (
        "Numret måste vara tolv siffror, ÅÅÅÅMMDDNNNN.",
        "The number must be twelve digits, YYYYMMDDNNNN.",
    )
    NO_SUCH_BIRTHDAY = ("Numrets födelsedag finns inte.", "The number's day of birth does not exist.")
    WRONG_CHECK_DIGIT = ("Numrets kontrollsiffra stämmer inte.", "The number's check digit is wrong.")

    # One object
    ENDS_BEFORE_IT_BEGINS = ("Slutet ligger före början.", "The end is before the beginning.")
    MEETING_WITHOUT_DATE = ("Ett möte måste ha ett datum.", "A meeting must have a date.")
    NOT_THE_MEETING_DAY = (
        "Ett möte börjar och slutar den dag det hålls (date).",
        "A meeting begins and ends on its date.",
    )
    NOT_ONE_MEETING_TIME = ("Ett möte har exakt en tid.", "A meeting has exactly one time.")
    NOT_THE_MEETING_WEEKDAY = (
        "Veckodagen stämmer inte med mötets datum.",
        "The weekday is not that of the meeting's date.",
    )
    DATE_OF_NO_MEETING = ("Bara ett möte har datum (date).", "Only a meeting has a date.")
    CONTACTS_OF_PROTECTED = (
        "En person med skyddade personuppgifter har varken telefon eller e-post i portalen.",
        "A person with a protected identity has neither phone nor email in the portal.",
    )
    CATEGORY_CONTACTS = (
        "En plan eller lägesrapport kan inte ha informationsslaget contacts.",
        "A plan or note cannot have the category contacts.",
    )
    GENERAL_CONSENT = (
        "Ett generellt samtycke gäller inte. Skriv vilka som lämnar ut.",
        "A general consent is not valid. Name the sources.",
    )

    # Objects together
    ID_TWICE = ("Id:t står redan i dokumentet.", "The id stands in the document already.")
    ID_OF_ANOTHER_KIND = (
        "Id:t tillhör redan en plan, aktivitet eller lägesrapport av annat slag.",
        "The id already belongs to a plan, activity or note of another kind.",
    )
    NUMBER_TWICE = (
        "Två personer i dokumentet har samma nummer.",
        "Two people in the document have the same number.",
    )
    UNKNOWN_REFERENCE = ("Det som id:t pekar på finns inte.", "What the id refers to does not exist.")
    STAND_IN_ELSEWHERE = (
        "En ersättare måste arbeta på samma myndighet som den frånvarande.",
        "A stand-in must work at the same agency as the absent colleague.",
    )
    RECIPIENT_NOT_READER = (
        "En mottagare måste ha rollen reader.",
        "A recipient must have the role reader.",
    )
    STAFF_OVERLAP = (
        "Två rader med samma issuer och subject gäller samtidigt.",
        "Two entries with the same issuer and subject hold at the same time.",
    )
    ADMINISTRATOR_AND_AUDITOR = (
        "Samma person kan inte vara administratör och granskare samtidigt.",
        "The same person cannot be administrator and auditor at the same time.",
    )

    # What is already there
    NUMBER_TAKEN = (
        "En annan person i registret har eller har haft numret.",
        "Another person in the register has or has had the number.",
    )
    MERGED = (
        "Personen har förts ihop med en annan, som inte har det numret eller inte är skyddad. Ändra hos AME först.",
        "The person was merged with another, who has not that number or is not protected. Change it at the AME first.",
    )
    DISPOSED = (
        "Personen har gallrats. Ett nytt samtycke börjar med en ny person, med ett eget id.",
        "The person has been disposed of. A new consent begins with a new person, with an id of its own.",
    )
    NOT_AN_ADMINISTRATOR = (
        "Den som bekräftar måste finnas i listan staff eller i registret, ha rollen administrator och gälla i dag.",
        "Whoever confirms must be in the list staff or the register, have the role administrator and be active today.",
    )
    NEVER_CHANGES = (
        "Det här ändras aldrig under ett känt id. Ge det nya ett eget id.",
        "This never changes under a known id. Give the new one an id of its own.",
    )
    CONSENT_CHANGED = (
        "Ett registrerat samtycke ändras aldrig. Lämna ett nytt och återkalla det gamla.",
        "A registered consent never changes. Bring a new one and withdraw the old one.",
    )
    CONSENT_REVIVED = (
        "Ett återkallat samtycke får inte liv igen. Lämna ett nytt.",
        "A withdrawn consent is never revived. Bring a new one.",
    )
    WITHDRAWAL_CHANGED = ("En registrerad återkallelse ändras aldrig.", "A registered withdrawal never changes.")
    WITHDRAWAL_IN_FUTURE = (
        "Återkallelsen ligger i framtiden.",
        "The withdrawal is in the future.",
    )


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, and where."""

    path: str
    reason: Reason
    detail: str = ""

    @property
    def swedish(self) -> str:
        """The reason in plain Swedish."""
        return self.reason.value[0].replace("{}", self.detail)

    @property
    def english(self) -> str:
        """The reason in plain English."""
        return self.reason.value[1].replace("{}", self.detail)

    def as_json(self) -> dict[str, object]:
        """The problem as ``{"path", "reason": {"sv", "en"}}``."""
        return {"path": self.path, "reason": {"sv": self.swedish, "en": self.english}}

    def __str__(self) -> str:
        return f"{self.path}: {self.swedish} / {self.english}"


class DocumentError(ValueError):
    """The document is refused, with every problem found; nothing of it may be used."""

    def __init__(self, problems: Iterable[Problem], unlisted: int = 0) -> None:
        self.problems = tuple(problems)
        self.unlisted = unlisted
        super().__init__(f"{len(self.problems) + unlisted} problems")


class Problems:
    """Collects problems; keeps the first hundred thousand and counts the rest, so that memory stays bounded."""

    def __init__(self) -> None:
        self._kept: dict[Problem, None] = {}
        self._unlisted = 0

    def add(self, path: str, reason: Reason, detail: str = "") -> None:
        """Note that ``reason`` holds at ``path``."""
        if len(self._kept) < MOST_KEPT:
            self._kept.setdefault(Problem(path, reason, detail))
        else:
            self._unlisted += 1

    def raise_any(self) -> None:
        """Raise DocumentError with the problems in the order of their paths, if there is any."""
        if self._kept:
            raise DocumentError(sorted(self._kept, key=_place), self._unlisted)

    def __iter__(self) -> Iterator[Problem]:
        return iter(self._kept)


def _place(problem: Problem) -> list[tuple[int, str]]:
    """Sorts ``plans[10]`` after ``plans[9]``."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"([0-9]+)", problem.path)]
