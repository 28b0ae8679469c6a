// @ts-check
/** [data-kept-asks]: a link to each form of questions that this device keeps, on a page without a connection. */
import { openShelf } from "../lib/shelf.js";
import { NAME, openSealed, ownerOf } from "../offline/sealed.js";
import { keptForms, listForms } from "./keeping.js";

const list = document.querySelector("[data-kept-asks]");

async function show() {
  const shelf = openShelf(globalThis.indexedDB, NAME), whose = await ownerOf(shelf);
  if (whose && list) listForms(await keptForms(openSealed({ whose, shelf })), list);
}

show().catch(() => undefined); // a browser that keeps nothing
