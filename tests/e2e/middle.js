// Somebody who relays the signals of two people and sits in between: own connections to both, own certificates, and every
// rule of the words kept towards each. Runs in a page of its own; `say(who, message)` hands a message to one of the two.

const sides = {}
let last = 1e9 // numbers of connections only rise

async function sit(sasUrl, printsUrl) {
  const [{ openSas }, { fingerprints }] = await Promise.all([import(sasUrl), import(printsUrl)])
  for (const who of ['therapist', 'patient']) sides[who] = { who, openSas, fingerprints, pc: null, sas: null }
}

/** What one of them says to the other. */
async function hear(who, said) {
  const side = sides[who]
  if (said.type === 'trust') return void side.sas?.receive(said)
  if (said.kind === 'offer') {
    if (side.pc?.signalingState === 'have-local-offer' && who === 'therapist') side.pc.close()
    await answer(side, said.body.sdp)
    if (who === 'therapist') await offer(sides.patient)
  }
  if (said.kind === 'answer' && side.pc?.signalingState === 'have-local-offer') await side.pc.setRemoteDescription({ type: 'answer', sdp: said.body.sdp })
  if (said.kind === 'candidate' && said.body.candidate) await side.pc?.addIceCandidate(said.body.candidate).catch(() => {})
}

/** A connection, and words over it as soon as it stands. */
function open(side) {
  side.pc?.close()
  const pc = (side.pc = new RTCPeerConnection())
  side.number = last += 1
  const sas = (side.sas = side.openSas({ crypto, send: (move) => say(side.who, { type: 'trust', ...move }), emit: () => {} }))
  pc.onconnectionstatechange = async () => {
    while (pc.connectionState === 'connected' && side.pc === pc) {
      const pair = await side.fingerprints(pc, crypto.subtle)
      if (pair) return void sas.meet(pair)
      await new Promise((done) => setTimeout(done, 50)) // not known to the browser yet
    }
  }
  return pc
}

async function answer(side, sdp) {
  const pc = open(side)
  await pc.setRemoteDescription({ type: 'offer', sdp })
  for (const line of pc.getTransceivers()) line.direction = 'sendrecv'
  await tell(side, pc, 'answer')
}

async function offer(side) {
  const pc = open(side)
  for (const kind of ['audio', 'video']) pc.addTransceiver(kind)
  await tell(side, pc, 'offer')
}

/** The whole description at once. */
async function tell(side, pc, kind) {
  await pc.setLocalDescription()
  while (pc.iceGatheringState !== 'complete') await new Promise((done) => pc.addEventListener('icegatheringstatechange', done, { once: true }))
  if (side.pc === pc) say(side.who, { type: 'signal', stream: 'call', kind, body: { sdp: pc.localDescription.sdp }, attempt: side.number })
}
