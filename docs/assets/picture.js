/* A graph as the figures of the pages show it: cards with values and gradients, arrows with their factors
   (src/gradbook/graph/card.py and svg.py). The rules of its colors come with a figure of the build. */

import { arrange, spots } from "./layout.js"
import { cells } from "./living.js"
import { numeral } from "./numerals.js"

const [TITLE, SMALL, CELL, LABEL] = [15, 12, 12.5, 12]
const [PAD, ROW, BETWEEN, COLUMN, ROOM, MARGIN] = [8, 16, 4, 9, 38, 10]
const [NARROW, WIDE, RAISED] = ["iljtfI.,:;|()[]·' ", "mwMW@…⊙→", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"]

/* The width of a text, rather too large than too small. */
const measure = (text, size) =>
  size * [...text].reduce((units, letter) => {
    if (NARROW.includes(letter)) return units + 0.38
    if (WIDE.includes(letter)) return units + 0.95
    if (RAISED.includes(letter)) return units + 0.45
    return units + (/\p{Lu}/u.test(letter) ? 0.72 : 0.63)
  }, 0)

export const escaped = text => text.replace(/[&<>"]/g, sign => `&#${sign.charCodeAt()};`)
const short = number => number.toFixed(1)

/* A block of numbers; its label stands before a single one, or in front of the first row. */
const cell = (role, texts, columns, label) => {
  const single = texts.length === 1
  const rows = []
  for (let at = 0; at < texts.length; at += columns) rows.push(texts.slice(at, at + columns))
  if (single && label && !texts[0].startsWith(label)) rows[0] = [`${label} ${texts[0]}`]
  const prefix = single ? "" : label
  const widths = rows[0].map((_, at) => Math.max(ROOM, ...rows.map(row => measure(row[at], CELL))))
  const width = widths.reduce((a, b) => a + b) + COLUMN * (columns - 1) + (prefix ? measure(prefix, CELL) + 5 : 0) + 12
  return { role, rows, prefix, widths, width, height: ROW * rows.length + 5 }
}

const clipped = text => (text.length > 20 ? `${text.slice(0, 19).replace(/[ ,]+$/, "")}…` : text)

const card = (node, told) => {
  const title = node.name && node.text !== node.name ? `${node.name} = ${node.text}` : node.text
  const lines = node.kind === "constant" ? ["not tracked"] : [node.kind === "leaf" && "leaf", node.op, node.saves?.length && `saves ${clipped(node.saves.join(", "))}`]
  const columns = told.shape.at(-1) ?? 1
  const pair = [cell("value", told.value, columns, "")]
  if (node.kind !== "constant") pair.push(cell("gradient", told.gradient, columns, "∂"))
  const rows = pair.reduce((sum, one) => sum + one.width, 0) < 150 ? [pair] : pair.map(one => [one])
  if (node.kind === "leaf") rows.push([cell("grad", told.gradient.map(text => text.replace(/^∂ (.* = )?/, "")), columns, ".grad =")])
  const shown = lines.filter(Boolean)
  const wide = rows.map(row => row.reduce((sum, one) => sum + one.width, BETWEEN * (row.length - 1)))
  const height = PAD * 2 + TITLE + 4 + shown.length * (SMALL + 3.5) + rows.reduce((sum, row) => sum + Math.max(...row.map(one => one.height)) + BETWEEN, 0)
  return { title, lines: shown, rows, width: Math.max(62, measure(title, TITLE), ...shown.map(line => measure(line, SMALL)), ...wide) + 2 * PAD, height }
}

const text = (content, x, y, kind, anchor = "middle") => `<text class="${kind}" x="${short(x)}" y="${short(y)}" text-anchor="${anchor}">${content}</text>`

const drawnCell = ({ role, rows, prefix, widths, height }, x, y, width) => {
  let inset = x + 6
  let made = `<g class="${role}" data-output="0"><rect x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}" rx="4"/>`
  if (prefix) {
    made += text(prefix, inset, y + ROW - 2, "p", "start")
    inset += measure(prefix, CELL) + 5
  }
  const spare = (x + width - 6 - inset - widths.reduce((a, b) => a + b) - COLUMN * (widths.length - 1)) / 2
  rows.forEach((row, number) => {
    let left = inset + spare
    row.forEach((entry, at) => {
      const single = widths.length === 1
      made += text(escaped(entry), left + widths[at] / (single ? 2 : 1), y + ROW * (number + 1) - 2, "x", single ? "middle" : "end")
      left += widths[at] + COLUMN
    })
  })
  return `${made}</g>`
}

const drawnNode = (node, { title, lines, rows }, { x, y, width, height }, at, root) => {
  const [corner, middle] = [node.kind === "leaf" ? 16 : root ? 3 : 8, width / 2]
  const kind = ["leaf", "constant"].includes(node.kind) ? node.kind : "operation"
  let made = `<g class="node ${kind}${root ? " root" : ""}" data-node="${at}" transform="translate(${short(x - middle)} ${short(y - height / 2)})">`
  made += `<rect class="box" width="${short(width)}" height="${short(height)}" rx="${corner}"/>${text(marked(title), middle, PAD + TITLE - 2, "t")}`
  let below = PAD + TITLE + 4
  for (const line of lines) {
    below += SMALL + 3.5
    made += text(escaped(line), middle, below - 3, "s")
  }
  below += 4
  for (const row of rows) {
    let left = PAD
    const spare = width - 2 * PAD - row.reduce((sum, one) => sum + one.width, BETWEEN * (row.length - 1))
    for (const one of row) {
      const wide = one.width + spare / row.length
      made += drawnCell(one, left, below, wide)
      left += wide + BETWEEN
    }
    below += Math.max(...row.map(one => one.height)) + BETWEEN
  }
  return `${made}</g>`
}

const drawnLine = (line, at, cut) => {
  const [x1, y1] = line.at(-1)
  const ends = [...line.slice(0, -1), [x1, y1 - 5]]
  let path = `M${short(ends[0][0])} ${short(ends[0][1])}`
  ends.slice(1).forEach(([bx, by], n) => {
    const [ax, ay] = ends[n]
    const turn = short((ay + by) / 2)
    path += ax === bx ? `V${short(by)}` : `C${short(ax)} ${turn} ${short(bx)} ${turn} ${short(bx)} ${short(by)}`
  })
  return `<g class="edge${cut ? " cut" : ""}" data-edge="${at}"><path d="${path}"/><path class="tip" d="M${short(x1)} ${short(y1)}l-3.5 -7h7z"/></g>`
}

const pill = (label, { x, y }, at) => {
  const wide = measure(label, LABEL) + 8
  const place = `x="${short(x - wide / 2)}" y="${short(y - 8)}" width="${short(wide)}" height="16"`
  return `<g class="label" data-of="${at}"><rect class="pill" ${place}/>${text(escaped(label), x, y + 4, "l")}</g>`
}

const MARKS = /([⁰¹²³⁴⁵⁶⁷⁸⁹⁻ᵀ]+)|\^([\w.]+)|(?<![A-Za-z_.])(?!ln|to)([A-Za-z]{1,2})(?![A-Za-z_(.])/g
const lowered = text => text.replace(/./g, sign => "0123456789−T"["⁰¹²³⁴⁵⁶⁷⁸⁹⁻ᵀ".indexOf(sign)] ?? sign)
/* The letters of mathematics. */
const slanted = text => text.replace(/./g, letter => (letter === "h" ? "ℎ" : String.fromCodePoint(letter.codePointAt() + (letter < "a" ? 0x1d434 - 65 : 0x1d44e - 97))))

/* Notation with letters in italics and raised exponents. */
const marked = text => {
  let [made, last, up] = ["", 0, false]
  const put = piece => {
    if (piece) made += up ? `<tspan dy="5">${escaped(piece)}</tspan>` : escaped(piece)
    if (piece) up = false
  }
  for (const match of text.matchAll(MARKS)) {
    const [all, raised, power, letters] = match
    put(text.slice(last, match.index) + (letters ? slanted(letters) : ""))
    if (!letters) {
      made += `<tspan dy="-5" font-size="10.5">${lowered(raised ?? power)}</tspan>`
      up = true
    }
    last = match.index + all.length
  }
  put(text.slice(last))
  return made
}

/* The picture of a record (record.js) and of its state (living.js), with a title for readers' aids. */
export const picture = ({ nodes, edges, root }, state, steps, title) => {
  const cards = nodes.map((node, at) => card(node, { ...cells(state, state.nodes[at], steps), shape: state.nodes[at].value.shape }))
  const placed = arrange(cards.map(({ width, height }) => [width, height]), edges.map(([source, , target]) => [source, target]), nodes.map(({ kind }) => kind === "leaf" || kind === "constant"))
  const labels = state.edges.map(edge => (!edge ? "" : edge.local === null ? edge.how : `× ${numeral(edge.local)}`))
  const places = spots(placed.lines, labels.map(label => (label ? measure(label, LABEL) + 8 : 0)), 14)
  const [width, height] = [placed.width, placed.height].map(side => Math.round(side + 2 * MARGIN))
  const order = edges.map((_, at) => at).sort((a, b) => !state.edges[b] - !state.edges[a])
  return [
    `<svg class="gg" xmlns="http://www.w3.org/2000/svg" role="img" width="${width}" height="${height}" viewBox="${-MARGIN} ${-MARGIN} ${width} ${height}" style="display:block;max-width:none">`,
    `<title>${escaped(title)}</title>`,
    ...order.map(at => drawnLine(placed.lines[at], at, !state.edges[at])),
    ...labels.map((label, at) => (label ? pill(label, places[at], at) : "")),
    ...nodes.map((node, at) => drawnNode(node, cards[at], placed.boxes[at], at, at === root)),
    "</svg>",
  ].join("")
}
