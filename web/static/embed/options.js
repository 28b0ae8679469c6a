// @ts-check
/** What a clinic's page may ask for, version 1. Pure. */

export const FORMS = ["inline", "popup", "float", "visit"];

/** @type {Record<string, RegExp>} */
export const OPTIONS = {
  href: /^https?:\/\/\S+$/,
  theme: /^(light|dark|auto)$/,
  lang: /^[a-z]{2}$/,
  zone: /^[A-Za-z]+(\/[\w+-]+)*$/,
  name: /^.{1,120}$/,
  contact: /^.{1,254}$/,
  redirect: /^(https:\/\/|http:\/\/(localhost|127\.0\.0\.1)\b|\/(?!\/))\S*$/,
  colour: /^#[0-9a-f]{6}$/i,
  side: /^(start|end)$/,
  title: /^.{1,120}$/,
};

/**
 * The options that stand, and what is wrong with the others: their names alone, never what they say.
 * @param {Record<string, unknown>} given
 * @param {string[]} [languages]  those we speak; any two letters, if it is not known
 * @returns {{options: Record<string, string>, problems: {code: string, option: string}[]}}
 */
export function readOptions(given, languages) {
  /** @type {Record<string, string>} */ const options = {};
  const problems = [];
  for (const [option, value] of Object.entries(given)) {
    if (!Object.hasOwn(OPTIONS, option)) problems.push({ code: "unknown-option", option });
    else if (typeof value !== "string" || !OPTIONS[option].test(value) || (option === "lang" && languages && !languages.includes(value)) || (option === "zone" && !isZone(value))) problems.push({ code: "unfit-option", option });
    else options[option] = value;
  }
  return { options, problems };
}

/** Whether a device of today knows it. @param {string} name */
function isZone(name) {
  try {
    return !!new Intl.DateTimeFormat("en", { timeZone: name });
  } catch {
    return false;
  }
}

/**
 * What stands in data-parlour-... attributes: the form, and the options by their names.
 * @param {Record<string, string | undefined>} dataset
 */
export function optionsIn(dataset) {
  const own = Object.entries(dataset).filter(([key]) => /^parlour[A-Z]/.test(key));
  return Object.fromEntries(own.map(([key, value]) => [key.slice(7).replace(/[A-Z]/g, (one, at) => (at ? "-" : "") + one.toLowerCase()), value]));
}

/**
 * The address of the frame for a plain link of ours; '' where it leads elsewhere.
 * @param {string} href  a clinic's booking page, or that of one therapist; with ?service= if one is meant
 * @param {string} origin  ours
 * @param {string} at  the origin of the page around
 * @param {Record<string, string>} options
 */
export function frameAddress(href, origin, at, options) {
  const link = parse(href);
  if (!link || link.origin !== origin || !/^\/c\/[\w-]+(\/[\w-]+)?$/.test(link.pathname)) return "";
  const asked = new URLSearchParams({ at });
  const service = link.searchParams.get("service");
  if (service) asked.set("service", service);
  if (options.theme && options.theme !== "auto") asked.set("theme", options.theme);
  if (options.lang) asked.set("lang", options.lang);
  if (options.zone) asked.set("tz", options.zone);
  return `${origin}/embed${link.pathname}?${asked}`;
}

/** @param {string} href */
function parse(href) {
  try {
    return new URL(href);
  } catch {
    return null;
  }
}

/**
 * Where the page around goes after a booking: the address it gave, and an id that opens nothing.
 * @param {string} redirect
 * @param {string} here  the address of the page around
 * @param {string} id
 */
export function afterwards(redirect, here, id) {
  const there = new URL(redirect, here);
  there.searchParams.set("booking", id);
  return there.href;
}

/**
 * Black or white, whichever reads better on this colour (WCAG 2.2 relative luminance).
 * @param {string} colour  '#rrggbb'
 */
export function inkOn(colour) {
  const parts = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255);
  const [red, green, blue] = parts.map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? "#162720" : "#ffffff";
}
