// Every page of the staff: signing out of a phone that holds reports asks first, then leaves nothing behind.
(() => {
  const { sortie, avant } = document.currentScript.dataset;

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.getAttribute("action") !== sortie || form.method !== "post" || !window.indexedDB) return;
    event.preventDefault();
    leave(form).catch(() => form.submit());
  });

  async function leave(form) {
    const names = await Field.unsent();
    if (names.length && !("perdre" in form.dataset)) {
      location.assign(avant);
      return;
    }
    if (navigator.onLine) await Field.wipe();
    form.submit();
  }

  const page = document.querySelector("[data-quitter]");
  if (page) {
    Field.unsent().then((names) => {
      const { un, plusieurs, aucun } = page.dataset;
      const words = names.length > 1 ? plusieurs.replace("{n}", names.length) : names.length ? un : aucun;
      page.querySelector("[data-combien]").textContent = words;
      const list = page.querySelector("[data-lesquels]");
      for (const name of names) list.append(Object.assign(document.createElement("li"), { textContent: name }));
    });
  }
})();
