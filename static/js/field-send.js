// Brings the days' visits to the phone and sends what waits, one report at a time. For the page and for the worker: a report that both
// send, or that is sent twice, is one, by its number. Nothing leaves the phone's outbox before the portal has answered that it holds it.
(() => {
  const LIMIT = 20000; // milliseconds for one answer
  const ask = (address, options = {}) =>
    fetch(address, { credentials: "same-origin", redirect: "manual", cache: "no-store", signal: AbortSignal.timeout(LIMIT), ...options });

  // « ok », « offline », « signed-out », « busy », or « other » when somebody else is signed in.
  async function refresh(addresses) {
    const known = await Field.get("meta", "data");
    const headers = known ? { "If-None-Match": known.tag } : {};
    let answer;
    try {
      answer = await ask(addresses.data, { headers });
    } catch {
      return { state: "offline" };
    }
    if (answer.type === "opaqueredirect" || answer.status === 403) return { state: "signed-out" };
    if (answer.status !== 200 && answer.status !== 304) return { state: "busy" };
    const token = answer.headers.get("X-CSRFToken");
    const data = answer.status === 304 ? known.data : await answer.json();
    if (known && known.data.user !== data.user) return { state: "other", data };
    await Field.put("meta", { name: "data", data, tag: answer.headers.get("ETag"), at: new Date().toISOString() });
    return { state: "ok", token, data };
  }

  async function send(addresses, entry, token) {
    const { key, visit, version, user, written_at, report } = entry;
    const body = JSON.stringify({ key, visit, version, user, written_at, report });
    const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
    const answer = await ask(addresses.send, { method: "POST", headers, body });
    const said = answer.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json() : null;
    if (said && (answer.status === 201 || answer.status === 409)) {
      await Field.remove("outbox", key);
      return "sent";
    }
    if (!said || answer.status >= 500 || answer.status === 429) return "later";
    const kept = await Field.get("outbox", key); // it may have been opened again meanwhile
    if (kept) await Field.put("outbox", { ...kept, state: "refused", message: said.message });
    return "refused";
  }

  // Sheets come after the visits: one that fails is asked again the next time.
  async function sheets(data) {
    const wanted = new Set(data.visits.map((visit) => visit.id));
    for (const sheet of await Field.all("sheets")) if (!wanted.has(sheet.visit)) await Field.remove("sheets", sheet.visit);
    for (const visit of data.visits) {
      const known = await Field.get("sheets", visit.id);
      const answer = await ask(visit.sheet, { headers: known ? { "If-None-Match": known.tag } : {} });
      if (answer.status !== 200) continue;
      await Field.put("sheets", { visit: visit.id, tag: answer.headers.get("ETag"), ...(await answer.json()) });
    }
  }

  async function run(addresses) {
    let facts = await refresh(addresses);
    if (facts.state !== "ok") return facts.state;
    const waiting = (await Field.all("outbox")).filter((entry) => entry.state === "waiting" && entry.user === facts.data.user);
    waiting.sort((one, other) => one.written_at.localeCompare(other.written_at));
    let state = "ok";
    for (const entry of waiting) {
      try {
        if ((await send(addresses, entry, facts.token)) === "later") state = "busy";
      } catch {
        return "offline";
      }
    }
    if (waiting.length) facts = await refresh(addresses);
    if (facts.data) sheets(facts.data).catch(() => {}); // nobody waits for them
    return state;
  }

  async function told(addresses) {
    const state = await run(addresses);
    Field.channel.postMessage(state);
    return state;
  }

  // One at a time, the page and the worker together.
  Field.sync = (addresses) => (navigator.locks ? navigator.locks.request(Field.NAME, () => told(addresses)) : told(addresses));
})();
