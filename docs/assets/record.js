/* The graph that PyTorch would record for a program: its nodes, arrows and steps, as `draw` finds them
   in a run (src/gradbook/graph/build.py and backward.py). */

import { apply, value } from "./autograd.js"
import { Mistake } from "./expression.js"
import { numeral } from "./numerals.js"
import { operand, passage, write } from "./notation.js"

/* Of operations, and of a tensor's entries. */
const [MOST, ENTRIES] = [80, 36]
const ATOM = 4

/* What each node keeps: an operand by its number, or the result. Products keep a factor where the other
   is tracked. */
const RESULT = "exp sqrt tanh sigmoid relu reciprocal".split(" ")
const INPUT = "sin cos log abs softplus".split(" ")
const keeps = (op, [a, b]) => {
  if (RESULT.includes(op)) return ["result"]
  if (INPUT.includes(op)) return [0]
  if (op === "pow") return typeof b.number === "number" ? [0] : typeof a.number === "number" ? [1, "result"] : [0, 1, "result"]
  if (op === "maximum" || op === "minimum") return [0, 1]
  if (op === "div") return b.tracked ? [0, 1] : [1]
  return ["mul", "mm", "mv", "dot"].includes(op) ? [...(b.tracked ? [0] : []), ...(a.tracked ? [1] : [])] : []
}

const gradFn = (op, [a, b]) => {
  const name = op[0].toUpperCase() + op.slice(1)
  if (op === "sub" && a.number !== undefined) return "RsubBackward1"
  if (op === "pow" && b.number === undefined) return a.number === undefined ? "PowBackward1" : "PowBackward2"
  return `${name}Backward0`
}

const dimensions = shape => (shape.length ? `[${shape.join(", ")}]` : "no dimension")

/* Whether shapes fit, as PyTorch asks. */
const fits = (op, at, shapes) => {
  const fail = why => {
    throw new Mistake(at, why)
  }
  const [a, b] = shapes
  if (op === "matmul") {
    if (!a.length || !b.length) fail("@ takes vectors and matrices. Numbers are multiplied by *.")
    if (a.length < b.length) fail("Here a matrix stands on the left of a vector: W @ x.")
    if (a.at(-1) !== b[0]) fail(`@ adds up products over a common side. The shapes are ${dimensions(a)} and ${dimensions(b)}: ${a.at(-1)} is not ${b[0]}.`)
  } else if (b) {
    const rank = Math.max(a.length, b.length)
    for (let axis = -rank; axis < 0; axis++) {
      const [left, right] = [a.at(axis) ?? 1, b.at(axis) ?? 1]
      if (left !== right && left !== 1 && right !== 1) fail(`Shapes ${dimensions(a)} and ${dimensions(b)} do not fit: ${left} entries meet ${right}.`)
    }
  }
}

/* What the reader's program computes: for each name and part a number, or a value with its history. */
export const evaluate = ({ statements, leaves, constants, given }, numbers) => {
  const known = new Map()
  const small = (count, at) => {
    if (count > ENTRIES) throw new Mistake(at, `The picture shows tensors of at most ${ENTRIES} numbers, and this has ${count}.`)
  }
  for (const [name, { numbers, from }] of given) small([numbers].flat(2).length, from)
  for (const name of leaves) known.set(name, { name, value: value(numbers[name], true), tracked: true, leaf: true })
  for (const name of constants) known.set(name, { name, value: value(given.get(name).numbers) })
  let count = 0
  const of = tree => {
    if ("number" in tree) return { number: tree.number }
    if (tree.name) return known.get(tree.name)
    return computed(tree.op, tree.at, tree.inputs.map(of))
  }
  const computed = (op, at, inputs) => {
    if (++count > MOST) throw new Mistake(at, `The picture holds ${MOST} operations, and here are more.`)
    const [a, b] = inputs
    // As Python's numbers meet tensors: 3 + x is x + 3, and 3 / x is (1/x) * 3.
    const front = a.number !== undefined
    if (front && (op === "add" || op === "mul")) return computed(op, at, [b, a])
    if (front && op === "div") return computed("mul", at, [computed("reciprocal", at, [b]), a])
    // Functions take tensors alone.
    const taken = op === "maximum" || op === "minimum" ? inputs.map(one => (one.value ? one : { value: value(one.number) })) : inputs
    const shapes = taken.map(one => one.value?.shape ?? [])
    fits(op, at, shapes)
    const kind = op !== "matmul" ? op : shapes[0].length < 2 ? "dot" : shapes[1].length < 2 ? "mv" : "mm"
    const made = apply(op, ...taken.map(one => one.value ?? one.number))
    small(made.data.length, at)
    return { op: kind, turn: count, inputs: taken, value: made, tracked: taken.some(one => one.tracked) }
  }
  for (const { name, tree } of statements) {
    const made = of(tree)
    made.name ??= name
    known.set(name, made)
  }
  const root = known.get(statements.at(-1).name)
  const { at } = statements.at(-1)
  if (!root.tracked) throw new Mistake(at, "Nothing here asks for a gradient: a leaf is a name without numbers, or with numbers alone, x = 2.0.")
  if (root.value.data.length > 1) {
    throw new Mistake(at, `${root.name} has shape ${dimensions(root.value.shape)}, and backward() starts at a number. End with sum(…) or mean(…).`)
  }
  return root
}

/* Nodes in the order of execution, arrows, and what `compute` of living.js wants of them. */
export const record = root => {
  const [nodes, edges, places, texts] = [[], [], new Map(), new Map()]
  const add = (made, node) => {
    places.set(made, nodes.length)
    nodes.push(node)
    texts.set(made, { text: node.name || node.text, rank: node.name ? ATOM : node.rank, tensor: made.value.shape.length > 0 })
  }
  const bare = made => made.number ?? (made.tracked || made.name || made.value.shape.length ? undefined : made.value.data[0])
  const said = made => (bare(made) === undefined ? texts.get(made) : operand(bare(made)))
  const kept = made => {
    if (bare(made) !== undefined) return numeral(bare(made))
    return made.tracked || made.name ? texts.get(made).text : made.value.shape.join("×")
  }
  const leaf = one => add(one, { name: one.name, text: one.name, kind: "leaf", data: nested(one.value), more: true, op: "AccumulateGrad" })
  const constant = one =>
    add(one, { name: one.name ?? "", text: one.name ?? "constant", rank: ATOM, kind: "constant", data: nested(one.value), more: "not tracked" })
  const operation = made => {
    const { op, inputs } = made
    const operands = inputs.map(said)
    const written = write(op, operands)
    const fn = gradFn(op, inputs)
    const saves = [...new Set(keeps(op, inputs).map(one => (one === "result" ? one : kept(inputs[one]))))]
    const target = nodes.length
    const data = inputs.map((one, at) => {
      if (bare(one) !== undefined) return [bare(one)]
      const how = one.tracked ? passage(op, at, operands, written, one.value.data.length, made.value.data.length) : null
      return edges.push({ ends: [places.get(one), 0, target], how }) - 1
    })
    const more = saves.length ? `${fn} saves ${saves.join(", ")}.` : ""
    const kind = ["mm", "mv", "dot"].includes(op) ? "matmul" : op
    add(made, { name: made.name ?? "", text: written.text, rank: written.rank, kind, data, more, op: fn, saves })
  }
  if (root.leaf) leaf(root)
  for (const made of history(root)) {
    made.inputs.forEach(one => one.leaf && !places.has(one) && leaf(one))
    made.inputs.forEach(one => !one.tracked && bare(one) === undefined && !places.has(one) && constant(one))
    operation(made)
  }
  const last = places.get(root)
  return {
    nodes,
    root: last,
    edges: edges.map(({ ends }) => ends),
    steps: [...nodes.map((_, at) => ["f", at, []]), ...backward(nodes, edges, last)],
    live: {
      nodes: nodes.map(({ name, text, kind, data, more }) => [name, text, kind, data, more]),
      edges: edges.map(({ how }) => how),
      seeds: [[last, root.name, nested({ ...root.value, data: [1] })]],
    },
  }
}

/* The operations behind a result, in the order in which they ran. */
const history = root => {
  const found = new Set()
  const visit = made => {
    if (!made.tracked || made.leaf || found.has(made)) return
    found.add(made)
    made.inputs.forEach(visit)
  }
  visit(root)
  return [...found].sort((a, b) => a.turn - b.turn)
}

const nested = ({ data, shape }) => {
  if (shape.length < 2) return shape.length ? data : data[0]
  return Array.from({ length: shape[0] }, (_, row) => data.slice(row * shape[1], (row + 1) * shape[1]))
}

/* The engine's order: a node is ready when all its uses have run; leaves come first, then the latest. */
const backward = (nodes, edges, root) => {
  const inputs = nodes.map((_, node) => edges.flatMap(({ ends, how }, at) => (how && ends[2] === node ? [at] : [])))
  const uses = nodes.map((_, node) => edges.filter(({ ends, how }) => how && ends[0] === node).length)
  const rank = node => (nodes[node].kind === "leaf" ? Infinity : node)
  const [ready, steps] = [[root], []]
  while (ready.length) {
    const node = ready.splice(ready.indexOf(ready.reduce((best, one) => (rank(one) > rank(best) ? one : best))), 1)[0]
    steps.push(["b", node, inputs[node]])
    for (const edge of inputs[node]) {
      const source = edges[edge].ends[0]
      if (--uses[source] === 0) ready.push(source)
    }
  }
  return steps
}
