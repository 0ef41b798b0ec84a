"""The timeline in the reader's words: what the pure layout is given to write."""

from collections.abc import Mapping, Sequence
from datetime import date

from portal.accounts.rules import Agency, AgencyId
from portal.plans.rules import Activity, Plan
from portal.plans.timeline import MEDIUM, NARROW, WIDE, ClashSpan, Sheet, Timeline, Wording, lay_out
from portal.web.formats import extent, month_names, percent, period
from portal.web.language import language
from portal.web.language import say as _
from portal.web.words import clash_word, word


def timelines(
    plans: Sequence[Plan],
    activities: Sequence[Activity],
    agencies: Mapping[AgencyId, Agency],
    clashes: Sequence[ClashSpan],
    today: date,
    sheets: Sequence[Sheet] = (WIDE, MEDIUM, NARROW),
) -> tuple[Timeline, ...]:
    """One drawing a width of screen, in the language of this request."""
    wording = Wording(
        months=month_names(language(), is_short=True),
        today=_("i dag"),
        nothing=_("Inga aktiviteter i de planer du får läsa"),
        follow_up=_("Uppföljning"),
        clashes=_("Krockar"),
        activity=_activity,
        clash=_clash,
        direction=word,
        status=word,
        period=lambda from_, until: period(from_, until, today),
    )
    return lay_out(plans, activities, agencies, clashes, today, wording, sheets)


def _activity(activity: Activity) -> tuple[str, str]:
    """Title and extent; the extent once only, where the title already says it."""
    share = extent(activity.extent)
    # However the percent sign is spaced: people write it one way, and each language prints it its own way.
    is_said = "".join(share.split()) in "".join(activity.title.split())
    return activity.title, "" if is_said else share


def _clash(clash: ClashSpan) -> str:
    load = getattr(clash, "figures", {}).get("peak_load")
    if str(clash.type) == "overload" and isinstance(load, int):
        return _("För mycket: %(load)s") % {"load": percent(load)}
    return clash_word(str(clash.type))
