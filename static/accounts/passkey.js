// Passkeys: asks the device, puts its answer into the form and sends the form. Without this script codes remain.
"use strict";

const toBytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

function read(options) {
  options.challenge = toBytes(options.challenge);
  if (options.user) options.user.id = toBytes(options.user.id);
  for (const list of [options.allowCredentials, options.excludeCredentials])
    for (const each of list || []) each.id = toBytes(each.id);
  return options;
}

function write(credential) {
  const response = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"])
    if (credential.response[part]) response[part] = toText(credential.response[part]);
  return JSON.stringify({
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: credential.getClientExtensionResults(),
  });
}

async function ask(place) {
  const publicKey = read(JSON.parse(place.dataset.options));
  const credential = await navigator.credentials[place.dataset.passkey]({ publicKey });
  const field = document.createElement("input");
  field.type = "hidden";
  field.name = place.dataset.field;
  field.value = write(credential);
  const form = place.closest("form");
  form.append(field);
  form.submit();
}

for (const place of document.querySelectorAll("[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  const [sorry, button] = [place.querySelector("[role=alert]"), place.querySelector("button")];
  place.hidden = false;
  button.addEventListener("click", () => {
    sorry.hidden = true;
    ask(place).catch(() => {
      sorry.hidden = false;
    });
  });
}
