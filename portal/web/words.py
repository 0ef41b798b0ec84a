"""The words on the page for the codes in the register: one word an idea, in the reader's language."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Protocol, TypeVar

from portal.accounts.rules import AgencyKind, Role
from portal.consent.drafts import DraftState
from portal.consent.rules import Category
from portal.consent.states import ConsentState
from portal.plans.rules import ActivityKind, ActivityStatus, Direction, PlanStatus
from portal.web.formats import spoken
from portal.web.language import say


def _(words: str) -> str:
    """Mark ``words`` for translation: they are translated when they are said."""
    return words


# By type first: members of different enums with the same value are equal, and "other" is an agency and an activity.
_WORDS: Mapping[type[StrEnum], Mapping[str, str]] = {
    Role: {
        Role.READER: _("Handläggare"),
        Role.ADMINISTRATOR: _("AME-administratör"),
        Role.AUDITOR: _("Granskare"),
    },
    AgencyKind: {
        AgencyKind.AME: _("Arbetsmarknadsenhet"),
        AgencyKind.SOCIALTJANST: _("Socialtjänst"),
        AgencyKind.ARBETSFORMEDLINGEN: _("Arbetsförmedlingen"),
        AgencyKind.FORSAKRINGSKASSAN: _("Försäkringskassan"),
        AgencyKind.REGION: _("Region"),
        AgencyKind.SKOLA: _("Skola"),
        AgencyKind.KRIMINALVARD: _("Kriminalvården"),
        AgencyKind.OTHER: _("Annan verksamhet"),
    },
    Category: {
        Category.PLANNING: _("Planering"),
        Category.CONTACTS: _("Kontaktuppgifter"),
        Category.BACKGROUND: _("Bakgrund"),
        Category.LIVELIHOOD: _("Försörjning"),
        Category.WORK_ABILITY: _("Arbetsförmåga"),
        Category.HEALTH: _("Hälsa"),
        Category.CHECK_IN: _("Avstämning"),
    },
    ConsentState: {
        ConsentState.WAITING_FOR_PAPER: _("Väntar på papper"),
        ConsentState.WAITING_FOR_CONFIRMATION: _("Väntar på bekräftelse"),
        ConsentState.COMING: _("Har inte börjat gälla"),
        ConsentState.LIVE: _("Gäller nu"),
        ConsentState.EXPIRES_SOON: _("Går snart ut"),
        ConsentState.EXPIRED: _("Har gått ut"),
        ConsentState.WITHDRAWN: _("Återkallat"),
        ConsentState.REPLACED: _("Ersatt av ett nyare"),
        ConsentState.IN_ERROR: _("Registrerat av misstag"),
    },
    DraftState: {
        DraftState.DRAFT: _("Påbörjat"),
        DraftState.PRINTED: _("Väntar på papper"),
        DraftState.REFUSED: _("Personen sa nej"),
        DraftState.REGISTERED: _("Registrerat"),
    },
    Direction: {
        Direction.WORK: _("Arbete"),
        Direction.STUDIES: _("Studier"),
        Direction.REHABILITATION: _("Rehabilitering"),
        Direction.REST: _("Återhämtning"),
    },
    PlanStatus: {
        PlanStatus.ACTIVE: _("Gäller"),
        PlanStatus.PAUSED: _("Vilar"),
        PlanStatus.ENDED: _("Avslutad"),
    },
    ActivityKind: {
        ActivityKind.WORK: _("Arbete"),
        ActivityKind.WORK_TRAINING: _("Arbetsträning"),
        ActivityKind.WORK_PLACEMENT: _("Praktik"),
        ActivityKind.STUDIES: _("Studier"),
        ActivityKind.LANGUAGE_STUDIES: _("Språkstudier"),
        ActivityKind.JOB_SEARCH: _("Jobbsökande"),
        ActivityKind.CARE: _("Vård"),
        ActivityKind.REHABILITATION: _("Rehabilitering"),
        ActivityKind.ASSESSMENT: _("Kartläggning"),
        ActivityKind.SICK_LEAVE: _("Sjukskrivning"),
        ActivityKind.OCCUPATION: _("Sysselsättning"),
        ActivityKind.MEETING: _("Möte"),
        ActivityKind.OTHER: _("Annat"),
    },
    ActivityStatus: {
        ActivityStatus.PLANNED: _("Planerad"),
        ActivityStatus.ONGOING: _("Pågår"),
        ActivityStatus.COMPLETED: _("Klar"),
        ActivityStatus.CANCELLED: _("Inställd"),
    },
}

_CLASHES: Mapping[str, str] = {
    "overload": _("För mycket samtidigt"),
    "double_planning": _("Dubbelplanering"),
    "double_booking": _("Dubbelbokat"),
    "contradiction": _("Planerna drar åt olika håll"),
    "gap": _("Glapp"),
    "overdue_follow_up": _("Försenad uppföljning"),
    "no_caseworker": _("Ingen handläggare"),
    "enrolment_risk": _("Risk att tappa inskrivningen"),
}


def word(code: StrEnum) -> str:
    """The word for ``code`` in the reader's language; raises KeyError for a code without one."""
    return say(_WORDS[type(code)][code])


def clash_word(type_: str) -> str:
    """The word for a type of clash; raises KeyError for an unknown type."""
    return say(_CLASHES[type_])


class Headed(Protocol):
    """Something with a headline in several languages."""

    @property
    def headline(self) -> Mapping[str, str]: ...


H = TypeVar("H", bound=Headed)


def by_headline(items: Iterable[H]) -> list[list[H]]:
    """The items in groups that say the same headline, in the order in which the groups begin."""
    groups: dict[str, list[H]] = {}
    for item in items:
        groups.setdefault(spoken(item.headline), []).append(item)
    return list(groups.values())
