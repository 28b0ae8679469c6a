// @ts-check
/**
 * <calm-player data-course data-cycles [data-slow] [data-most] data-minutes data-both data-seconds>: goes through the
 * steps of an exercise. States: ready, going (and paused), over. What it draws stands in the page, see calm/face.js.
 * At the end `calm-done` says how many seconds it was, without pauses, and how often it was gone through; data-keep: where
 * that is kept for the patient, data-whose: whose own device this is, on which it may wait sealed for a connection.
 * A screen reader says each phase of a breath, unless tones say it already or nobody wants that.
 */
import { at, move, once, paced, read } from "../calm/course.js";
import { Face } from "../calm/face.js";
import { Keeping } from "../calm/keeping.js";
import { Tones } from "../calm/sound.js";
import { Watch } from "../calm/watch.js";

const COUNT_IN_MS = 3000;
const EVERY_MS = 100;
const TREMBLE_MS = 40;
const FREE_TONE_MS = 1500;

export class CalmPlayer extends HTMLElement {
  /** @type {import("../calm/course.js").Step[]} */ #steps = [];
  #cycles = 1;
  #place = -1;
  #watch = new Watch();
  #tones = new Tones();
  #face = new Face(this);
  #keeping = new Keeping(this);
  /** @type {ReturnType<typeof setInterval> | undefined} */ #timer;
  /** @type {WakeLockSentinel | null} */ #awake = null;
  #ended = new AbortController();

  connectedCallback() {
    this.#ended = new AbortController();
    const { signal } = this.#ended;
    /** @type {Record<string, () => void>} */
    const presses = { begin: () => this.#begin(), pause: () => this.#turn(), next: () => this.#next(), end: () => this.#end(), again: () => this.#begin() };
    for (const [name, press] of Object.entries(presses)) {
      this.querySelector(`[data-${name}]`)?.addEventListener("click", press, { signal });
    }
    this.addEventListener("change", ({ target }) => this.#chosen(/** @type {HTMLInputElement} */ (target).name), { signal });
    this.#face.hide("[data-touch]", !("vibrate" in navigator));
    this.#keeping.watch(signal);
    this.#chosen();
    this.#face.state("ready");
  }

  disconnectedCallback() {
    this.#ended.abort();
    this.#stop();
    this.#tones.close();
  }

  /** What was chosen: how often, how fast. @param {string} [last] the field that changed */
  #chosen(last) {
    const spoken = this.querySelector("[name=spoken]");
    if (last === "sound" && spoken instanceof HTMLInputElement) spoken.checked = !this.#wants("sound"); // tones say it; who wants both says so
    const { course = "[]", slow = "", most = "" } = this.dataset;
    const steps = read(this.#field("slow") === "slow" ? slow : course);
    this.#steps = paced(steps, Number(this.#field("pace") || 100));
    this.#cycles = Number(this.#field("times") || this.dataset.cycles);
    const chosen = this.querySelector("[name=times]:checked + span");
    this.#face.text("[data-whole]", this.#face.say(this.#whole));
    if (!this.#free) this.#face.text("[data-about]", chosen?.textContent || this.#face.say(Math.round(this.#whole / 60_000) * 60_000));
    this.#face.hide("[data-long]", !most || this.#whole <= Number(most) * 1000);
  }

  async #begin() {
    this.#watch = new Watch();
    this.#place = -1;
    if (this.#wants("sound")) this.#tones.open();
    this.#keeping.forget();
    this.#face.state("going");
    this.#face.paused(false);
    this.#speak("count");
    this.#watch.start(performance.now());
    if (this.#free) this.#next();
    else this.#run();
    /** @type {HTMLElement | null} */ (this.querySelector("[data-pause], [data-next]"))?.focus({ preventScroll: true });
    this.#awake = await navigator.wakeLock?.request("screen").catch(() => null) ?? null;
    if (!this.#watch.runs) this.#sleep();
  }

  #run() {
    this.#draw();
    this.#timer = setInterval(() => this.#draw(), EVERY_MS);
  }

  #turn() {
    if (this.#watch.runs) {
      this.#stop();
      this.#face.still();
      this.#speak("");
    } else {
      this.#watch.start(performance.now());
      this.#place = -1; // its movement begins anew, its time does not
      this.#run();
    }
    this.#face.paused(!this.#watch.runs);
  }

  /** A step that lasts as long as it lasts; the number in the circle is how many things are meant. */
  #next() {
    this.#place += 1;
    const step = this.#steps[this.#place];
    if (!step) return this.#end();
    this.#enter(step, 0);
    this.#face.count(Math.max(0, this.#steps.length - this.#place - 2));
  }

  #draw() {
    const elapsed = this.#watch.elapsed(performance.now()) - COUNT_IN_MS;
    if (elapsed < 0) return this.#face.word("count", Math.ceil(-elapsed / 1000));
    const now = at(this.#steps, this.#cycles, elapsed);
    if (!now) return this.#end();
    if (now.place !== this.#place) {
      this.#place = now.place;
      this.#enter(now.step, now.left);
    }
    this.#face.count(Math.ceil(now.left / 1000));
    this.#face.time(Math.ceil((this.#whole - elapsed) / 1000) * 1000, elapsed / this.#whole);
  }

  /** @param {import("../calm/course.js").Step} step @param {number} left */
  #enter(step, left) {
    const follows = this.#steps[(this.#place + 1) % this.#steps.length].kind;
    this.#face.step(step, left, move(step.kind, follows));
    this.#speak(step.kind);
    if (this.#wants("sound")) this.#tones.step(step.kind, left || FREE_TONE_MS);
    if (this.#wants("touch")) navigator.vibrate?.(TREMBLE_MS);
  }

  #end() {
    const all = this.#watch.elapsed(performance.now());
    const took = this.#free ? all : Math.min(Math.max(0, all - COUNT_IN_MS), this.#whole);
    const times = this.#free ? Number(this.#place >= this.#steps.length) : Math.floor(took / once(this.#steps));
    if (this.#wants("sound")) this.#tones.chime();
    this.#stop();
    this.#speak("");
    this.#face.text("[data-took]", this.#face.say(took));
    this.#face.text("[data-breaths]", String(times));
    this.#face.state("over");
    const done = { seconds: Math.round(took / 1000), times };
    void this.#keeping.keep(this.dataset.exercise || "", done);
    this.dispatchEvent(new CustomEvent("calm-done", { bubbles: true, detail: done }));
    /** @type {HTMLElement | null} */ (this.querySelector("[data-show=over]"))?.focus({ preventScroll: true });
  }

  /** @param {string} kind */
  #speak(kind) { this.#face.speak(this.#wants("spoken") ? kind : ""); }

  #stop() {
    clearInterval(this.#timer);
    this.#watch.pause(performance.now());
    this.#sleep();
  }

  #sleep() {
    this.#awake?.release().catch(() => {});
    this.#awake = null;
  }

  /** @param {string} name */
  #field(name) {
    const field = this.querySelector(`[name=${name}]:checked, input[type=range][name=${name}]`);
    return field instanceof HTMLInputElement ? field.value : "";
  }

  /** @param {string} name */
  #wants(name) { return Boolean(this.querySelector(`[name=${name}]:checked`)); }

  get #free() { return this.#steps.some(({ ms }) => ms === 0); }
  get #whole() { return once(this.#steps) * this.#cycles; }
}

customElements.define("calm-player", CalmPlayer);
