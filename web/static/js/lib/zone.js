// @ts-check
/** The visitor's time zone: told to the server once per browser, in a cookie that a choice by hand takes before us. */

const KNOWN = /(?:^|; )tz=/;
const LASTS_S = 30 * 24 * 3600; // longer than a browser is open: no page opens twice only because it was closed
const DEVICE = "zone-told"; // the zone of this device when it was told: one that travels tells it anew

/** @returns {string} what the device says, or nothing when it was told already */
export function tellZone() {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  // In a frame the page around told it, and nothing is kept.
  if (!zone || document.documentElement.dataset.framed || (KNOWN.test(document.cookie) && !moved(zone)) || new URLSearchParams(location.search).has("tz")) return "";
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `tz=${zone}; Path=/; Max-Age=${LASTS_S}; SameSite=Lax${secure}`;
  remember(zone);
  return zone;
}

/** Whether the zone was told by this device when it was elsewhere. @param {string} zone */
function moved(zone) {
  try {
    const told = localStorage.getItem(DEVICE);
    return told !== null && told !== zone;
  } catch {
    return false; // a browser that keeps nothing
  }
}

/** @param {string} zone */
function remember(zone) {
  try {
    localStorage.setItem(DEVICE, zone);
  } catch {
    // a browser that keeps nothing
  }
}

/** On a page without a picker of times: once more, in the visitor's own time. */
export function showOwnTime() {
  const shown = document.body.dataset.zone;
  const zone = shown && tellZone();
  // Where no cookie is kept, another look would show the same.
  if (zone && KNOWN.test(document.cookie) && !sameClock(zone, shown)) location.replace(location.href);
}

/**
 * Whether the clocks of two zones show the same.
 * @param {string} one
 * @param {string} other
 * @param {Date} at
 */
export function sameClock(one, other, at = new Date()) {
  const [here, there] = [one, other].map((timeZone) => at.toLocaleString("en", { timeZone }));
  return here === there;
}
