// The page of the field: the line that says where things stand, the list of visits, one visit and its sheet.
(() => {
  const root = document.getElementById("terrain");
  const find = (selector, within = root) => within.querySelector(selector);
  const copy = (id) => document.getElementById(id).content.cloneNode(true);
  const text = (node, words) => ((node.textContent = words || ""), (node.hidden = !words));
  const counted = (name, n) => (n === 1 ? root.dataset[`${name}Un`] : root.dataset[name].replace("{n}", n));
  const clock = (iso) => {
    const at = new Date(iso);
    const day = at.toLocaleDateString("fr-FR", { day: "numeric", month: "long" });
    const hour = `${at.getHours()}\u00a0h\u00a0${String(at.getMinutes()).padStart(2, "0")}`;
    return root.dataset.du.replace("{quand}", `${day} ${root.dataset.a} ${hour}`);
  };

  async function state(last) {
    const outbox = await Field.all("outbox");
    const drafts = await Field.all("drafts");
    const known = await Field.get("meta", "data");
    const waiting = outbox.filter((entry) => entry.state === "waiting").length;
    const refused = outbox.length - waiting;
    const parts = [];
    if (last === "offline" || !navigator.onLine) parts.push(root.dataset.horsLigne);
    if (waiting) parts.push(counted("attente", waiting));
    if (refused) parts.push(counted("refus", refused));
    if (known?.data.conflicts.length) parts.push(counted("compare", known.data.conflicts.length));
    if (last === "signed-out") parts.push(root.dataset.reconnecter);
    else if (last === "busy") parts.push(root.dataset.occupe);
    else if (!outbox.length) parts.push(root.dataset.envoye);
    if (drafts.length) parts.push(counted("brouillon", drafts.length));
    if (known) parts.push(clock(known.at));
    find("[data-etat]").textContent = parts.join(" · ");
    const block = find("[data-bloc-etat]");
    block.hidden = false;
    const compared = known?.data.conflicts.length || 0;
    block.classList.toggle("alerte--attention", waiting + compared > 0 || last === "signed-out");
    block.classList.toggle("alerte--erreur", refused > 0);
    block.classList.toggle("alerte--succes", !outbox.length && !drafts.length && !compared && last === "ok");
    find("[data-envoyer]").hidden = !waiting || last === "signed-out";
    find("[data-connexion]").hidden = last !== "signed-out";
  }

  async function list(data) {
    const marks = new Map((await Field.all("drafts")).map((draft) => [draft.visit, "draft"]));
    for (const entry of await Field.all("outbox")) marks.set(entry.visit, entry.state);
    const words = copy("mots-marques");
    const groups = [...copy("titres-groupes").children].map((title) => {
      const visits = data.visits.filter((visit) => visit.when === title.dataset.groupe);
      if (!visits.length) return null;
      const group = copy("modele-groupe");
      find("h3", group).textContent = title.textContent;
      find("ul", group).append(...visits.map((visit) => line(visit, marks.get(visit.id), words)));
      return group;
    });
    const shown = groups.filter(Boolean);
    find("[data-groupes]").replaceChildren(...(shown.length ? shown : [copy("modele-vide")]));
    find("[data-conflits]").replaceChildren(
      ...data.conflicts.map((conflict) => {
        const alert = copy("modele-conflit");
        find("[data-lien]", alert).href = conflict.url;
        find("[data-nom]", alert).textContent = conflict.name;
        return alert;
      }),
    );
  }

  function line(visit, mark, words) {
    const row = copy("modele-ligne");
    Object.assign(find("[data-lien]", row), { href: `#visite-${visit.id}`, textContent: visit.actor.name });
    find("[data-quand]", row).textContent = `${visit.day}, ${visit.hour} · ${visit.kind_label}`;
    text(find("[data-ou]", row), [visit.actor.place, visit.actor.phone].filter(Boolean).join(" · "));
    const label = mark ? find(`[data-mot=${mark}]`, words).textContent : visit.is_written ? visit.state : "";
    find("[data-marque]", row).hidden = !label;
    find("[data-marque] span", row).textContent = label;
    return row;
  }

  async function visit(one) {
    const page = copy("modele-visite");
    find("[data-nom]", page).textContent = one.actor.name;
    find("[data-quand]", page).textContent = `${one.day}, ${one.hour} · ${one.kind_label} · ${one.state}`;
    text(find("[data-objet]", page), one.subject);
    for (const fact of page.querySelectorAll("[data-fait]")) {
      const value = one.actor[fact.dataset.fait];
      fact.hidden = !value;
      const link = find("a", fact);
      (link || find("dd", fact)).textContent = value;
      if (link && value) link.href = fact.dataset.fait === "phone" ? one.actor.tel : `mailto:${encodeURIComponent(value)}`;
    }
    find("[data-page]", page).href = one.url;
    find("[data-fiche]", page).addEventListener("toggle", async ({ target }) => {
      const sheet = target.open && (await Field.get("sheets", one.id));
      if (sheet) find("[data-sections]", target).replaceChildren(...sheet.sections.map(section));
    });
    return page;
  }

  function section({ title, lines }) {
    const part = copy("modele-section");
    find("h3", part).textContent = title;
    find("ul", part).append(...lines.map((words) => Object.assign(document.createElement("li"), { textContent: words })));
    return part;
  }

  Field.show = { root, find, copy, state, list, visit, counted };
})();
