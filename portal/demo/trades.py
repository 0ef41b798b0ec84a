"""The lines of work people around Hässleholm aim for, in the forms the invented plans need."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trade:
    """A line of work: ``field`` after "inom", ``role`` after "som", ``workplace`` after "praktik", a ``course``."""

    field: str
    role: str
    workplace: str
    course: str


TRADES = (
    Trade("lager och logistik", "lagermedarbetare", "på ett lager", "truck- och lagerutbildning"),
    Trade("storkök", "köksbiträde", "i ett skolkök", "yrkesvux inom restaurang och livsmedel"),
    Trade("lokalvård", "lokalvårdare", "inom kommunens lokalvård", "yrkesvux inom lokalvård"),
    Trade("vård och omsorg", "vårdbiträde", "på ett äldreboende", "yrkesvux inom vård och omsorg"),
    Trade("barnomsorg", "barnskötare", "på en förskola", "yrkesvux till barnskötare"),
    Trade("butik och handel", "butiksmedarbetare", "i en livsmedelsbutik", "yrkesvux inom handel"),
    Trade("park och trädgård", "parkarbetare", "på kommunens parkenhet", "yrkesvux inom trädgård"),
    Trade("fastighetsskötsel", "fastighetsskötare", "på ett bostadsbolag", "yrkesvux inom fastighetsskötsel"),
    Trade("verkstadsindustri", "maskinoperatör", "på en mekanisk verkstad", "yrkesvux inom svets och CNC"),
    Trade("måleri", "målare", "på en målerifirma", "yrkesvux inom måleri"),
    Trade("kontor och reception", "receptionist", "i en kommunal reception", "yrkesvux inom administration"),
    Trade("buss och transport", "bussförare", "på ett åkeri", "yrkesförarutbildning för buss"),
    Trade("återbruk och second hand", "butiksbiträde", "på Återbruket", "yrkesvux inom handel"),
    Trade("skola och elevstöd", "elevassistent", "på en grundskola", "yrkesvux till elevassistent"),
)

PLACES = (
    *("Hässleholm",) * 8,
    *("Tyringe",) * 2,
    *("Vinslöv",) * 2,
    "Bjärnum",
    "Hästveda",
    "Sösdala",
    "Vittsjö",
    "Finja",
    "Ballingslöv",
)
