// Somebody who relays the signals of two people and sits in between: own connections to both, own certificates, and every
// rule of the words kept towards each. Answers whoever offers; both do. Runs in a page of its own; `say(who, message)` hands
// a message to one of the two.

const sides = {}
let last = 1e9 // numbers of connections only rise

async function sit(sasUrl, printsUrl) {
  const [{ openSas }, { fingerprints }] = await Promise.all([import(sasUrl), import(printsUrl)])
  for (const who of ['therapist', 'patient']) {
    const certificate = await RTCPeerConnection.generateCertificate({ name: 'ECDSA', namedCurve: 'P-256' })
    sides[who] = { who, openSas, fingerprints, certificate, pc: null, sas: null, queue: Promise.resolve() }
  }
}

/** What one of them says to the other, in its order. */
function hear(who, said) {
  const side = sides[who]
  if (said.type === 'trust') return void side.sas?.receive(said)
  side.queue = side.queue.then(() => take(side, said)).catch(() => {})
}

async function take(side, { kind, body }) {
  if (kind === 'candidate' && body.candidate) return side.pc?.addIceCandidate(body.candidate)
  if (kind !== 'offer') return
  side.pc?.close()
  const pc = (side.pc = new RTCPeerConnection({ certificates: [side.certificate] }))
  const sas = (side.sas = side.openSas({ crypto, send: (move) => say(side.who, { type: 'trust', ...move }), emit: () => {} }))
  pc.onconnectionstatechange = () => meet(side, pc, sas)
  await pc.setRemoteDescription({ type: 'offer', sdp: body.sdp })
  for (const line of pc.getTransceivers()) line.direction = 'sendrecv'
  await pc.setLocalDescription()
  while (pc.iceGatheringState !== 'complete') await new Promise((done) => pc.addEventListener('icegatheringstatechange', done, { once: true }))
  say(side.who, { type: 'signal', stream: 'call', kind: 'answer', body: { sdp: pc.localDescription.sdp }, attempt: last += 1 })
}

/** Words over a connection that stands, once the browser knows its certificates. */
async function meet(side, pc, sas) {
  while (pc.connectionState === 'connected' && side.pc === pc) {
    const pair = await side.fingerprints(pc, crypto.subtle)
    if (pair) return void sas.meet(pair)
    await new Promise((done) => setTimeout(done, 50))
  }
}
