"""Every address, by every method, and what each of ``WHO`` is answered there.

A row is an address, what is sent to it and the status for each. A place in braces is filled in with what there is.
"""

from tests.support.situation import (
    ADMINISTRATOR,
    AUDITOR,
    ENDED,
    NOBODYS_NUMBER,
    NUMBER_OF,
    OPEN,
    READER,
    STAND_IN,
    STRANGER,
)

# Nobody signed in, the reader a consent names, her stand-in, a reader without any consent, the administrator, the
# auditor, and whoever was ended while signed in.
WHO = ("visitor", READER, STAND_IN, STRANGER, ADMINISTRATOR, AUDITOR, ENDED)

EVERYBODY = (200,) * 7
READERS = (303, 200, 200, 200, 403, 403, 303)
ADMINISTRATORS = (303, 403, 403, 403, 200, 403, 303)
AUDITORS = (303, 403, 403, 403, 403, 200, 303)


def instead(expected: tuple[int, ...], status: int, than: int = 200) -> tuple[int, ...]:
    """The same, but ``status`` for those who would be answered ``than``."""
    return tuple(status if each == than else each for each in expected)


REF, CONSENT, NOBODY, ASKED, DRAFT = "{ref}", f"c-{OPEN}", "{nobody}", "{asked}", "{draft}"
OTHER = "{other}"
RECORDS, KEPT = "/administration/people/<ref>/records", f"/administration/people/{REF}/records"
TABLE: dict[tuple[str, str], list[tuple[str, dict[str, str], tuple[int, ...]]]] = {
    ("GET", "/"): [("/", {}, EVERYBODY)],
    ("GET", "/about-your-data"): [("/about-your-data", {}, EVERYBODY)],
    ("GET", "/accessibility"): [("/accessibility", {}, EVERYBODY)],
    ("GET", "/healthz"): [("/healthz", {}, EVERYBODY)],
    ("GET", "/readyz"): [("/readyz", {}, EVERYBODY)],
    ("GET", "/static/<digest>/<name>"): [("/static/0/portal.css", {}, (404,) * 7)],
    ("POST", "/language"): [("/language", {"language": "sv"}, (303,) * 7)],
    ("GET", "/login"): [("/login", {}, (200, 303, 303, 303, 303, 303, 200))],
    ("GET", "/login/<provider>"): [("/login/nobody", {}, (404,) * 7)],
    ("GET", "/login/<provider>/callback"): [("/login/kommunen/callback", {}, (403,) * 7)],
    ("GET", "/signed-in"): [("/signed-in", {}, (303, 200, 200, 200, 200, 200, 303))],
    ("GET", "/people"): [("/people", {}, READERS)],
    ("POST", "/people"): [("/people", {"name": "Test"}, READERS)],
    ("GET", "/people/find"): [("/people/find", {}, READERS)],
    ("POST", "/people/find"): [
        ("/people/find", {"personnummer": NUMBER_OF[OPEN]}, (303, 303, 303, 404, 403, 403, 303)),
        ("/people/find", {"personnummer": "1"}, instead(READERS, 422)),
    ],
    ("GET", "/people/<ref>"): [
        (f"/people/{REF}", {}, (303, 200, 200, 404, 403, 403, 303)),
        (f"/people/{NOBODY}", {}, instead(READERS, 404)),
    ],
    ("GET", "/people/<ref>/print"): [(f"/people/{REF}/print", {}, (303, 200, 200, 404, 403, 403, 303))],
    ("GET", "/people/<ref>/mistake"): [(f"/people/{REF}/mistake", {}, (303, 200, 200, 404, 403, 403, 303))],
    ("POST", "/people/<ref>/mistake"): [
        (f"/people/{REF}/mistake", {}, (303, 422, 422, 404, 403, 403, 303)),
        (f"/people/{REF}/mistake", {"words": "Fel."}, (303, 303, 303, 404, 403, 403, 303)),
        (f"/people/{NOBODY}/mistake", {"words": "Fel."}, instead(READERS, 404)),
    ],
    ("GET", "/people/requests"): [("/people/requests", {}, READERS)],
    ("GET", "/people/requests/new"): [("/people/requests/new", {}, READERS)],
    ("POST", "/people/requests/new"): [
        ("/people/requests/new", {}, instead(READERS, 422)),
        ("/people/requests/new", {"whom": NOBODYS_NUMBER, "reason": "x"}, instead(READERS, 303)),
    ],
    ("GET", "/check-in"): [("/check-in", {}, READERS)],
    ("POST", "/reason"): [
        ("/reason", {"reason": "decision"}, instead(READERS, 303)),
        ("/reason", {"reason": "of my own"}, instead(READERS, 400)),
    ],
    ("GET", "/administration/people"): [("/administration/people", {}, ADMINISTRATORS)],
    ("POST", "/administration/people/find"): [
        ("/administration/people/find", {"sought": "Test"}, instead(ADMINISTRATORS, 303)),
        ("/administration/people/find", {"sought": ""}, instead(ADMINISTRATORS, 422)),
    ],
    ("GET", "/administration/people/new"): [("/administration/people/new", {}, ADMINISTRATORS)],
    ("POST", "/administration/people/new"): [("/administration/people/new", {}, instead(ADMINISTRATORS, 422))],
    ("GET", "/administration/people/<ref>"): [
        (f"/administration/people/{REF}", {}, ADMINISTRATORS),
        (f"/administration/people/{NOBODY}", {}, instead(ADMINISTRATORS, 404)),
    ],
    ("GET", "/administration/drafts"): [("/administration/drafts", {}, ADMINISTRATORS)],
    ("POST", "/administration/people/<ref>/drafts"): [
        (f"/administration/people/{REF}/drafts", {}, instead(ADMINISTRATORS, 303)),
        (f"/administration/people/{REF}/drafts", {"replaces": "none"}, instead(ADMINISTRATORS, 409)),
        (f"/administration/people/{NOBODY}/drafts", {}, instead(ADMINISTRATORS, 404)),
    ],
    **{
        ("GET", f"/administration/drafts/<draft>/{step}"): [
            (f"/administration/drafts/{DRAFT}/{step}", {}, ADMINISTRATORS),
            (f"/administration/drafts/{NOBODY}/{step}", {}, instead(ADMINISTRATORS, 404)),
        ]
        for step in ("readers", "shared", "terms", "overview", "signed", "refused")
    },
    **{
        ("POST", f"/administration/drafts/<draft>/{step}"): [
            (f"/administration/drafts/{DRAFT}/{step}", {}, instead(ADMINISTRATORS, 422)),
            (f"/administration/drafts/{NOBODY}/{step}", {}, instead(ADMINISTRATORS, 404)),
        ]
        for step in ("readers", "shared", "terms", "print", "signed", "refused")
    },
    ("POST", "/administration/drafts/<draft>/drop"): [
        (f"/administration/drafts/{NOBODY}/drop", {}, instead(ADMINISTRATORS, 303)),
    ],
    ("GET", "/administration/people/<ref>/consents/<consent>/paper"): [
        (f"/administration/people/{REF}/consents/{CONSENT}/paper", {}, ADMINISTRATORS),
        (f"/administration/people/{REF}/consents/none/paper", {}, instead(ADMINISTRATORS, 404)),
    ],
    ("POST", "/administration/people/<ref>/consents/<consent>/paper"): [
        (f"/administration/people/{REF}/consents/{CONSENT}/paper", {}, instead(ADMINISTRATORS, 422)),
        (f"/administration/people/{REF}/consents/none/paper", {}, instead(ADMINISTRATORS, 404)),
    ],
    ("GET", "/administration/people/<ref>/consents/<consent>/paper/<paper>"): [
        (f"/administration/people/{REF}/consents/{CONSENT}/paper/none", {}, instead(ADMINISTRATORS, 404)),
    ],
    ("GET", "/administration/people/<ref>/consents/<consent>/paper/<paper>/pages/<int:number>"): [
        (f"/administration/people/{REF}/consents/{CONSENT}/paper/none/pages/1", {}, instead(ADMINISTRATORS, 404)),
    ],
    # This one is confirmed already.
    ("GET", "/administration/people/<ref>/consents/<consent>/confirm"): [
        (f"/administration/people/{REF}/consents/{CONSENT}/confirm", {}, instead(ADMINISTRATORS, 303)),
        (f"/administration/people/{REF}/consents/none/confirm", {}, instead(ADMINISTRATORS, 404)),
    ],
    ("POST", "/administration/people/<ref>/consents/<consent>/confirm"): [
        (f"/administration/people/{REF}/consents/{CONSENT}/confirm", {}, instead(ADMINISTRATORS, 400)),
        (
            f"/administration/people/{REF}/consents/none/confirm",
            {"version": "1", "answer": "confirmed"},
            instead(ADMINISTRATORS, 409),
        ),
    ],
    ("GET", "/administration/people/<ref>/consents/<consent>/withdraw"): [
        (f"/administration/people/{REF}/consents/{CONSENT}/withdraw", {}, ADMINISTRATORS),
        (f"/administration/people/{REF}/consents/none/withdraw", {}, instead(ADMINISTRATORS, 404)),
    ],
    ("POST", "/administration/people/<ref>/consents/<consent>/withdraw"): [
        (f"/administration/people/{REF}/consents/{CONSENT}/withdraw", {"how": "magic"}, instead(ADMINISTRATORS, 422)),
        (f"/administration/people/{REF}/consents/none/withdraw", {"how": "phone"}, instead(ADMINISTRATORS, 404)),
    ],
    ("GET", "/administration/people/<ref>/withdraw"): [
        (f"/administration/people/{REF}/withdraw", {}, ADMINISTRATORS),
        (f"/administration/people/{NOBODY}/withdraw", {}, instead(ADMINISTRATORS, 404)),
    ],
    ("POST", "/administration/people/<ref>/withdraw"): [
        (f"/administration/people/{REF}/withdraw", {"how": "magic"}, instead(ADMINISTRATORS, 422)),
        (f"/administration/people/{NOBODY}/withdraw", {"how": "phone"}, instead(ADMINISTRATORS, 404)),
    ],
    ("GET", "/administration/people/<ref>/consents/<consent>/withdraw/part"): [
        (f"/administration/people/{REF}/consents/{CONSENT}/withdraw/part", {}, ADMINISTRATORS),
        (f"/administration/people/{REF}/consents/none/withdraw/part", {}, instead(ADMINISTRATORS, 404)),
    ],
    ("POST", "/administration/people/<ref>/consents/<consent>/withdraw/part"): [
        (f"/administration/people/{REF}/consents/{CONSENT}/withdraw/part", {}, instead(ADMINISTRATORS, 422)),
        (f"/administration/people/{REF}/consents/none/withdraw/part", {}, instead(ADMINISTRATORS, 404)),
    ],
    ("GET", "/administration/people/<ref>/consents/<consent>/in-error"): [
        (f"/administration/people/{REF}/consents/{CONSENT}/in-error", {}, ADMINISTRATORS),
        (f"/administration/people/{REF}/consents/none/in-error", {}, instead(ADMINISTRATORS, 404)),
    ],
    ("POST", "/administration/people/<ref>/consents/<consent>/in-error"): [
        (f"/administration/people/{REF}/consents/{CONSENT}/in-error", {}, instead(ADMINISTRATORS, 422)),
        (f"/administration/people/{REF}/consents/none/in-error", {"note": "x"}, instead(ADMINISTRATORS, 409)),
    ],
    ("GET", "/administration/people/<ref>/consents/<consent>/letter"): [
        # There is no letter about what has not been taken back.
        (f"/administration/people/{REF}/consents/{CONSENT}/letter", {}, instead(ADMINISTRATORS, 404)),
        ("/administration/people/{withdrawn}/consents/c-p-withdrawn/letter", {}, ADMINISTRATORS),
    ],
    ("POST", "/administration/people/<ref>/consents/<consent>/letter"): [
        (f"/administration/people/{REF}/consents/{CONSENT}/letter", {}, instead(ADMINISTRATORS, 404)),
        ("/administration/people/{withdrawn}/consents/c-p-withdrawn/letter", {}, instead(ADMINISTRATORS, 422)),
    ],
    ("GET", "/administration/people/<ref>/change"): [
        (f"/administration/people/{REF}/change", {}, ADMINISTRATORS),
        (f"/administration/people/{NOBODY}/change", {}, instead(ADMINISTRATORS, 404)),
    ],
    ("POST", "/administration/people/<ref>/change"): [
        (f"/administration/people/{REF}/change", {}, instead(ADMINISTRATORS, 422)),
        (f"/administration/people/{NOBODY}/change", {}, instead(ADMINISTRATORS, 404)),
    ],
    ("GET", "/administration/people/<ref>/twice"): [
        (f"/administration/people/{REF}/twice", {}, ADMINISTRATORS),
        (f"/administration/people/{NOBODY}/twice", {}, instead(ADMINISTRATORS, 404)),
    ],
    ("POST", "/administration/people/<ref>/twice"): [
        (f"/administration/people/{REF}/twice", {"personnummer": "1"}, instead(ADMINISTRATORS, 422)),
        (f"/administration/people/{REF}/twice", {"personnummer": NOBODYS_NUMBER}, instead(ADMINISTRATORS, 422)),
        (f"/administration/people/{NOBODY}/twice", {"personnummer": "1"}, instead(ADMINISTRATORS, 404)),
    ],
    ("GET", "/administration/people/<ref>/twice/<other>"): [
        (f"/administration/people/{REF}/twice/{OTHER}", {}, ADMINISTRATORS),
        (f"/administration/people/{REF}/twice/{REF}", {}, instead(ADMINISTRATORS, 404)),
        (f"/administration/people/{REF}/twice/{NOBODY}", {}, instead(ADMINISTRATORS, 404)),
    ],
    ("POST", "/administration/people/<ref>/twice/<other>"): [
        (f"/administration/people/{REF}/twice/{OTHER}", {}, instead(ADMINISTRATORS, 422)),
        (f"/administration/people/{REF}/twice/{NOBODY}", {}, instead(ADMINISTRATORS, 404)),
    ],
    ("GET", "/administration/people/<ref>/protection"): [
        (f"/administration/people/{REF}/protection", {}, ADMINISTRATORS),
        (f"/administration/people/{NOBODY}/protection", {}, instead(ADMINISTRATORS, 404)),
    ],
    ("POST", "/administration/people/<ref>/protection"): [
        (f"/administration/people/{REF}/protection", {}, instead(ADMINISTRATORS, 400)),
        (f"/administration/people/{NOBODY}/protection", {"is_protected": "yes"}, instead(ADMINISTRATORS, 409)),
    ],
    ("GET", "/administration/requests/answered"): [("/administration/requests/answered", {}, ADMINISTRATORS)],
    ("GET", "/administration/sealed"): [("/administration/sealed", {}, ADMINISTRATORS)],
    ("GET", "/administration/consents"): [("/administration/consents", {}, ADMINISTRATORS)],
    ("GET", "/administration/consents/without-reader/<agency>"): [
        ("/administration/consents/without-reader/af", {}, ADMINISTRATORS),
        ("/administration/consents/without-reader/none", {}, instead(ADMINISTRATORS, 404)),
    ],
    ("GET", "/administration/requests"): [("/administration/requests", {}, ADMINISTRATORS)],
    ("GET", "/administration/requests/<asked>"): [
        (f"/administration/requests/{ASKED}", {}, ADMINISTRATORS),
        (f"/administration/requests/{NOBODY}", {}, instead(ADMINISTRATORS, 404)),
        ("/administration/requests/%00", {}, instead(ADMINISTRATORS, 404)),
    ],
    ("GET", "/administration/requests/<asked>/register"): [
        (f"/administration/requests/{ASKED}/register", {}, ADMINISTRATORS),
        (f"/administration/requests/{NOBODY}/register", {}, instead(ADMINISTRATORS, 404)),
    ],
    ("POST", "/administration/requests/<asked>/answer"): [
        (f"/administration/requests/{ASKED}/answer", {}, instead(ADMINISTRATORS, 422)),
        (f"/administration/requests/{NOBODY}/answer", {"answer": "no"}, instead(ADMINISTRATORS, 404)),
    ],
    ("GET", "/administration/staff"): [("/administration/staff", {}, ADMINISTRATORS)],
    ("GET", "/administration/staff/new"): [("/administration/staff/new", {}, ADMINISTRATORS)],
    ("POST", "/administration/staff/new"): [("/administration/staff/new", {}, instead(ADMINISTRATORS, 422))],
    ("GET", "/administration/staff/<entry>/change"): [
        (f"/administration/staff/{STRANGER}/change", {}, ADMINISTRATORS),
        (f"/administration/staff/{ENDED}/change", {}, instead(ADMINISTRATORS, 404)),
        ("/administration/staff/%00/change", {}, instead(ADMINISTRATORS, 404)),
    ],
    ("POST", "/administration/staff/<entry>/change"): [
        (f"/administration/staff/{STRANGER}/change", {}, instead(ADMINISTRATORS, 422)),
        (f"/administration/staff/{ENDED}/change", {}, instead(ADMINISTRATORS, 404)),
    ],
    ("GET", "/administration/staff/<entry>/end"): [(f"/administration/staff/{STRANGER}/end", {}, ADMINISTRATORS)],
    ("POST", "/administration/staff/<entry>/end"): [
        # Nobody ends their own entry, nor one that is not there.
        (f"/administration/staff/{ADMINISTRATOR}/end", {}, instead(ADMINISTRATORS, 303)),
        ("/administration/staff/nobody/end", {}, instead(ADMINISTRATORS, 303)),
    ],
    ("GET", f"{RECORDS}/new/<kind>/<of>"): [
        (f"{KEPT}/new/plan/af", {}, ADMINISTRATORS),
        (f"{KEPT}/new/meal/af", {}, instead(ADMINISTRATORS, 404)),
        (f"/administration/people/{NOBODY}/records/new/plan/af", {}, instead(ADMINISTRATORS, 404)),
    ],
    ("POST", f"{RECORDS}/new/<kind>/<of>"): [
        (f"{KEPT}/new/plan/af", {"item": "0" * 32}, instead(ADMINISTRATORS, 422)),
        (f"{KEPT}/new/plan/af", {"item": f"pl-af-{OPEN}"}, instead(ADMINISTRATORS, 400)),
    ],
    ("GET", f"{RECORDS}/<item>/change"): [
        (f"{KEPT}/n-{OPEN}/change", {}, ADMINISTRATORS),
        (f"{KEPT}/none/change", {}, instead(ADMINISTRATORS, 404)),
    ],
    ("POST", f"{RECORDS}/<item>/change"): [(f"{KEPT}/n-{OPEN}/change", {}, instead(ADMINISTRATORS, 422))],
    ("GET", f"{RECORDS}/<item>/remove"): [(f"{KEPT}/n-{OPEN}/remove", {}, ADMINISTRATORS)],
    ("POST", f"{RECORDS}/<item>/remove"): [(f"{KEPT}/n-{OPEN}/remove", {}, instead(ADMINISTRATORS, 400))],
    ("GET", f"{RECORDS}/removed"): [(f"{KEPT}/removed", {}, ADMINISTRATORS)],
    ("GET", f"{RECORDS}/<item>/history"): [
        (f"{KEPT}/n-{OPEN}/history", {}, ADMINISTRATORS),
        (f"{KEPT}/none/history", {}, instead(ADMINISTRATORS, 303)),
    ],
    ("GET", "/administration/staff/agencies"): [("/administration/staff/agencies", {}, ADMINISTRATORS)],
    ("GET", "/administration/staff/agencies/new"): [("/administration/staff/agencies/new", {}, ADMINISTRATORS)],
    ("POST", "/administration/staff/agencies/new"): [
        ("/administration/staff/agencies/new", {}, instead(ADMINISTRATORS, 422))
    ],
    ("GET", "/administration/staff/agencies/<agency>/rename"): [
        ("/administration/staff/agencies/af/rename", {}, ADMINISTRATORS),
        ("/administration/staff/agencies/none/rename", {}, instead(ADMINISTRATORS, 404)),
    ],
    ("POST", "/administration/staff/agencies/<agency>/rename"): [
        ("/administration/staff/agencies/af/rename", {}, instead(ADMINISTRATORS, 422)),
        ("/administration/staff/agencies/none/rename", {"name": "x"}, instead(ADMINISTRATORS, 404)),
    ],
    ("GET", "/administration/staff/stand-ins"): [("/administration/staff/stand-ins", {}, ADMINISTRATORS)],
    ("GET", "/administration/staff/<entry>/stand-in"): [
        (f"/administration/staff/{READER}/stand-in", {}, ADMINISTRATORS),
        (f"/administration/staff/{AUDITOR}/stand-in", {}, instead(ADMINISTRATORS, 404)),
        (f"/administration/staff/{ENDED}/stand-in", {}, instead(ADMINISTRATORS, 404)),
    ],
    ("POST", "/administration/staff/<entry>/stand-in"): [
        (f"/administration/staff/{READER}/stand-in", {}, instead(ADMINISTRATORS, 422)),
        (f"/administration/staff/{ENDED}/stand-in", {}, instead(ADMINISTRATORS, 404)),
    ],
    ("GET", "/administration/staff/stand-ins/<stand_in>/end"): [
        ("/administration/staff/stand-ins/si-1/end", {}, ADMINISTRATORS),
        ("/administration/staff/stand-ins/none/end", {}, instead(ADMINISTRATORS, 303)),
    ],
    ("POST", "/administration/staff/stand-ins/<stand_in>/end"): [
        ("/administration/staff/stand-ins/none/end", {}, instead(ADMINISTRATORS, 303)),
    ],
    ("GET", "/administration/import"): [("/administration/import", {}, ADMINISTRATORS)],
    ("POST", "/administration/import"): [("/administration/import", {}, instead(ADMINISTRATORS, 422))],
    ("GET", "/administration/import/<name>"): [("/administration/import/none", {}, instead(ADMINISTRATORS, 410))],
    ("POST", "/administration/import/<name>"): [("/administration/import/none", {}, instead(ADMINISTRATORS, 410))],
    ("GET", "/administration/import/<name>/people/<id_>"): [
        (f"/administration/import/none/people/{OPEN}", {}, instead(ADMINISTRATORS, 410)),
    ],
    ("POST", "/administration/import/<name>/discard"): [
        ("/administration/import/none/discard", {}, instead(ADMINISTRATORS, 303)),
    ],
    ("GET", "/auditing/log"): [("/auditing/log", {}, AUDITORS)],
    ("POST", "/auditing/log"): [("/auditing/log", {"pseudonym": "x"}, instead(AUDITORS, 422))],
    ("GET", "/auditing/integrity"): [("/auditing/integrity", {}, AUDITORS)],
    # Last, for afterwards nobody is signed in.
    ("POST", "/logout"): [("/logout", {}, (303,) * 7)],
}
ANONYMOUS = {address for (_, address), rows in TABLE.items() if rows[0][2][0] != 303} | {"/logout", "/language"}
