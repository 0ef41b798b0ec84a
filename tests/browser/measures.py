"""What is measured on a page as the browser has drawn it: every finding is a sentence, and none is good."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_TEXTS = """
(selector) => {
  const found = [];
  for (const svg of document.querySelectorAll(selector)) {
    if (!svg.getClientRects().length) continue;
    const frame = svg.getBoundingClientRect();
    const texts = Array.from(svg.querySelectorAll("text"), (text) => ({
      words: text.textContent, box: text.getBoundingClientRect(),
    }));
    for (const { words, box } of texts) {
      if (box.left < frame.left || box.right > frame.right || box.top < frame.top || box.bottom > frame.bottom) {
        found.push(`"${words}" leaves its frame`);
      }
    }
    for (let i = 0; i < texts.length; i++) {
      for (let j = i + 1; j < texts.length; j++) {
        const [a, b] = [texts[i].box, texts[j].box];
        const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        // Boxes are as tall as the font's line; letters touch only where they share more than its leading.
        if (across > 0.5 && down > 4) found.push(`"${texts[i].words}" lies over "${texts[j].words}"`);
      }
    }
  }
  return found;
}
"""

_SHAPES = """
(selector) => {
  const found = [];
  for (const svg of document.querySelectorAll(selector)) {
    if (!svg.getClientRects().length) continue;
    const texts = Array.from(svg.querySelectorAll("text.beside, text.number, text.nothing, text.lane, text.direction"));
    for (const shape of svg.querySelectorAll(".bar, .clash-bar, .meeting, .follow_up")) {
      const a = shape.getBoundingClientRect();
      for (const text of texts) {
        const b = text.getBoundingClientRect();
        const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        const isInside = text.classList.contains("number") && b.left >= a.left && b.right <= a.right;
        if (across > 1 && down > 4 && !isInside) found.push(`"${text.textContent}" lies over a shape`);
      }
    }
    for (const text of svg.querySelectorAll("text.label")) {
      const b = text.getBoundingClientRect();
      const bars = Array.from(svg.querySelectorAll(".bar, .clash-bar"), (bar) => bar.getBoundingClientRect());
      const holds = (a) => b.left >= a.left && b.right <= a.right && b.top >= a.top - 3 && b.bottom <= a.bottom + 3;
      if (!bars.some(holds)) found.push(`"${text.textContent}" leaves its bar`);
    }
    const today = svg.querySelector("text.today").getBoundingClientRect();
    for (const line of svg.querySelectorAll(".now")) {
      const b = line.getBoundingClientRect();
      if (b.top < today.top) found.push("the line for today crosses its label");
    }
  }
  return found;
}
"""

_CONTRAST = """
(least) => {
  const pen = Object.assign(document.createElement("canvas"), { width: 1, height: 1 })
    .getContext("2d", { willReadFrequently: true });
  const mixed = (...colours) => {
    pen.clearRect(0, 0, 1, 1);
    for (const colour of colours) { pen.fillStyle = colour; pen.fillRect(0, 0, 1, 1); }
    return Array.from(pen.getImageData(0, 0, 1, 1).data.slice(0, 3));
  };
  const light = (rgb) => {
    const [r, g, b] = rgb.map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (a, b) => {
    const [low, high] = [light(a), light(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  };
  const style = (node, name) => getComputedStyle(node)[name];
  const paper = style(document.body, "backgroundColor");
  const hatch = style(document.querySelector("path.hatch"), "stroke");
  const found = [];
  for (const svg of document.querySelectorAll(".timeline figure svg")) {
    if (!svg.getClientRects().length) continue;
    const bars = Array.from(svg.querySelectorAll(".bar, .clash-bar"));
    const band = svg.querySelector(".band");
    for (const text of svg.querySelectorAll("text")) {
      const b = text.getBoundingClientRect();
      const [x, y] = [(b.left + b.right) / 2, (b.top + b.bottom) / 2];
      const under = [[paper]];
      if (band) under.push([paper, style(band, "fill")]);
      for (const bar of bars) {
        const a = bar.getBoundingClientRect();
        if (x >= a.left && x <= a.right && y >= a.top && y <= a.bottom) {
          under.length = 0;
          under.push([paper, style(bar, "fill")]);
          if (bar.classList.contains("leave")) under.push([paper, style(bar, "fill"), hatch]);
        }
      }
      if (text.classList.contains("today")) {
        under.length = 0;
        under.push([style(svg.querySelector(".flag"), "fill")]);
      }
      for (const colours of under) {
        const seen = ratio(mixed(style(text, "fill")), mixed(...colours));
        if (seen < least) found.push(`"${text.textContent}" has a contrast of ${seen.toFixed(2)}`);
      }
    }
    for (const bar of bars) {
      const seen = ratio(mixed(style(bar, "stroke")), mixed(paper));
      if (seen < 3) found.push(`a bar's edge has a contrast of ${seen.toFixed(2)}`);
    }
  }
  return found;
}
"""


def texts_in_each_others_way(page: Page, drawings: str = "svg[role=img]") -> list[str]:
    """Texts of a drawing that lie over one another or leave its frame."""
    found: list[str] = page.evaluate(_TEXTS, drawings)
    return found


def texts_and_shapes_in_each_others_way(page: Page, drawings: str = "svg[role=img]") -> list[str]:
    """Texts of a timeline that lie over a bar or a mark that is not theirs, or leave the bar that is."""
    found: list[str] = page.evaluate(_SHAPES, drawings)
    return found


def faint_texts(page: Page, least: float = 4.5) -> list[str]:
    """Texts of a timeline with too little contrast to what they stand on (WCAG 2.2, 1.4.3), and faint bars (1.4.11)."""
    found: list[str] = page.evaluate(_CONTRAST, least)
    return found


def overflow(page: Page) -> list[str]:
    """That the page is wider than the window (WCAG 2.2, 1.4.10)."""
    wide, window = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    return [f"the page is {wide} wide in a window of {window}"] if wide > window else []


def accessibility_faults(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 A and AA and its best practices."""
    results = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{fault['id']}: {fault['help']} ({', '.join(' '.join(node['target']) for node in fault['nodes'][:3])})"
        for fault in results
    ]
