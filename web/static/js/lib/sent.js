// @ts-check
/** Whether a form of this page is on its way: its answer shows what it changed, and a page that opens anew would cut it off. */

const LONGEST_MS = 10_000;

/** A form that was sent away from the page; whatever script sends itself says so by aria-busy.
 * @param {SubmitEvent} event */
function leaves({ defaultPrevented, target, submitter }) {
  const form = /** @type {HTMLFormElement} */ (target);
  const by = /** @type {HTMLButtonElement | null} */ (submitter);
  return !defaultPrevented && (by?.formMethod || form.method) !== "dialog" && (by?.formTarget || form.target) !== "_blank";
}

/**
 * @param {Document} page
 * @param {() => number} now  ms
 * @returns {() => boolean}
 */
export function watchForms(page, now) {
  /** @type {SubmitEvent | null} */
  let sent = null;
  let at = 0;
  page.addEventListener("submit", (event) => {
    sent = event; // what others do with it is known when it is asked for
    at = now();
  });
  page.defaultView?.addEventListener("pageshow", () => { sent = null; });
  return () => Boolean(page.querySelector("form[aria-busy=true]") || (sent && leaves(sent) && now() - at < LONGEST_MS));
}
