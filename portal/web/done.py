"""What has just been done, said once on the next page.

Only a code is carried there, in the form cookie: a name has no place in it.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from flask import flash, get_flashed_messages
from flask_babel import lazy_gettext as _


class Done(StrEnum):
    """What can have been done."""

    PERSON_REGISTERED = "person_registered"
    PERSON_CHANGED = "person_changed"
    PERSON_PROTECTED = "person_protected"
    PERSON_UNPROTECTED = "person_unprotected"
    PERSON_MERGED = "person_merged"
    CONSENT_REGISTERED = "consent_registered"
    PAPER_RECEIVED = "paper_received"
    CONSENT_CONFIRMED = "consent_confirmed"
    CONSENT_MISTAKEN = "consent_mistaken"
    REFUSAL_RECORDED = "refusal_recorded"
    DRAFT_DROPPED = "draft_dropped"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    CONSENT_NARROWED = "consent_narrowed"
    CONSENT_IN_ERROR = "consent_in_error"
    RECORD_SAVED = "record_saved"
    RECORD_SAVED_OVERLOADED = "record_saved_overloaded"
    RECORD_REMOVED = "record_removed"
    AGENCY_ADDED = "agency_added"
    AGENCY_RENAMED = "agency_renamed"
    STAFF_ADDED = "staff_added"
    STAFF_CHANGED = "staff_changed"
    STAFF_ENDED = "staff_ended"
    STAND_IN_ADDED = "stand_in_added"
    STAND_IN_ENDED = "stand_in_ended"
    CONSENT_ASKED_FOR = "consent_asked_for"
    MISTAKE_REPORTED = "mistake_reported"
    REQUEST_ANSWERED = "request_answered"
    DOCUMENT_APPLIED = "document_applied"
    DOCUMENT_DISCARDED = "document_discarded"


_WORDS: Mapping[str, Any] = {
    Done.PERSON_REGISTERED: _("Personen är registrerad."),
    Done.PERSON_CHANGED: _("Personens uppgifter är ändrade."),
    Done.PERSON_PROTECTED: _("Personen är markerad: skyddade personuppgifter."),
    Done.PERSON_UNPROTECTED: _("Skyddsmarkeringen är borttagen."),
    Done.PERSON_MERGED: _("Registreringarna är ihopförda till en."),
    Done.CONSENT_REGISTERED: _(
        "Samtycket är registrerat. Lägg till papperet: det öppnar inget förrän en kollega har jämfört dem."
    ),
    Done.PAPER_RECEIVED: _("Papperet är sparat."),
    Done.CONSENT_CONFIRMED: _("Samtycket är bekräftat och gäller de dagar som står på det."),
    Done.CONSENT_MISTAKEN: _(
        "Samtycket är avslutat som registrerat av misstag. Den som registrerade det ser det i listan."
    ),
    Done.REFUSAL_RECORDED: _("Det är antecknat att personen sa nej. Inget delas."),
    Done.DRAFT_DROPPED: _("Utkastet är borttaget."),
    Done.CONSENT_WITHDRAWN: _("Samtycket är återkallat. Ingen kan läsa med stöd av det längre."),
    Done.CONSENT_NARROWED: _("En del av samtycket är återkallad. Ingen kan läsa det som togs bort längre."),
    Done.CONSENT_IN_ERROR: _("Samtycket är avslutat som registrerat av misstag. Det öppnar inget längre."),
    Done.RECORD_SAVED: _("Det är sparat."),
    Done.RECORD_SAVED_OVERLOADED: _("Det är sparat. Tillsammans blir det mer än heltid: se krockarna."),
    Done.RECORD_REMOVED: _("Det är borttaget. Historiken finns kvar."),
    Done.AGENCY_ADDED: _("Myndigheten är tillagd."),
    Done.AGENCY_RENAMED: _("Myndigheten har bytt namn."),
    Done.STAFF_ADDED: _("Personen är tillagd och kan logga in från och med den dag du angav."),
    Done.STAFF_CHANGED: _("Uppgifterna är ändrade."),
    Done.STAFF_ENDED: _("Åtkomsten är avslutad."),
    Done.STAND_IN_ADDED: _("Ersättaren är tillagd."),
    Done.STAND_IN_ENDED: _("Ersättaren är avslutad och läser inte längre i stället."),
    Done.CONSENT_ASKED_FOR: _("AME har fått din förfrågan. Svaret kommer här."),
    Done.MISTAKE_REPORTED: _("AME har fått veta att något inte stämmer. Svaret kommer här."),
    Done.REQUEST_ANSWERED: _("Svaret är sparat, och den som frågade kan se det."),
    Done.DOCUMENT_APPLIED: _("Dokumentet är intaget. Nya samtycken väntar på bekräftelse."),
    Done.DOCUMENT_DISCARDED: _("Dokumentet är kastat. Inget av det togs in."),
}


def say_done(what: Done) -> None:
    """Say it on the page that comes next."""
    flash(what)


def done() -> list[Any]:
    """The words for what has been done since the last page, each once."""
    return [_WORDS[code] for code in dict.fromkeys(map(str, get_flashed_messages())) if code in _WORDS]
