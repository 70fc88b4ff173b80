/* A figure computed again from other leaves: values, gradients, what stands on cards and arrows, and words. */

import { apply, backward as run, local, value } from "./autograd.js"
import { aligned, numeral, summed } from "./numerals.js"
import { backward, forward } from "./words.js"

/* The graph of a figure with its values and gradients; `leaves` are the entries of each leaf, by node. */
export const compute = ({ live, edges: ends }, leaves = {}) => {
  const nodes = live.nodes.map(([name, text, kind, data, more]) => ({ name, text, kind, data, more, edges: [] }))
  nodes.forEach((node, at) => {
    if (node.kind === "leaf") Object.assign(node, { value: given(value(node.data, true), leaves[at]), stored: node.more })
    else if (node.kind === "constant") Object.assign(node, { value: value(node.data), note: node.more })
    else {
      node.operands = node.data.map(operand => (Array.isArray(operand) ? operand[0] : nodes[ends[operand][0]].value))
      Object.assign(node, { op: node.kind, saves: node.more, value: apply(node.kind, ...node.operands) })
    }
  })
  const seeds = live.seeds.map(([node, name, numbers]) => ({ node: nodes[node], name, ...(numbers === null ? {} : value(numbers)) }))
  const started = seeds.filter(seed => seed.data)
  differentiate(started)
  const edges = ends.map(([source, , target], at) => {
    if (!live.edges[at] || !started.length) return null
    const [[symbol, how], above] = [live.edges[at], nodes[target]]
    const n = above.data.indexOf(at)
    return { at, symbol, how, above, below: nodes[source], local: local(above.value, n), flow: above.value.flows?.[n] }
  })
  return { nodes, edges, seeds: started }
}

const given = (leaf, data) => (data ? { ...leaf, data } : leaf)

/* The backward pass from all roots at once: of the sum of each root times its seed. */
const differentiate = seeds => {
  const weighted = seeds.map(seed => apply("sum", apply("mul", seed.node.value, { ...seed, tracked: false })))
  if (weighted.length) run(weighted.reduce((sum, term) => apply("add", sum, term)))
}

/* The sentences of all steps. */
export const told = ({ nodes, edges, seeds }, steps) => {
  const number = ({ data, shape }) => (shape.length ? null : data[0])
  const held = new Map()
  for (const seed of seeds) held.set(seed.node, [...(held.get(seed.node) ?? []), number(seed)])
  return steps.map(step => {
    const node = nodes[step.node]
    if (!step.back) return forward(node)
    const seed = seeds.find(seed => seed.node === node)
    return backward(node, step.edges.map(edge => edges[edge]).filter(edge => edge?.flow), seed, held)
  })
}

/* The terms of a node's gradient in the order in which they come, where they are numbers. */
export const terms = ({ edges, seeds }, node, steps) => {
  const parts = seeds.filter(seed => seed.node === node).map(seed => seed.data[0])
  for (const step of steps.filter(step => step.back)) {
    for (const edge of step.edges) if (edges[edge]?.below === node && edges[edge].flow) parts.push(edges[edge].flow[0])
  }
  return parts
}

/* What the cells of a node say: the rows of its value, and those of its gradient. */
export const cells = (state, node, steps) => {
  const { data, shape, grad } = node.value
  const rows = numbers => (shape.length ? aligned(numbers) : numbers.map(numeral))
  const single = data.length === 1
  const parts = single && !shape.length ? terms(state, node, steps) : []
  const sum = parts.length > 1 && parts.length < 6 ? `${summed(parts)} = ` : ""
  return { value: rows(data), gradient: grad && (single ? [`∂ ${sum}${rows(grad)[0]}`] : rows(grad)) }
}
