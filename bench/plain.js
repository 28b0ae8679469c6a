// @ts-check
// The shortest way from a press to a picture that two browsers have: devices and socket open, the presser offers, the
// other answers, candidates trickle. No tickets, no roles, no repair.

const root = document.documentElement
const video = /** @type {HTMLVideoElement} */ (document.querySelector('video'))
const audio = /** @type {HTMLAudioElement} */ (document.querySelector('audio'))
const now = () => String(performance.timeOrigin + performance.now())

const picture = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30, max: 30 } }
const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: picture })
const socket = new WebSocket(new URLSearchParams(location.search).get('relay') ?? '')
await new Promise((done) => { socket.onopen = done })
/** @type {RTCPeerConnection} */ let pc
const say = (/** @type {object} */ message) => socket.send(JSON.stringify(message))

function start() {
  pc = new RTCPeerConnection({ bundlePolicy: 'max-bundle' })
  pc.onicecandidate = ({ candidate }) => candidate && say({ candidate })
  pc.ontrack = ({ track }) => {
    const place = track.kind === 'audio' ? audio : video
    place.srcObject = new MediaStream([track])
    if (place === video) video.requestVideoFrameCallback(() => { root.dataset.first = now() })
  }
  for (const track of stream.getTracks()) pc.addTrack(track, stream)
}

/** @param {RTCSessionDescriptionInit} [theirs] */
async function describe(theirs) {
  if (theirs) await pc.setRemoteDescription(theirs)
  if (theirs?.type === 'answer') return
  await pc.setLocalDescription()
  say({ description: pc.localDescription })
}

/** @type {Promise<void>} */ let queue = Promise.resolve()
socket.onmessage = (/** @type {MessageEvent<string>} */ event) => {
  const message = JSON.parse(event.data)
  if (message.go) start()
  else if (message.description) queue = queue.then(() => describe(message.description))
  else queue = queue.then(() => pc.addIceCandidate(message.candidate))
}

document.querySelector('button')?.addEventListener('click', () => {
  root.dataset.clicked = now()
  say({ go: true })
  start()
  describe()
})
root.dataset.ready = 'yes'

export {}
