/* What this browser remembers, and its theme. The only script that blocks, so that the first paint is right already. */
"use strict";

/* ── Memory: where a browser keeps nothing, everything works without ─────── */
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

/* Whom one opened; and what was searched for, which htmx keeps for this tab. */
function forgetPeople() {
  keep("recent", "");
  try {
    sessionStorage.removeItem("htmx-current-path-for-history");
  } catch {
    // Then htmx kept nothing either.
  }
}

/* ── Theme: the system's, or this browser's own choice ───────────────────── */
/* The administration keeps its choice under the same name and in the same words: one choice for both. */
const systemIsDark = window.matchMedia("(prefers-color-scheme: dark)");
const chosenTheme = () => (["light", "dark"].includes(recall("theme")) ? recall("theme") : "auto");

function applyTheme() {
  const isDark = chosenTheme() === "dark" || (chosenTheme() === "auto" && systemIsDark.matches);
  document.documentElement.dataset.bsTheme = isDark ? "dark" : "light";
}

applyTheme();
systemIsDark.addEventListener("change", applyTheme);

document.addEventListener("change", ({ target }) => {
  if (target.name !== "theme") return;
  keep("theme", target.value);
  applyTheme();
});

document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("[name=theme]").forEach((radio) => (radio.checked = radio.value === chosenTheme()));
});

/* ── What the stylesheet shows only where it works ───────────────────────── */
document.documentElement.toggleAttribute("data-has-scripts", true);
/* Browsers lend the clipboard to secure pages only. */
document.documentElement.toggleAttribute("data-has-clipboard", Boolean(navigator.clipboard));
/* And passkeys to secure pages whose address has a name: browsers make none for a bare IP address. */
const hasName = !/^\[|^[\d.]+$/.test(location.hostname);
const knowsPasskeys = Boolean(window.PublicKeyCredential?.parseRequestOptionsFromJSON);
document.documentElement.toggleAttribute("data-has-passkeys", hasName && knowsPasskeys);
