// @ts-check
/**
 * 'Need help now' leads to a page that opens without a connection wherever this device keeps one: the worker of the space
 * shows it at /me/help, and with a connection that address leads to the page that was meant. Where nothing is kept and the
 * page of help does not answer, the page that is open says whom to call ([data-help-here]).
 */
const KEPT = "/me/help";
const HELP = /^(?:\/c\/[^/]+)?\/help$/;

const LONGEST_MS = 3_000; // a network that hangs is none
const AWAY = [502, 503, 504];

/** Whether a worker of the space stands here. */
async function isKept() {
  return Boolean((await navigator.serviceWorker.getRegistration(KEPT))?.active);
}

/** @param {Event} event a press on a link, before the browser follows it */
function lead({ target }) {
  const link = target instanceof Element ? target.closest("a") : null;
  if (!link || link.origin !== location.origin || link.search || link.hash) return;
  if (HELP.test(link.pathname)) link.href = KEPT;
}

/** @param {string} href */
async function answers(href) {
  const asked = fetch(href, { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(LONGEST_MS) });
  return asked.then(({ status }) => !AWAY.includes(status), () => false);
}

/** @param {HTMLTemplateElement} numbers */
function tell(numbers) {
  const dialog = document.createElement("dialog");
  dialog.className = "help-here";
  dialog.setAttribute("aria-labelledby", "help-here");
  dialog.append(numbers.content.cloneNode(true));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

/** @param {MouseEvent} event a press on a link that nothing else followed */
async function follow(event) {
  const { target, defaultPrevented, ctrlKey, metaKey, shiftKey, altKey } = event;
  const link = target instanceof Element ? target.closest("a") : null, numbers = document.querySelector("template[data-help-here]");
  if (!link || !(numbers instanceof HTMLTemplateElement) || !HELP.test(link.pathname) || link.origin !== location.origin) return;
  if (defaultPrevented || ctrlKey || metaKey || shiftKey || altKey || link.target || link.hash) return;
  event.preventDefault();
  if (link.ariaBusy === "true") return;
  link.ariaBusy = "true";
  const open = await answers(link.href);
  link.ariaBusy = null;
  if (open) location.assign(link.href);
  else tell(numbers);
}

export async function leadToKeptHelp() {
  document.addEventListener("click", follow);
  if (!navigator.serviceWorker) return;
  const listen = () => {
    for (const kind of ["click", "auxclick"]) document.addEventListener(kind, lead, { capture: true });
  };
  if (await isKept()) listen();
  else navigator.serviceWorker.ready.then(async () => (await isKept()) && listen()).catch(() => undefined);
}
