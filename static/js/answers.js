// A page of a questionnaire: says when it could not be saved, tries again, and asks before what was typed would be lost.
const form = document.querySelector("[data-reponses]");
const line = document.getElementById("enregistre");
const AGAIN = 15000;
let unsaved = false;
let timer;

const fail = () => {
  line.innerHTML = '<p class="alerte alerte--attention"></p>';
  line.firstChild.textContent = form.dataset.coupe;
  clearTimeout(timer);
  timer = setTimeout(save, AGAIN);
};
const save = () => window.htmx?.trigger(form, "change");

if (form && line) {
  form.addEventListener("input", () => (unsaved = true));
  form.addEventListener("htmx:sendError", fail);
  form.addEventListener("htmx:timeout", fail);
  form.addEventListener("htmx:responseError", fail);
  form.addEventListener("htmx:afterSwap", () => (unsaved = false));
  form.addEventListener("submit", () => (unsaved = false));
  window.addEventListener("online", () => unsaved && save());
  window.addEventListener("beforeunload", (event) => unsaved && event.preventDefault());
  document.addEventListener("htmx:configRequest", ({ detail }) => {
    if (detail.elt === form) detail.parameters.delete?.("geste");
  });
}
