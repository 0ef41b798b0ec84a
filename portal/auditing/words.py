"""The log's codes in words: what happened, why, how it ended, and what an integrity check found.

Every event of the vocabulary has its words here. A code that later work adds without words is shown as the code, which
is never wrong and never hidden.
"""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _

from audit.findings import Fault
from audit.vocabulary import Event, Outcome
from portal.auditing.integrity import Part, State

Words = Any

EVENTS: Mapping[Event, Words] = {
    Event.READ: _("Läste en person"),
    Event.LISTED: _("Såg en person i en lista"),
    Event.PRINTED: _("Skrev ut en person"),
    Event.LOOKED_UP: _("Sökte på ett personnummer"),
    Event.REFUSED: _("Blev nekad"),
    Event.SIGNED_IN: _("Loggade in"),
    Event.SIGNED_OUT: _("Loggades ut"),
    Event.SIGN_IN_REFUSED: _("Fick inte logga in"),
    Event.MAINTAINED: _("Öppnade en person för administration"),
    Event.FOUND: _("Sökte i personregistret"),
    Event.PERSON_REGISTERED: _("Registrerade en person"),
    Event.PERSON_CHANGED: _("Ändrade en person"),
    Event.PERSON_SEALED: _("Stängde en person"),
    Event.PERSON_DISPOSED: _("Gallrade en person"),
    Event.PERSON_REPORTED: _("Tog fram ett utdrag till den enskilde"),
    Event.PERSON_MERGED: _("Förde ihop två registreringar av samma person"),
    Event.CONSENT_REGISTERED: _("Registrerade ett samtycke"),
    Event.CONSENT_CONFIRMED: _("Bekräftade ett samtycke"),
    Event.CONSENT_CHANGED: _("Ändrade ett samtycke"),
    Event.CONSENT_MOVED: _("Flyttade ett samtycke från en annan registrering av samma person"),
    Event.CONSENT_WITHDRAWN: _("Registrerade att ett samtycke återkallats"),
    Event.CONSENT_EXPIRED: _("Ett samtycke gick ut"),
    Event.CONSENT_REFUSED: _("Godtog inte ett samtycke"),
    Event.DRAFT_CHANGED: _("Ändrade ett utkast till samtycke"),
    Event.EVIDENCE_RECEIVED: _("Lade till ett underskrivet papper"),
    Event.EVIDENCE_VIEWED: _("Öppnade ett underskrivet samtycke"),
    Event.FORM_PRINTED: _("Skrev ut en samtyckesblankett"),
    Event.LETTER_PRINTED: _("Skrev ut en bekräftelse på att ett samtycke återkallats"),
    Event.RECORDS_CHANGED: _("Ändrade planer eller lägesrapporter"),
    Event.IMPORTED: _("Läste in uppgifter"),
    Event.EXPORTED: _("Förde ut uppgifter"),
    Event.STAFF_CHANGED: _("Ändrade personal"),
    Event.STAND_IN_CHANGED: _("Ändrade en ersättare"),
    Event.AGENCY_CHANGED: _("Ändrade en myndighet"),
    Event.SETTINGS_CHANGED: _("Ändrade en inställning"),
    Event.KEY_CHANGED: _("Ändrade en nyckel"),
    Event.LOG_SEARCHED: _("Sökte i loggen"),
    Event.REVIEW_BEGUN: _("Började en loggkontroll"),
    Event.REVIEW_JUDGED: _("Bedömde en post i en loggkontroll"),
    Event.REVIEW_SIGNED: _("Skrev under en loggkontroll"),
    Event.TRAIL_VERIFIED: _("Kontrollerade att loggen är orörd"),
    Event.REQUEST_MADE: _("Bad AME om något"),
    Event.REQUEST_OPENED: _("Öppnade en förfrågan till AME"),
    Event.REQUEST_ANSWERED: _("Svarade på en förfrågan till AME"),
    Event.REQUEST_MOVED: _("Förde en anmälan om fel till personens andra registrering"),
}

OUTCOMES: Mapping[Outcome, Words] = {
    Outcome.PERMITTED: _("Släpptes igenom"),
    Outcome.REFUSED: _("Nekades"),
}

# What a search in the log was for, by the names the address uses.
CRITERIA: Mapping[str, Words] = {
    "staff": _("personal"),
    "agency": _("myndighet"),
    "event": _("händelse"),
    "outcome": _("utfall"),
    "from": _("från"),
    "until": _("till"),
    "listing": _("lista"),
    "before": _("äldre än post"),
}

# What was done, more exactly than the event alone says it: what changed, or what a request was about.
CHANGES: Mapping[tuple[Event, str], Words] = {
    (Event.STAFF_CHANGED, "added"): _("Lade till personal"),
    (Event.STAFF_CHANGED, "changed"): _("Ändrade personal"),
    (Event.STAFF_CHANGED, "ended"): _("Avslutade personal"),
    (Event.STAND_IN_CHANGED, "added"): _("Lade till en ersättare"),
    (Event.STAND_IN_CHANGED, "changed"): _("Ändrade en ersättare"),
    (Event.STAND_IN_CHANGED, "ended"): _("Avslutade en ersättare"),
    (Event.AGENCY_CHANGED, "added"): _("Lade till en myndighet"),
    (Event.AGENCY_CHANGED, "changed"): _("Ändrade en myndighet"),
    (Event.CONSENT_WITHDRAWN, "replaced"): _("Avslutade ett samtycke som ersatts av ett nyare"),
    (Event.CONSENT_WITHDRAWN, "in_error"): _("Avslutade ett samtycke som registrerats av misstag"),
    (Event.PERSON_CHANGED, "details"): _("Ändrade vem en person är eller hur den nås"),
    (Event.DRAFT_CHANGED, "made"): _("Började på ett utkast till samtycke"),
    (Event.DRAFT_CHANGED, "printed"): _("Ett utkast till samtycke väntar på papper"),
    (Event.DRAFT_CHANGED, "refused"): _("Antecknade att personen sa nej till ett samtycke"),
    (Event.DRAFT_CHANGED, "registered"): _("Gjorde ett samtycke av ett utkast"),
    (Event.DRAFT_CHANGED, "dropped"): _("Tog bort ett utkast till samtycke"),
    (Event.DRAFT_CHANGED, "moved"): _("Flyttade ett utkast från en annan registrering av samma person"),
    (Event.PERSON_MERGED, "emptied"): _("Tömde en registrering av en person som fanns två gånger"),
    (Event.PERSON_MERGED, "kept"): _("Behöll en registrering av en person som fanns två gånger"),
    (Event.PERSON_CHANGED, "protected"): _("Registrerade att personen har skyddade personuppgifter"),
    (Event.PERSON_CHANGED, "unprotected"): _("Registrerade att personen inte längre har skyddade personuppgifter"),
    (Event.REQUEST_MADE, "consent"): _("Bad AME inhämta ett samtycke"),
    (Event.REQUEST_MADE, "mistake"): _("Sa till AME att något inte stämmer"),
}
# What an import brought, by the names of the exchange format's lists.
BROUGHT: Mapping[str, Words] = {
    "agencies": _("myndigheter"),
    "staff": _("personal"),
    "stand_ins": _("ersättare"),
    "persons": _("personer"),
    "consents": _("samtycken"),
    "plans": _("planer"),
    "activities": _("aktiviteter"),
    "notes": _("lägesrapporter"),
}

CAUSES: Mapping[str, Words] = {
    "wrong_role": _("Sidan hör till en annan roll."),
    "no_standing": _("Personalposten gällde inte."),
    "no_such_person": _("Det fanns ingen sådan person."),
    "no_such_paper": _("Det fanns inget sådant papper."),
    "merged": _("Registreringen är tömd: personen finns kvar under en annan."),
    "new_number": _("Personen har fått ett nytt nummer."),
    "wrong_number": _("Det ena numret var fel."),
    "person_said": _("Personen har själv berättat det."),
    "authority_said": _("En myndighet har upplyst om det."),
    "unproven": _("Registret stämde inte med loggen."),
    "no_consent": _("Det fanns inget gällande samtycke."),
    "asked_already": _("Samma förfrågan väntade redan på svar."),
    "too_many": _("Hade gjort för många sökningar på kort tid."),
    "registered_in_error": _("Det hade registrerats av misstag."),
    "of_somebody_else": _("Det gällde någon annan."),
    "taken_back": _("Myndigheten tog tillbaka det."),
    "signed_out": _("Valde att logga ut."),
    "signed_in_anew": _("Loggade in på nytt i samma webbläsare."),
    "idle": _("Hade inte gjort något på en stund."),
    "too_long": _("Hade varit inloggad så länge som går."),
    "transaction_missing": _("Inloggningen hörde inte till den webbläsaren."),
    "transaction_expired": _("Inloggningen tog för lång tid."),
    "transaction_replayed": _("Samma inloggning användes två gånger."),
    "wrong_provider": _("Svaret gällde en annan inloggningstjänst."),
    "wrong_state": _("Svaret hörde inte till inloggningen."),
    "repeated_parameter": _("Svaret sa samma sak två gånger."),
    "mixed_up_issuer": _("Svaret kom från en annan inloggningstjänst."),
    "denied_by_provider": _("Inloggningstjänsten sa nej."),
    "missing_code": _("Svaret saknade sin kod."),
    "provider_unreachable": _("Inloggningstjänsten gick inte att nå."),
    "untrusted_metadata": _("Inloggningstjänstens beskrivning gick inte att lita på."),
    "pkce_unsupported": _("Inloggningstjänsten saknade ett skydd som krävs."),
    "untrusted_keys": _("Inloggningstjänstens nycklar gick inte att lita på."),
    "code_refused": _("Inloggningstjänsten godtog inte koden."),
    "malformed_answer": _("Inloggningstjänstens svar gick inte att läsa."),
    "missing_token": _("Svaret saknade sitt intyg."),
    "malformed_token": _("Intyget gick inte att läsa."),
    "wrong_algorithm": _("Intyget var signerat på ett sätt som inte godtas."),
    "unknown_key": _("Intyget var signerat med en okänd nyckel."),
    "wrong_signature": _("Intygets signatur stämde inte."),
    "missing_claim": _("Intyget saknade något som krävs."),
    "wrong_issuer": _("Intyget kom från en annan inloggningstjänst."),
    "wrong_audience": _("Intyget var inte till portalen."),
    "expired": _("Intyget hade gått ut."),
    "not_yet_valid": _("Intyget gällde inte än."),
    "wrong_issue_time": _("Intyget hade fel tid."),
    "wrong_nonce": _("Intyget hörde till en annan inloggning."),
    "wrong_assurance": _("Inloggningen höll inte den tillitsnivå som krävs."),
    "stale_authentication": _("Legitimeringen var för gammal."),
    "wrong_subject": _("Intyget gällde någon annan."),
    "unknown_staff": _("Ingen i personalen har det kontot."),
    "not_vouched_for": _("Inloggningstjänsten får inte intyga den myndighetens personal."),
    "ambiguous_staff": _("Kontot hör till flera i personalen."),
}

FAULTS: Mapping[Fault, Words] = {
    Fault.ENTRY_MALFORMED: _("Innehållet är inte en post som portalen har skrivit."),
    Fault.ENTRY_FORGED: _("Postens äkthetsmärke stämmer inte: portalen har inte skrivit det som står här."),
    Fault.ENTRY_ALTERED: _("Posten är inte den som signerades."),
    Fault.ENTRY_LEFT_OUT: _("Posten är aldrig signerad, fast senare poster är det. Den är inskjuten eller inte vår."),
    Fault.ENTRY_MISSING: _("En signerad post är borttagen."),
    Fault.COLUMNS_ALTERED: _("Posten själv är hel, men uppgifterna som den söks fram med har ändrats."),
}

CHECKS: Mapping[tuple[Part, State], Words] = {
    (Part.SIGNATURE, State.HOLDS): _("Den senaste signaturen är gjord med loggens egen nyckel."),
    (Part.SIGNATURE, State.BROKEN): _("Den senaste signaturen är inte gjord med loggens nyckel, eller har ändrats."),
    (Part.SIGNATURE, State.UNKNOWN): _(
        "Loggens nyckel går inte att läsa härifrån, så signaturen är inte kontrollerad."
    ),
    (Part.TREE, State.HOLDS): _("Det som är lagrat ger samma kontrollsumma som den signerade."),
    (Part.TREE, State.BROKEN): _("Det som är lagrat ger en annan kontrollsumma än den signerade."),
    (Part.ENTRIES, State.HOLDS): _("De senaste posterna är skrivna av portalen och oförändrade."),
    (Part.ENTRIES, State.BROKEN): _("Bland de senaste posterna är någon ändrad, borttagen eller inskjuten."),
    (Part.MEMORY, State.HOLDS): _("Det signeraren minns, utanför databasen, finns kvar i loggen."),
    (Part.MEMORY, State.BROKEN): _("Signeraren minns något annat än det som finns i loggen."),
    (Part.MEMORY, State.UNKNOWN): _("Det signeraren minns går inte att läsa härifrån, så det är inte jämfört."),
    (Part.PACE, State.HOLDS): _("Nya poster signeras i tid."),
    (Part.PACE, State.BROKEN): _("Nya poster signeras inte. Portalen slutar öppna uppgifter tills de gör det."),
}

STATES: Mapping[State, Words] = {
    State.HOLDS: _("Stämmer"),
    State.BROKEN: _("Stämmer inte"),
    State.UNKNOWN: _("Inte kontrollerat"),
}
