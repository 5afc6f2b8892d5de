/* Everything the pages do beyond HTML and htmx. Loaded in <head>, so that the theme is set before
   the first paint; listeners sit on the document, so swapped content needs no set-up. */
"use strict";

/* ── Theme: the system's, or this browser's own choice ───────────────────── */
const systemIsDark = window.matchMedia("(prefers-color-scheme: dark)");

function applyTheme() {
  const choice = localStorage.getItem("theme") || "system";
  const isDark = choice === "dark" || (choice === "system" && systemIsDark.matches);
  document.documentElement.dataset.bsTheme = isDark ? "dark" : "light";
}

applyTheme();
systemIsDark.addEventListener("change", applyTheme);

document.addEventListener("change", (event) => {
  if (event.target.name === "theme") {
    localStorage.setItem("theme", event.target.value);
    applyTheme();
  }
});

/* ── Ready: what scripts make possible appears ───────────────────────────── */
function prepare(root) {
  root.querySelectorAll("[data-copy][hidden]").forEach((button) => (button.hidden = false));
}

document.addEventListener("DOMContentLoaded", () => {
  prepare(document);
  const theme = localStorage.getItem("theme") || "system";
  document.querySelectorAll("[name=theme]").forEach((radio) => (radio.checked = radio.value === theme));
});

/* ── Announcements: one live region that stays while fragments come and go ─ */
function announce(text) {
  document.getElementById("announcement").textContent = text.replace(/\s+/g, " ").trim();
}

document.addEventListener("htmx:load", (event) => {
  const added = event.detail.elt;
  prepare(added);
  const news = added.matches("[data-announce]") ? added : added.querySelector("[data-announce]");
  if (news) announce(news.textContent);
});

/* ── Requests: only values that say something go into an address ─────────── */
document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.verb !== "get") return;
  for (const [name, value] of [...event.detail.parameters.entries()]) {
    if (value === "") event.detail.parameters.delete(name);
  }
});

/* Starting a search is a step that Back undoes; refining it is not. */
document.addEventListener("htmx:beforeHistoryUpdate", (event) => {
  const isSearch = event.detail.elt.id === "search-text";
  if (isSearch && new URLSearchParams(location.search).has("q")) event.detail.history.type = "replace";
});

/* The search box follows the list when a chip or a link changed what is searched for. */
document.addEventListener("htmx:afterSettle", () => {
  const results = document.getElementById("employee-results");
  const box = document.getElementById("search-text");
  if (results && box !== document.activeElement) box.value = results.dataset.query;
});

/* ── Refused and lost requests: say so, leave the page and what was typed ── */
const REFUSALS = {
  0: "The server can’t be reached. What you typed is still here: try again in a moment.",
  400: "The server did not understand this request. Reload the page and try again.",
  401: "You are signed out. Sign in in a new tab, then press Save again: what you typed is still here.",
  403: "You may not do this. If you signed in again in another tab, reload this page.",
  404: "This is no longer here. Go back to the directory.",
  413: "This is too large to be sent. Please shorten it.",
  503: "This could not be saved just now. Nothing was stored and what you typed is still here: please try again.",
};
const OTHER_REFUSAL = "Something went wrong on the server. What you typed is still here: please try again.";

function showRefusal(status) {
  const box = document.getElementById("request-error");
  box.querySelector("p").textContent = REFUSALS[status] || OTHER_REFUSAL;
  box.hidden = false;
}

document.addEventListener("htmx:responseError", (event) => showRefusal(event.detail.xhr.status));
document.addEventListener("htmx:sendError", () => showRefusal(0));
document.addEventListener("htmx:timeout", () => showRefusal(0));
document.addEventListener("htmx:beforeRequest", () => (document.getElementById("request-error").hidden = true));

document.addEventListener("click", (event) => {
  if (event.target.closest("#request-error button")) document.getElementById("request-error").hidden = true;
});

/* ── Copy: one click, and a word that it worked ──────────────────────────── */
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.copy);
  toast(`${button.getAttribute("aria-label").replace("Copy ", "").replace(/^./, (letter) => letter.toUpperCase())} copied`);
});

function toast(text) {
  const box = document.createElement("div");
  const words = document.createElement("p");
  box.className = "live-toast";
  words.textContent = text;
  box.append(words);
  document.getElementById("messages").replaceChildren(box);
  announce(text);
}

/* ── Search: `/` goes to the box from anywhere ───────────────────────────── */
document.addEventListener("keydown", (event) => {
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    document.getElementById("search-text")?.focus();
  }
});
