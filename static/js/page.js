/* What every page does: announcements and toasts, copying, the account menu, shortcuts, and who is signed in.
   Listeners sit on the document, so that swapped content needs no set-up. */
"use strict";

const byId = (id) => document.getElementById(id);

/* A request that was cancelled, because typing went on or the box was left, is no error: htmx would write one. */
if (window.htmx) {
  htmx.logger = (element, event, detail) => {
    if (["htmx:afterRequest", "htmx:sendAbort"].includes(event)) delete detail.error;
  };
}

/* ── Account: what a browser knows of people belongs to whoever is signed in ─ */
const account = document.querySelector("[data-account]")?.dataset.account;

if (account === "") forgetPeople();
if (account !== undefined) keep("account", account);

/* Another tab signed out or in: what this page shows may not be for its reader any more. */
function followSignIn(accountNow) {
  if (account && formWithTyping()) refuseChangedSignIn(accountNow);
  else if (accountNow !== account) location.replace(location.pathname + location.search);
}

if (account !== undefined) {
  window.addEventListener("storage", ({ key, newValue }) => {
    if (key === "account") followSignIn(newValue);
  });
  /* A page that Back takes out of the browser's memory has heard of nothing. */
  window.addEventListener("pageshow", ({ persisted }) => {
    if (persisted && recall("account") !== account) followSignIn(recall("account"));
  });
}

/* ── Announcements: one live region that stays while fragments come and go ─ */
const PAUSE_IN_TYPING = 200;
const SAME_AGAIN_AFTER = 3000;
let announcementTimer;
let announcedAt = 0;

/* While answers follow each other only the last one is said, and the same sentence not twice in a row. */
function announce(text) {
  clearTimeout(announcementTimer);
  announcementTimer = setTimeout(say, PAUSE_IN_TYPING, text.replace(/\s+/g, " ").trim());
}

function say(text) {
  const region = byId("announcement");
  const now = performance.now();
  if (region.textContent !== text || now - announcedAt > SAME_AGAIN_AFTER) region.textContent = text;
  announcedAt = now;
}

/* The text as it is read: blocks are apart. */
const readAloud = (element) => element.innerText || element.textContent;

document.addEventListener("htmx:load", ({ detail: { elt } }) => {
  const fresh = elt === document.body ? byId("messages") : elt;
  const news = fresh.matches("[data-announce]") ? fresh : fresh.querySelector("[data-announce]");
  if (news) announce(readAloud(news));
  if (fresh.id === "messages") letToastGo();
});

/* ── Toasts: they only confirm, so they go by themselves, but never from under a pointer or the focus ─ */
const TOAST_STAYS = 8000;
let toastTimer;

function letToastGo() {
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => (byId("messages").matches(":hover, :focus-within") ? letToastGo() : closeToast()), TOAST_STAYS);
}

function closeToast() {
  const messages = byId("messages");
  if (messages.contains(document.activeElement)) byId("main").focus({ preventScroll: true });
  messages.replaceChildren();
}

function showToast(text) {
  const toast = document.createElement("div");
  const words = document.createElement("p");
  toast.className = "live-toast";
  words.textContent = text;
  toast.append(words);
  byId("messages").replaceChildren(toast);
  announce(text);
  letToastGo();
}

/* ── Copy: one click, and a word that it worked ──────────────────────────── */
async function copy({ dataset: { copy: text, what } }) {
  try {
    await navigator.clipboard.writeText(text);
    showToast(`${what} copied`);
  } catch {
    showToast("The browser did not allow copying");
  }
}

/* ── Clicks on what stands on every page ─────────────────────────────────── */
const openMenu = () => document.querySelector("details.account-menu[open]");

document.addEventListener("click", ({ target }) => {
  const copyButton = target.closest("[data-copy]");
  if (copyButton) copy(copyButton);
  if (target.closest("[data-closes-toast]")) closeToast();
  if (target.closest("[data-closes-refusal]")) byId("request-error").hidden = true;
  if (target.closest("[data-prints]")) print();
  if (target.closest("[data-opens-shortcuts]")) byId("shortcuts").showModal();
  if (target.closest("[data-closes-shortcuts]")) byId("shortcuts").close();
  if (openMenu() && !openMenu().contains(target)) openMenu().open = false;
});

/* ── Shortcuts: those of one key can be switched off (WCAG 2.2, 2.1.4) ───── */
const shortcutsAreOn = () => recall("shortcuts") !== "off";
const isTyping = (element) => element.matches("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");

document.querySelectorAll("#shortcuts-on").forEach((box) => (box.checked = shortcutsAreOn()));
document.addEventListener("change", ({ target }) => {
  if (target.id === "shortcuts-on") keep("shortcuts", target.checked ? "on" : "off");
});

const CHARACTERS = {
  "/": () => byId("search-text")?.select(),
  "?": () => byId("shortcuts")?.showModal(),
  n: () => document.querySelector("[data-shortcut=n]")?.click(),
  e: () => document.querySelector("main [data-shortcut=e]")?.click(),
};

/* Letters count whatever Caps Lock says; in a script without ours (Cyrillic, Greek) the key's place counts. */
function shortcutOf({ key, code, shiftKey }) {
  const isLetter = /^\p{L}$/u.test(key);
  const letter = /^[a-z]$/i.test(key) ? key.toLowerCase() : code.replace("Key", "").toLowerCase();
  return isLetter ? !shiftKey && CHARACTERS[letter] : CHARACTERS[key];
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.querySelector("dialog[open]")) return;
  const isAllowed = shortcutsAreOn() && !isTyping(event.target);
  const act = event.key === "Escape" ? closeWhatIsOpen : isAllowed && shortcutOf(event);
  if (!act) return;
  event.preventDefault(); // the browser would close the very dialog that Esc opens
  act(event.target);
});

function closeWhatIsOpen(place) {
  const menu = openMenu();
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (byId("messages").childElementCount && !place.closest("form[hx-post]")) {
    closeToast();
  } else {
    cancelForm(place);
  }
}
