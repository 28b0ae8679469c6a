// @ts-check
/** Which planned reading comes next, and whether it is due. Pure; all in ms. */

/**
 * @typedef {[opens: number, at: number, late: number]} Planned
 * @typedef {{at: number, late: number, stand: "ahead" | "due" | "late"}} Next
 *
 * @param {Planned[]} plan  what the clinic has no reading of, in order
 * @param {number[]} taken  when those were taken that the clinic has not heard of
 * @param {number} now
 * @returns {Next | null}  null: nothing is left
 */
export function nextOf(plan, taken, now) {
  const left = plan.filter(([opens], number) => {
    const ends = plan[number + 1]?.[0] ?? Infinity;
    return ends > now && !taken.some((at) => at >= opens && at < ends);
  });
  if (!left.length) return null;
  const [opens, at, late] = left[0];
  return { at, late, stand: now > late ? "late" : now >= opens ? "due" : "ahead" };
}
