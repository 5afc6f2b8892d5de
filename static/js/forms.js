/* Forms that are saved in place: what is typed is never lost unasked, and a refusal says what to do. */
"use strict";

/* ── Unsaved typing: nothing is thrown away unasked ──────────────────────── */
function isChanged(field) {
  if (field.validity.badInput) return true; // a date that is typed in part has no value yet
  if (field.matches("[type=checkbox], [type=radio]")) return field.checked !== field.defaultChecked;
  if (field.matches("select")) return [...field.selectedOptions].some((option) => !option.defaultSelected);
  return field.value !== field.defaultValue;
}

/* A form that came back with mistakes holds as its values what was typed. */
function holdsTyping(form) {
  if ("discarded" in form.dataset) return false;
  return Boolean(form.querySelector(".is-invalid")) || [...form.querySelectorAll("input, select, textarea")].some(isChanged);
}

const formWithTyping = (forms = "main form") => [...document.querySelectorAll(forms)].find(holdsTyping);

/* A form that isn't sent by htmx leaves the page when it is sent. */
window.addEventListener("beforeunload", (event) => {
  if (formWithTyping("form[hx-post]")) event.preventDefault();
});

document.addEventListener("input", ({ target }) => delete target.form?.dataset.discarded);

/* Cancel asks first where something would be lost. Heard before htmx, which follows the link. */
document.addEventListener(
  "click",
  (event) => {
    const link = event.target.closest("form [data-cancel]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !holdsTyping(link.closest("form"))) return;
    event.preventDefault();
    event.stopPropagation();
    askToDiscard(link);
  },
  true,
);

function askToDiscard(link) {
  const dialog = byId("discard");
  const follow = () => {
    if (dialog.returnValue !== "discard") return;
    link.closest("form").dataset.discarded = "";
    link.click();
  };
  dialog.returnValue = "";
  dialog.addEventListener("close", follow, { once: true });
  dialog.showModal();
}

/* ── Keys: Ctrl or ⌘ with Enter saves, Esc cancels ───────────────────────── */
document.addEventListener("keydown", (event) => {
  const button = event.target.closest("form")?.querySelector(".form-foot .btn-primary");
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || !button) return;
  event.preventDefault();
  button.click();
});

/* Presses Cancel in the form of `place`, or else in the one that is open. */
function cancelForm(place) {
  (place.closest("form[hx-post]") || document).querySelector("form[hx-post] [data-cancel]")?.click();
}

/* ── Saved in place: what changed shows where it stands ──────────────────── */
let changedLabels = [];
let nameBefore;

const shownName = () => document.querySelector("main h1")?.textContent;
const labelOf = (field) => field.labels?.[0]?.textContent.trim();

function rememberChanges({ target, requestConfig: { elt: form } }) {
  const isSaved = form.matches("form") && target.id !== "main";
  changedLabels = isSaved ? [...form.elements].filter((field) => field.labels && isChanged(field)).map(labelOf) : [];
  nameBefore = isSaved ? shownName() : null;
}

document.addEventListener("htmx:afterSettle", () => {
  for (const label of document.querySelectorAll("main dt")) {
    const isOfChange = changedLabels.includes(label.textContent.trim());
    label.nextElementSibling.classList.toggle("just-changed", isOfChange);
  }
  if (nameBefore && nameBefore !== shownName()) document.querySelector("main h1").classList.add("just-changed");
});

/* ── Refusals: say what happened, leave the page and what was typed alone ── */
const REFUSALS = {
  0: "The server can’t be reached. Please wait a moment, then {again}.",
  400: "The server did not understand this request. Please reload the page and try again.",
  401: "You are signed out. Sign in in a new tab, then {again}.",
  403: "Your account may not do this.",
  404: "This is no longer here. Please go back to the directory.",
  405: "This can’t be done here. Please reload the page and try again.",
  413: "This is too much at once. Please shorten it and try again.",
  429: "There were too many tries. Please wait {wait}, then {again}.",
  503: "This could not be done just now. Please wait a moment, then {again}.",
  "second-factor": "Your account needs two-step sign-in. Set it up in a new tab, then {again}.",
  csrf: "Your sign-in changed in another tab. Please {again}.",
  other: "Something went wrong on the server. Please {again}.",
};
let tokenIsStale = false;

function refuse(reason, element, seconds) {
  const box = byId("request-error");
  const sentence = REFUSALS[reason] || REFUSALS.other;
  box.querySelector("p").textContent = sentence.replace("{wait}", inWords(seconds)).replace("{again}", howToRepeat(element));
  box.querySelector("[data-when-forbidden]").hidden = reason !== 403;
  box.querySelector("div > a").hidden = reason !== 401;
  box.querySelector("[data-when-factor-wanted]").hidden = reason !== "second-factor";
  box.hidden = false;
}

function inWords(seconds) {
  const minutes = Math.ceil(seconds / 60);
  return seconds < 90 ? `${seconds} seconds` : `${minutes} minutes`;
}

/* By the button's own name; and whether something waits in the page to be sent again. */
function howToRepeat(element) {
  const button = element.matches("form") && element.querySelector("button:not([type])");
  const act = button ? `press ${button.textContent.trim()} again` : "try again";
  return formWithTyping() || byId("search-text")?.value ? `${act}: what you typed is still here` : act;
}

/* Another tab signed out or in while something is typed here. */
function refuseChangedSignIn(accountNow) {
  tokenIsStale = true;
  refuse(accountNow ? "csrf" : 401, formWithTyping());
}

document.addEventListener("htmx:responseError", ({ detail: { xhr, requestConfig } }) => {
  const refused = xhr.getResponseHeader("X-Refused");
  tokenIsStale = refused === "csrf" || xhr.status === 401;
  refuse(refused || xhr.status, requestConfig.elt, Number(xhr.getResponseHeader("Retry-After")));
});
for (const failure of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(failure, ({ detail: { requestConfig } }) => refuse(0, requestConfig.elt));
}

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (!detail.shouldSwap) return;
  byId("request-error").hidden = true;
  rememberChanges(detail);
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
