// @ts-check
/** Somebody came: told once in a browser, however many of its pages hear of it, and without any name. */
const TOLD = "day-told";
const KEPT = 200;
const OUT_OF_SIGHT_MS = 500;
const WAKES_MS = 2000;
const TONES = [[0, 660], [0.18, 880]];
/** Where a browser keeps nothing for its pages. @type {string[]} */
let memory = [];

/**
 * Who is new among those `here`, and whom a browser remembers as told from then on, the oldest first. Pure.
 * @param {string[]} told @param {string[]} here
 */
export function fresh(told, here) {
  const arrived = here.filter((id) => !told.includes(id));
  return { arrived, told: [...told, ...arrived].slice(-KEPT) };
}

/** Those of `here` whom this page is to tell of; a page that is in sight goes first. @param {string[]} here */
export async function claim(here) {
  if (document.hidden) await new Promise((done) => setTimeout(done, OUT_OF_SIGHT_MS));
  const take = () => {
    const { arrived, told } = fresh(read(), here);
    if (arrived.length) keep(told);
    return arrived;
  };
  return navigator.locks ? navigator.locks.request(TOLD, take) : take();
}

/** @returns {string[]} */
function read() {
  try {
    return JSON.parse(localStorage.getItem(TOLD) || "[]");
  } catch {
    return memory;
  }
}

/** @param {string[]} told */
function keep(told) {
  memory = told;
  try {
    localStorage.setItem(TOLD, JSON.stringify(told));
  } catch {
    // This page alone remembers.
  }
}

/** Whether it may be heard: a browser may want a press first. @param {AudioContext} audio */
export async function wake(audio) {
  const runs = () => audio.state === "running";
  if (runs()) return true;
  await Promise.race([audio.resume().catch(() => {}), new Promise((done) => setTimeout(done, WAKES_MS))]);
  return runs();
}

/** Two tones. @param {AudioContext} audio */
export async function chime(audio) {
  if (!(await wake(audio))) return;
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

/**
 * A notice of the desktop, one for everybody who came; nothing where it was not allowed.
 * @param {string} words @param {string} id  of whom it is about, as our pages name them
 */
export async function notice(words, id) {
  if (!("Notification" in globalThis) || Notification.permission !== "granted") return;
  const how = { tag: `came-${id}`, renotify: true };
  const worker = await navigator.serviceWorker?.getRegistration().catch(() => undefined);
  if (worker?.active) return worker.showNotification(words, how);
  try {
    new Notification(words, how);
  } catch {
    // Chrome for Android shows notices of a worker alone.
  }
}
