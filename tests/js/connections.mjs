// Stand-ins for what a browser gives to `peer.js` and `pair.js`: connections that agree by text, time that moves when told, and a room
// that carries signals late, or not at all.

export const settled = () => new Promise((done) => setImmediate(done))

class Line {
  mid = null
  constructor(given, { direction = 'recvonly' } = {}) {
    const kind = typeof given === 'string' ? given : given.kind
    this.direction = direction
    this.receiver = { track: { kind } }
    this.sender = { track: typeof given === 'string' ? null : given, replaceTrack: async (track) => { this.sender.track = track } }
  }
}

/** A connection whose description lists its lines; it is connected once an answer is in. */
export class Connection {
  static all = []
  signalingState = 'stable'
  connectionState = 'new'
  localDescription = null
  lines = []
  restarts = 0
  packets = 0
  alive = true // whether anything arrives while it is connected
  candidates = []
  #pending = null

  constructor(config) {
    this.config = config
    Connection.all.push(this)
  }

  getTransceivers = () => this.lines

  addTransceiver(given, init) {
    const line = new Line(given, init)
    this.lines.push(line)
    this.#need()
    return line
  }

  restartIce() {
    this.restarts += 1
    this.#need()
  }

  #need() {
    setImmediate(() => { if (this.signalingState === 'stable') this.onnegotiationneeded?.({}) })
  }

  async setLocalDescription(given) {
    await null
    const type = given?.type ?? (this.signalingState === 'have-remote-offer' ? 'answer' : 'offer')
    this.lines.forEach((line, at) => { line.mid = String(at) })
    this.localDescription = { type, sdp: JSON.stringify(this.lines.map((line) => [line.receiver.track.kind, line.sender.track?.id ?? null])) }
    this.signalingState = type === 'offer' ? 'have-local-offer' : 'stable'
    if (type === 'answer') this.become('connected')
    this.onicecandidate?.({ candidate: { candidate: `of ${this.localDescription.sdp}`, sdpMid: '0', sdpMLineIndex: 0, usernameFragment: 'u' } })
  }

  async setRemoteDescription({ type, sdp }) {
    await null
    if (type === 'answer' && this.signalingState !== 'have-local-offer') throw new Error('no offer is out')
    const lines = JSON.parse(sdp)
    while (this.lines.length < lines.length) this.lines.push(new Line(lines[this.lines.length][0]))
    lines.forEach(([, id], at) => this.ontrack?.({ track: { id }, transceiver: this.lines[at] }))
    this.signalingState = type === 'offer' ? 'have-remote-offer' : 'stable'
    if (type === 'answer') this.become('connected')
  }

  async addIceCandidate(candidate) {
    this.candidates.push(candidate)
  }

  become(state) {
    if (this.connectionState === state || this.connectionState === 'closed') return
    this.connectionState = state
    this.onconnectionstatechange?.({})
  }

  async getStats() {
    if (this.alive && this.connectionState === 'connected') this.packets += 1
    return new Map([['t', { type: 'transport', packetsReceived: this.packets }]])
  }

  close() {
    this.connectionState = this.signalingState = 'closed'
  }
}

export class Clock {
  now = 0
  #timers = new Map()
  #next = 1
  later = (work, ms) => {
    this.#timers.set(this.#next, { at: this.now + ms, work })
    return this.#next++
  }
  cancel = (id) => this.#timers.delete(id)
  /** One timer after the other, each at its own moment. */
  async pass(ms) {
    const end = this.now + ms
    for (;;) {
      await settled()
      const [id, next] = [...this.#timers].sort(([, one], [, other]) => one.at - other.at)[0] ?? []
      if (!next || next.at > end) break
      this.now = next.at
      this.#timers.delete(id)
      next.work()
    }
    this.now = end
  }
}
