// @ts-check
/**
 * The questions that this device keeps, answered without a connection: [data-asked][data-whose] takes the form of the
 * address, or of ?at=; [data-none] is shown where none is kept, with what is. With a connection it is the clinic's page.
 */
import "../elements/measure-form.js";
import "./kept.js";
import { openSealed } from "../offline/sealed.js";
import { drawnForm, keptForms, listForms } from "./keeping.js";

const place = /** @type {HTMLElement} */ (document.querySelector("[data-asked]"));
const own = new URLSearchParams(location.search).get("at");
const at = own || location.pathname;

async function read() {
  if (own?.startsWith("/visit/") && (await reached())) return location.replace(own);
  const forms = await keptForms(openSealed({ whose: place.dataset.whose || "" })).catch(() => ({}));
  const form = forms[at] && drawnForm(forms[at]);
  if (form) return place.replaceChildren(form);
  const none = /** @type {HTMLElement} */ (place.querySelector("[data-none]"));
  none.hidden = false;
  listForms(forms, /** @type {Element} */ (none.querySelector("[data-kept-asks]")));
  for (const again of none.querySelectorAll("[data-again]")) again.addEventListener("click", () => location.reload());
  addEventListener("online", () => location.reload());
}

const reached = () => fetch("/me/standing", { cache: "no-store", signal: AbortSignal.timeout(4000) }).then(({ ok }) => ok, () => false);

read();
