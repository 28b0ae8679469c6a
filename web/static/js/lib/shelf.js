// @ts-check
/** What a browser keeps by key that is no text: one object store of this origin, found again by every tab. */

const NAME = "parlour";
const STORE = "kept";

/**
 * @param {IDBFactory | undefined} factory  nothing in a browser that keeps nothing
 * @param {string} [name]  of the database
 * @returns {Shelf}
 *
 * @typedef {object} Shelf  every promise rejects where the browser keeps nothing
 * @property {(key: string) => Promise<any>} read  undefined where nothing lies
 * @property {(key: string, value: any, keep: (old: any) => boolean) => Promise<any>} put  gives what lies there now:
 *   the old thing where it may be kept; two tabs at once end with the same one
 * @property {() => Promise<string[]>} names  the keys of all that lies there
 * @property {(of: (key: string, value: any) => boolean) => Promise<void>} drop  every entry that is one of these
 */
export function openShelf(factory, name = NAME) {
  /** @type {Promise<IDBDatabase> | undefined} */ let opened;

  const open = () => (opened ??= new Promise((done, fail) => {
    if (!factory) return fail(new Error("nothing is kept here"));
    const asked = factory.open(name, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE);
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
    asked.onblocked = () => fail(new Error("another tab holds an older shelf"));
  }));

  /**
   * @param {IDBTransactionMode} mode
   * @param {(store: IDBObjectStore, say: (value: any) => void) => void} work
   */
  async function within(mode, work) {
    const transaction = (await open()).transaction(STORE, mode);
    return new Promise((done, fail) => {
      /** @type {any} */ let said;
      transaction.oncomplete = () => done(said);
      transaction.onerror = transaction.onabort = () => fail(transaction.error);
      work(transaction.objectStore(STORE), (value) => (said = value));
    });
  }

  return {
    read: (key) => within("readonly", (store, say) => {
      const found = store.get(key);
      found.onsuccess = () => say(found.result);
    }),
    put: (key, value, keep) => within("readwrite", (store, say) => {
      const found = store.get(key);
      found.onsuccess = () => {
        if (found.result !== undefined && keep(found.result)) return say(found.result);
        store.put(value, key);
        say(value);
      };
    }),
    names: () => within("readonly", (store, say) => {
      const found = store.getAllKeys();
      found.onsuccess = () => say(found.result.map(String));
    }),
    drop: (of) => within("readwrite", (store) => {
      const walk = store.openCursor();
      walk.onsuccess = () => {
        const at = walk.result;
        if (!at) return;
        if (of(String(at.key), at.value)) at.delete();
        at.continue();
      };
    }),
  };
}
