// Small conveniences only: every page works without this file, and it builds no markup from text.
"use strict";

function plain(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();
}

// Filter a list as one types: <input data-filter="id of the list" data-count="id of the status line">.
for (const input of document.querySelectorAll("input[data-filter]")) {
  const rows = Array.from(document.getElementById(input.dataset.filter).children);
  const status = document.getElementById(input.dataset.count);
  const whole = status.textContent;
  input.addEventListener("input", () => {
    const sought = plain(input.value.trim());
    let shown = 0;
    for (const row of rows) {
      row.hidden = !plain(row.querySelector("[data-name]").textContent).includes(sought);
      shown += row.hidden ? 0 : 1;
    }
    status.textContent = sought ? status.dataset.some.replace("{n}", shown) : whole;
  });
}

// What a field was read as is no longer true when something else is typed in it.
document.addEventListener("input", (event) => {
  const said = document.querySelector(`[data-said-of="${CSS.escape(event.target.id)}"]`);
  if (said) said.hidden = true;
});

// A button that prints is of use only where there is a script to run it.
for (const button of document.querySelectorAll("button[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// Which clashes an entry would make, while it is entered: <form data-try="id of the region">. The button does the same.
for (const form of document.querySelectorAll("form[data-try]")) {
  const region = document.getElementById(form.dataset.try);
  let waiting = 0;
  form.addEventListener("change", () => {
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      const typed = new FormData(form);
      typed.set("try", "yes");
      const answer = await fetch(form.action, { method: "POST", body: typed, headers: { Accept: "application/json" } }).catch(() => null);
      if (!answer?.ok) return;
      const found = await answer.json();
      region.querySelector("[role=status]").textContent = found.words;
      const list = region.querySelector(".clashes");
      for (const each of region.children) each.hidden = each !== list && each.getAttribute("role") !== "status";
      list.hidden = !found.clashes.length;
      list.replaceChildren(...found.clashes.map(clashCard));
    }, 400);
  });
}

function clashCard(clash) {
  const card = document.createElement("li");
  card.className = "clash";
  card.append(Object.assign(document.createElement("h3"), { textContent: clash.headline }));
  for (const text of clash.texts) card.append(Object.assign(document.createElement("p"), { textContent: text }));
  return card;
}

// What is pressed twice is sent once. The server would not do it twice either, but it would have to say so.
document.addEventListener("submit", (event) => {
  // What gives a file leaves the page where it is, and may be asked for again.
  if (event.target.dataset.again !== undefined) return;
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});

// Writing is doing something: a sign-in does not run out under a long form (WCAG 2.2, 2.2.1).
const A_MINUTE = 60_000;
let last = Date.now();
document.addEventListener("input", () => {
  if (Date.now() - last < A_MINUTE) return;
  last = Date.now();
  fetch("/", { method: "HEAD" }).catch(() => {});
});
