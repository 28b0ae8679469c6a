// @ts-check
// How much passes: a short burst each way over one data channel (the words of it stand in echo.py).

import { throughput } from './figures.js'
import { within } from './session.js'

const UP_BYTES = 512 * 1024
const DOWN_BYTES = 512 * 1024
const UP_MS = 2000
const REPLY_MS = 4000
const CHUNK = new Uint8Array(8 * 1024)
const AHEAD = 16 * 1024 // a thin line is free again soon after
const PAUSE_MS = 10
const BIN_MS = 100

/** kbit/s upwards; null: it was not told. @param {RTCDataChannel} channel @param {import('./session.js').World} world */
export async function upwards(channel, world) {
  channel.send('up')
  const until = world.now() + UP_MS
  for (let left = UP_BYTES; left > 0 && world.now() < until && channel.readyState === 'open';) {
    if (channel.bufferedAmount > AHEAD) {
      await new Promise((done) => world.later(() => done(null), PAUSE_MS))
      continue
    }
    channel.send(CHUNK)
    left -= CHUNK.length
  }
  const told = await ask(channel, 'done', REPLY_MS, world, (said) => typeof said === 'string' && JSON.parse(said).up)
  return told ? throughput(told) : null
}

/** kbit/s downwards; null: nothing came. @param {RTCDataChannel} channel @param {import('./session.js').World} world */
export async function downwards(channel, world) {
  /** @type {number[]} */ const bins = []
  const began = world.now()
  await ask(channel, `down ${DOWN_BYTES}`, REPLY_MS, world, (said) => {
    if (typeof said === 'string') return true
    const at = Math.floor((world.now() - began) / BIN_MS)
    while (bins.length <= at) bins.push(0)
    bins[at] += said.byteLength
    return false
  })
  return throughput(bins)
}

/**
 * Says a word and hears until `hear` gives something; null when that does not come in time.
 * @param {RTCDataChannel} channel @param {string} word @param {number} ms @param {import('./session.js').World} world
 * @param {(said: any) => any} hear
 */
async function ask(channel, word, ms, world, hear) {
  if (channel.readyState !== 'open') return null
  channel.binaryType = 'arraybuffer'
  const told = within(ms, world, (done) => {
    channel.onmessage = ({ data }) => {
      const found = hear(data)
      if (found) done(found)
    }
  }).catch(() => null)
  channel.send(word)
  return told
}
