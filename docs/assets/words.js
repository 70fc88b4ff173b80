/* The sentences of a figure whose numbers have changed, as src/gradbook/graph/steps.py writes them. */

import { said } from "./autograd.js"
import { around, equals, inline, numeral, rounded, summed } from "./numerals.js"

export const label = ({ name, text }) => name || text

/* A label after ∂: in parentheses unless it is a name. */
export const bare = node => (/^[A-Za-z_][A-Za-z_0-9.]*$/.test(node.name) ? node.name : `(${label(node)})`)
export const slope = (above, below) => `∂${bare(above)}/∂${bare(below)}`

const shown = ({ data, shape }) => `${equals(...data)} ${inline(data, shape)}`
const carried = ({ shape }, data) =>
  data.length > 2 && new Set(data).size === 1 ? `${numeral(data[0])} in every entry` : inline(data, shape)
const added = terms => {
  const sum = terms.reduce((left, right) => left + right)
  return `${summed(terms)} ${equals(sum, ...terms)} ${numeral(sum)}`
}

/* The gradient, by a factor or by a word. */
export const moved = how => {
  if (how.endsWith("@")) return `${how} the gradient`
  const pause = /^[A-Za-z]/.test(how) && !how.startsWith("Jᵀ") ? "," : ""
  return `the gradient${pause} ${how}${pause || (how.includes(", ") ? "," : "")}`
}

const substituted = ({ op, operands }) => {
  const numbers = operands.map(operand => (typeof operand === "number" ? operand : operand.shape.length ? NaN : operand.data[0]))
  if (numbers.some(Number.isNaN) || rounded(...numbers)) return ""
  const front = op === "mul" && typeof operands[1] === "number"
  return said(op, (front ? numbers.reverse() : numbers).map(numeral))
}

/* u = xy = 2 × 3 = 6. MulBackward0 saves x, y. */
export const forward = node => {
  if (node.kind === "leaf") return `${label(node)} ${shown(node.value)} is a leaf: gradients end here.`
  if (node.kind === "constant") return `${label(node)} ${shown(node.value)} is ${node.note}: no gradient goes there.`
  const sides = [node.name !== node.text && node.name, node.text, !node.value.shape.length && substituted(node)]
  return `${sides.filter(Boolean).join(" = ")} ${shown(node.value)}.${node.saves && ` ${node.saves}`}`
}

/* ∂v/∂u = 2u = 16. */
export const derivative = edge => {
  const { symbol, local, above, below } = edge
  const middle = symbol && symbol !== numeral(local) ? ` = ${symbol}` : ""
  return `${slope(above, below)}${middle} ${equals(local)} ${numeral(local)}`
}

const passed = edge => {
  const { above, below, how, local, flow } = edge
  if (local === null || above.value.shape.length || below.value.shape.length)
    return `${label(above)}: ${moved(how)} gives ${carried(below.value, flow)} for ${label(below)}.`
  const [gradient, part] = [above.value.grad[0], flow[0]]
  const product = `${around(gradient)} × ${around(local)} ${equals(gradient, local, part)} ${numeral(part)}`
  return `${derivative(edge)}, so ${product} flows on to ${label(below)}.`
}

const unchanged = (node, edges) => {
  const [{ below, flow }] = edges
  const names = edges.map(edge => label(edge.below)).join(" and ")
  return below.value.shape.length
    ? `${label(node)} passes its gradient on unchanged to ${names}: ${carried(below.value, flow)}.`
    : `${label(node)} passes ${numeral(flow[0])} on unchanged to ${names}.`
}

const collected = (node, terms) => {
  const { grad, shape } = node.value
  const target = node.name ? `${node.name}.grad` : ".grad"
  const what = terms.length > 1 && !terms.includes(null) ? added(terms) : inline(grad, shape)
  const received = `${label(node)} has received ${what}`
  if (node.stored === null) return `${received}. backward() stores it in ${target}.`
  if (node.stored === true) return `${received}, which is what ${target} holds.`
  return `${received}. backward() adds it to ${target}${node.stored ? `, which is ${node.stored}` : ""}.`
}

const start = seed => {
  if (!seed) return ""
  const name = seed.name || "result"
  const one = !seed.shape.length && seed.data[0] === 1
  return one ? `The backward pass starts with ∂${name}/∂${name} = 1. ` : `The backward pass starts at ${name} with ${inline(seed.data, seed.shape)}. `
}

/* A step of the backward pass; `held` are the terms that each node has received, and gets new ones. */
export const backward = (node, edges, seed, held) => {
  if (node.kind === "leaf") return collected(node, held.get(node) ?? [])
  if (!edges.length) return `${start(seed)}${label(node)} passes no gradient on.`
  const plain = edges.every(({ local, how }) => local === 1 || how === "× 1")
  const sentence = plain ? unchanged(node, edges) : edges.map(passed).join(" ")
  const arrivals = edges.map(({ below, flow }) => {
    const terms = held.get(below) ?? held.set(below, []).get(below)
    terms.push(below.value.shape.length ? null : flow[0])
    return terms.length === 1 || terms.includes(null) ? "" : ` ${label(below)} now holds ${added(terms)}.`
  })
  return start(seed) + sentence + arrivals.join("")
}
