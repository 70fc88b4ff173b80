/* The path of a descent as a small plot. */

import { numeral } from "./numerals.js"

const [WIDTH, HEIGHT, SIDE, FOOT] = [360, 200, 64, 34]

/* Where a function of one number runs around some of its points. */
export const curve = (points, at) => {
  const xs = points.map(([x]) => x)
  const [low, high] = [Math.min(...xs), Math.max(...xs)]
  const pad = (high - low || 1) / 4
  return Array.from({ length: 81 }, (_, n) => low - pad + ((high - low + 2 * pad) * n) / 80).map(x => [x, at(x)]).filter(([, y]) => Number.isFinite(y))
}

export const plot = (points, line, [across, up]) => {
  const range = axis => {
    const all = [...points, ...line].map(point => point[axis])
    const [low, high] = [Math.min(...all), Math.max(...all)]
    return low === high ? [low - 0.5, high + 0.5] : [low, high]
  }
  const [[left, right], [low, high]] = [range(0), range(1)]
  const at = ([x, y]) => [SIDE + ((x - left) / (right - left)) * (WIDTH - SIDE - 12), 10 + ((high - y) / (high - low)) * (HEIGHT - FOOT - 10)].map(place => place.toFixed(1))
  const path = some => some.map((point, n) => `${n ? "L" : "M"}${at(point)}`).join("")
  const word = (x, y, anchor, text) => `<text x="${x}" y="${y}" text-anchor="${anchor}">${text}</text>`
  const [base, end] = [HEIGHT - FOOT, WIDTH - 12]
  const list = points.map(([, y]) => numeral(y))
  const told = list.length > 12 ? [...list.slice(0, 6), "…", ...list.slice(-3)] : list
  return [
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="The path: ${up} is ${told.join(", ")}.">`,
    `<path class="axis" d="M${SIDE} 10V${base}H${end}"/>`,
    line.length ? `<path class="curve" d="${path(line)}"/>` : "",
    `<path class="path" d="${path(points)}"/>`,
    ...points.map((point, n) => `<circle class="${n === points.length - 1 ? "last" : ""}" cx="${at(point)[0]}" cy="${at(point)[1]}" r="${n === points.length - 1 ? 4.5 : 3}"/>`),
    word(SIDE - 6, 16, "end", numeral(high)), word(SIDE - 6, base, "end", numeral(low)), word(SIDE - 6, (10 + base) / 2 + 4, "end", up),
    word(SIDE, base + 16, "start", numeral(left)), word(end, base + 16, "end", numeral(right)), word((SIDE + end) / 2, base + 16, "middle", across),
    "</svg>",
  ].join("")
}
