// @ts-check
/**
 * <tell-here data-key data-worker data-scope data-devices hidden>: offers that this device is told when something is new.
 * Each part names in `data-when` the state it belongs to; [data-agree] and [data-stop] are the two buttons. Nothing is
 * asked of the browser before the first press, and what our server has forgotten the browser forgets as well.
 */
import { all, on, one } from "../lib/dom.js";
import { post } from "../lib/http.js";
import { fieldsOf, toldOf } from "../lib/subscription.js";

export class TellHere extends HTMLElement {
  #ended = new AbortController();

  connectedCallback() {
    this.#ended = new AbortController();
    const { signal } = this.#ended;
    on(one(this, "[data-agree]"), "click", () => this.#agree().catch(() => this.#show("unreached")), signal);
    on(one(this, "[data-stop]"), "click", () => this.#stop().catch(() => this.#look()), signal);
    this.#look();
  }

  disconnectedCallback() {
    this.#ended.abort();
  }

  async #look(asked = false) {
    const can = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
    const kept = can && (await this.#kept().catch(() => false));
    this.#show(toldOf({ can, permission: can ? Notification.permission : "", kept, asked }));
  }

  async #kept() {
    const subscription = await this.#subscription();
    if (!subscription) return false;
    const { ok, data } = await post(`${this.dataset.devices}/known`, fieldsOf(subscription));
    if (ok && !data.kept) await subscription.unsubscribe();
    return ok && data.kept;
  }

  async #agree() {
    if ((await Notification.requestPermission()) !== "granted") return this.#look(true);
    const { key, worker = "", scope } = this.dataset;
    const registration = await navigator.serviceWorker.register(worker, { scope });
    await active(registration);
    const subscription = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
    const { ok } = await post(this.dataset.devices || "", fieldsOf(subscription));
    if (!ok) await subscription.unsubscribe();
    this.#show(ok ? "told" : "unreached");
  }

  async #stop() {
    const subscription = await this.#subscription();
    if (subscription) await post(`${this.dataset.devices}/stop`, fieldsOf(subscription));
    await subscription?.unsubscribe();
    this.#look();
  }

  async #subscription() {
    const { href } = new URL(this.dataset.scope || "", location.href);
    const registration = await navigator.serviceWorker.getRegistration(href);
    return registration?.scope === href ? registration.pushManager.getSubscription() : null; // not that of a page above
  }

  /** @param {import("../lib/subscription.js").Told} state */
  #show(state) {
    this.hidden = !state;
    for (const part of all(this, "[data-when]")) part.hidden = part.dataset.when !== state;
  }
}

/** Until the worker of this registration runs. @param {ServiceWorkerRegistration} registration */
function active({ active: running, installing, waiting }) {
  const coming = running ? null : installing ?? waiting;
  if (!coming) return Promise.resolve();
  return new Promise((done) => coming.addEventListener("statechange", () => coming.state === "activated" && done(true)));
}

customElements.define("tell-here", TellHere);
