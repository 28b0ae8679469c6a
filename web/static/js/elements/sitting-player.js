// @ts-check
/**
 * <sitting-player data-lengths data-texts data-drop lang data-minutes data-both data-seconds>: goes through a guided
 * meditation. States: ready, going (and paused), ground (the other exercise, inside this page), over. All it needs stands in
 * the page, so that it goes on without a network. data-keep as in calm-player.js. data-whose, data-drawn: recordings are kept
 * on this device; when the page was drawn. It decides nothing of what comes when: see calm/sitting.js.
 */
import { openAwake } from "../call/awake.js";
import { Asked } from "../calm/asked.js";
import { Ambience } from "../calm/ambience.js";
import { Face } from "../calm/face.js";
import { Keeping } from "../calm/keeping.js";
import { openSounds } from "../calm/kept-sounds.js";
import { at, fell, said, whole } from "../calm/sitting.js";
import { Teller } from "../calm/teller.js";
import { Transcript } from "../calm/transcript.js";
import { Watch } from "../calm/watch.js";

const EVERY_MS = 200;

export class SittingPlayer extends HTMLElement {
  /** @type {import("../calm/sitting.js").Segment[]} */ #line = [];
  #place = -1;
  #id = "";
  /** @type {"ready" | "going" | "over"} where somebody was before the other exercise */ #from = "ready";
  #watch = new Watch();
  #ambience = new Ambience();
  #face = new Face(this);
  #asked = new Asked(this);
  #awake = openAwake(navigator, document);
  /** @type {Teller | undefined} */ #teller;
  /** @type {Transcript | undefined} */ #transcript;
  #keeping = new Keeping(this);
  /** @type {ReturnType<typeof setInterval> | undefined} */ #timer;
  #done = { seconds: 0, times: 0 };
  #ended = new AbortController();

  connectedCallback() {
    this.#ended = new AbortController();
    const { signal } = this.#ended;
    this.addEventListener("click", (event) => this.#pressed(event), { signal });
    this.addEventListener("change", ({ target }) => this.#changed(/** @type {HTMLInputElement} */ (target).name), { signal });
    this.#transcript = new Transcript(this);
    const sounds = JSON.parse(this.dataset.sounds || "{}"), kept = this.dataset.whose && globalThis.caches ? openSounds(caches) : null;
    this.#teller = new Teller(this.#asked, { language: document.documentElement.lang, sounds, kept, lost: () => this.#lost(), brought: (where) => this.#brought(where) });
    this.#teller.watch(signal);
    void kept?.newest(`${location.pathname}/${document.documentElement.lang}`, { at: this.dataset.drawn || "", sounds }).then((newer) => this.#know(newer), () => undefined);
    this.#keeping.watch(signal);
    this.#ready();
  }

  disconnectedCallback() {
    this.#ended.abort();
    this.#stop();
    this.#teller?.stop();
    this.#ambience.close();
  }

  /** @param {Event} event */
  #pressed(event) {
    /** @type {Record<string, () => void>} */
    const presses = { begin: () => this.#begin(), pause: () => this.#turn(), ground: () => this.#ground(), back: () => this.#back(), end: () => this.#end(), again: () => this.#ready() };
    const pressed = /** @type {HTMLElement} */ (event.target).closest("[data-press]");
    const press = presses[/** @type {HTMLElement | null} */ (pressed)?.dataset.press ?? ""];
    if (!press) return;
    event.preventDefault(); // the way to the other exercise is a link, for who has no script
    press();
  }

  #ready() {
    this.#asked.clear();
    this.#face.hide("[data-care]", true);
    this.#chosen();
    this.#face.state("ready");
  }

  /** @param {string} name of the field that changed */
  #changed(name) {
    if (name.endsWith("_after")) return this.#rated();
    if (name === "behind" && this.dataset.state === "going") return this.#ambience.behind(this.#asked.field("behind"));
    if (["minutes", "anchor", "gap", "voice"].includes(name)) this.#chosen();
  }

  async #chosen() {
    const line = this.#line = this.#asked.line;
    this.#face.text("[data-whole]", this.#face.say(whole(line)));
    this.#transcript?.write(line, this.#asked.texts, this.#asked.field("anchor"));
    const ms = await this.#teller?.prepare();
    if (!ms || this.#line !== line || this.dataset.state !== "ready") return;
    this.#line = [{ kind: "cue", text: "", ms }]; // one recording of all of it: it is as long as it is
    this.#face.text("[data-whole]", this.#face.say(ms));
  }

  /** What the clinic recorded, also where this page was kept before it did. @param {Record<string, string>} sounds */
  #know(sounds) {
    if (JSON.stringify(sounds) === this.dataset.sounds || !Object.keys(sounds).length) return;
    this.#teller?.know(sounds);
    this.#asked.recorded();
    if (this.dataset.state === "ready") void this.#chosen();
  }

  /** @param {string} where */
  #brought(where) {
    for (const part of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll("[data-recording]"))) part.hidden = part.dataset.recording !== where;
  }

  /** The recording does not come through: the words go on from where the time is. */
  #lost() {
    if (this.dataset.state !== "going") return;
    this.#face.hide("[data-lost]", false);
    this.#read(true); // a screen reader says them from here on
    this.#line = this.#asked.line;
    this.#place = -1;
  }

  #begin() {
    this.#watch = new Watch();
    this.#place = -1;
    this.#id = crypto.randomUUID();
    this.#keeping.forget();
    this.#ambience.open();
    this.#ambience.behind(this.#asked.field("behind"));
    const silent = Boolean(this.#asked.field("voice")) && !this.#teller?.speaks;
    this.#read(silent || !this.#asked.field("voice"));
    this.#face.text("[data-cue]", "");
    this.#face.hide("[data-lost]", !silent);
    this.#face.state("going");
    this.#run();
    this.#focus("[data-press=pause]");
  }

  /** Whether the words are to be read, by whoever looks or listens. @param {boolean} are */
  #read(are) { this.querySelector("[data-cue]")?.setAttribute("aria-live", are ? "polite" : "off"); }

  #run() {
    this.#watch.start(performance.now());
    this.#face.paused(false);
    this.#awake.keep(true);
    this.#draw();
    this.#timer = setInterval(() => this.#draw(), EVERY_MS);
  }

  #turn() {
    if (this.#watch.runs) return this.#rest();
    this.#ambience.go();
    this.#teller?.go();
    this.#run();
  }

  #rest() {
    this.#stop();
    this.#teller?.rest();
    this.#ambience.rest();
    this.#face.paused(true);
  }

  /** The other exercise, at any time, in the middle of this one; its place is kept. */
  #ground() {
    if (this.#watch.runs) this.#rest();
    this.#from = /** @type {"ready" | "going" | "over"} */ (this.dataset.state);
    this.#face.state("ground");
    this.#focus("[data-show=ground]");
  }

  #back() {
    this.#face.state(this.#from);
    this.#focus("[data-press=pause]");
  }

  #draw() {
    const elapsed = this.#watch.elapsed(performance.now());
    const now = at(this.#line, elapsed);
    if (!now) return this.#end();
    if (now.place !== this.#place) this.#enter(now.place, now.segment);
    const all = whole(this.#line);
    this.#face.time(Math.ceil((all - elapsed) / 1000) * 1000, elapsed / all);
  }

  /** @param {number} place @param {import("../calm/sitting.js").Segment} segment */
  #enter(place, { kind, text }) {
    this.#place = place;
    this.#face.word(kind);
    this.#transcript?.mark(kind === "cue" && !text ? -1 : place);
    if (kind === "bell") this.#ambience.bell();
    if (kind !== "cue") return;
    const words = said(this.#asked.texts, text, this.#asked.field("anchor"));
    this.#face.text("[data-cue]", words);
    this.#teller?.say(text, words);
  }

  #end() {
    if (this.dataset.state === "ground" && this.#from !== "going") return this.#back();
    const took = Math.min(this.#watch.elapsed(performance.now()), whole(this.#line));
    this.#stop();
    this.#teller?.stop();
    this.#ambience.behind("");
    this.#transcript?.mark(-1);
    this.#done = { seconds: Math.round(took / 1000), times: Number(took >= whole(this.#line)) };
    this.#face.text("[data-took]", this.#face.say(took));
    this.#face.state("over");
    this.#keep();
    this.dispatchEvent(new CustomEvent("calm-done", { bubbles: true, detail: this.#done }));
    this.#focus("[data-show=over]");
  }

  /** How it is now, after: kept with the rest, and when it is much less there are words for that. */
  #rated() {
    this.#face.hide("[data-care]", !fell(this.#asked.ratings, Number(this.dataset.drop)));
    this.#keep();
  }

  #keep() {
    const [session, done, more] = [this.dataset.session || "", this.#done, { id: this.#id, ...this.#asked.ratings }];
    if (this.#id) void this.#keeping.keep(session, done, more);
  }

  #stop() {
    clearInterval(this.#timer);
    this.#watch.pause(performance.now());
    this.#awake.keep(false);
  }

  /** @param {string} which */
  #focus(which) { /** @type {HTMLElement | null} */ (this.querySelector(which))?.focus({ preventScroll: which.includes("press") }); }
}

customElements.define("sitting-player", SittingPlayer);
