// Every page: says that scripts run, and tells screen readers the new result count after a swap.
document.documentElement.classList.add("js");

document.addEventListener("htmx:afterSwap", () => {
  const line = document.querySelector("[data-annonce]");
  const region = document.getElementById("annonce");
  if (line && region) region.textContent = line.textContent.replace(/\s+/g, " ").trim();
});

// A panel that was open stays open when HTMX replaces it.
let openPanels = [];
document.addEventListener("htmx:beforeSwap", () => {
  openPanels = [...document.querySelectorAll("details[id][open]")].map((panel) => panel.id);
});
document.addEventListener("htmx:afterSwap", () => {
  for (const id of openPanels) document.getElementById(id)?.setAttribute("open", "");
});

// An address says only what was chosen: no empty text, no default order.
document.addEventListener("htmx:configRequest", ({ detail: { parameters } }) => {
  if (parameters.get("q") === "") parameters.delete("q");
  if (parameters.get("tri") === "pertinence") parameters.delete("tri");
});

// Escape closes the phone's menu, and gives the keyboard back to its button.
document.addEventListener("keydown", ({ key }) => {
  const menu = document.querySelector(".menu[open]");
  if (key !== "Escape" || !menu) return;
  menu.removeAttribute("open");
  menu.querySelector("summary").focus();
});

// A form that came back with errors: the keyboard and the screen reader start at what is wrong.
document.querySelector("main form [role='alert'][tabindex]:not([hidden])")?.focus();
