/* The list of people: the search box above it, the focus when the list is swapped, selecting, arrow keys, copying. */
"use strict";

const DIRECTORY_LINKS = "#team-filter :is(a, select), #employee-results a:not(tbody a)";
let lostLink = null;

/* ── Searching ───────────────────────────────────────────────────────────── */
/* Only values that say something go into an address. */
document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.verb !== "get") return;
  for (const [name, value] of [...detail.parameters.entries()]) {
    if (value === "") detail.parameters.delete(name);
  }
});

/* On the directory Enter hurries the search that typing has started, and opens an only result that matches. */
let isOnlyResultWanted = false;

document.addEventListener("submit", (event) => {
  if (event.target.id !== "search" || !byId("employee-results")) return;
  event.preventDefault();
  isOnlyResultWanted = true;
  openOnlyResult();
});

document.addEventListener("input", ({ target }) => {
  if (target.id === "search-text") isOnlyResultWanted = false;
});

/* At once, or as soon as the list is the answer to what is typed. */
function openOnlyResult() {
  const { query, areSimilar } = byId("employee-results").dataset;
  if (!isOnlyResultWanted || !query || query !== byId("search-text").value.trim()) return;
  isOnlyResultWanted = false;
  const links = document.querySelectorAll("#employee-results :is(tbody th a, .page-links a)");
  if (links.length === 1 && areSimilar === undefined) links[0].click();
}

/* Starting a search is a step that Back undoes; refining it is not. */
document.addEventListener("htmx:beforeHistoryUpdate", ({ detail }) => {
  const isSearch = detail.requestConfig.elt.id === "search-text";
  if (isSearch && new URLSearchParams(location.search).has("q")) detail.history.type = "replace";
});

/* ── Swapping the list ───────────────────────────────────────────────────── */
document.addEventListener("htmx:beforeSwap", () => {
  const link = document.activeElement;
  lostLink = link.matches(DIRECTORY_LINKS) ? nameOf(link) : null;
  parkCopyButton();
});

document.addEventListener("htmx:afterSettle", () => {
  if (!byId("employee-results")) return;
  showQueryInBox();
  showChosenPill();
  focusSuccessor();
  showSelection();
  openOnlyResult();
});

/* The box follows the list when a chip or a link changed what is searched for. */
function showQueryInBox() {
  const box = byId("search-text");
  if (box !== document.activeElement) box.value = byId("employee-results").dataset.query;
}

/* On a phone the pills are a strip that scrolls: the chosen one comes into its middle, as far as the strip reaches. */
function showChosenPill() {
  const strip = byId("team-filter");
  const pill = strip?.querySelector("[aria-current]");
  if (!pill) return;
  const [whole, part] = [strip, pill].map((element) => element.getBoundingClientRect());
  strip.scrollLeft += part.left + part.width / 2 - whole.left - whole.width / 2;
}

showChosenPill();

/* A swap that takes the focused link away gives the focus to the link of the same name. */
function focusSuccessor() {
  if (!lostLink || document.activeElement !== document.body) return;
  const successor = [...document.querySelectorAll(DIRECTORY_LINKS)].find((link) => nameOf(link) === lostLink);
  (successor || byId("main")).focus({ preventScroll: true });
}

/* Without what stands in elements of its own: icons have no words, and counts change. */
function nameOf(link) {
  const texts = [...link.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
  return link.getAttribute("aria-label") || texts.map((node) => node.data).join("").trim();
}

/* ── Selecting: HR ticks people, all on the page, or all that match ──────── */
const BOXES = "#selection tbody [type=checkbox]";
const boxes = () => [...document.querySelectorAll(BOXES)];
let lastTicked = null;

/* With Shift a click does the same to everyone since the last one. */
document.addEventListener("click", ({ target, shiftKey }) => {
  if (!target.matches(BOXES)) return;
  const places = [lastTicked, target].map((box) => boxes().indexOf(box)).sort((one, other) => one - other);
  if (shiftKey && places[0] !== -1) boxes().slice(places[0], places[1]).forEach((box) => (box.checked = target.checked));
  lastTicked = target;
});

document.addEventListener("change", ({ target }) => {
  if (target.form?.id !== "selection") return;
  if ("selectsPage" in target.dataset) boxes().forEach((box) => (box.checked = target.checked));
  announce(showSelection());
});

/* Boxes are empty after the event, and the button that had the focus is hidden then. */
document.addEventListener("reset", ({ target }) => {
  if (target.id !== "selection") return;
  setTimeout(() => {
    announce(showSelection());
    target.querySelector("[data-selects-page]").focus();
  });
});

/* Say in the bar how many are selected, tick the box of the page accordingly; returns the words. */
function showSelection() {
  const form = byId("selection");
  if (!form) return "";
  const number = boxes().filter((box) => box.checked).length;
  const page = form.querySelector("[data-selects-page]");
  page.checked = number === boxes().length;
  page.indeterminate = number > 0 && !page.checked;
  const { all } = form.elements;
  if (all && !page.checked) all.checked = false;
  const words = all?.checked ? `All ${Number(all.value).toLocaleString("en")} selected` : `${number || "Nobody"} selected`;
  form.querySelector("[data-selected]").textContent = words;
  return words;
}

showSelection();
/* Back may bring ticked boxes along. */
window.addEventListener("pageshow", showSelection);

/* ── Arrow keys: from the box to the first person and on ─────────────────── */
const STEPS = { ArrowDown: 1, ArrowUp: -1 };

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !(event.key in STEPS)) return;
  const people = event.target.matches(BOXES) ? BOXES : ".people-table tbody th a";
  const stops = [byId("search-text"), ...document.querySelectorAll(people)];
  const row = event.target.closest(".people-table tr");
  const place = stops.indexOf(row?.querySelector(people) || event.target);
  const next = stops[place + STEPS[event.key]];
  if (place === -1 || !next) return;
  event.preventDefault();
  next.focus();
});

/* ── Copying: one button serves the whole list, and moves to the cell in use ─ */
function moveCopyButton({ target }) {
  const link = target.closest?.(".people-table td a");
  const button = byId("copy-in-list");
  if (!link || !button || link.nextElementSibling === button) return;
  button.dataset.copy = link.textContent;
  button.dataset.what = link.protocol === "tel:" ? "Phone" : "E-mail";
  button.setAttribute("aria-label", `Copy ${button.dataset.what.toLowerCase()}`);
  link.after(button);
  button.hidden = false;
}

document.addEventListener("pointerover", moveCopyButton);
document.addEventListener("focusin", moveCopyButton);

/* A swap of the list must not take the button with it. */
function parkCopyButton() {
  const button = byId("copy-in-list");
  if (button) document.body.append(Object.assign(button, { hidden: true }));
}
