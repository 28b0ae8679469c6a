// @ts-check
/**
 * <who-waits data-one data-many data-notice>: around the live column of those who wait. Says an arrival in four ways: a
 * row, a tone (once a gesture allowed it), the count in the tab's title, and a notice of the desktop without any name.
 * Elements inside: [data-waits] rows, [data-sound] and [data-keys] switches, [data-notices] button, [data-admit-next] form.
 */
const TONES = [[0, 660], [0.18, 880]];

export class WhoWaits extends HTMLElement {
  /** @type {Set<string>} */
  #known = new Set();
  /** @type {AudioContext | null} */
  #audio = null;
  #title = document.title;
  #ended = new AbortController();

  connectedCallback() {
    this.#ended = new AbortController();
    const { signal } = this.#ended;
    this.#known = new Set(this.#waiting());
    this.addEventListener("part-new", () => this.#look(), { signal });
    this.addEventListener("part-fetched", () => /** @type {any} */ (this.querySelector("[data-live]"))?.restart?.(), { signal });
    document.addEventListener("keydown", (event) => this.#pressed(event), { signal });
    for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, () => this.#allowSound(), { signal });
    this.#remember("[data-sound]", "day-sound");
    this.#remember("[data-keys]", "day-keys");
    this.#offerNotices();
    this.#count();
  }

  disconnectedCallback() {
    this.#ended.abort();
    this.#audio?.close();
    document.title = this.#title;
  }

  #look() {
    const now = this.#waiting();
    const arrived = now.filter((id) => !this.#known.has(id));
    this.#known = new Set(now);
    this.#count();
    if (!arrived.length) return;
    this.#sound();
    if (document.hidden && "Notification" in window && Notification.permission === "granted") {
      const row = /** @type {HTMLElement | null} */ (this.querySelector(`[data-waits="${CSS.escape(arrived[0])}"]`));
      new Notification(row?.dataset.notice || this.dataset.notice || "", { tag: "who-waits" });
    }
  }

  #waiting() {
    return [...this.querySelectorAll("[data-waits]")].map((row) => row.getAttribute("data-waits") || "");
  }

  #count() {
    const { size } = this.#known;
    document.title = size ? `(${size}) ${this.#title}` : this.#title;
  }

  /** Browsers let a page sound only after a gesture; without one yet the switch is on and the first key or press counts. */
  #allowSound() {
    if (!this.#wants("[data-sound]")) return;
    this.#audio ??= new AudioContext();
    if (this.#audio.state === "suspended") this.#audio.resume().catch(() => {});
  }

  #sound() {
    const audio = this.#audio;
    if (!audio || audio.state !== "running" || !this.#wants("[data-sound]")) return;
    for (const [after, pitch] of TONES) {
      const begin = audio.currentTime + after;
      const tone = new OscillatorNode(audio, { frequency: pitch });
      const loud = new GainNode(audio, { gain: 0 });
      loud.gain.linearRampToValueAtTime(0.12, begin + 0.03);
      loud.gain.exponentialRampToValueAtTime(0.001, begin + 0.5);
      tone.connect(loud).connect(audio.destination);
      tone.start(begin);
      tone.stop(begin + 0.55);
    }
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const typing = event.target instanceof Element && event.target.closest("input:not([type=checkbox]), textarea, select");
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.repeat;
    if (typing || !plain || event.key.toLowerCase() !== "l" || !this.#wants("[data-keys]")) return;
    const form = this.querySelector("form[data-admit-next]");
    if (form instanceof HTMLFormElement) form.requestSubmit();
  }

  /** @param {string} which */
  #wants(which) {
    const box = this.querySelector(which);
    return box instanceof HTMLInputElement && box.checked;
  }

  /** @param {string} which @param {string} key */
  #remember(which, key) {
    const box = this.querySelector(which);
    if (!(box instanceof HTMLInputElement)) return;
    box.checked = localStorage.getItem(key) !== "off";
    box.addEventListener("change", () => {
      localStorage.setItem(key, box.checked ? "on" : "off");
      this.#allowSound();
      if (which === "[data-sound]") this.#sound();
    });
  }

  #offerNotices() {
    const button = this.querySelector("[data-notices]");
    if (!(button instanceof HTMLButtonElement) || !("Notification" in window)) return;
    button.hidden = Notification.permission !== "default";
    button.onclick = async () => {
      await Notification.requestPermission();
      button.hidden = true;
    };
  }
}

customElements.define("who-waits", WhoWaits);
