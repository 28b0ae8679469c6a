// @ts-check
/** What every page has. A page's own elements are loaded by the page, in its head block. */
import "./elements/theme-choice.js";
import "./elements/quick-exit.js";
import { leadToKeptHelp } from "./lib/help.js";
import { showOwnTime } from "./lib/zone.js";

/** After a 422 the first field to mend is where the reader should be. */
function goToFirstMend() {
  const field = document.querySelector('main [aria-invalid="true"]');
  if (field instanceof HTMLElement) field.focus();
}

/** A form that was sent waits for its answer; a second press must not send it twice. data-again: it may (a download). */
function sendOnce() {
  // On the window: whoever sends a form beside the page has said so by then.
  addEventListener("submit", (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (event.defaultPrevented || form.method === "get" || "again" in form.dataset) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
  // A page that comes back from the browser's memory may be sent again.
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete (/** @type {HTMLFormElement} */ (form).dataset.sent);
  });
}

/** <button data-print> opens the printer's window. */
function printWhenAsked() {
  document.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("[data-print]")) print();
  });
}

showOwnTime();
leadToKeptHelp().catch(() => undefined); // a browser that keeps nothing
goToFirstMend();
sendOnce();
printWhenAsked();
