// The page of the field, put together: which visit is open, when to send, whose phone this is, the worker that makes it open offline.
(() => {
  const { root, find, copy, counted } = Field.show;
  const addresses = { data: root.dataset.donnees, send: root.dataset.envoi };
  const user = Number(root.dataset.user);
  const AGAIN = 15000; // a telephone may believe that it is online where nothing answers
  let last = "ok";
  let timer;

  const asked = () => Number(location.hash.match(/^#visite-(\d+)$/)?.[1] || 0);
  // A visit that is no longer among the days' stays as long as its report has not left.
  async function known() {
    const data = (await Field.get("meta", "data"))?.data;
    if (!data) return undefined;
    for (const { visit, seen } of [...(await Field.all("outbox")), ...(await Field.all("drafts"))]) {
      if (!data.visits.some((one) => one.id === visit)) data.visits.push({ ...seen, when: "aecrire" });
    }
    return data;
  }

  async function draw({ focus = false } = {}) {
    if (await isOthers()) return;
    const data = await known();
    await Field.show.state(last);
    if (!data) return;
    const visit = data.visits.find((one) => one.id === asked());
    find("[data-liste]").hidden = Boolean(visit);
    find("[data-visite]").hidden = !visit;
    if (visit) await open(visit, data);
    else await Field.show.list(data);
    if (focus) find(visit ? "#titre-visite" : "#titre-liste").focus();
  }

  async function open(visit, data) {
    const page = await Field.show.visit(visit);
    const place = find("[data-compte-rendu]", page);
    const entry = (await Field.all("outbox")).find((one) => one.visit === visit.id);
    const draft = await Field.get("drafts", visit.id);
    if (entry) place.append(sent(entry));
    else if (visit.is_written && !draft) place.append(copy("modele-ecrit"));
    else place.append(written(visit, draft, data));
    find("[data-visite]").replaceChildren(page);
  }

  // It waits, or the portal refused it: it can be opened again, and is then another report, with another number.
  function sent(entry) {
    const page = copy("modele-envoi");
    find("[data-attend]", page).hidden = entry.state === "refused";
    find("[data-refuse]", page).hidden = entry.state !== "refused";
    find("[data-refuse] span", page).textContent = entry.message || "";
    find("[data-rouvrir]", page).addEventListener("click", async () => {
      const { visit, version, name, seen, report } = entry;
      await Field.move({ visit, version, user, name, seen, report }, { from: "outbox", to: "drafts", key: entry.key });
      await draw({ focus: true });
    });
    find("[data-oublier]", page).addEventListener("click", async () => {
      await Field.remove("outbox", entry.key);
      location.hash = "";
    });
    return page;
  }

  function written(visit, draft, data) {
    const version = draft?.version || visit.version; // the one that was read when the writing began
    const form = Field.form.build(visit, draft?.report, data);
    const name = `${visit.actor.name}, ${visit.day}`;
    Field.form.live(form, data, (report) => Field.put("drafts", { visit: visit.id, version, user, name, seen: visit, report }));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (form.inert || !Field.form.check(form)) return;
      form.inert = true; // tapped twice is once
      const entry = { key: crypto.randomUUID(), visit: visit.id, version, user, name, seen: visit, written_at: new Date().toISOString() };
      try {
        await Field.move({ ...entry, state: "waiting", report: Field.form.read(form) }, { from: "drafts", to: "outbox", key: visit.id });
      } catch {
        form.inert = false;
        find("[data-brouillon]", form).textContent = root.dataset.pasGarde;
        return;
      }
      await draw({ focus: true });
      await sync();
    });
    return form;
  }

  // A form that is being typed in stays as it is; the rest of the page follows.
  async function sync() {
    clearTimeout(timer);
    if (await isOthers()) return;
    const isWaiting = (await Field.all("outbox")).some((entry) => entry.state === "waiting");
    if (navigator.onLine && isWaiting) find("[data-etat]").textContent = root.dataset.envoiEnCours;
    last = navigator.onLine ? await Field.sync(addresses) : "offline";
    if (last === "other") last = "signed-out"; // in this browser, since this page was opened
    if (last === "offline" || last === "busy") {
      later();
      timer = setTimeout(sync, AGAIN);
    }
    await follow();
  }

  async function follow() {
    if (await isOthers()) return;
    if (find("[data-formulaire]")) await Field.show.state(last);
    else await draw();
  }

  // The browser sends by itself when the network is back, even if this page is closed, where it knows how.
  async function later() {
    const registration = await navigator.serviceWorker?.getRegistration(root.dataset.portee);
    registration?.sync?.register(Field.NAME).catch(() => {});
  }

  // Somebody else's visits and reports are neither shown nor sent; what nobody would miss goes at once.
  async function isOthers() {
    const data = await known();
    if (!data || data.user === user) return false;
    const names = await Field.unsent();
    if (!names.length) {
      await Field.clear();
      return false;
    }
    const waiting = find("[data-autre]");
    waiting.hidden = false;
    find("[data-autre-nom]").textContent = data.name;
    find("[data-autre-combien]").textContent = counted("attente", names.length);
    return true;
  }

  find("[data-effacer]").addEventListener("click", async () => {
    await Field.clear();
    location.reload();
  });
  find("[data-envoyer]").addEventListener("click", sync);
  window.addEventListener("online", sync);
  Field.channel.addEventListener("message", ({ data }) => follow((last = data)));
  window.addEventListener("offline", () => Field.show.state((last = "offline")));
  window.addEventListener("hashchange", () => draw({ focus: true }));
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && sync());

  async function start() {
    navigator.serviceWorker?.register(root.dataset.ouvrier, { scope: root.dataset.portee }).catch(() => {});
    if (await isOthers()) return;
    await draw();
    await sync();
    navigator.storage?.persist?.();
  }
  if (window.indexedDB && window.isSecureContext) start().catch(() => {});
})();
