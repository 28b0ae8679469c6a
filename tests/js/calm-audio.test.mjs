// Tones and what sounds behind the words: made in the browser, out of oscillators and noise, and nothing is loaded.
import assert from "node:assert/strict";
import { test } from "node:test";

import { Ambience } from "../../web/static/js/calm/ambience.js";
import { Tones } from "../../web/static/js/calm/sound.js";

/** A parameter that writes down what it is told. */
const param = (value) => {
  const told = [["is", value]];
  const note = (name) => (...said) => void told.push([name, ...said]);
  return { told, setValueAtTime: note("set"), linearRampToValueAtTime: note("line"),
    exponentialRampToValueAtTime: note("fall"), setTargetAtTime: note("target") };
};

/** Whatever is made here is one of these; `made` holds them all. */
const made = [];
class Part {
  constructor(audio, options = {}) {
    Object.assign(this, { audio, options, to: [], started: null, stopped: null });
    this.frequency = param(options.frequency);
    this.gain = param(options.gain);
    made.push(this);
  }
  connect(next) { this.to.push(next); return next; }
  start(at = this.audio.currentTime) { this.started = at; }
  stop(at) { this.stopped = at; }
}
class OscillatorNode extends Part {}
class GainNode extends Part {}
class BiquadFilterNode extends Part {}
class AudioBufferSourceNode extends Part {}
class AudioBuffer {
  constructor({ length }) { this.samples = new Float32Array(length); }
  getChannelData() { return this.samples; }
}
class AudioContext {
  static all = [];
  currentTime = 10;
  sampleRate = 100;
  state = "suspended";
  destination = { speaker: true };
  constructor() { AudioContext.all.push(this); }
  async resume() { this.state = "running"; }
  async suspend() { this.state = "suspended"; }
  async close() { this.state = "closed"; }
}
Object.assign(globalThis, { AudioContext, AudioBuffer, AudioBufferSourceNode, BiquadFilterNode, GainNode, OscillatorNode });

const fresh = () => { made.length = 0; AudioContext.all.length = 0; };
const tones = () => made.filter((one) => one instanceof OscillatorNode);
/** Whether what this part gives comes to the speaker, through others or not. */
const heard = (part) => part.to.some((next) => next.speaker || (next.to && heard(next)));

test("the tone of a step rises for in, falls for out, is heard, and ends well before the next begins", () => {
  fresh();
  const own = new Tones();
  own.step("in", 4000);
  assert.equal(made.length, 0, "without a press nothing sounds");
  own.open();
  for (const [kind, way] of [["in", 1], ["out", -1], ["hold", 0], ["tense", 1], ["release", -1]]) {
    made.length = 0;
    own.step(kind, 4000);
    const [tone] = tones(), loud = made.find((one) => one instanceof GainNode);
    const [, [, from, begins], [, to, ends]] = tone.frequency.told;
    assert.equal(Math.sign(to - from), way, kind);
    assert.deepEqual([begins, tone.started, tone.stopped, ends], [10, 10, 12.4, 12.4]);
    assert.ok(tone.to.includes(loud) && heard(tone));
    const levels = loud.gain.told.slice(1).map(([, level]) => level);
    assert.ok(levels[0] === 0 && levels[1] > 0 && levels[1] < 0.2 && levels[2] === 0, "soft, from nothing to nothing");
  }
  made.length = 0;
  own.step("in", 1000);
  assert.ok(tones()[0].stopped < 11);
});

test("one context is opened however often it is pressed, a chime closes, and afterwards nothing sounds", () => {
  fresh();
  const own = new Tones();
  own.open();
  own.open();
  assert.equal(AudioContext.all.length, 1);
  assert.equal(AudioContext.all[0].state, "running");
  own.chime();
  const starts = tones().map((one) => one.started);
  assert.equal(starts.length, 3);
  assert.deepEqual(starts, [...new Set(starts)].sort((one, other) => one - other), "one after the other");
  own.close();
  assert.equal(AudioContext.all[0].state, "closed");
  made.length = 0;
  own.chime();
  assert.equal(made.length, 0);
});

test("a bell is a bowl of several partials that fade", () => {
  fresh();
  const own = new Ambience();
  own.bell();
  assert.equal(made.length, 0);
  own.open();
  own.bell();
  assert.equal(tones().length, 3);
  assert.ok(tones().every((one) => heard(one) && one.stopped > one.started));
  const lasts = made.filter((one) => one instanceof GainNode).map((one) => one.gain.told.at(-1));
  assert.ok(lasts.every(([name, level]) => name === "fall" && level < 0.001));
});

test("rain, sea and a low tone sound until another is chosen, and nothing is silence", () => {
  fresh();
  const own = new Ambience();
  own.open();
  own.behind("rain");
  const noise = made.find((one) => one instanceof AudioBufferSourceNode);
  assert.ok(noise.options.loop && heard(noise) && noise.started === 10);
  assert.ok(noise.options.buffer.samples.some((one) => one > 0) && noise.options.buffer.samples.some((one) => one < 0));
  made.length = 0;
  own.behind("sea");
  assert.equal(noise.stopped, 12, "the one before fades");
  assert.equal(tones().length, 1, "the sea swells");
  const sea = [...made];
  made.length = 0;
  own.behind("tone");
  assert.ok(tones().length === 2 && tones().every((one) => heard(one)));
  assert.ok(sea.filter((one) => one.started !== null).every((one) => one.stopped === 12));
  const low = tones();
  made.length = 0;
  own.behind("");
  assert.equal(made.length, 0);
  assert.ok(low.every((one) => one.stopped === 12));
});

test("a pause silences all of it, and going on brings it back", () => {
  fresh();
  const own = new Ambience();
  own.open();
  own.rest();
  assert.equal(AudioContext.all[0].state, "suspended");
  own.go();
  assert.equal(AudioContext.all[0].state, "running");
  own.close();
  own.behind("rain");
  assert.equal(made.length, 0);
});
