// @ts-check
/** Nobody is signed in, or somebody has just come in: what this device kept of a space before goes, and its key first. */
import { openVault } from "../offline/vault.js";

openVault().drop().catch(() => undefined);
globalThis.caches?.delete("plan-shell");
navigator.serviceWorker?.getRegistrations().then((all) => {
  for (const one of all) if (new URL(one.scope).pathname === "/me/plan") one.unregister();
}).catch(() => undefined);
