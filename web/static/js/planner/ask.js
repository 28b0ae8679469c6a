// @ts-check
/** The question before a booking moves, in a dialog; where it cannot be had, its own page asks. */
import { get } from "../lib/http.js";

/**
 * @param {HTMLDialogElement} dialog
 * @param {string} path
 */
export async function ask(dialog, path) {
  const answer = await get(`${path}&part=1`, { accept: "text/html" }).catch(() => null);
  const body = answer?.ok ? new DOMParser().parseFromString(answer.data, "text/html").body : null;
  const question = body?.querySelector(".planner-question");
  if (!question || body?.querySelector("main")) return location.assign(path);
  dialog.replaceChildren(question);
  dialog.querySelector("[data-leave]")?.addEventListener("click", (event) => {
    event.preventDefault();
    dialog.close();
  });
  dialog.showModal();
}
