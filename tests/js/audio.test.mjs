import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { redFirst, withAudioNack, withRedFirst } from '../../web/static/js/call/audio.js'

const opus = { mimeType: 'audio/opus' }
const red = { mimeType: 'audio/red' }
const dtmf = { mimeType: 'audio/telephone-event' }

const sdp = (audio, end = '\r\n') => [
  'v=0', 'm=audio 9 UDP/TLS/RTP/SAVPF 111 63 9', 'c=IN IP4 0.0.0.0', ...audio,
  'm=video 9 UDP/TLS/RTP/SAVPF 96', 'a=rtpmap:96 VP8/90000', 'a=rtcp-fb:96 nack', '',
].join(end)
const CHROMIUM = ['a=rtpmap:111 opus/48000/2', 'a=rtcp-fb:111 transport-cc', 'a=fmtp:111 minptime=10;useinbandfec=1', 'a=rtpmap:63 red/48000/2', 'a=fmtp:63 111/111', 'a=rtpmap:9 G722/8000']

describe('redundancy first', () => {
  test('red stands before what else the browser can, in its own order', () => {
    assert.deepEqual(withRedFirst([opus, red, dtmf]), [red, opus, dtmf])
  })

  test('a browser without it, or without a way to choose, is left as it is', () => {
    const said = []
    assert.equal(redFirst({ setCodecPreferences: (codecs) => said.push(codecs) }, [opus, dtmf]), false)
    redFirst({}, [opus, red])
    redFirst(undefined, [opus, red])
    assert.deepEqual(said, [])
    assert.equal(redFirst({ setCodecPreferences: (codecs) => said.push(codecs) }, [opus, red]), true)
    assert.deepEqual(said, [[red, opus]])
  })
})

describe('asking for lost sound again', () => {
  const added = (before) => withAudioNack(before).split(/\r?\n/).filter((line) => !before.split(/\r?\n/).includes(line))

  test('for opus and for the redundant payload, whatever their numbers', () => {
    assert.deepEqual(added(sdp(CHROMIUM)), ['a=rtcp-fb:111 nack', 'a=rtcp-fb:63 nack'])
    const other = CHROMIUM.map((line) => line.replaceAll('111', '109').replaceAll(':63', ':120'))
    assert.deepEqual(added(sdp(other)), ['a=rtcp-fb:109 nack', 'a=rtcp-fb:120 nack'])
  })

  test('each line stands behind its own payload, and line ends stay as they were', () => {
    const lines = withAudioNack(sdp(CHROMIUM)).split('\r\n')
    assert.equal(lines[lines.indexOf('a=rtpmap:111 opus/48000/2') + 1], 'a=rtcp-fb:111 nack')
    assert.equal(lines[lines.indexOf('a=rtpmap:63 red/48000/2') + 1], 'a=rtcp-fb:63 nack')
    assert.ok(!withAudioNack(sdp(CHROMIUM, '\n')).includes('\r'))
  })

  test('twice is as good as once, and pictures are not touched', () => {
    const once = withAudioNack(sdp(CHROMIUM))
    assert.equal(withAudioNack(once), once)
    assert.equal(once.split('m=video')[1], sdp(CHROMIUM).split('m=video')[1])
  })

  test('every line of sound is read, the last one of the description too', () => {
    const two = `${sdp(CHROMIUM)}m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=rtpmap:111 opus/48000/2\r\na=rtpmap:63 red/48000/2`
    assert.equal(withAudioNack(two).match(/a=rtcp-fb:63 nack/g)?.length, 2)
  })

  test('a side without redundancy is taken at its word', () => {
    const plain = sdp(CHROMIUM.filter((line) => !line.includes('63')))
    assert.equal(withAudioNack(plain), plain)
    assert.equal(withAudioNack('[["audio","x"]]'), '[["audio","x"]]')
  })
})
