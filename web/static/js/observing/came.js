// @ts-check
/**
 * <vitals-came data-topic data-href data-known>: whoever is in a session that began since the screen was opened comes onto
 * it by themselves, below everybody else, so that nothing moves under a hand that types. `data-href` says which courses
 * have a session, without a name; where one is new the screen is fetched once and the new cards are taken from it.
 */
import { listen } from "../lib/stream.js";

const EVERY_MS = 30_000;
const PATIENCE_MS = 8_000;
const HTML = { Accept: "text/html" };

export class VitalsCame extends HTMLElement {
  #ended = new AbortController();
  #busy = false;
  #again = false;

  connectedCallback() {
    this.#ended = new AbortController();
    const { signal } = this.#ended;
    listen(this.dataset.topic || "", () => void this.#look(), signal);
    document.addEventListener("visibilitychange", () => { if (!document.hidden) void this.#look(); }, { signal });
    const timer = setInterval(() => void this.#look(), EVERY_MS);
    signal.addEventListener("abort", () => clearInterval(timer));
    this.querySelector("[data-hide]")?.addEventListener("click", () => { this.hidden = true; }, { signal });
    void this.#look(); // one may have begun between the page and its first word
  }

  disconnectedCallback() {
    this.#ended.abort();
  }

  /** One look at a time; what is heard in the middle of one is looked at after it. */
  async #look() {
    if (this.#busy) return void (this.#again = true);
    this.#busy = true;
    await this.#ask().catch(() => undefined); // without a network it asks again by itself
    this.#busy = false;
    if (!this.#again) return;
    this.#again = false;
    await this.#look();
  }

  async #ask() {
    const known = (this.dataset.known || "").split(" "), now = await this.#fetch(this.dataset.href || "");
    if (now.split(" ").every((id) => known.includes(id))) return void (this.dataset.known = now);
    const page = new DOMParser().parseFromString(await this.#fetch(location.pathname), "text/html");
    this.#take(page);
    this.dataset.known = /** @type {HTMLElement | null} */ (page.querySelector("vitals-came"))?.dataset.known || "";
  }

  /** @param {string} address @returns {Promise<string>} */
  async #fetch(address) {
    const signal = AbortSignal.any([this.#ended.signal, AbortSignal.timeout(PATIENCE_MS)]);
    const answer = await fetch(address, { headers: HTML, signal });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    return (await answer.text()).trim();
  }

  /** Nobody on the screen: it opens anew. Else what is new is put below. @param {Document} page */
  #take(page) {
    const fresh = [...page.querySelectorAll(".vital[id]")].filter(({ id }) => !document.getElementById(id));
    const place = document.querySelector(".vitals"), carded = place?.querySelector(".vitals-carded");
    if (!fresh.length || !place || !carded) return;
    if (!place.querySelector(".vital[id]")) return location.reload();
    for (const card of fresh.map((one) => document.adoptNode(one))) {
      if (card.matches("[data-carded]")) carded.append(card);
      else carded.before(card);
    }
    const [here, there] = [document, page].map((one) => one.querySelector("main h1"));
    if (here && there) here.replaceChildren(...there.childNodes);
    const [lines, all] = [document, page].map((one) => one.querySelector("main vitals-who"));
    if (all && lines) lines.replaceChildren(...all.childNodes);
    else if (all) here?.after(document.adoptNode(all));
    dispatchEvent(new Event("hashchange")); // the lines are others, who is shown is not
    this.#tell(fresh);
  }

  /** Who it is, with the way to them, until it is gone. @param {Element[]} fresh */
  #tell(fresh) {
    const names = fresh.map((card) => {
      const link = document.createElement("a");
      link.href = `#${card.id}`;
      link.textContent = card.querySelector("h2")?.textContent?.trim() || "";
      link.addEventListener("click", () => { this.hidden = true; });
      return link;
    });
    this.querySelector("[data-names]")?.replaceChildren(...names.flatMap((link, place) => (place ? [", ", link] : [link])));
    this.hidden = false;
  }
}

customElements.define("vitals-came", VitalsCame);
