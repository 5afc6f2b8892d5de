/* Passkeys: the browser asks its person for one, and what it hands over is sent with the form (WebAuthn, level 3). */
"use strict";

const NOT_USED = {
  NotAllowedError: "No passkey was used. You can try again.",
  InvalidStateError: "This device has a passkey of your account already.",
  ConstraintError: "This device can’t check that it’s you. Please use another one.",
  NotSupportedError: "This device can’t make such a passkey. Please use another one.",
  SecurityError: "Passkeys don’t work at this address.",
  AbortError: "",
};
const FAILED = "This can’t be done just now. Please try again in a moment.";
let waiting = new AbortController(); // while the e-mail field offers passkeys

/* The button's form is sent once there is a passkey: what the button names says what the browser shall ask for. */
document.addEventListener("submit", (event) => {
  const address = event.submitter?.dataset.passkey;
  if (!address) return;
  event.preventDefault();
  if (event.submitter.ariaDisabled !== "true") usePasskey(event.target, event.submitter, address);
});

async function usePasskey(form, button, address) {
  waiting.abort();
  button.ariaDisabled = "true";
  tellOfPasskey("");
  try {
    send(form, await askBrowser(await challengeOf(address)));
  } catch (error) {
    tellOfPasskey(NOT_USED[error.name] ?? FAILED);
    button.ariaDisabled = null;
    offerPasskeys();
  }
}

async function challengeOf(address, signal) {
  const answer = await fetch(address, { headers: { Accept: "application/json" }, signal });
  if (answer.status === 401 || answer.redirected) return location.reload() ?? new Promise(() => {});
  if (!answer.ok) throw new Error(answer.statusText);
  return answer.json();
}

function askBrowser({ creation_options: creation, request_options: request }, how = {}) {
  if (creation) {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(creation.publicKey);
    return navigator.credentials.create({ publicKey, ...how });
  }
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(request.publicKey);
  return navigator.credentials.get({ publicKey, ...how });
}

function send(form, passkey) {
  form.querySelector("[data-credential]").value = JSON.stringify(passkey);
  form.submit();
}

function tellOfPasskey(sentence) {
  const news = document.querySelector("[data-passkey-news]");
  news.textContent = sentence;
  news.hidden = !sentence;
  if (sentence) announce(sentence);
}

/* ── Autofill: the e-mail field offers the passkeys that this browser has for the site ── */
async function offerPasskeys() {
  const form = document.querySelector("[data-offers-passkeys]");
  if (!form || !document.documentElement.hasAttribute("data-has-passkeys")) return;
  if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
  const { signal } = (waiting = new AbortController());
  try {
    const challenge = await challengeOf(form.action, signal);
    send(form, await askBrowser(challenge, { mediation: "conditional", signal }));
  } catch {
    // Nothing was chosen, or it isn't offered now: everything else on the page works.
  }
}

offerPasskeys();
