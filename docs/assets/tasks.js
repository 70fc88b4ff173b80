/* Endless small graphs: a task is a program, a question and its answer; and what each common mistake gives. */

import { backward, local, sorted } from "./autograd.js"
import { compute, parse, program } from "./expression.js"

/* Random numbers that a seed repeats (Tommy Ettinger's mulberry32). */
export const random = seed => {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const whole = (low, high) => low + Math.floor(next() * (high - low + 1))
  const of = list => list[whole(0, list.length - 1)]
  const other = (low, high) => of([...Array(high - low + 1).keys()].map(n => n + low).filter(n => n))
  return { whole, of, other }
}

/* From one value to the next, as a chain has it. */
const link = ({ whole, of }, name) =>
  of([`${whole(2, 4)} * ${name}`, `${name} + ${whole(1, 5)}`, `${name} - ${whole(1, 5)}`, `${whole(1, 6)} - ${name}`, `${name} ** 2`, `-${name}`])

const vector = ({ other }, length) => Array.from({ length }, () => other(-3, 4))

/* The text of a task of each level, and values of its leaves. */
const LEVELS = {
  1: r => ({
    text: `u = ${link(r, "x")}\nv = ${link(r, "u")}\ny = ${link(r, "v")}`,
    numbers: { x: r.other(-3, 4) },
  }),
  2: r => ({
    text: `u = ${r.of([`${r.whole(2, 4)} * a`, `a + ${r.whole(1, 4)}`, "a ** 2"])}\nv = ${r.of([`b - ${r.whole(1, 4)}`, `${r.whole(2, 4)} * b`, "-b"])}\ny = u * v`,
    numbers: { a: r.other(-3, 4), b: r.other(-3, 4) },
  }),
  3: r => ({
    text: r.of([
      `u = ${r.whole(2, 4)} * x\ny = u * x`,
      `u = x ** 2\ny = u + ${r.whole(2, 5)} * x`,
      `u = x + ${r.whole(1, 4)}\ny = u * x`,
      `u = x * w\ny = u + ${r.whole(2, 5)} * x`,
      `u = ${r.whole(2, 4)} * x\ny = u - x ** 2`,
    ]),
    numbers: { x: r.other(-3, 4), w: r.other(-3, 4) },
  }),
  4: r => ({
    text: `u = ${r.of([`${r.whole(2, 3)} * x`, `x + ${r.whole(1, 3)}`])}\nv = u + ${r.whole(1, 4)}\nw = ${r.of([`${r.whole(2, 4)} * u`, `${r.whole(2, 6)} - u`])}\ny = v * w`,
    numbers: { x: r.other(-2, 3) },
  }),
  5: r => ({
    text: r.of([
      `u = x - ${r.whole(1, 3)}\nv = relu(u)\ny = ${r.whole(2, 4)} * v + ${r.whole(2, 4)} * x`,
      `u = ${r.whole(2, 3)} * x\ny = maximum(u, ${r.whole(-3, 6)}) * x`,
      `u = relu(x)\nv = relu(-x)\ny = ${r.whole(2, 4)} * u + ${r.whole(2, 5)} * v`,
      `u = abs(x)\ny = u * ${r.whole(2, 4)} + x ** 2`,
    ]),
    numbers: { x: r.other(-4, 4) },
  }),
  6: r => {
    const n = r.of([2, 3, 4])
    return r.of([
      () => ({ text: "y = sum(x * b)", numbers: { x: vector(r, n), b: r.other(-3, 4) } }),
      () => ({ text: `u = x + b\ny = sum(u ** 2)`, numbers: { x: vector(r, n), b: r.other(-3, 4) } }),
      () => ({ text: `u = ${n} * x\ny = mean(u * b)`, numbers: { x: vector(r, n), b: r.other(-3, 4) } }),
      () => ({ text: "u = W @ x\ny = sum(u)", numbers: { W: [vector(r, 2), vector(r, 2)], x: vector(r, 2) } }),
      () => ({ text: `u = W @ x\ny = sum(${r.whole(2, 3)} * u)`, numbers: { W: [vector(r, 2), vector(r, 2)], x: vector(r, 2) } }),
    ])()
  },
}

export const LAST_COMPUTED = Object.keys(LEVELS).length

/* Entry [0, 1] of a gradient, as it is asked for. */
const entryOf = (shape, at) => shape.map((side, axis) => Math.floor(at / shape.slice(axis + 1).reduce((a, b) => a * b, 1)) % side)

export const task = (level, seed, number) => {
  for (let again = 0; ; again++) {
    const r = random(seed * 7919 + level * 104729 + number * 1299709 + again * 15485863)
    const { text, numbers } = LEVELS[level](r)
    const read = parse(text)
    const leaf = r.of(read.leaves)
    const { root, values } = compute(read, numbers)
    backward(root)
    const { grad, shape } = values[leaf]
    const at = r.whole(0, grad.length - 1)
    if (Math.abs(grad[at]) > 200 || (!grad[at] && level < 5)) continue
    const asked = shape.length ? `${leaf}.grad[${entryOf(shape, at).join(", ")}]` : `${leaf}.grad`
    return { level, read, numbers, leaf, at, asked, answer: grad[at], lines: program(read, numbers) }
  }
}

/* Rules that people have in mind, in the place of an operation's own. */
const WRONG_RULES = [
  ["mul", [(g, a) => g * a, (g, a, b) => g * b], "In a product each factor is multiplied by the other factor, not by itself."],
  ["mul", [g => g, g => g], "A product multiplies what flows back by the other factor. Here it was passed on as it is."],
  ["pow_number", [(g, a, b) => g * a ** (b - 1)], "The exponent comes down as a factor: the derivative of u² is 2u."],
  ["pow_number", [(g, a, b) => g * b], "The exponent came down, and the base was lost: the derivative of u² is 2u."],
  ["pow_number", [(g, a, b) => g * b * a ** b], "The exponent goes down by one: the derivative of u² is 2u."],
  ["pow_number", [(g, a, b) => g * a ** b], "That takes the value of the power in the place of its derivative, 2u."],
  ["sub", [g => g, g => g], "A minus turns the sign of what flows back through it."],
  ["neg", [g => g], "A minus turns the sign of what flows back through it."],
  ["add", [(g, a) => g * a, (g, a, b) => g * b], "A sum passes on what arrives as it is: its derivative is 1."],
  ["relu", [g => g], "relu passes nothing on where its input is below zero."],
  ["relu", [() => 0], "relu passes on what arrives where its input is above zero."],
  ["abs", [g => g], "The derivative of the absolute value is −1 where its input is below zero."],
  ["maximum", [g => g, g => g], "The maximum passes what arrives to the larger one alone."],
  ["maximum", [() => 0, g => g], "The maximum passes what arrives to the larger one, and nothing to the other."],
  ["mean", [([g], a) => a.data.map(() => g)], "The mean divides by the number of entries, and so does its derivative."],
  ["sum", [([g], a) => a.data.map(() => g / a.data.length)], "A sum does not divide: each entry gets what arrives."],
]

/* Each of them at each operation of its kind, and at all of these. */
const wrongSteps = root =>
  WRONG_RULES.flatMap(([op, vjp, said]) => {
    const nodes = sorted(root).filter(node => node.op === op)
    const places = nodes.length > 1 ? [...nodes.map(node => [node]), nodes] : nodes.map(node => [node])
    return places.map(place => [{ nodes: place, vjp }, said])
  })

/* What comes along each path from a number to the root: the product of the derivatives on it. */
const paths = (root, leaf) => {
  const along = node => {
    if (node === leaf) return [1]
    return node.inputs.flatMap((input, n) => (input.tracked ? along(input).map(part => part * local(node, n)) : []))
  }
  return along(root)
}

/* The number that each common mistake gives for a task, and what to say of it. */
export const mistakes = ({ read, numbers, leaf, at, answer }) => {
  const { root, values } = compute(read, numbers)
  const gradient = mistake => {
    backward(root, undefined, mistake)
    return values[leaf].grad[at]
  }
  const entries = Math.max(...read.leaves.map(name => values[name].data.length))
  const parts = entries === 1 ? paths(root, values[leaf]) : []
  const found = [
    ...(parts.length > 1 ? forked(parts, leaf) : []),
    ...(entries > 1 && !values[leaf].shape.length
      ? [[answer / entries, `${leaf} is used for each of the ${entries} entries. What comes back from them is added.`]]
      : []),
    [-answer, "The size is right, the sign is not."],
    ...wrongSteps(root).map(([mistake, said]) => [gradient(mistake), said]),
    [root.data[0], "That is the value of y, not a gradient."],
    [values[leaf].data[at], `That is the value of ${leaf}, not its gradient.`],
    [0, "Something does flow back to it: follow the path from y."],
  ]
  return found.filter(([number]) => number !== answer && Number.isFinite(number))
}

const forked = (parts, leaf) => [
  ...parts.map(part => [part, `${parts.length} paths lead from ${leaf} to y. That is what comes along one of them; the parts are added.`]),
  [parts.reduce((a, b) => a * b), "What comes along several paths is added, not multiplied."],
]

/* What to say of a number that is not the answer; nothing where it is. */
export const reason = (asked, number) => {
  if (number === asked.answer) return ""
  const known = mistakes(asked).find(([wrong]) => wrong === number)
  return known ? known[1] : "Go back from y one operation at a time, and multiply by each derivative on the way."
}

/* The backward pass in lines, from the result to what was asked. */
export const way = ({ read, numbers, leaf, asked, answer }) => {
  const { root, values } = compute(read, numbers)
  backward(root)
  const lines = read.statements.map(({ name }) => name).reverse().map(name => {
    const { data, grad } = values[name]
    return `${name} = ${list(data)}; the gradient that arrives at ${name} is ${list(grad ?? [0])}`
  })
  return [...lines, `at ${leaf} it is ${list(values[leaf].grad)}, so ${asked} is ${answer}`]
}

const list = numbers => (numbers.length === 1 ? String(numbers[0]) : `[${numbers.join(", ")}]`)
