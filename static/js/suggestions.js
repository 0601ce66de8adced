// The search box: arrows walk through the suggested links, Escape and leaving close them. Bound to the document, because HTMX
// replaces the box with the search around it.
const boxOf = (target) => target.closest?.("[data-suggestions]");
const linksOf = (box) => [...box.querySelectorAll(".suggestions a")];
const close = (box) => box.querySelector(".suggestions").replaceChildren();

document.addEventListener("keydown", (event) => {
  const box = boxOf(event.target);
  if (!box) return;
  const input = box.querySelector("input[type=search]");
  if (event.key === "Escape") {
    if (linksOf(box).length) event.preventDefault(); // or the browser would also erase what was typed
    close(box);
    input.focus();
    return;
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const all = linksOf(box);
  if (!step || all.length === 0) return;
  event.preventDefault();
  const next = all.indexOf(document.activeElement) + step;
  if (next < 0) input.focus();
  else all[Math.min(next, all.length - 1)].focus();
});

// Safari gives no focus to a clicked link: only close when the focus really goes elsewhere.
document.addEventListener("focusout", (event) => {
  const box = boxOf(event.target);
  if (box && event.relatedTarget && !box.contains(event.relatedTarget)) close(box);
});

// Leaving the field is no search: it would replace the suggestion under the mouse before the click arrives.
document.addEventListener(
  "change",
  (event) => {
    if (boxOf(event.target)) event.stopPropagation();
  },
  true,
);
