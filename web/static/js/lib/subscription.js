// @ts-check
/** A browser's word that it may be told: what is true of it, and what our server keeps. Pure. */

/** @typedef {"" | "offer" | "told" | "closed" | "unreached"} Told */

/**
 * What a page shows; '' where the browser cannot be told at all. That it is closed is said to who asked for it alone.
 * @param {{can: boolean, permission: string, kept: boolean, asked: boolean}} known
 *   `kept`: the browser and our server both have it; `asked`: somebody pressed the button
 * @returns {Told}
 */
export function toldOf({ can, permission, kept, asked }) {
  if (!can) return "";
  if (permission === "denied" && asked) return "closed";
  return kept && permission === "granted" ? "told" : "offer";
}

/**
 * What our server is told of a subscription.
 * @param {Pick<PushSubscription, "toJSON">} subscription
 * @returns {Record<string, string>}
 */
export function fieldsOf(subscription) {
  const { endpoint = "", keys = {} } = subscription.toJSON();
  return { endpoint, p256dh: keys.p256dh ?? "", auth: keys.auth ?? "" };
}
