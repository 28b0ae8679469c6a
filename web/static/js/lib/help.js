// @ts-check
/**
 * 'Need help now' leads to a page that opens without a connection wherever this device keeps one: the worker of the space
 * shows it at /me/help, and with a connection that address leads to the page that was meant. Where nothing is kept and the
 * page of help does not answer within a second, the page that is open says whom to call ([data-help-here]).
 */
const KEPT = "/me/help";
const HELP = /^(?:\/c\/[^/]+)?\/help$/;

const LONGEST_MS = 1_000; // whoever needs help waits no longer for a network: then the page that is open says whom to call
const PATIENT_MS = 15_000; // and so long once they have the numbers
const FRESH_MS = 5_000;
const AWAY = [502, 503, 504];
let kept = false;
/** @type {{href: string, at: number, open: Promise<boolean>} | null} */ let asked = null;

/** Whether a worker of the space stands here. */
async function isKept() {
  return Boolean((await navigator.serviceWorker.getRegistration(KEPT))?.active);
}

/** @param {Event} event a press on a link, before the browser follows it */
function lead({ target }) {
  const link = linkOf(target);
  if (link && !link.search) link.href = KEPT;
}

/** @param {EventTarget | null} target */
function linkOf(target) {
  const link = target instanceof Element ? target.closest("a") : null;
  return link && HELP.test(link.pathname) && link.origin === location.origin && !link.hash ? link : null;
}

/** @param {string} href @param {number} most  ms */
async function answers(href, most) {
  if (!navigator.onLine) return false;
  const told = fetch(href, { method: "HEAD", cache: "no-store", priority: "high", signal: AbortSignal.timeout(most) });
  return told.then(({ status }) => !AWAY.includes(status), () => false);
}

/** Whether the page of help opens; asked once for a press. @param {string} href */
function opens(href) {
  const now = performance.now();
  if (asked?.href !== href || now - asked.at > FRESH_MS) asked = { href, at: now, open: answers(href, LONGEST_MS) };
  return asked.open;
}

/** A finger that comes down asks, so that little is left to wait for once it is lifted. @param {Event} event */
function ask({ target }) {
  const link = kept ? null : linkOf(target);
  if (link && !link.closest("dialog")) void opens(link.href);
}

/** @param {HTMLTemplateElement} numbers */
function tell(numbers) {
  asked = null;
  if (document.querySelector("dialog.help-here")) return;
  const dialog = document.createElement("dialog");
  dialog.className = "help-here";
  dialog.setAttribute("aria-labelledby", "help-here");
  dialog.append(numbers.content.cloneNode(true));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

/** @param {MouseEvent} event a press on a link that nothing else followed; one that opens a tab of its own is followed at once */
async function follow(event) {
  const { target, defaultPrevented, ctrlKey, metaKey, shiftKey, altKey } = event;
  const link = linkOf(target), numbers = document.querySelector("template[data-help-here]");
  if (!link || !(numbers instanceof HTMLTemplateElement)) return;
  if (defaultPrevented || ctrlKey || metaKey || shiftKey || altKey) return;
  if (link.target) return void ((await opens(link.href)) || tell(numbers));
  event.preventDefault();
  if (link.ariaBusy === "true") return;
  link.ariaBusy = "true";
  const open = await (link.closest("dialog") ? answers(link.href, PATIENT_MS) : opens(link.href));
  link.ariaBusy = null;
  if (open) location.assign(link.href);
  else tell(numbers);
}

export async function leadToKeptHelp() {
  document.addEventListener("click", follow);
  document.addEventListener("pointerdown", ask);
  if (!navigator.serviceWorker) return;
  const listen = () => {
    kept = true;
    for (const kind of ["click", "auxclick"]) document.addEventListener(kind, lead, { capture: true });
  };
  if (await isKept()) listen();
  else navigator.serviceWorker.ready.then(async () => (await isKept()) && listen()).catch(() => undefined);
}
