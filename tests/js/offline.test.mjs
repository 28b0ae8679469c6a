// What waits on a device: sealed for one person, sent once each, whatever the network does between two steps.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { webcrypto } from 'node:crypto'
import { beside, openQueue, outcomeOf } from '../../web/static/js/offline/queue.js'
import { openSealed, wipe } from '../../web/static/js/offline/sealed.js'

function shelfOf(kept = new Map()) {
  return {
    kept,
    read: async (key) => kept.get(key),
    put: async (key, value, keep) => {
      if (kept.has(key) && keep(kept.get(key))) return kept.get(key)
      kept.set(key, value)
      return value
    },
    drop: async (of) => { for (const [key, value] of kept) if (of(key, value)) kept.delete(key) },
    names: async () => [...kept.keys()],
  }
}

const sealedFor = (whose, shelf) => openSealed({ whose, shelf, cipher: webcrypto })

test('a document comes back, and nothing of it lies there in the clear', async () => {
  const shelf = shelfOf(), docs = sealedFor('a', shelf)
  await docs.put('plan', { steps: ['call Ana'] })
  await docs.put('waits:1', 'x')
  assert.deepEqual(await docs.get('plan'), { steps: ['call Ana'] })
  assert.equal(await docs.get('other'), null)
  assert.deepEqual(await docs.names('waits:'), ['waits:1'])
  const { iv, body } = shelf.kept.get('doc:plan')
  assert.ok(!Buffer.from(body).toString().includes('Ana') && iv.length === 12)
  await docs.drop('plan')
  assert.equal(await docs.get('plan'), null)
})

test('the key cannot be read out, is found again by the next page, and two pages at once share one', async () => {
  const shelf = shelfOf(), [one, other] = [sealedFor('a', shelf), sealedFor('a', shelf)]
  await Promise.all([one.put('x', 1), other.put('y', 2)])
  assert.deepEqual([await sealedFor('a', shelf).get('x'), await one.get('y')], [1, 2])
  await assert.rejects(webcrypto.subtle.exportKey('raw', shelf.kept.get('key').key))
})

test('whoever comes after somebody else, or after signing out, finds nothing', async () => {
  const shelf = shelfOf()
  await sealedFor('a', shelf).put('waits:1', 'words')
  assert.deepEqual(await sealedFor('b', shelf).names(''), [])
  assert.equal(shelf.kept.has('doc:waits:1'), false)
  await sealedFor('b', shelf).put('plan', 1)
  await wipe(shelf)
  assert.equal(shelf.kept.size, 0)
})

test('a document moved to another name does not open', async () => {
  const shelf = shelfOf(), docs = sealedFor('a', shelf)
  await docs.put('one', 'words')
  shelf.kept.set('doc:two', shelf.kept.get('doc:one'))
  assert.equal(await docs.get('two'), null)
})

/** A server that keeps an id once, and a network that fails at the steps of `plan`: 'before', 'after', or a status. */
function world(plan = []) {
  const rows = new Map(), asked = []
  const docs = sealedFor('a', shelfOf())
  let clock = 1_000_000
  const send = async (url, fields) => {
    const told = Object.fromEntries(fields), step = plan.shift()
    asked.push(told.id)
    if (step === 'before') throw new Error('no connection')
    if (typeof step === 'number') return outcomeOf(step)
    if (!rows.has(told.id)) rows.set(told.id, { url, ...told })
    if (step === 'after') throw new Error('the answer was lost')
    return 'sent'
  }
  const open = () => openQueue({ docs, send, now: () => clock })
  return { rows, asked, open, docs, later: (ms) => { clock += ms } }
}

const add = async (queue, ...ids) => { for (const id of ids) await queue.add(id, '/me/mood', [['id', id], ['mood', '6']]) }

for (const where of ['before', 'after']) {
  for (const place of [0, 1, 2]) {
    test(`a network that goes ${where} the server wrote entry ${place + 1} of three loses and doubles nothing`, async () => {
      const plan = [...Array(place).fill('ok'), where, 'before', 'after']
      const { rows, open, later } = world(plan), queue = open()
      for (const id of ['c', 'a', 'b']) { await add(queue, id); later(1000) }
      for (let round = 0; round < 5; round++) await open().flush() // each time as if the page were opened anew
      assert.deepEqual([...rows.keys()], ['c', 'a', 'b'], 'in the order in which they were written')
      assert.deepEqual(await queue.waiting(), [])
    })
  }
}

test('one that is taken is off the list, one that is not stays, and how long it waited is told', async () => {
  const { rows, open, later } = world(['ok', 503])
  const queue = open()
  await add(queue, 'a')
  later(90_000)
  await add(queue, 'b')
  assert.equal(await queue.flush(), 'kept')
  assert.deepEqual((await queue.waiting()).map((one) => one.id), ['b'])
  assert.equal(rows.get('a').ago, '90')
})

test('who is signed out meanwhile keeps what waits, and what is refused is put aside, not lost', async () => {
  const { open } = world([401, 422, 'ok']), queue = open()
  await add(queue, 'a', 'b')
  assert.equal(await queue.flush(), 'closed')
  assert.equal((await queue.waiting()).length, 2)
  assert.equal(await queue.flush(), 'sent')
  assert.deepEqual([(await queue.waiting()).length, (await queue.refused())[0].id], [0, 'a'])
  await queue.settle('a')
  assert.deepEqual(await queue.refused(), [])
})

test('what stands for itself goes although the clinic stumbles over what was written before it, and no network is asked once', async () => {
  const plan = [500, 500, 'ok', 500, 'before'], { rows, asked, open } = world(plan), queue = open()
  await add(queue, 'mood')
  for (const id of ['one', 'two']) await queue.add(id, '/me/measures/x/phq9', [['id', id]], { alone: true })
  await add(queue, 'sleep')
  assert.equal(await queue.flush(), 'kept')
  assert.deepEqual(asked, ['mood', 'one', 'two'])
  assert.deepEqual([...rows.keys()], ['two'])
  assert.equal(await queue.flush(), 'kept')
  assert.deepEqual(asked.slice(3), ['mood', 'one'])
  assert.equal(await queue.flush(), 'sent')
  assert.deepEqual([...rows.keys()], ['two', 'mood', 'one', 'sleep'])
})

test('of two calls at once one runs', async () => {
  const { asked, open } = world(), queue = open()
  await add(queue, 'a', 'b')
  await Promise.all([queue.flush(), queue.flush()])
  assert.deepEqual(asked, ['a', 'b'])
})

test('what an answer means', () => {
  const by = (outcome, ...statuses) => assert.deepEqual(statuses.map(outcomeOf), statuses.map(() => outcome))
  by('sent', 200, 201, 204)
  by('refused', 413, 422)
  by('closed', 401, 403)
  by('apart', 400, 404, 405, 409, 410, 415)
  by('kept', 0, 302, 408, 425, 429, 500, 502, 503, 504)
})

for (const status of [404, 409, 410]) {
  test(`one that is answered with ${status} is put aside whole, and what is behind it goes on in its order`, async () => {
    const { rows, open } = world([status]), queue = open()
    await add(queue, 'a', 'b', 'c')
    assert.equal(await queue.flush(), 'sent')
    assert.deepEqual([...rows.keys()], ['b', 'c'])
    const [apart] = await open().apart()
    assert.deepEqual([apart.id, apart.url, apart.fields], ['a', '/me/mood', [['id', 'a'], ['mood', '6']]])
    assert.deepEqual(await queue.refused(), [], 'no form can mend it')
    await open().flush()
    assert.equal(rows.has('a'), false, 'it goes by itself no more')
    await queue.again('a')
    assert.deepEqual([(await queue.apart()).length, (await queue.waiting()).length], [0, 1])
    assert.equal(await queue.flush(), 'sent')
    assert.deepEqual([...rows.keys()], ['b', 'c', 'a'])
  })
}

test('an entry whose id was that of another goes again under one of its own, once however often it is tried', async () => {
  const { rows, open, docs } = world([409]), queue = open(), own = '8d0b9b3e-7a43-4f0e-9d2c-0c1e2f3a4b5f'
  await add(queue, own)
  await queue.flush()
  const [apart] = await queue.apart()
  assert.equal(beside(own), '8d0b9b3e-7a43-4f0e-9d2c-0c1e2f3a4b50')
  await queue.again(own, beside(own))
  await docs.put(`refused:${own}`, apart) // a device that died between the two steps
  await queue.again(own, beside(own))
  const [waits] = await queue.waiting()
  assert.deepEqual([waits.id, waits.fields, waits.why], [beside(own), [['id', beside(own)], ['mood', '6']], undefined])
  await queue.flush()
  assert.deepEqual([[...rows.keys()], await queue.apart()], [[beside(own)], []])
})

test('a failure that passes keeps the order, and who deletes one that was put aside deletes it alone', async () => {
  const { rows, asked, open } = world([503, 404, 'ok']), queue = open()
  await add(queue, 'a', 'b')
  assert.equal(await queue.flush(), 'kept')
  assert.deepEqual(asked, ['a'], 'nothing overtakes it')
  await queue.flush()
  await queue.settle('a')
  assert.deepEqual([await queue.apart(), await queue.waiting(), [...rows.keys()]], [[], [], ['b']])
})

test('what was put aside and what waits once more survive a device that dies between the two steps', async () => {
  const { open, docs } = world([404]), queue = open()
  await add(queue, 'a')
  await queue.flush()
  const dying = openQueue({ docs: { ...docs, drop: async () => { throw new Error('gone') } }, send: async () => 'kept' })
  await assert.rejects(dying.again('a'))
  assert.equal((await queue.waiting()).length, 1)
})
