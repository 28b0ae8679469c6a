// @ts-check
// The lines of a connection: microphone, camera, screen. The first two are opened at once, with or without a track, so that
// turning something on later needs no new agreement; the screen gets its own when it is first shown.

import { redFirst } from './audio.js'

/** @typedef {'mic' | 'camera' | 'screen'} Kind */
/** @typedef {Partial<Record<Kind, MediaStreamTrack | null>>} Tracks */
/** @typedef {Partial<Record<Kind, RTCRtpTransceiver>>} Lines */
/** @typedef {(sender: RTCRtpSender) => void} Attach  puts what adds copies behind a microphone */

/**
 * For the side that speaks first. No common stream: a browser that is told of one holds the sound back until the picture
 * is there too, for seconds where the network is bad.
 * @param {RTCPeerConnection} pc @param {Tracks} tracks @param {Attach} [attach] @returns {Lines}
 */
export function openLines(pc, tracks, attach) {
  /** @type {RTCRtpTransceiverInit} */
  const both = { direction: 'sendrecv' }
  /** @type {Lines} */
  const lines = {
    mic: pc.addTransceiver(tracks.mic ?? 'audio', both),
    camera: pc.addTransceiver(tracks.camera ?? 'video', both),
  }
  openMic(lines.mic, attach)
  if (tracks.screen) lines.screen = openScreen(pc, tracks.screen)
  return lines
}

/** @param {RTCPeerConnection} pc @param {MediaStreamTrack} track */
export const openScreen = (pc, track) => pc.addTransceiver(track, { direction: 'sendonly' })

/**
 * For the side that answers: takes over the lines the other side opened, those it has not taken yet.
 * @param {RTCPeerConnection} pc @param {Lines} lines @param {Tracks} tracks @param {Attach} [attach]
 */
export function takeLines(pc, lines, tracks, attach) {
  for (const line of pc.getTransceivers()) {
    const kind = kindOf(pc, line)
    if (kind === 'screen' || lines[kind]) continue
    lines[kind] = line
    line.direction = 'sendrecv'
    if (kind === 'mic') openMic(line, attach)
    line.sender.replaceTrack(tracks[kind] ?? null)
  }
}

/** @param {RTCRtpTransceiver | undefined} line @param {Attach} [attach] */
function openMic(line, attach) {
  if (redFirst(line) && line) attach?.(line.sender)
}

/** Audio is the microphone, the first video the camera, any other the screen.
 * @param {RTCPeerConnection} pc @param {RTCRtpTransceiver} line @returns {Kind} */
export function kindOf(pc, line) {
  if (line.receiver.track.kind === 'audio') return 'mic'
  const first = pc.getTransceivers().find((one) => one.receiver.track.kind === 'video')
  return line === first ? 'camera' : 'screen'
}
