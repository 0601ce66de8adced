// What the page of the field keeps on the phone: the days' visits, their sheets, drafts, and what waits to be sent. For pages and worker.
self.Field = (() => {
  const NAME = "terrain";
  const STORES = { meta: "name", sheets: "visit", drafts: "visit", outbox: "key" };
  let opening;

  const open = () => {
    opening ||= new Promise((resolve, reject) => {
      const request = indexedDB.open(NAME, 1);
      request.onupgradeneeded = () => {
        for (const [store, keyPath] of Object.entries(STORES)) request.result.createObjectStore(store, { keyPath });
      };
      request.onsuccess = () => {
        request.result.onversionchange = () => request.result.close();
        resolve(request.result);
      };
      request.onerror = () => reject(request.error);
    });
    opening.catch(() => (opening = undefined));
    return opening;
  };

  // One question to one store; settled once it is on the disk.
  const ask = async (store, mode, question) => {
    const database = await open();
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(store, mode);
      const request = question(transaction.objectStore(store));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
    });
  };
  const get = (store, key) => ask(store, "readonly", (rows) => rows.get(key));
  const all = (store) => ask(store, "readonly", (rows) => rows.getAll());
  const put = (store, row) => ask(store, "readwrite", (rows) => rows.put(row));
  const remove = (store, key) => ask(store, "readwrite", (rows) => rows.delete(key));

  // A draft that is finished leaves for the outbox, or comes back: one step, never twice nor nowhere.
  const move = async (entry, { from, to, key }) => {
    const database = await open();
    return new Promise((resolve, reject) => {
      const transaction = database.transaction([from, to], "readwrite");
      transaction.objectStore(from).delete(key);
      transaction.objectStore(to).put(entry);
      transaction.oncomplete = () => resolve();
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
    });
  };

  // Nothing is left: neither what was read nor what was written; then not even the page.
  const clear = async () => {
    for (const store of Object.keys(STORES)) await ask(store, "readwrite", (rows) => rows.clear());
  };
  const wipe = async () => {
    await clear();
    for (const name of await caches.keys()) if (name.startsWith(`${NAME}-`)) await caches.delete(name);
  };

  // What would be lost: the names of the visits whose report has not left the phone.
  const unsent = async () => [...(await all("outbox")), ...(await all("drafts"))].map((entry) => entry.name);

  // The page hears what the worker sent, and other pages of this browser too.
  const channel = new BroadcastChannel(NAME);

  return { NAME, channel, get, all, put, remove, move, clear, wipe, unsent };
})();
