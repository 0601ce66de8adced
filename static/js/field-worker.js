// The worker of the field: the page and its files without a network, and what waits sent when it comes back, page closed or not.
const CACHE = `${Field.NAME}-${FIELD.version}`;
const PATIENCE = 4000; // milliseconds before a page of yesterday is better than none

self.addEventListener("install", (event) => {
  event.waitUntil(
    (async () => {
      const cache = await caches.open(CACHE);
      await cache.addAll(FIELD.files);
      await fresh(cache, FIELD.page).catch(() => {});
      await self.skipWaiting();
    })(),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) if (name.startsWith(`${Field.NAME}-`) && name !== CACHE) await caches.delete(name);
      await self.clients.claim();
    })(),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate" && pathname === FIELD.page) event.respondWith(page(request));
  else if (FIELD.files.includes(pathname)) event.respondWith(file(request));
});

self.addEventListener("sync", (event) => {
  if (event.tag !== Field.NAME) return;
  event.waitUntil(
    Field.sync(FIELD).then((state) => {
      if (state === "offline" || state === "busy") throw new Error(state); // the browser tries again
    }),
  );
});

// The network's page if it answers in time; a redirection (to sign in) goes through and is not kept.
async function page(request) {
  const cache = await caches.open(CACHE);
  const asked = fresh(cache, request);
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE));
  const answer = await Promise.race([asked.catch(() => undefined), late]);
  return answer || (await cache.match(FIELD.page)) || asked;
}

async function fresh(cache, request) {
  const answer = await fetch(request, { credentials: "same-origin" });
  if (answer.ok && answer.type === "basic" && !answer.redirected) await cache.put(FIELD.page, answer.clone());
  return answer;
}

async function file(request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request, answer.clone());
  return answer;
}
