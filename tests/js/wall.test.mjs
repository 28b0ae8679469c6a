import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'

import { clock, tongue } from '../../web/static/js/lib/wall.js'

const home = process.env.TZ
const within = (zone, moment) => {
  process.env.TZ = zone
  return clock(Date.parse(moment))
}

afterEach(() => {
  if (home === undefined) delete process.env.TZ
  else process.env.TZ = home
})

test('a time of day is short, in Latin digits', () => {
  assert.equal(within('Europe/Berlin', '2026-11-26T08:05:00Z'), '9:05')
  assert.equal(within('America/St_Johns', '2026-07-01T12:00:00Z'), '9:30')
})

test('what the clock shows twice in a night is told apart', () => {
  assert.equal(within('Europe/Berlin', '2026-10-25T00:30:00Z'), '2:30 UTC+2')
  assert.equal(within('Europe/Berlin', '2026-10-25T01:30:00Z'), '2:30 UTC+1')
  assert.equal(within('Europe/Berlin', '2026-10-25T02:00:00Z'), '3:00')
  assert.equal(within('Australia/Lord_Howe', '2026-04-04T14:45:00Z'), '1:45 UTC+11')
  assert.equal(within('Australia/Lord_Howe', '2026-04-04T15:15:00Z'), '1:45 UTC+10:30')
  assert.equal(within('America/St_Johns', '2026-11-01T05:15:00Z'), '1:45 UTC-3:30')
})

test('a page that names its clock is read by it, wherever the device is', () => {
  assert.equal(clock(Date.parse('2026-11-26T08:05:00Z'), 'Europe/Berlin'), '9:05')
  assert.equal(clock(Date.parse('2026-11-26T08:05:00Z'), 'America/New_York'), '3:05')
  assert.equal(clock(Date.parse('2026-10-25T00:30:00Z'), 'Europe/Berlin'), '2:30 UTC+2')
  assert.equal(clock(Date.parse('2026-11-26T00:05:00Z'), 'UTC'), '0:05')
})

test('what it never shows is no matter of words', () => {
  assert.equal(within('Europe/Berlin', '2026-03-29T01:00:00Z'), '3:00')
})

test('a date is written in the language of the page, as the server does', () => {
  const words = (lang) => {
    globalThis.document = { documentElement: { lang } }
    const said = new Intl.DateTimeFormat(tongue(), { day: 'numeric', month: 'long' }).format(Date.parse('2026-11-28T12:00Z'))
    delete globalThis.document
    return said
  }
  assert.equal(words('en'), '28 November')
  assert.equal(words('ar'), '28 نوفمبر')
})
