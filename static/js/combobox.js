/* The box that suggests people: the search of every page, and the picker of one person in a form.
   A combobox whose popup is a grid of people; the focus stays in the box. */
"use strict";

const COMBOBOX = "[data-combobox]";
const popupOf = (box) => byId(box.dataset.combobox);
const boxOf = (popup) => document.querySelector(`[data-combobox="${popup.id}"]`);
const isShown = (element) => element.getClientRects().length > 0;
const rowsOf = (box) => [...popupOf(box).querySelectorAll("[data-row]")].filter(isShown);
const cellsOf = (row) => [...row.querySelectorAll("[role=gridcell]")].filter(isShown);
const isOpen = (box) => box.getAttribute("aria-expanded") === "true";
const activeCell = (box) => byId(box.getAttribute("aria-activedescendant"));
/* The directory is the answer to its own box: there suggestions belong to the empty box only. */
const filtersTheDirectory = (box) => box.hasAttribute("hx-get");

function setAttributes(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
}

document.addEventListener("htmx:load", ({ detail: { elt } }) => {
  elt.querySelectorAll(COMBOBOX).forEach(makeCombobox);
  elt.querySelectorAll("[data-person]").forEach(({ dataset }) => rememberOpened(dataset.person));
});

function makeCombobox(box) {
  setAttributes(box, { role: "combobox", "aria-autocomplete": "list", "aria-haspopup": "grid" });
  setAttributes(box, { "aria-controls": popupOf(box).id, "aria-expanded": "false" });
}

/* ── Recent: the keys of the people opened last, for whoever is signed in at this browser ── */
const RECENT_AT_MOST = 8;
const recentPeople = () => (recall("recent") || "").match(/\b\d{1,15}\b/g) || [];

function rememberOpened(person) {
  const others = recentPeople().filter((key) => key !== person);
  keep("recent", [person, ...others].slice(0, RECENT_AT_MOST).join());
}

/* ── Asking: what goes to the server, and which answers are still wanted ─── */
let dismissedAt = 0;
let lastActiveRow;

/* A picker needs nothing more once somebody was picked or a whole e-mail was typed. */
const WHOLE_EMAIL = /^\S+@\S+\.\S{2,}$/;
const isSettled = (box) => keyField(box) && (keyField(box).value || WHOLE_EMAIL.test(box.value.trim()));

/* What to ask the server for; null where no suggestions belong. */
function questionOf(box) {
  const q = box.value.trim();
  if (box !== document.activeElement || (q && filtersTheDirectory(box)) || isSettled(box)) return null;
  return q ? { q } : { recent: recentPeople().join() };
}

document.addEventListener("htmx:configRequest", (event) => {
  const box = boxOf(event.target);
  if (!box) return;
  const isDismissed = event.detail.triggeringEvent?.timeStamp < dismissedAt;
  const question = isDismissed ? null : questionOf(box);
  if (question) Object.assign(event.detail.parameters, question);
  else event.preventDefault();
});

/* An answer that comes after the box was left or emptied is not wanted any more. */
document.addEventListener("htmx:beforeSwap", ({ target, detail }) => {
  const box = boxOf(target);
  if (!box) return;
  const question = questionOf(box);
  const isWanted = question && Boolean(question.q) === Boolean(detail.requestConfig.parameters.q);
  if (!isWanted) detail.shouldSwap = false;
  lastActiveRow = activeCell(box)?.parentElement.dataset.row;
});

document.addEventListener("htmx:afterSwap", ({ target: popup }) => {
  const box = boxOf(popup);
  if (!box) return;
  makeGrid(popup);
  const row = popup.querySelector(`[data-row="${lastActiveRow}"]`);
  activate(box, row && cellsOf(row)[0]);
  if (popup.querySelector("[data-row]")) box.setAttribute("aria-expanded", "true");
  else closeSuggestions(box);
});

for (const failure of ["htmx:sendError", "htmx:responseError"]) {
  document.addEventListener(failure, ({ target }) => boxOf(target) && closeSuggestions(boxOf(target)));
}

/* ── The popup ───────────────────────────────────────────────────────────── */
function makeGrid(popup) {
  popup.querySelectorAll("[role=list]").forEach((list) => list.setAttribute("role", "rowgroup"));
  popup.querySelectorAll("[data-row]").forEach((row) => row.setAttribute("role", "row"));
  popup.querySelectorAll("[data-row] > span").forEach((cell, number) => {
    setAttributes(cell, { role: "gridcell", id: `${popup.id}-${number}` });
    cell.querySelector("a").tabIndex = -1;
  });
}

function activate(box, cell) {
  popupOf(box).querySelectorAll("[aria-selected]").forEach((element) => element.removeAttribute("aria-selected"));
  box.removeAttribute("aria-activedescendant");
  if (!cell) return;
  for (const element of [cell, cell.parentElement]) element.setAttribute("aria-selected", "true");
  box.setAttribute("aria-activedescendant", cell.id);
  cell.parentElement.scrollIntoView({ block: "nearest" });
}

function closeSuggestions(box) {
  htmx.trigger(popupOf(box), "htmx:abort");
  activate(box, null);
  popupOf(box).replaceChildren();
  box.setAttribute("aria-expanded", "false");
}

/* What was typed just before is not answered any more either. */
function dismissSuggestions(box) {
  dismissedAt = performance.now();
  closeSuggestions(box);
}

function emptyBox(box) {
  box.value = "";
  box.dispatchEvent(new InputEvent("input", { bubbles: true }));
}

/* ── Keys: heard before the page's own, which leave alone what was used here ─ */
document.addEventListener(
  "keydown",
  (event) => {
    const { target: box, key } = event;
    if (!box.matches(COMBOBOX) || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const act = ACTS[key]?.(box);
    if (!act) return;
    event.preventDefault();
    act();
  },
  true,
);

/* What a key does: an act, or nothing where the key belongs to the text. Home and End leave the grid for the text. */
const ACTS = {
  Escape(box) {
    if (isOpen(box)) return () => dismissSuggestions(box);
    return box.value && (() => emptyBox(box));
  },
  ArrowDown(box) {
    if (!isOpen(box) && !filtersTheDirectory(box)) return () => htmx.trigger(popupOf(box), "suggest");
    return actOfMove(box, (rows, place) => rows[(place + 1) % rows.length]);
  },
  ArrowUp: (box) => actOfMove(box, (rows, place) => rows.at(Math.max(place, 0) - 1)),
  ArrowRight: (box) => activeCell(box) && (() => activate(box, cellBeside(box, 1) || activeCell(box))),
  ArrowLeft: (box) => (cellBeside(box, -1) ? () => activate(box, cellBeside(box, -1)) : backToText(box)),
  Home: (box) => backToText(box),
  End: (box) => backToText(box),
  Enter: (box) => activeCell(box) && (() => activeCell(box).querySelector("a").click()),
};

/* The act that goes to another row; nothing where there are none. */
function actOfMove(box, choose) {
  const rows = rowsOf(box);
  const place = rows.indexOf(activeCell(box)?.parentElement);
  return rows.length && (() => activate(box, cellsOf(choose(rows, place))[0]));
}

function cellBeside(box, step) {
  const cell = activeCell(box);
  const cells = cell ? cellsOf(cell.parentElement) : [];
  return cells[cells.indexOf(cell) + step];
}

function backToText(box) {
  activate(box, null);
}

/* ── Typing, pasting, leaving ────────────────────────────────────────────── */
document.addEventListener("input", ({ target: box }) => {
  if (!box.matches(COMBOBOX)) return;
  activate(box, null);
  if (keyField(box)) pick(box, "");
  if (!questionOf(box)?.q) closeSuggestions(box);
});

/* A box of one line drops the ends of lines, and would make one name of a pasted list. */
document.addEventListener("paste", (event) => {
  const box = event.target;
  const list = event.clipboardData.getData("text").trim();
  if (box.type !== "search" || !list.includes("\n")) return;
  event.preventDefault();
  box.setRangeText(list.replace(/\s*\n\s*/g, "; "), box.selectionStart, box.selectionEnd, "end");
  box.dispatchEvent(new Event("input", { bubbles: true }));
});

document.addEventListener("focusout", ({ target }) => {
  if (target.matches(COMBOBOX)) closeSuggestions(target);
});

/* The pointer leaves the focus in the box; outside of the popup it takes the focus away, on touch screens too. */
document.addEventListener("mousedown", (event) => {
  if (event.target.closest("[role=grid]")) event.preventDefault();
});
document.addEventListener("pointerdown", ({ target }) => {
  const box = document.activeElement;
  if (box.matches(COMBOBOX) && target !== box && !popupOf(box).contains(target)) box.blur();
});

/* ── Picker: a person goes into the field instead of opening the page ────── */
/* The hidden field that holds the key of who was picked. */
const keyField = (box) => box.closest("[data-picker]")?.querySelector("[type=hidden]");

function pick(box, key, name = box.value) {
  keyField(box).value = key;
  box.value = name;
  box.closest("[data-picker]").querySelector("[data-choices]")?.remove();
}

document.addEventListener("click", (event) => {
  const row = event.target.closest("[data-picker] [data-row]");
  if (!row || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const box = boxOf(row.closest("[role=grid]"));
  event.preventDefault();
  pick(box, row.dataset.row, row.querySelector("bdi").textContent);
  keyField(box).dispatchEvent(new Event("input", { bubbles: true }));
  dismissSuggestions(box);
  announce(`${box.value} is chosen`);
});
