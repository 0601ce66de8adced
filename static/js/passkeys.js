// Passkeys: a button marked data-passkey starts the browser's own dialogue, through allauth's script.
// Without JavaScript, or in a browser that knows no passkeys, the button stays hidden: every page offers another way.

const failed = document.getElementById("passkey-error");

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  failed.hidden = false;
  failed.focus();
});

for (const button of document.querySelectorAll("[data-passkey]")) {
  if (!window.PublicKeyCredential) {
    document.getElementById("passkey-missing").hidden = false;
    continue;
  }
  const ids = { credential: button.dataset.credential, data: "passkey-data", passwordless: button.dataset.passwordless };
  ids.login = ids.authenticate = ids.add = button.id;
  window.allauth.webauthn.forms[button.dataset.passkey]({ ids });
  button.hidden = false;
}
