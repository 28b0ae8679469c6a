// @ts-check
/**
 * The form of a step that was taken on this device and could not be kept as it came: '#held-' and its id in the address fill
 * it with what lies here, its day, its time and its id, so that the device hears that it is kept once it is. Why it is
 * written later somebody types. form[data-held] [data-whose] [data-who].
 */
import { all } from "../lib/dom.js";
import { fill } from "../offline/filling.js";
import { openQueue } from "../offline/queue.js";
import { openKeeping } from "./keeping.js";

const BEGIN = "#held-";

async function begin() {
  const form = document.querySelector("form[data-held]"), id = location.hash.slice(BEGIN.length);
  if (!(form instanceof HTMLFormElement) || !location.hash.startsWith(BEGIN)) return;
  const once = /** @type {HTMLInputElement} */ (form.elements.namedItem("once"));
  if (once.value === id) return; // it comes back to be mended, with what was typed
  const { whose = "", who = "" } = form.dataset, { docs } = await openKeeping({ whose, who });
  const held = (await openQueue({ docs, send: async () => "kept" }).refused()).find((one) => one.id === id);
  if (!held?.told?.key) return;
  fill(form, [...held.fields.filter(([name]) => name.startsWith("q-")), ["day", held.told.day], ["at", held.told.at], ["once", id]]);
  form.closest("details")?.setAttribute("open", "");
  for (const part of all(document, "[data-held-says]")) part.hidden = false;
}

begin().catch(() => undefined); // a browser that keeps nothing has nothing to fill it with
