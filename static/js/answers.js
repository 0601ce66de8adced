// A page of a questionnaire: says when it could not be saved, tries again, keeps what is typed while it saves, and asks before what was
// typed would be lost.
const form = document.querySelector("[data-reponses]");
const line = document.getElementById("enregistre");
const AGAIN = 15000;
let typed = 0; // how many times something was typed
let sent = 0; // how many of them the last saving holds
let saved = 0; // how many of them are kept
let timer;

const save = () => window.htmx?.trigger(form, "change");
const later = (wait) => {
  clearTimeout(timer);
  timer = setTimeout(save, wait);
};
const fail = () => {
  line.innerHTML = '<p class="alerte alerte--attention"></p>';
  line.firstChild.textContent = form.dataset.coupe;
  later(AGAIN);
};

if (form && line) {
  form.addEventListener("input", () => (typed += 1));
  // The boxes of the page ask for suggestions too: only what the form itself sends is a saving.
  const ofForm = (act) => (event) => event.detail.elt === form && act();
  form.addEventListener("htmx:beforeRequest", ofForm(() => (sent = typed)));
  for (const trouble of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) form.addEventListener(trouble, ofForm(fail));
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.requestConfig?.elt !== form || event.detail.xhr.status !== 200) return;
    const changesThePage = event.detail.xhr.getResponseHeader("HX-Retarget");
    if (changesThePage && typed > sent) {
      // Something was typed since: the page stays as it is, and saves again.
      event.detail.shouldSwap = false;
      later(300);
    } else if (!event.detail.xhr.responseText.includes("data-a-corriger")) {
      saved = sent;
    }
  });
  form.addEventListener("submit", () => (saved = typed));
  window.addEventListener("online", () => typed > saved && save());
  window.addEventListener("beforeunload", (event) => typed > saved && event.preventDefault());
}
