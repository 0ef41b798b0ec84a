"""The pages for what went wrong: what happened, and what you can do, without blame and without details.

Nothing here depends on who asks, so a refusal looks the same to everybody.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import render_template
from flask_babel import lazy_gettext as _


@dataclass(frozen=True, slots=True)
class Problem:
    """What a page about a fault says, lazily translated."""

    title: Any
    what: Any
    next_step: Any


PROBLEMS: Mapping[int, Problem] = {
    400: Problem(
        _("Det gick inte att ta emot det du skickade"),
        _("Sidan har kanske legat öppen för länge, eller så kom något inte med när du skickade."),
        _("Gå tillbaka, ladda om sidan och försök igen. Inget har sparats."),
    ),
    403: Problem(
        _("Du har inte tillgång till sidan"),
        _("Sidan hör till en annan roll än den du är inloggad med."),
        _("Gå till startsidan. Behöver du sidan i ditt arbete, kontakta arbetsmarknadsenheten (AME)."),
    ),
    404: Problem(
        _("Det finns inget att visa här"),
        _("Antingen är adressen fel, eller så finns det inget samtycke som låter dig läsa."),
        _("Gå till startsidan. Saknar du en klient, be arbetsmarknadsenheten (AME) inhämta samtycke."),
    ),
    405: Problem(
        _("Så kan sidan inte användas"),
        _("Adressen finns, men den kan inte öppnas på det här sättet."),
        _("Gå till startsidan och börja därifrån."),
    ),
    409: Problem(
        _("Det ändrades medan du höll på"),
        _("Någon annan har ändrat samma sak, eller så finns det inte längre. Inget av ditt har sparats."),
        _("Öppna sidan på nytt och se hur det är nu."),
    ),
    413: Problem(
        _("Filen är för stor"),
        _("Det du skickade är större än portalen tar emot. Inget har sparats."),
        _("Dela upp innehållet eller skanna med lägre upplösning, och skicka igen."),
    ),
    429: Problem(
        _("Vänta en stund"),
        _("Det har kommit många försök på kort tid, så portalen tar en paus."),
        _("Försök igen om några minuter. Försöken står i loggen."),
    ),
    500: Problem(
        _("Något gick fel hos oss"),
        _("Felet ligger i portalen, inte i det du gjorde. Inget har sparats."),
        _("Försök igen. Händer det en gång till, kontakta arbetsmarknadsenheten (AME) och berätta när det hände."),
    ),
    503: Problem(
        _("Portalen är stängd en stund"),
        _("Just nu går det inte att logga läsningar säkert. Då öppnas inga uppgifter för någon."),
        _("Försök igen om några minuter. Är det bråttom, ring handläggaren hos den andra myndigheten."),
    ),
}


def problem_page(status: int) -> str:
    """The page for the HTTP ``status``; one without words of its own is said as its class (400 or 500) is."""
    problem = PROBLEMS.get(status) or PROBLEMS[400 if status < 500 else 500]
    # The address asked for is not repeated: not even in length does one refusal differ from another.
    return render_template("problem.html", problem=problem, back_to="/")
