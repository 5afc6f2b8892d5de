/* Forms that are saved in place: what is typed is never lost unasked, and a refusal says what to do. */
"use strict";

/* ── Unsaved typing: leaving asks ────────────────────────────────────────── */
document.addEventListener("input", ({ target }) => {
  const form = target.closest("form[hx-post]");
  if (form) form.dataset.unsaved = "";
});

document.addEventListener("click", ({ target }) => {
  if (target.closest("[data-cancel]")) delete target.closest("form").dataset.unsaved;
  if (target.closest("#request-error button")) byId("request-error").hidden = true;
});

window.addEventListener("beforeunload", (event) => {
  if (document.querySelector("form[data-unsaved], form[hx-post]:has(.is-invalid)")) event.preventDefault();
});

/* ── Keys ────────────────────────────────────────────────────────────────── */
/* Presses Cancel in the form of `place`, or else in the one that is open. */
function cancelForm(place) {
  (place.closest("form[hx-post]") || document).querySelector("form[hx-post] [hx-get][data-cancel]")?.click();
}

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

/* ── Token: a sign-in in another tab changes it, so a new one is fetched before saving again ── */
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
