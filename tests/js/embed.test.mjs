// What a clinic's page may ask for, and what it may be told.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { EVENTS, told } from '../../web/static/embed/contract.js'
import { afterwards, frameAddress, inkOn, optionsIn, readOptions } from '../../web/static/embed/options.js'

const OURS = 'https://parlour.example'
const SITE = 'https://clinic.example'
const address = (href, options = {}) => frameAddress(href, OURS, SITE, options)

describe('what is told', () => {
  const booked = { id: '0123456789abcdef0123', service: '00000000-0000-4000-8000-000000000000', start: '2026-03-12T08:30:00Z', end: '2026-03-12T09:20:00Z' }

  test('ids and times go out, whatever else is there does not', () => {
    assert.deepEqual(told('booked', { ...booked, name: 'Jo Almeida', contact: 'jo@example.org', said: 'booked' }), booked)
  })

  test('a field of another shape is left out: no word about a person fits', () => {
    assert.deepEqual(told('booked', { ...booked, id: 'jo.almeida@example.org', start: 'Thursday with Mara' }), { service: booked.service, end: booked.end })
    assert.deepEqual(told('error', { code: 'unknown-option', option: 'Jo Almeida' }), { code: 'unknown-option' })
    assert.deepEqual(told('height', { height: '900' }), {})
  })

  test('a time has its seconds, as the API writes it, whether or not it came with them', () => {
    const start = '2026-03-12T08:30:00Z'
    assert.deepEqual(told('slot-selected', { service: booked.service, start: '2026-03-12T08:30Z' }), { service: booked.service, start })
    assert.deepEqual(told('slot-selected', { service: booked.service, start }), { service: booked.service, start })
  })

  test('what is no event is not told', () => {
    for (const type of ['start', 'go', 'close', 'toString', '']) assert.equal(told(type, {}), null)
  })

  test('no event has a field that could hold words', () => {
    const fields = Object.values(EVENTS).flatMap((event) => Object.keys(event))
    assert.deepEqual([...new Set(fields)].sort(), ['code', 'end', 'height', 'id', 'option', 'service', 'start'])
  })
})

describe('options', () => {
  test('attributes become options by name', () => {
    assert.deepEqual(optionsIn({ parlour: 'popup', parlourTheme: 'dark', parlourOddThing: 'x', other: 'y' }), { theme: 'dark', 'odd-thing': 'x' })
  })

  test('what is unknown or unfit is named, never with what it said', () => {
    const { options, problems } = readOptions({ theme: 'dark', lang: 'german', colour: 'red', colr: '#000000', redirect: 'javascript:alert(1)', name: 'Jo' })
    assert.deepEqual(options, { theme: 'dark', name: 'Jo' })
    assert.deepEqual(problems, [
      { code: 'unfit-option', option: 'lang' }, { code: 'unfit-option', option: 'colour' },
      { code: 'unknown-option', option: 'colr' }, { code: 'unfit-option', option: 'redirect' },
    ])
  })

  test('a language that we do not speak is named too', () => {
    assert.deepEqual(readOptions({ lang: 'fr' }, ['en', 'ar']).problems, [{ code: 'unfit-option', option: 'lang' }])
    assert.deepEqual(readOptions({ lang: 'ar' }, ['en', 'ar']).options, { lang: 'ar' })
  })

  test('a zone that no clock has is named too', () => {
    for (const zone of ['Mars', 'Europe/Mars', 'Etc/GMT+99']) {
      assert.deepEqual(readOptions({ zone, theme: 'dark' }), { options: { theme: 'dark' }, problems: [{ code: 'unfit-option', option: 'zone' }] })
    }
    for (const zone of ['Europe/Lisbon', 'America/Argentina/Buenos_Aires', 'Asia/Kolkata', 'Etc/GMT+5', 'UTC']) assert.deepEqual(readOptions({ zone }).options, { zone })
  })

  test('a constructor is no option', () => {
    assert.deepEqual(readOptions({ constructor: 'x' }).problems, [{ code: 'unknown-option', option: 'constructor' }])
  })

  test('a redirect stays on the web', () => {
    for (const redirect of ['https://clinic.example/thanks', '/thanks', 'http://localhost:8000/x']) assert.deepEqual(readOptions({ redirect }).options, { redirect })
    for (const redirect of ['http://clinic.example', '//evil.example', 'data:text/html,x', 'thanks']) assert.deepEqual(readOptions({ redirect }).options, {})
  })
})

describe('addresses', () => {
  test('a plain link of ours becomes the address of its frame', () => {
    assert.equal(address(`${OURS}/c/linden`), `${OURS}/embed/c/linden?at=https%3A%2F%2Fclinic.example`)
    assert.equal(
      address(`${OURS}/c/linden/mara-lind?service=7&name=Jo#x`, { theme: 'dark', lang: 'ar', zone: 'Europe/Lisbon', name: 'Jo', contact: 'jo@example.org' }),
      `${OURS}/embed/c/linden/mara-lind?at=https%3A%2F%2Fclinic.example&service=7&theme=dark&lang=ar&tz=Europe%2FLisbon`,
      'who comes is never in an address',
    )
  })

  test('what leads elsewhere is framed nowhere', () => {
    for (const href of ['', 'x', 'https://evil.example/c/linden', `${OURS}/visit/0123`, `${OURS}/l/abc`, `${OURS}/c/linden/a/b`, `${OURS}.evil.example/c/linden`]) assert.equal(address(href), '')
  })

  test('afterwards the site gets an id and nothing else', () => {
    assert.equal(afterwards('/thanks?a=1', 'https://clinic.example/book', '0123'), 'https://clinic.example/thanks?a=1&booking=0123')
  })
})

test('words on a colour of the clinic can be read', () => {
  assert.equal(inkOn('#25573f'), '#ffffff')
  assert.equal(inkOn('#f7e1ac'), '#162720')
})
