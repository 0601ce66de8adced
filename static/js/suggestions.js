// The search box: arrows walk through the suggested links, Escape and leaving close them.
for (const box of document.querySelectorAll("[data-suggestions]")) {
  const input = box.querySelector("input[type=search]");
  const list = box.querySelector(".suggestions");
  const links = () => [...list.querySelectorAll("a")];
  const close = () => list.replaceChildren();

  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      close();
      input.focus();
      return;
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const all = links();
    if (!step || all.length === 0) return;
    event.preventDefault();
    const next = all.indexOf(document.activeElement) + step;
    if (next < 0) input.focus();
    else all[Math.min(next, all.length - 1)].focus();
  });
  box.addEventListener("focusout", (event) => {
    if (!box.contains(event.relatedTarget)) close();
  });
  input.form.addEventListener("submit", close);
}
