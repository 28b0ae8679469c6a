// @ts-check
/**
 * 'Need help now' leads to a page that opens without a connection wherever this device keeps one: the worker of the space
 * shows it at /me/help, and with a connection that address leads to the page that was meant.
 */
const KEPT = "/me/help";
const HELP = /^(?:\/c\/[^/]+)?\/help$/;

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

export async function leadToKeptHelp() {
  if (!navigator.serviceWorker) return;
  const listen = () => {
    for (const kind of ["click", "auxclick"]) document.addEventListener(kind, lead, { capture: true });
  };
  if (await isKept()) listen();
  else navigator.serviceWorker.ready.then(async () => (await isKept()) && listen()).catch(() => undefined);
}
