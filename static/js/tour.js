// The stops of a tour, dragged into another order: the page's own form is posted with the new order. The buttons do the same.
const list = document.querySelector("[data-ordre]");
const form = document.getElementById("gestes");

if (list && form) {
  const order = () => [...list.children].map((stop) => stop.dataset.etape).join(",");
  const before = order();
  let dragged = null;

  for (const stop of list.children) {
    stop.draggable = true;
    stop.addEventListener("dragstart", (event) => {
      dragged = stop;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", stop.dataset.etape); // Firefox drags nothing otherwise
      stop.classList.add("etape--prise");
    });
    stop.addEventListener("dragover", (event) => {
      if (!dragged) return;
      event.preventDefault();
      const box = stop.getBoundingClientRect();
      if (stop !== dragged) list.insertBefore(dragged, event.clientY < box.top + box.height / 2 ? stop : stop.nextSibling);
    });
    stop.addEventListener("drop", (event) => event.preventDefault());
    stop.addEventListener("dragend", () => {
      stop.classList.remove("etape--prise");
      dragged = null;
      if (order() === before) return;
      form.elements.ordre.value = order();
      form.requestSubmit(form.querySelector("[value=ordre]"));
    });
  }
}
