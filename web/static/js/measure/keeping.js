// @ts-check
/**
 * Questions that are due open without a connection on a device of the patient's own: each form as the clinic sent it, and
 * what was answered since, lies sealed in one document, so that nothing says which questions they are.
 */

const DOC = "asked";

/** @typedef {{html: string, name: string}} Form @typedef {Record<string, Form>} Forms  by their address */

/** @param {import("../offline/sealed.js").Sealed} docs @returns {Promise<Forms>} */
export async function keptForms(docs) {
  return (await docs.get(DOC)) || {};
}

/** These and no others. @param {import("../offline/sealed.js").Sealed} docs @param {Forms} forms */
export function keepForms(docs, forms) {
  return docs.put(DOC, forms);
}

/** A form of the clinic's page, as text; null where this device keeps none. @param {Document | Element} from @returns {Form | null} */
export function formIn(from) {
  const form = /** @type {HTMLElement | null} */ (from.querySelector("measure-form[data-whose]"));
  return form && { html: form.outerHTML, name: form.dataset.name || "" };
}

/**
 * As it stands by now, where it is kept already. @param {import("../offline/sealed.js").Sealed} docs @param {HTMLElement} form
 */
export async function keepAnswers(docs, form) {
  const forms = await keptForms(docs), at = form.dataset.href || "";
  if (!forms[at]) return;
  const copy = /** @type {HTMLElement} */ (form.cloneNode(true)), now = radios(form);
  radios(copy).forEach((radio, number) => radio.toggleAttribute("checked", now[number].checked));
  copy.toggleAttribute("data-keeps", false);
  for (const ask of /** @type {NodeListOf<HTMLElement>} */ (copy.querySelectorAll("[data-tapped]"))) delete ask.dataset.tapped;
  for (const words of copy.querySelectorAll("[data-when]")) words.setAttribute("hidden", "");
  for (const plan of copy.querySelectorAll("[data-plan] > :not(summary)")) plan.remove(); // it lies here by itself
  await keepForms(docs, { ...forms, [at]: { ...forms[at], html: copy.outerHTML } });
}

/** A kept form, to be put into a page. @param {Form} kept @returns {HTMLElement | null} */
export function drawnForm({ html }) {
  // It is our own page's, sealed by this browser: nobody else wrote it.
  const form = /** @type {HTMLElement | null} */ (new DOMParser().parseFromString(html, "text/html").querySelector("measure-form"));
  if (!form) return null;
  form.dataset.offline = "";
  for (const button of form.querySelectorAll("[value=later]")) button.remove(); // it leads to the clinic
  for (const seen of form.querySelectorAll("[data-seen]")) seen.textContent = ""; // who watches was true then
  return document.adoptNode(form);
}

/** A link to each. @param {Forms} forms @param {Element} list */
export function listForms(forms, list) {
  for (const [at, { name }] of Object.entries(forms)) {
    const row = document.createElement("li"), link = document.createElement("a");
    link.className = "link-alone";
    link.href = at.startsWith("/me/asked/") ? at : `/me/offline/asked?at=${encodeURIComponent(at)}`;
    link.textContent = name;
    row.append(link);
    list.append(row);
  }
}

/** @param {HTMLElement} form */
function radios(form) {
  return /** @type {HTMLInputElement[]} */ ([...form.querySelectorAll("input[type=radio]")]);
}
