/* Everything the pages do beyond HTML and htmx. Loaded in <head>, so that the theme is set before
   the first paint; listeners sit on the document, so swapped content needs no set-up.
   Memory · Theme · Prepare · Announcements · Search · Suggestions · Recent · Focus · Forms · Refusals · Copy · Keyboard */
"use strict";

const byId = (id) => document.getElementById(id);

/* ── Memory: what this browser keeps; where it keeps nothing, everything works without ── */
function recall(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

function keep(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // Nothing that a person would miss on this page.
  }
}

/* ── Theme: the system's, or this browser's own choice ───────────────────── */
const systemIsDark = window.matchMedia("(prefers-color-scheme: dark)");

function applyTheme() {
  const choice = recall("theme") || "system";
  const isDark = choice === "dark" || (choice === "system" && systemIsDark.matches);
  document.documentElement.dataset.bsTheme = isDark ? "dark" : "light";
}

applyTheme();
systemIsDark.addEventListener("change", applyTheme);

document.addEventListener("change", ({ target }) => {
  if (target.name !== "theme") return;
  keep("theme", target.value);
  applyTheme();
});

/* Browsers lend the clipboard to secure pages only. */
const canCopy = Boolean(navigator.clipboard);

/* ── Prepare: what needs scripts appears, switches show this browser's choice ── */
function prepare(root) {
  root.querySelectorAll("[data-needs-script]").forEach((element) => (element.hidden = false));
  if (!canCopy) root.querySelectorAll("[data-copy]").forEach((button) => (button.hidden = true));
  const theme = recall("theme") || "system";
  root.querySelectorAll("[name=theme]").forEach((radio) => (radio.checked = radio.value === theme));
  root.querySelectorAll("#shortcuts-on").forEach((box) => (box.checked = shortcutsAreOn()));
  root.querySelectorAll("[data-combobox]").forEach(makeCombobox);
  root.querySelectorAll("[data-person]").forEach(lookUp);
  root.querySelectorAll("[data-forgets-recent]").forEach(() => keep("recent", ""));
}

document.addEventListener("DOMContentLoaded", () => prepare(document));
document.addEventListener("htmx:load", ({ detail }) => prepare(detail.elt));

/* ── Announcements: one live region that stays while fragments come and go ─ */
function announce(text) {
  byId("announcement").textContent = text.replace(/\s+/g, " ").trim();
}

document.addEventListener("htmx:load", ({ detail: { elt } }) => {
  const news = elt.matches("[data-announce]") ? elt : elt.querySelector("[data-announce]");
  if (news) announce(news.textContent);
});

let toastTimer;

/* A toast only confirms, so it goes by itself; one that offers an act stays. */
function letToastGo() {
  clearTimeout(toastTimer);
  if (byId("messages").querySelector("a")) return;
  toastTimer = setTimeout(() => byId("messages").replaceChildren(), 6000);
}

document.addEventListener("DOMContentLoaded", letToastGo);
document.addEventListener("htmx:afterSettle", letToastGo);

function toast(text) {
  const box = document.createElement("div");
  const words = document.createElement("p");
  box.className = "live-toast";
  words.textContent = text;
  box.append(words);
  byId("messages").replaceChildren(box);
  announce(text);
  letToastGo();
}

/* ── Search and directory ────────────────────────────────────────────────── */
/* Only values that say something go into an address. */
document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.verb !== "get") return;
  for (const [name, value] of [...detail.parameters.entries()]) {
    if (value === "") detail.parameters.delete(name);
  }
});

/* On the directory Enter only hurries the search that typing has started. */
document.addEventListener("submit", (event) => {
  if (event.target.id === "search" && byId("employee-results")) event.preventDefault();
});

/* Starting a search is a step that Back undoes; refining it is not. */
document.addEventListener("htmx:beforeHistoryUpdate", ({ detail }) => {
  const isSearch = detail.requestConfig.elt.id === "search-text";
  if (isSearch && new URLSearchParams(location.search).has("q")) detail.history.type = "replace";
});

/* The box follows the list when a chip or a link changed what is searched for. */
document.addEventListener("htmx:afterSettle", () => {
  const results = byId("employee-results");
  const box = byId("search-text");
  if (results && box !== document.activeElement) box.value = results.dataset.query;
});

/* ── Suggestions: a combobox whose popup is a grid of people; the focus stays in the box ── */
const COMBOBOX = "[data-combobox]";
const popupOf = (box) => byId(box.dataset.combobox);
const boxOf = (popup) => document.querySelector(`[data-combobox="${popup.id}"]`);
const isShown = (element) => element.getClientRects().length > 0;
const rowsOf = (box) => [...popupOf(box).querySelectorAll("[data-row]")].filter(isShown);
const cellsOf = (row) => [...row.querySelectorAll("[role=gridcell]")].filter(isShown);

function setAttributes(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
}

function makeCombobox(box) {
  setAttributes(box, { role: "combobox", "aria-autocomplete": "list", "aria-haspopup": "grid" });
  setAttributes(box, { "aria-controls": popupOf(box).id, "aria-expanded": "false" });
}

/* The hidden field of a people picker, which holds the key of who was picked. */
const keyOf = (box) => box.closest("[data-picker]")?.querySelector("[type=hidden]");

/* What to ask the server for; null where no suggestions belong: the directory is the answer to its own box. */
function questionOf(box) {
  const q = box.value.trim();
  if (box !== document.activeElement || (q && box.hasAttribute("hx-get")) || keyOf(box)?.value) return null;
  return q ? { q } : { recent: recentPeople().join() };
}

let dismissedAt = 0;
let lastActive;

document.addEventListener("htmx:configRequest", (event) => {
  const box = boxOf(event.target);
  const isDismissed = event.detail.triggeringEvent?.timeStamp < dismissedAt;
  const question = box && !isDismissed && questionOf(box);
  if (question) Object.assign(event.detail.parameters, question);
  else if (box) event.preventDefault();
});

/* An answer that comes after the box was left or emptied is not wanted any more. */
document.addEventListener("htmx:beforeSwap", ({ target, detail }) => {
  const box = boxOf(target);
  const question = box && questionOf(box);
  const isWanted = question && Boolean(question.q) === Boolean(detail.requestConfig.parameters.q);
  if (box && !isWanted) detail.shouldSwap = false;
  if (box) lastActive = activeCell(box)?.parentElement.dataset.row;
});

document.addEventListener("htmx:afterSwap", ({ target: popup }) => {
  const box = boxOf(popup);
  if (!box) return;
  popup.querySelectorAll("[role=list]").forEach((list) => list.setAttribute("role", "rowgroup"));
  popup.querySelectorAll("[data-row]").forEach((row) => row.setAttribute("role", "row"));
  popup.querySelectorAll("[data-row] > span").forEach((cell, number) => {
    setAttributes(cell, { role: "gridcell", id: `${popup.id}-${number}` });
    cell.querySelector("a").tabIndex = -1;
  });
  const row = popup.querySelector(`[data-row="${lastActive}"]`);
  activate(box, row && cellsOf(row)[0]);
  if (popup.querySelector("[data-row]")) box.setAttribute("aria-expanded", "true");
  else closeSuggestions(box);
});

function closeSuggestions(box) {
  window.htmx?.trigger(popupOf(box), "htmx:abort"); // which loads after the box can be left
  activate(box, null);
  popupOf(box).replaceChildren();
  box.setAttribute("aria-expanded", "false");
}

/* What was typed just before is not answered any more either. */
function dismissSuggestions(box) {
  dismissedAt = performance.now();
  closeSuggestions(box);
}

const isOpen = (box) => box.getAttribute("aria-expanded") === "true";
const activeCell = (box) => byId(box.getAttribute("aria-activedescendant"));

function activate(box, cell) {
  popupOf(box).querySelectorAll("[aria-selected]").forEach((element) => element.removeAttribute("aria-selected"));
  box.removeAttribute("aria-activedescendant");
  if (!cell) return;
  for (const element of [cell, cell.parentElement]) element.setAttribute("aria-selected", "true");
  box.setAttribute("aria-activedescendant", cell.id);
  cell.parentElement.scrollIntoView({ block: "nearest" });
}

/* What a key does in a combobox; true when nothing else shall come of it. */
function steer({ target: box, key }) {
  const rows = rowsOf(box);
  const cell = activeCell(box);
  const at = rows.indexOf(cell?.parentElement);
  const go = (row) => activate(box, cellsOf(row)[0]);
  if (key === "Escape" && isOpen(box)) return dismissSuggestions(box), true;
  if (key === "Escape" && box.value) return clear(box), true;
  if (key === "ArrowDown" && !isOpen(box) && !box.hasAttribute("hx-get")) return htmx.trigger(popupOf(box), "suggest"), true;
  if (key === "ArrowDown" && rows.length) return go(rows[(at + 1) % rows.length]), true;
  if (key === "ArrowUp" && rows.length) return go(rows.at(Math.max(at, 0) - 1)), true;
  if (!cell) return false;
  if (key === "Enter") return cell.querySelector("a").click(), true;
  const beside = cellsOf(rows[at])[cellsOf(rows[at]).indexOf(cell) + { ArrowRight: 1, ArrowLeft: -1 }[key]];
  if (beside || key === "ArrowRight") return activate(box, beside || cell), true;
  if (["ArrowLeft", "Home", "End"].includes(key)) activate(box, null);
  return false;
}

function clear(box) {
  box.value = "";
  box.dispatchEvent(new InputEvent("input", { bubbles: true }));
}

// A box of one line drops the ends of lines, and would make one name of a pasted list.
document.addEventListener("paste", (event) => {
  const box = event.target;
  const list = event.clipboardData.getData("text").trim();
  if (box.type !== "search" || !list.includes("\n")) return;
  event.preventDefault();
  box.setRangeText(list.replace(/\s*\n\s*/g, "; "), box.selectionStart, box.selectionEnd, "end");
  box.dispatchEvent(new Event("input", { bubbles: true }));
});

document.addEventListener("input", ({ target }) => {
  if (!target.matches(COMBOBOX)) return;
  activate(target, null);
  if (keyOf(target)) pick(target, "");
  if (!questionOf(target)?.q) closeSuggestions(target);
});

/* In a picker a person goes into the field instead of opening the page. */
function pick(box, key, name = box.value) {
  keyOf(box).value = key;
  box.value = name;
  box.closest("[data-picker]").querySelector("[data-choices]")?.remove();
}

document.addEventListener("click", (event) => {
  const row = event.target.closest("[data-picker] [data-row]");
  if (!row || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const box = boxOf(row.closest("[role=grid]"));
  event.preventDefault();
  pick(box, row.dataset.row, row.querySelector("bdi").textContent);
  keyOf(box).dispatchEvent(new Event("input", { bubbles: true }));
  dismissSuggestions(box);
  announce(`${box.value} is chosen`);
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
for (const failure of ["htmx:sendError", "htmx:responseError"]) {
  document.addEventListener(failure, ({ target }) => boxOf(target) && closeSuggestions(boxOf(target)));
}

/* ── Recent: the keys of the people opened last, for whoever is signed in at this browser ── */
const RECENT_AT_MOST = 8;
const recentPeople = () => (recall("recent") || "").match(/\b\d{1,15}\b/g) || [];

function lookUp({ dataset: { person } }) {
  const others = recentPeople().filter((key) => key !== person);
  keep("recent", [person, ...others].slice(0, RECENT_AT_MOST).join());
}

/* ── Focus: a swap that takes the focused link away gives it to its successor ── */
const DIRECTORY_LINKS = "#team-filter a, #employee-results a:not(tbody a)";
/* Without what stands in elements of its own: icons have no words, and counts change. */
const ownText = (link) => [...link.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.data).join("");
const nameOf = (link) => link.getAttribute("aria-label") || ownText(link).trim();
let lostLink = null;

document.addEventListener("htmx:beforeSwap", () => {
  const link = document.activeElement;
  lostLink = link.matches(DIRECTORY_LINKS) ? nameOf(link) : null;
});

document.addEventListener("htmx:afterSettle", () => {
  if (!lostLink || document.activeElement !== document.body) return;
  const successor = [...document.querySelectorAll(DIRECTORY_LINKS)].find((link) => nameOf(link) === lostLink);
  (successor || byId("main")).focus({ preventScroll: true });
});

/* ── Forms: leaving with unsaved typing asks ─────────────────────────────── */
document.addEventListener("input", ({ target }) => {
  const form = target.closest("form[hx-post]");
  if (form) form.dataset.unsaved = "";
});

document.addEventListener("click", ({ target }) => {
  if (target.closest("[data-cancel]")) delete target.closest("form").dataset.unsaved;
});

window.addEventListener("beforeunload", (event) => {
  if (document.querySelector("form[data-unsaved], form[hx-post]:has(.is-invalid)")) event.preventDefault();
});

/* ── Refusals: say what happened, leave the page and what was typed alone ── */
const REFUSALS = {
  0: "The server can’t be reached. What you typed is still here: please try again in a moment.",
  400: "The server did not understand this request. Please reload the page and try again.",
  401: "You are signed out. Sign in in a new tab, then press Save again: what you typed is still here.",
  403: "Your account may not do this. If it should, please ask HR.",
  404: "This is no longer here. Please go back to the directory.",
  405: "This can’t be done here. Please reload the page and try again.",
  413: "This is too much at once. Please shorten it and try again.",
  429: "There were too many tries. Please wait {wait}, then try again: what you typed is still here.",
  503: "This could not be done just now. What you typed is still here: please try again in a moment.",
  csrf: "Your sign-in changed in another tab. Please press Save again: what you typed is still here.",
  other: "Something went wrong on the server. What you typed is still here: please try again.",
};
let tokenIsStale = false;

function refuse(reason, seconds) {
  const box = byId("request-error");
  const sentence = REFUSALS[reason] || REFUSALS.other;
  box.querySelector("p").textContent = sentence.replace("{wait}", inWords(seconds));
  box.querySelector("a").hidden = reason !== 401;
  box.hidden = false;
}

function inWords(seconds) {
  const minutes = Math.ceil(seconds / 60);
  return seconds < 90 ? `${seconds} seconds` : `${minutes} minutes`;
}

document.addEventListener("htmx:responseError", ({ detail: { xhr } }) => {
  const isCsrf = xhr.getResponseHeader("X-Refused") === "csrf";
  tokenIsStale = isCsrf || xhr.status === 401;
  refuse(isCsrf ? "csrf" : xhr.status, Number(xhr.getResponseHeader("Retry-After")));
});
document.addEventListener("htmx:sendError", () => refuse(0));
document.addEventListener("htmx:timeout", () => refuse(0));
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.shouldSwap) byId("request-error").hidden = true;
});
document.addEventListener("click", ({ target }) => {
  if (target.closest("#request-error button")) byId("request-error").hidden = true;
});

/* A sign-in in another tab changes the CSRF token: fetch the new one before saving again. */
document.addEventListener("htmx:confirm", async (event) => {
  if (!tokenIsStale || event.detail.verb !== "post") return;
  event.preventDefault();
  await refreshToken();
  event.detail.issueRequest(true);
});

async function refreshToken() {
  try {
    const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const token = page.querySelector("[name=csrfmiddlewaretoken]").value;
    document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((input) => (input.value = token));
    tokenIsStale = false;
  } catch {
    // The request itself will meet the same trouble and say so.
  }
}

/* ── Copy: one click, and a word that it worked ──────────────────────────── */
document.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-copy]");
  if (!button) return;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    toast(`${button.dataset.what} copied`);
  } catch {
    toast("The browser did not allow copying");
  }
});

/* In the list one button serves the whole page: it moves to the cell in use. */
function moveCopyButton({ target }) {
  const link = target.closest?.(".people-table td a");
  const button = byId("copy-in-list");
  if (!link || !button || !canCopy || link.nextElementSibling === button) return;
  button.dataset.copy = link.textContent;
  button.dataset.what = link.protocol === "tel:" ? "Phone" : "E-mail";
  button.setAttribute("aria-label", `Copy ${button.dataset.what.toLowerCase()}`);
  link.after(button);
  button.hidden = false;
}

document.addEventListener("pointerover", moveCopyButton);
document.addEventListener("focusin", moveCopyButton);
/* A swap of the list must not take the button with it. */
document.addEventListener("htmx:beforeSwap", () => {
  const button = byId("copy-in-list");
  if (button) document.body.append(Object.assign(button, { hidden: true }));
});

/* ── Keyboard: single characters can be switched off (WCAG 2.2, 2.1.4) ───── */
const shortcutsAreOn = () => recall("shortcuts") !== "off";
const isTyping = (element) => element.matches("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");

document.addEventListener("change", ({ target }) => {
  if (target.id === "shortcuts-on") keep("shortcuts", target.checked ? "on" : "off");
});

document.addEventListener("click", ({ target }) => {
  if (target.closest("[data-opens-shortcuts]")) byId("shortcuts").showModal();
  if (target.closest("[data-closes-shortcuts]")) byId("shortcuts").close();
  for (const menu of document.querySelectorAll("details.account-menu[open]")) {
    if (!menu.contains(target)) menu.open = false;
  }
});

const CHARACTERS = {
  "/": () => byId("search-text")?.select(),
  "?": () => byId("shortcuts")?.showModal(),
  n: () => document.querySelector("[data-shortcut=n]")?.click(),
  e: () => document.querySelector("main [data-shortcut=e]")?.click(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.matches(COMBOBOX) && steer(event)) return event.preventDefault();
  if (event.key === "Escape") return escape(event);
  if (event.key === "ArrowDown" || event.key === "ArrowUp") return moveInResults(event);
  const act = CHARACTERS[event.key];
  if (!act || !shortcutsAreOn() || isTyping(event.target) || byId("shortcuts")?.open) return;
  event.preventDefault();
  act();
});

function escape(event) {
  if (byId("shortcuts")?.open) return;
  const menu = document.querySelector("details.account-menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else {
    (event.target.closest("form[hx-post]") || document).querySelector("form[hx-post] [hx-get][data-cancel]")?.click();
  }
}

function moveInResults(event) {
  const box = byId("search-text");
  const stops = [box, ...document.querySelectorAll(".people-table tbody th a")];
  const here = stops.indexOf(event.target.closest(".people-table tr")?.querySelector("th a") || event.target);
  const next = stops[here + (event.key === "ArrowDown" ? 1 : -1)];
  if (here === -1 || !next) return;
  event.preventDefault();
  next.focus();
}
