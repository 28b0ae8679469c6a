// @ts-check
/**
 * What a patient's own device keeps of their space for times without a network: texts, sealed with a key that this
 * browser made and never gives away. Signing out drops the key with them.
 */
import { openShelf } from "../lib/shelf.js";

const OWN = "own:";
const KEY = `${OWN}key`;
const WAY = { name: "AES-GCM", length: 256 };

/**
 * @param {{shelf?: import("../lib/shelf.js").Shelf, subtle?: SubtleCrypto, random?: (bytes: Uint8Array) => Uint8Array}} [by]
 */
export function openVault({
  shelf = openShelf(globalThis.indexedDB),
  subtle = crypto.subtle,
  random = (bytes) => crypto.getRandomValues(bytes),
} = {}) {
  /** @param {string} text */
  const bytes = (text) => new TextEncoder().encode(text);

  /** Two tabs at once end with the same key. @returns {Promise<CryptoKey>} */
  async function key() {
    return (await shelf.read(KEY)) ?? shelf.put(KEY, await subtle.generateKey(WAY, false, ["encrypt", "decrypt"]), () => true);
  }

  return {
    /** @param {string} name @param {string} text */
    async put(name, text) {
      const iv = random(new Uint8Array(12));
      const way = { name: WAY.name, iv, additionalData: bytes(name) };
      const body = await subtle.encrypt(/** @type {any} */ (way), await key(), bytes(text));
      await shelf.put(OWN + name, { iv, body }, () => false);
    },

    /** The text of this name; null where none is kept, or its key is gone. @param {string} name */
    async read(name) {
      const [kept, opener] = [await shelf.read(OWN + name), await shelf.read(KEY)];
      if (!kept || !opener) return null;
      const way = { name: WAY.name, iv: kept.iv, additionalData: bytes(name) };
      try {
        return new TextDecoder().decode(await subtle.decrypt(way, opener, kept.body));
      } catch {
        return null;
      }
    },

    /** The key and all that it opened. */
    drop: () => shelf.drop((name) => name.startsWith(OWN)),
  };
}
