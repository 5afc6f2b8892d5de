/* The list of people: the search box above it, the focus when the list is swapped, arrow keys, copying. */
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

/* ── Arrow keys: from the box to the first person and on ─────────────────── */
const STEPS = { ArrowDown: 1, ArrowUp: -1 };

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !(event.key in STEPS)) return;
  const stops = [byId("search-text"), ...document.querySelectorAll(".people-table tbody th a")];
  const place = stops.indexOf(event.target.closest(".people-table tr")?.querySelector("th a") || event.target);
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
