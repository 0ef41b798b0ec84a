"""How wide a text is at most, before any browser has drawn it, and how to make it fit.

The server does not know the reader's font. The widths are the largest of DejaVu Sans, Noto Sans and Liberation
Sans, rounded up, so that what fits here fits in any of the system fonts; letters outside Latin count as a full em
or more. A label may thus be a little shorter than it need be, never longer than its place.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Mapping
from itertools import accumulate

_CLASSES: Mapping[float, str] = {
    0.30: "'ijlìíîï",
    0.35: " \u00a0,.:;I·ÌÍÎÏ",
    0.40: "!()-/[\\]ft¡²³¹",
    0.45: "r",
    0.50: '"J`ª°´¸º',
    0.55: "*csz|¦ç",
    0.60: "?L_kvxy§¨¯ýÿ",
    0.65: "0123456789$FTabdeghnopqu{}¢£¤¥«µ»¿ßàáâãäåèéêëðñòóôõöøùúûüþ–",
    0.70: "ABEKPSVXYZ¶ÀÁÂÃÄÅÈÉÊËÝÞ",
    0.75: "CRUÇÙÚÛÜ",
    0.80: "&DGHNOQÐÑÒÓÔÕÖØ",
    0.85: "#+<=>^w~¬±×÷",
    0.95: "%M",
    1.00: "Wm©®¼½¾Ææ…—",
    1.05: "@",
}
_OTHER, _BROAD, _BOLD = 1.1, 1.6, 1.15
_TURNING = frozenset({"R", "AL", "AN", "RLE", "RLO", "RLI", "LRE", "LRO", "LRI", "FSI"})
# Where right-to-left scripts and the marks that turn text have their places in Unicode.
_MAY_TURN = re.compile("[\u0590-\u08ff\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U0001efff]")
ELLIPSIS = "…"


class _Widths(dict[str, float]):
    """The widths in ems; of a letter that is not in it, what its kind can measure at most."""

    def __missing__(self, letter: str) -> float:
        if unicodedata.combining(letter) or unicodedata.category(letter) in {"Mn", "Cf"}:
            return 0.0
        return _BROAD if unicodedata.east_asian_width(letter) in {"W", "F"} or ord(letter) > 0xFFFF else _OTHER


_WIDTHS = _Widths({letter: width for width, letters in _CLASSES.items() for letter in letters})


def width_of(text: str, size: float, *, is_bold: bool = False) -> float:
    """The most ``text`` can measure at font ``size``, in the same unit."""
    # Nothing is remembered of what was measured: the texts are a person's.
    return sum(map(_WIDTHS.__getitem__, text)) * size * (_BOLD if is_bold else 1)


def fit(text: str, width: float, size: float, *, is_bold: bool = False) -> str:
    """``text``, or as much of its beginning as goes into ``width`` with an ellipsis; empty where nothing does."""
    if width_of(text, size, is_bold=is_bold) <= width:
        return text
    # Summed as width_of sums it, so that what is kept here measures there what it did here.
    em = size * (_BOLD if is_bold else 1)
    ends = list(accumulate(map(_WIDTHS.__getitem__, text)))
    kept = bisect_right(ends, width, key=lambda end: (end + _WIDTHS[ELLIPSIS]) * em)
    return text[:kept].rstrip(" ,.-–") + ELLIPSIS if kept else ""


def wrap(text: str, width: float, size: float, *, lines: int, is_bold: bool = False) -> tuple[str, ...]:
    """``text`` broken into at most ``lines`` lines, within a word only where it must; the rest is an ellipsis."""
    if width_of(text, size, is_bold=is_bold) <= width:
        return (text,) if text else ()
    words = [
        part
        for word in text.split(" ")
        if word
        for part in (_divide(word, width, size, is_bold=is_bold) if lines > 1 else [word])
    ]
    wrapped: list[str] = []
    while words and len(wrapped) < lines - 1:
        line = words.pop(0)
        while words and width_of(f"{line} {words[0]}", size, is_bold=is_bold) <= width:
            line = f"{line} {words.pop(0)}"
        wrapped.append(fit(line, width, size, is_bold=is_bold))
    if words:
        wrapped.append(fit(" ".join(words), width, size, is_bold=is_bold))
    return tuple(wrapped)


def isolated(text: str) -> str:
    """``text`` such that its direction ends with it: Arabic does not turn the extent after it around."""
    if not _MAY_TURN.search(text):
        return text
    turns = any(unicodedata.bidirectional(letter) in _TURNING for letter in text)
    return f"\u2068{text}\u2069" if turns else text


def _divide(word: str, width: float, size: float, *, is_bold: bool) -> list[str]:
    """``word`` in parts that fit; a Swedish compound is divided after its joining s where it has one in reach."""
    parts: list[str] = []
    while width_of(word, size, is_bold=is_bold) > width:
        kept = len(fit(word, width - width_of("-", size, is_bold=is_bold), size, is_bold=is_bold)) - 1
        joint = word.rfind("s", 3, kept) + 1
        kept = joint or kept
        if kept < 1:
            break
        parts.append(word[:kept] + "-")
        word = word[kept:]
    return [*parts, word]
