// @ts-check
/** The pop-up: a dialog of the browser's own, which keeps the focus inside and gives it back where it was. */
import { complain, dress, frameFor, tell } from "./talk.js";

const SHEET = `
dialog { box-sizing: border-box; padding: 0; border: 0; border-radius: 16px; width: min(1120px, 100vw - 32px); max-width: none; max-height: calc(100dvh - 32px); overflow: auto; overscroll-behavior: contain;
  background: #f0f0e9; background: light-dark(#f0f0e9, #172828); color: #162720; color: light-dark(#162720, #efede4); font: 1.125rem/1.5 system-ui, sans-serif; }
dialog::backdrop { background: rgb(15 30 31 / 0.55); }
.bar { display: flex; justify-content: flex-end; padding: 8px; }
button { font: inherit; min-height: 48px; padding: 0 16px; border: 1.5px solid #738075; border-radius: 10px; background: none; color: inherit; cursor: pointer; }
.wait { padding: 24px; margin: 0; }
a { color: inherit; }
:focus-visible { outline: 3px solid currentColor; outline-offset: 2px; }
@media (max-width: 40em) { dialog { width: 100vw; height: 100dvh; max-height: none; border-radius: 0; margin: 0; } }
`;

/** @type {WeakMap<Element, HTMLDialogElement>} */
const made = new WeakMap();

/**
 * Opens the dialog of this element; made once, so what somebody typed is there when they come back.
 * @param {HTMLElement} owner
 * @param {string} href
 * @param {Record<string, string>} options
 */
export function openPopup(owner, href, options) {
  const dialog = made.get(owner) || build(owner, href, options);
  if (!dialog || dialog.open) return;
  const root = document.documentElement;
  const overflow = root.style.overflow;
  root.style.overflow = "hidden";
  dialog.showModal();
  dialog.addEventListener("close", () => {
    root.style.overflow = overflow;
    owner.focus();
    tell(owner, "closed");
  }, { once: true });
}

/**
 * @param {HTMLElement} owner
 * @param {string} href
 * @param {Record<string, string>} options
 */
function build(owner, href, options) {
  const say = wordsFor(options.lang);
  const [host, dialog, bar, close, wait, link] = ["div", "dialog", "div", "button", "p", "a"].map((name) => document.createElement(name));
  const frame = frameFor(owner, href, options, {
    ready: () => wait.remove(),
    lost: () => { frame?.remove(); wait.replaceChildren(link); },
    close: () => /** @type {HTMLDialogElement} */ (dialog).close(),
  });
  if (!frame) return null;
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(SHEET);
  root.adoptedStyleSheets = [sheet];
  dress(host, { "color-scheme": options.theme === "light" || options.theme === "dark" ? options.theme : "light dark" });
  dialog.setAttribute("aria-label", frame.title);
  [dialog.lang, dialog.dir] = [say.lang, say.lang === "ar" ? "rtl" : "ltr"];
  Object.assign(link, { href, target: "_blank", rel: "noopener", textContent: say.tab });
  [bar.className, close.textContent, wait.className] = ["bar", say.close, "wait"];
  close.addEventListener("click", () => /** @type {HTMLDialogElement} */ (dialog).close());
  wait.append(`${say.wait} `, link);
  bar.append(close);
  dialog.append(bar, wait, frame);
  root.append(dialog);
  document.body.append(host);
  made.set(owner, /** @type {HTMLDialogElement} */ (dialog));
  return /** @type {HTMLDialogElement} */ (dialog);
}

/** @param {string | undefined} asked */
function wordsFor(asked) {
  const lang = [asked, document.documentElement.lang.slice(0, 2), "en"].find((one) => one && one in WORDS) || "en";
  return { lang, ...WORDS[lang] };
}
