"""The form of a page as a browser has it: its fields by name, each with what stands in it."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

# What a browser would not send as typed.
_BUTTONS = {"submit", "button", "hidden", "file"}


@dataclass
class Form:
    """Where a form is sent and what would be; ``typed`` are the names of the fields one types or chooses in."""

    action: str
    values: dict[str, list[str]] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._area: str | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name, kind = given.get("name", ""), given.get("type", "text")
        if tag == "form":
            self._form = Form(given.get("action", ""))
            if given.get("method") == "post":
                self.forms.append(self._form)
        elif self._form is None or (not name and tag != "option"):
            return
        elif tag == "input":
            if kind not in _BUTTONS:
                self._form.typed[name] = kind
            if kind not in ("checkbox", "radio", "submit") or "checked" in given:
                self._form.values.setdefault(name, []).append(given.get("value", ""))
        elif tag == "textarea":
            self._area = name
            self._form.typed[name] = tag
            self._form.values[name] = [""]
        elif tag == "select":
            self._select = name
            self._form.typed[name] = tag
            self._form.values[name] = []
        elif tag == "option" and self._select is not None:
            chosen = self._form.values[self._select]
            if "selected" in given or not chosen:
                chosen[:] = [given.get("value", "")]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "textarea":
            self._area = None
        elif tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        if self._area is not None and self._form is not None:
            self._form.values[self._area][0] += data


def forms_of(page: str) -> list[Form]:
    """The forms of a page that are sent by POST and in which something can be typed or chosen."""
    reader = _Reader()
    reader.feed(page.partition("<main")[2].partition("</main>")[0])
    return [form for form in reader.forms if form.typed]
