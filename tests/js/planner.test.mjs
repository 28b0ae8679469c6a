import assert from "node:assert/strict";
import test from "node:test";
import { begin, columnOf, spoken, step, wallOf } from "../../web/static/js/planner/cursor.js";
import { bookPath, events, moved, nextDay, options, pathOf } from "../../web/static/js/planner/grid.js";
import { weeks, widths } from "../../web/static/js/planner/sizes.js";
import { neighbour } from "../../web/static/js/planner/walk.js";

const WORDS = { nameless: "Name deleted", closed: "Closed", away: "{name} is away", elsewhere: "{name} has something else", more: "{count} more", offered: "{name}: offered until {time}", kept: "{name}: kept until {time}" };
const booking = (id, start, column = "mara", more = {}) => ({
  id, start, end: moved(start, { seconds: 3000 }), columns: [column], therapist: column, time: start.slice(11), name: `Person ${id}`,
  what: "A session", whom: "", tone: 1, movable: true, ...more,
});
const values = (more = {}) => ({
  view: "timeGridWeek", date: "2026-03-12", offset: "+01:00", hours: [8, 18], step: 30,
  columns: [{ id: "mara", title: "Mara Lind", tone: 1 }, { id: "samir", title: "Samir Haddad", tone: 2 }],
  bookings: [], open: [], away: [], kept: [], ...more,
});

test("a dropped booking keeps its wall time over a change of clocks", () => {
  assert.equal(moved("2026-03-28T10:00", { days: 1 }), "2026-03-29T10:00");
  assert.equal(moved("2026-03-29T01:30", { seconds: 3600 }), "2026-03-29T02:30");
  assert.equal(moved("2026-03-12T09:30", { days: -1, seconds: 5400 }), "2026-03-11T11:00");
  assert.equal(nextDay("2028-02-28"), "2028-02-29");
});

test("a booking may be dragged when it may be moved, and one without a name has words", () => {
  const [first, second] = events(values({
    bookings: [booking("a", "2026-03-12T09:30"), booking("b", "2026-03-12T11:00", "mara", { name: "", movable: false })],
  }), WORDS);
  assert.deepEqual([first.startEditable, first.title], [true, "Person a"]);
  assert.deepEqual([second.startEditable, second.title], [false, "Name deleted"]);
});

test("time off stands above the day and says whose it is", () => {
  const away = [
    { column: "mara", name: "Mara Lind", day: "2026-03-12", time: "12:00 - 15:00", start: "", end: "" },
    { column: "", name: "", day: "2026-03-13", time: "", start: "", end: "" },
  ];
  const [hers, all] = events(values({ away }), WORDS);
  assert.deepEqual([hers.title, hers.resourceIds, hers.end], ["Mara Lind is away, 12:00 - 15:00", ["mara"], "2026-03-13"]);
  assert.deepEqual([all.title, all.resourceIds], ["Closed", ["mara", "samir"]]);
});

test("time off of one column stands at its hours", () => {
  const away = [{ column: "mara", name: "Mara Lind", day: "2026-03-12", time: "12:00 - 15:00", start: "2026-03-12T12:00", end: "2026-03-12T15:00" }];
  const [hers] = events(values({ away }), WORDS);
  assert.deepEqual([hers.start, hers.end, hers.allDay], ["2026-03-12T12:00", "2026-03-12T15:00", false]);
  const [other] = events(values({ away: [{ ...away[0], elsewhere: true }] }), WORDS);
  assert.equal(other.title, "Mara Lind has something else, 12:00 - 15:00");
  assert.deepEqual([options(values({ away }), WORDS, "en").allDaySlot, options(values(), WORDS, "en").allDaySlot], [false, false]);
});

test("what is kept says for whom and until when, is moved by nobody, and leads somewhere where it is an offer", () => {
  const one = { columns: ["mara"], name: "Mara Lind", start: "2026-03-12T09:30", end: "2026-03-12T10:30", until: "Monday, 10:10" };
  const [form, offer, closed] = events(values({ kept: [{ ...one, offered: false, offer: "" }, { ...one, offered: true, offer: "7" }, { ...one, offered: true, offer: "" }] }), WORDS);
  assert.deepEqual([form.title, form.startEditable, form.extendedProps.id], ["Mara Lind: kept until Monday, 10:10", false, ""]);
  assert.deepEqual([offer.title, offer.resourceIds, offer.extendedProps.id], ["Mara Lind: offered until Monday, 10:10", ["mara"], "offer-7"]);
  assert.deepEqual([closed.title, closed.extendedProps.id], [offer.title, ""], "a colleague's is said, and leads nowhere");
});

test("a booking and an offer lead to their pages, and a free time to booking with whoever has the column", () => {
  assert.deepEqual([pathOf("7"), pathOf("offer-8"), pathOf("")], ["/staff/bookings/7", "/staff/calendar/offers/8", ""]);
  const room = values({ columns: [{ id: "mara", title: "Mara", tone: 1 }, { id: "room", title: "Room 1", tone: 0 }] });
  assert.equal(bookPath(room, "2026-03-12T09:00", "mara"), "/staff/calendar/book?at=2026-03-12T09%3A00&with=mara");
  assert.equal(bookPath(room, "2026-03-12T09:00", "room"), "/staff/calendar/book?at=2026-03-12T09%3A00&with=");
});

test("the grid shows the hours it was given, in the clinic's zone", () => {
  const found = options(values({ hours: [6, 24] }), WORDS, "en");
  assert.deepEqual([found.slotMinTime, found.slotMaxTime, found.timeZone], ["06:00", "24:00", "+01:00"]);
  assert.equal(options(values({ offset: "+00:00" }), WORDS, "en").timeZone, "UTC");
});

test("a column of a week is named by its day, one of a month by its weekday", () => {
  const named = (view) => options(values({ view }), WORDS, "en").dayHeaderFormat(new Date(2026, 2, 12));
  assert.deepEqual([named("timeGridWeek"), named("dayGridMonth")], ["Thu 12", "Thu"]);
});

test("a weekend on which nothing is planned or booked is left out, also for the free place", () => {
  const week = values({ open: [{ column: "", start: "2026-03-12T09:00", end: "2026-03-12T12:00" }] });
  assert.deepEqual(options(week, WORDS, "en").hiddenDays, [6, 0]);
  assert.deepEqual(options(values({ bookings: [booking("a", "2026-03-14T09:00")] }), WORDS, "en").hiddenDays, [0]);
  const edge = Array(9).fill("ArrowRight").reduce((at, key) => step(at, key, week), begin(week));
  assert.equal(wallOf(edge, week), "2026-03-13T09:00");
});

test("arrows go from booking to booking", () => {
  const week = [booking("a", "2026-03-11T09:00"), booking("b", "2026-03-12T09:30"), booking("c", "2026-03-12T15:00"), booking("d", "2026-03-13T14:00")];
  const to = (id, key) => neighbour(week, id, key)?.id;
  assert.deepEqual([to("b", "ArrowDown"), to("b", "ArrowUp"), to("a", "ArrowUp")], ["c", "a", undefined]);
  assert.deepEqual([to("b", "ArrowLeft"), to("c", "ArrowRight"), to("d", "ArrowLeft"), to("d", "ArrowRight")], ["a", "d", "c", undefined]);
  assert.deepEqual([to("c", "Home"), to("a", "End"), to("a", "x"), to("nobody", "Home")], ["a", "d", undefined, undefined]);
});

test("on one day the arrows go to the next column at about the same time", () => {
  const day = [booking("a", "2026-03-12T09:00"), booking("b", "2026-03-12T09:30", "samir"), booking("c", "2026-03-12T15:00", "samir")];
  assert.equal(neighbour(day, "a", "ArrowRight")?.id, "b");
  assert.equal(neighbour(day, "c", "ArrowLeft")?.id, "a");
});

test("a free place begins at the first planned hour and stays on the grid", () => {
  const week = values({ open: [{ column: "", start: "2026-03-12T09:00", end: "2026-03-12T12:00" }] });
  const first = begin(week);
  assert.deepEqual([wallOf(first, week), columnOf(first, week)], ["2026-03-12T09:00", ""]);
  assert.equal(wallOf(step(first, "ArrowDown", week), week), "2026-03-12T09:30");
  assert.equal(wallOf(step(first, "ArrowRight", week), week), "2026-03-13T09:00");
  const foot = Array(40).fill("ArrowDown").reduce((at, key) => step(at, key, week), first);
  assert.equal(wallOf(foot, week), "2026-03-12T17:30");
  const edge = Array(9).fill("ArrowLeft").reduce((at, key) => step(at, key, week), first);
  assert.equal(wallOf(edge, week), "2026-03-09T09:00");
});

test("on a day the free place goes from therapist to therapist; a month has none", () => {
  const day = values({ view: "resourceTimeGridDay" });
  assert.equal(columnOf(step(begin(day), "ArrowRight", day), day), "samir");
  assert.equal(spoken(begin(day), day, "en"), "Thursday 12 March, 08:00, Mara Lind");
  assert.equal(begin(values({ view: "dayGridMonth" })), null);
});

test("each week of a month is as tall as its own fullest day, between three lines and twelve", () => {
  const at = (day, count) => Array.from({ length: count }, (_, place) => booking(`${day}-${place}`, `${day}T09:00`));
  const away = [{ column: "", name: "", day: "2026-03-18", time: "", start: "", end: "" }];
  const month = { view: "dayGridMonth", date: "2026-03-12" };
  const bookings = [...at("2026-02-26", 4), ...at("2026-03-03", 1), ...at("2026-03-12", 30), ...at("2026-03-18", 5)];
  assert.equal(weeks(values({ ...month, bookings, away })), "9rem 7.5rem 21rem 12rem 7.5rem 7.5rem");
  assert.equal(weeks(values({ ...month, date: "2027-02-10" })).split(" ").length, 4, "a February from Monday to Sunday");
});

test("a day of a week is as wide as many stand side by side on it, and what follows stands below", () => {
  const bookings = [
    booking("a", "2026-03-11T10:00"), booking("b", "2026-03-11T10:50"), // one after the other
    ...["c", "d", "e"].map((id) => booking(id, "2026-03-12T09:30")), booking("f", "2026-03-12T10:10", "samir"),
  ];
  const away = [{ column: "mara", name: "Mara Lind", day: "2026-03-10", time: "", start: "", end: "" }];
  const few = "minmax(7rem, 1fr)";
  assert.equal(widths(values({ bookings, away })), [few, few, few, "minmax(16rem, 4fr)", few].join(" "));
  const many = Array.from({ length: 30 }, (_, place) => booking(`s${place}`, "2026-03-14T09:30"));
  assert.equal(widths(values({ bookings: many })), [few, few, few, few, few, "minmax(40rem, 30fr)"].join(" "), "Saturday is in use");
});
