"""From sketch to document: an invented person's plans, activities and notes, dated around today."""

from collections.abc import Mapping
from datetime import date, timedelta
from random import Random

from portal.demo.client import Client
from portal.demo.rows import Document, Row, Time, meeting_day, weekday_of_week, workday
from portal.demo.sketch import WEEKDAYS, ActivitySketch, NoteSketch, PlanSketch, Situation

LATEST_SHIFT = 4


class Records:
    """Writes one person's records; everything lies up to four weeks earlier than sketched, the same for one person."""

    def __init__(
        self,
        document: Document,
        client: Client,
        today: date,
        caseworkers: Mapping[str, str | None],
        rng: Random,
    ) -> None:
        self._document = document
        self._client = client
        self._today = today
        self._caseworkers = caseworkers
        self._rng = rng
        self._shift = rng.randint(0, LATEST_SHIFT)

    def write(self, situation: Situation, is_overdue: bool) -> None:
        """Add the situation's plans, activities and notes; where ``is_overdue``, one plan waits for its follow-up."""
        for plan in situation.plans:
            activities = [self._activity(place, plan, sketch) for place, sketch in enumerate(plan.activities, start=1)]
            row = self._plan(plan, activities)
            if is_overdue and plan.status == "active" and not _next_meeting(activities, self._today):
                self._let_follow_up_lapse(row)
                is_overdue = False
            self._document["plans"].append(row)
            self._document["activities"] += activities
        self._document["notes"] += [self._note(place, sketch) for place, sketch in enumerate(situation.notes, start=1)]

    def _plan(self, sketch: PlanSketch, activities: list[Row]) -> Row:
        begun = self._day(-sketch.begun, self._rng.randint(1, 5))
        ends = None if sketch.lasts is None else self._day(sketch.lasts - sketch.begun - 1, 5)
        is_over = ends is not None and ends < self._today
        followed_up = meeting_day(self._today, -self._rng.randint(3, 9), self._rng.randint(1, 5))
        if ends is not None and is_over:
            followed_up = ends
        coming = meeting_day(self._today, self._rng.randint(1, 10), self._rng.randint(1, 5))
        has_coming = self._rng.random() < 0.6 and sketch.status == "active"
        last = followed_up if begun < followed_up else None
        released = max(last or begun, workday(self._today, -self._rng.randint(0, 45)))
        return {
            "id": self._plan_id(sketch),
            "person": self._client.id,
            "agency": sketch.agency,
            "category": sketch.category,
            "title": sketch.title,
            "direction": sketch.direction,
            "goal": None if sketch.goal is None else self._say(sketch.goal),
            "status": "ended" if is_over else sketch.status,
            "from": begun.isoformat(),
            "until": None if ends is None else ends.isoformat(),
            "last_follow_up": None if last is None else last.isoformat(),
            "next_follow_up": None
            if is_over
            else _next_meeting(activities, self._today) or (coming.isoformat() if has_coming else None),
            "caseworker": self._caseworkers[sketch.agency],
            "released_on": released.isoformat(),
        }

    def _let_follow_up_lapse(self, plan: Row) -> None:
        """Make the plan older, its last follow-up more than three months old and the next one missed or never set."""
        last = weekday_of_week(self._today, -self._rng.randint(16, 30), 3)
        missed = weekday_of_week(self._today, -self._rng.randint(1, 3), 2)
        plan["from"] = min(str(plan["from"]), (last - timedelta(weeks=10)).isoformat())
        plan["last_follow_up"] = last.isoformat()
        plan["next_follow_up"] = missed.isoformat() if self._rng.random() < 0.4 else None
        plan["released_on"] = last.isoformat()

    def _activity(self, place: int, plan: PlanSketch, sketch: ActivitySketch) -> Row:
        times = _times(sketch.times)
        weekday = times[0]["weekday"] if sketch.kind == "meeting" else 1
        begins = self._day(sketch.begins, weekday)
        ends = None if sketch.lasts is None else self._day(sketch.begins + sketch.lasts - 1, 5)
        if sketch.kind == "meeting":
            begins = ends = meeting_day(self._today, sketch.begins - self._shift, weekday)
        return {
            "id": f"a-{self._client.number}-{plan.agency}-{place}",
            "plan": self._plan_id(plan),
            "kind": sketch.kind,
            "title": self._say(sketch.title),
            "from": begins.isoformat(),
            "until": None if ends is None else ends.isoformat(),
            "status": self._status(sketch, begins, ends),
            "extent": _extent(sketch.extent),
            "times": times,
            "date": begins.isoformat() if sketch.kind == "meeting" else None,
            "place": None if sketch.place is None else self._say(sketch.place),
            "measure": sketch.measure,
        }

    def _status(self, sketch: ActivitySketch, begins: date, ends: date | None) -> str:
        if sketch.is_cancelled:
            return "cancelled"
        if begins > self._today or (sketch.kind == "meeting" and begins == self._today):
            return "planned"
        return "completed" if ends is not None and ends < self._today else "ongoing"

    def _note(self, place: int, sketch: NoteSketch) -> Row:
        written = self._day(-sketch.weeks_ago, self._rng.randint(1, 5))
        released = min(self._today, written + timedelta(self._rng.randint(0, 3)))
        return {
            "id": f"n-{self._client.number}-{place}",
            "person": self._client.id,
            "agency": sketch.agency,
            "category": sketch.category,
            "date": written.isoformat(),
            "released_on": released.isoformat(),
            "text": self._say(sketch.text),
        }

    def _plan_id(self, sketch: PlanSketch) -> str:
        return f"pl-{self._client.number}-{sketch.agency}"

    def _day(self, week: int, weekday: int) -> date:
        return weekday_of_week(self._today, week - self._shift, weekday)

    def _say(self, text: str) -> str:
        said = self._rng.choice(text.split("|")).format_map(self._client.words)
        return said[:1].upper() + said[1:]


def _next_meeting(activities: list[Row], today: date) -> str | None:
    """The day of the first meeting after today."""
    coming = [str(row["date"]) for row in activities if row["date"] and str(row["date"]) > today.isoformat()]
    return min(coming, default=None)


def _times(text: str) -> list[Time]:
    """Read ``mån ons 09:00–12:00, fre 13:00–15:00``."""
    times: list[Time] = []
    for part in filter(None, text.split(", ")):
        *days, hours = part.split()
        begins, ends = hours.split("–")
        times += [{"weekday": WEEKDAYS.index(day) + 1, "from": begins, "to": ends} for day in days]
    return times


def _extent(text: str | None) -> Row | None:
    """Read ``50 %`` or ``15 h``."""
    if text is None:
        return None
    value, unit = text.split()
    return {"value": int(value), "unit": "percent" if unit == "%" else "hours_per_week"}
