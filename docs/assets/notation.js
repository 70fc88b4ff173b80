/* Operations in mathematical notation, as src/gradbook/graph/notation.py and formulas.py write them. */

import { raised } from "./autograd.js"
import { numeral } from "./numerals.js"

const [SUM, PRODUCT, POWER, ATOM] = [1, 2, 3, 4]
const LONGEST = 17
const REST = "…"

/* For each operation its notation, how strongly that binds, how strongly its operands have to, its
   derivatives, and what happens to a tensor's gradient where no derivative says it. */
const row = (notation, rank = ATOM, needs = [], partials = [], how = []) => ({ notation, rank, needs, partials, how })
const named = (notation, partial) => row(notation, ATOM, [], [partial])
const FORMS = {
  add: row("{0} + {1}", SUM, [SUM, SUM], ["1", "1"]),
  sub: row("{0} − {1}", SUM, [SUM, PRODUCT], ["1", "−1"]),
  mul: row("", PRODUCT, [], ["{1}", "{0}"]),
  div: row("{0}/{1}", PRODUCT, [PRODUCT, POWER], ["1/{1}", "−{0}/{1}²"]),
  pow: row("", POWER, [], ["", "ln({0})·{out}"]),
  neg: row("−{0}", PRODUCT, [PRODUCT], ["−1"]),
  reciprocal: row("1/{0}", PRODUCT, [POWER], ["−1/{0}²"]),
  exp: named("exp({0})", "exp({0})"),
  log: named("ln({0})", "1/{0}"),
  sqrt: row("√{0}", POWER, [ATOM], ["1/(2√{0})"]),
  sin: named("sin({0})", "cos({0})"),
  cos: named("cos({0})", "−sin({0})"),
  tanh: named("tanh({0})", "1 − {out}²"),
  sigmoid: named("σ({0})", "{out}·(1 − {out})"),
  relu: named("relu({0})", "[{0} > 0]"),
  abs: named("|{0}|", "sign({0})"),
  softplus: named("softplus({0})", "σ({0})"),
  maximum: row("max({0}, {1})", ATOM, [], ["[{0} > {1}]", "[{1} > {0}]"]),
  minimum: row("min({0}, {1})", ATOM, [], ["[{0} < {1}]", "[{1} < {0}]"]),
  sum: row("sum({0})", ATOM, [], ["1"], ["copied to all"]),
  mean: row("mean({0})", ATOM, [], ["1/{n}"], ["× 1/{n}"]),
  mm: row("{0} @ {1}", PRODUCT, [PRODUCT, POWER], [], ["@ {1}ᵀ", "{0}ᵀ @"]),
  mv: row("{0} @ {1}", PRODUCT, [PRODUCT, POWER], [], ["⊗ {1}", "{0}ᵀ @"]),
  dot: row("{0} @ {1}", PRODUCT, [PRODUCT, POWER], [], ["× {1}", "× {0}"]),
}

const filled = (pattern, texts, more) => pattern.replace(/\{(\w+)\}/g, (_, name) => texts[name] ?? more[name])
const fit = ({ text, rank }, needed = 0) => (rank >= needed ? text : `(${text})`)
const decimal = text => /^−?\d+(\.\d+)?$/.test(text)
const plain = text => /^(−?\d*(\.\d+)?)?([a-zα-ω][⁰¹²³⁴⁵⁶⁷⁸⁹]*)+$/.test(text) && !/[a-z]{3}/.test(text)

/* A number as an operand: with six digits. */
const digits = number => {
  const size = Math.abs(number)
  return size >= 1e-4 && size < 1e5 ? String(Number(number.toPrecision(6))).replace("-", "−") : numeral(number)
}
export const operand = number => ({ text: digits(number), rank: ATOM, tensor: false })

/* The notation of an operation; of a long one the longest operands are left out. */
export const write = (op, operands) => {
  for (let given = operands; ; ) {
    const made = { ...once(op, given) }
    const longest = given.reduce((most, one) => (one.text.length > most.text.length ? one : most))
    if (made.text.length <= LONGEST || longest.text.length <= 3) return made
    given = given.map(one => (one.text === longest.text ? { ...one, text: REST, rank: ATOM } : one))
  }
}

const once = (op, operands) => {
  if (op === "mul") return product(...operands)
  if (op === "pow") return power(...operands)
  const { notation, rank, needs } = FORMS[op]
  return { text: filled(notation, operands.map((one, at) => fit(one, needs[at]))), rank }
}

/* 2x, 1·x, xy, x·loss, x ⊙ y: as close together as can be read. */
const product = (left, right) => {
  const [first, second] = decimal(right.text) && !decimal(left.text) ? [right, left] : [left, right]
  const [a, b] = [fit(first, PRODUCT), fit(second, PRODUCT)]
  const touching = decimal(a) ? a !== "1" && !/^[\d…]/.test(b) : plain(a) && plain(b) && a !== b
  const text = left.tensor && right.tensor ? `${a} ⊙ ${b}` : a === "−1" ? `−${b}` : a + (touching ? "" : "·") + b
  return { text, rank: PRODUCT }
}

/* x², x^0.5, 2^x. */
const power = (base, exponent) => {
  if (exponent.text === "1") return base
  const up = /^−?\d+$/.test(exponent.text) ? raised(exponent.text) : `^${fit(exponent, ATOM)}`
  return { text: fit(base, ATOM) + up, rank: POWER }
}

const powerRule = (base, exponent) => {
  if (!decimal(exponent.text)) return `${fit(exponent, PRODUCT)}·${fit(base, ATOM)}^(${exponent.text} − 1)`
  const lower = Number(exponent.text.replace("−", "-")) - 1
  return product(exponent, lower ? power(base, operand(lower)) : operand(1)).text
}

/* What stands for an arrow: the derivative of an operation by one operand, and what happens to a
   gradient on the way. `into` and `outof` count the entries of the operand and of the result. */
export const passage = (op, at, operands, out, into, outof) => {
  const { partials, how } = FORMS[op]
  const n = Math.floor(into / Math.max(outof, 1))
  const needed = ["div", "reciprocal", "sqrt"].includes(op) ? POWER : PRODUCT
  const texts = operands.map(one => fit(one, needed))
  const symbol = op === "pow" && !at ? powerRule(...operands) : filled(partials[at] ?? "", texts, { out: fit(out, ATOM), n })
  const words = how[at] ? filled(how[at], operands.map(one => fit(one, ATOM)), { n }) : slope(symbol)
  return [symbol.includes(REST) ? "" : symbol, words + (symbol && into < outof ? ", summed" : "")]
}

const slope = symbol => {
  if (symbol.includes(REST) || symbol.length > LONGEST) return "× slope"
  return / [+−] /.test(symbol.replace(/\([^()]*\)/g, "")) ? `× (${symbol})` : `× ${symbol}`
}
