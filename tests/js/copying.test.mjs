import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { closed, opened } from '../../web/static/js/call/copies.js'
import { openCopying } from '../../web/static/js/call/copying.js'
import { settled } from './connections.mjs'

class Worker {
  constructor(url, how) { Object.assign(this, { url, how }) }
}
class Transform {
  constructor(worker, options, moved) { Object.assign(this, { worker, options, moved }) }
}
const world = { Worker, RTCRtpScriptTransform: Transform, MessageChannel }
const sender = () => ({ transform: null })

describe('the place behind a microphone', () => {
  test('is taken once the worker is there, since what goes through one that never came would never arrive', async () => {
    let worker
    const copying = openCopying({ ...world, Worker: class extends Worker { constructor(...given) { super(...given); worker = this } } })
    const [early, late] = [sender(), sender()]
    copying.attach(early)
    assert.equal(early.transform, null)
    worker.onmessage({ data: 'ready' })
    copying.attach(late)
    assert.equal(late.transform.worker, worker)
    copying.wish(early, 3)
    copying.wish(late, 3)
    const { port } = late.transform.options
    assert.equal(await new Promise((done) => { port.onmessage = ({ data }) => done(data) }), 3)
    port.close()
  })

  test('is left alone by a browser without it', () => {
    const one = sender()
    openCopying({ ...world, RTCRtpScriptTransform: undefined }).attach(one)
    assert.equal(one.transform, null)
  })
})

describe('the worker', () => {
  const frame = (number, mimeType) => ({
    data: closed({ at: 960 * number, type: 111, data: Uint8Array.of(number % 256, 1) }, []).buffer,
    getMetadata: () => ({ rtpTimestamp: 960 * number, mimeType }),
  })

  test('adds to redundant sound what went before, and touches nothing else', async () => {
    globalThis.postMessage = () => {}
    await import('../../web/static/js/call/copies-worker.js')
    const { port1, port2 } = new MessageChannel()
    const seen = { 'audio/RED': [], 'audio/opus': [] }
    let number = 0
    const readable = new ReadableStream({
      async pull(at) {
        await settled()
        number += 1
        at.enqueue(frame(number, number % 2 ? 'audio/RED' : 'audio/opus'))
        if (number > 3000 || seen['audio/RED'].at(-1) === 3) at.close()
      },
    })
    const writable = new WritableStream({
      write({ data, getMetadata }) {
        const { mimeType, rtpTimestamp } = getMetadata()
        seen[mimeType].push(opened(new Uint8Array(data), rtpTimestamp).length)
      },
    })
    port2.postMessage(2)
    globalThis.onrtctransform({ transformer: { readable, writable, options: { port: port1, kind: 'audio/red' } } })
    while (number <= 3000 && seen['audio/RED'].at(-1) !== 3) await settled()
    port1.close()
    assert.equal(seen['audio/RED'].at(-1), 3)
    assert.ok(seen['audio/opus'].every((blocks) => blocks === 1))
  })
})
