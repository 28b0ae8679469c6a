// @ts-check
// How much light falls on a face, measured on a tiny copy of the picture that never leaves the page.

const [WIDTH, HEIGHT] = [32, 24]
const DARK = 60

/** Mean brightness, 0 black to 255 white. @param {ArrayLike<number>} pixels  red, green, blue, alpha, and so on */
export function brightness(pixels) {
  let sum = 0
  for (let at = 0; at < pixels.length; at += 4) sum += 0.2126 * pixels[at] + 0.7152 * pixels[at + 1] + 0.0722 * pixels[at + 2]
  return (4 * sum) / pixels.length
}

/** @param {HTMLVideoElement} video  that shows a picture @returns {'lit' | 'dark'} */
export function lightOf(video) {
  const canvas = document.createElement('canvas')
  canvas.width = WIDTH
  canvas.height = HEIGHT
  const paper = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d', { willReadFrequently: true }))
  paper.drawImage(video, 0, 0, WIDTH, HEIGHT)
  return brightness(paper.getImageData(0, 0, WIDTH, HEIGHT).data) < DARK ? 'dark' : 'lit'
}
