/* Reverse-mode automatic differentiation for the graphs of this site. A value holds its entries in one
   flat list, with a shape; an operation is one row: its value, what a gradient becomes on the way to each
   input, and how it is said with numbers. At kinks, ties and infinities the rows do what torch does. */

export const bracketed = text => (text.startsWith("−") ? `(${text})` : text)
export const raised = text => text.replace(/./g, digit => "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"["0123456789−".indexOf(digit)])
const call = name => (...texts) => `${name}(${texts.join(", ")})`
const sign = a => (a > 0) - (a < 0)

/* C's pow: JavaScript's makes NaN of 1 to the power NaN and of ±1 to the power ∞. */
const power = (a, b) => (a === 1 || (a === -1 && Math.abs(b) === Infinity) ? 1 : a ** b)
/* A number in the exponent: torch takes roots by sqrt, which differs at −0 and −∞. */
const powerNumber = (a, b) => (b === 0.5 ? Math.sqrt(a) : b === -0.5 ? 1 / Math.sqrt(a) : power(a, b))
const powerRule = raise => (g, a, b) => (b === 0 ? 0 : g * (b * raise(a, b - 1)))
const exponentRule = (g, a, b, y) => g * (a === 0 && b >= 0 ? 0 : y * Math.log(a))
const saidPower = (a, b) => (b === "1" ? a : bracketed(a) + (/^−?\d+$/.test(b) ? raised(b) : `^${bracketed(b)}`))

/* The larger (or smaller) of two: the first of equals, and NaN where one is; equals share the gradient. */
const extreme = after => ({
  forward: (a, b) => (a !== a ? a : b !== b || after(a, b) ? b : a),
  vjp: [(g, a, b) => (after(a, b) ? 0 : a === b ? g / 2 : g), (g, a, b) => (after(b, a) ? 0 : a === b ? g / 2 : g)],
})

/* Entry by entry, with broadcasting. `vjp` has one function for each input: of the gradient that comes,
   the inputs, and the result. */
const ENTRYWISE = {
  add: { forward: (a, b) => a + b, vjp: [g => g, g => g], said: (a, b) => `${bracketed(a)} + ${bracketed(b)}` },
  sub: { forward: (a, b) => a - b, vjp: [g => g, g => -g], said: (a, b) => `${bracketed(a)} − ${bracketed(b)}` },
  mul: { forward: (a, b) => a * b, vjp: [(g, a, b) => g * b, (g, a) => g * a], said: (a, b) => `${bracketed(a)} × ${bracketed(b)}` },
  div: { forward: (a, b) => a / b, vjp: [(g, a, b) => g / b, (g, a, b) => -g * (a / b / b)], said: (a, b) => `${bracketed(a)}/${bracketed(b)}` },
  pow: { forward: power, vjp: [powerRule(power), exponentRule], said: saidPower },
  pow_number: { forward: powerNumber, vjp: [powerRule(powerNumber)], said: saidPower },
  neg: { forward: a => -a, vjp: [g => -g], said: a => `−${bracketed(a)}` },
  reciprocal: { forward: a => 1 / a, vjp: [(g, a, y) => -g * (y * y)], said: a => `1/${bracketed(a)}` },
  exp: { forward: Math.exp, vjp: [(g, a, y) => g * y], said: call("exp") },
  log: { forward: Math.log, vjp: [(g, a) => g / a], said: call("ln") },
  sqrt: { forward: Math.sqrt, vjp: [(g, a, y) => g / (2 * y)], said: a => `√${bracketed(a)}` },
  sin: { forward: Math.sin, vjp: [(g, a) => g * Math.cos(a)], said: call("sin") },
  cos: { forward: Math.cos, vjp: [(g, a) => g * -Math.sin(a)], said: call("cos") },
  tanh: { forward: Math.tanh, vjp: [(g, a, y) => g * (1 - y * y)], said: call("tanh") },
  sigmoid: { forward: a => 1 / (1 + Math.exp(-a)), vjp: [(g, a, y) => g * (1 - y) * y], said: call("σ") },
  relu: { forward: a => (a < 0 ? 0 : a), vjp: [(g, a, y) => (y <= 0 ? 0 : g)], said: call("relu") },
  abs: { forward: Math.abs, vjp: [(g, a) => g * sign(a)], said: a => `|${a}|` },
  softplus: {
    forward: a => (a > 20 ? a : Math.log1p(Math.exp(a))),
    vjp: [(g, a) => (a > 20 ? g : g * (Math.exp(a) / (Math.exp(a) + 1)))],
    said: call("softplus"),
  },
  maximum: { ...extreme((a, b) => a < b), said: call("max") },
  minimum: { ...extreme((a, b) => a > b), said: call("min") },
}

const size = shape => shape.reduce((product, side) => product * side, 1)
const total = data => data.reduce((sum, entry) => sum + entry, 0)
const sides = (a, b) => [a.shape.length > 1 ? a.shape[0] : 1, a.shape.at(-1), b.shape.length > 1 ? b.shape[1] : 1]
const product = (rows, inner, columns, left, right) =>
  Array.from({ length: rows * columns }, (_, at) => {
    const [row, column] = [Math.floor(at / columns), at % columns]
    return total(Array.from({ length: inner }, (_, k) => left(row, k) * right(k, column)))
  })

/* Of whole tensors: of values in, a list of entries out. */
const WHOLE = {
  sum: { shape: () => [], forward: a => [total(a.data)], vjp: [([g], a) => a.data.map(() => g)], said: call("sum") },
  mean: {
    shape: () => [],
    forward: a => [total(a.data) / a.data.length],
    vjp: [([g], a) => a.data.map(() => g / a.data.length)],
    said: call("mean"),
  },
  matmul: {
    shape: (a, b) => [...a.shape.slice(0, -1), ...b.shape.slice(1)],
    forward(a, b) {
      const [n, k, m] = sides(a, b)
      return product(n, k, m, (i, j) => a.data[i * k + j], (i, j) => b.data[i * m + j])
    },
    vjp: [
      (g, a, b) => {
        const [n, k, m] = sides(a, b)
        return product(n, m, k, (i, j) => g[i * m + j], (i, j) => b.data[j * m + i])
      },
      (g, a, b) => {
        const [n, k, m] = sides(a, b)
        return product(k, n, m, (i, j) => a.data[j * k + i], (i, j) => g[i * m + j])
      },
    ],
  },
}

/* A number or nested lists of numbers; a leaf is one that gradients are wanted for. */
export const value = (numbers, leaf = false) => {
  const shape = []
  for (let part = numbers; Array.isArray(part); part = part[0]) shape.push(part.length)
  return { op: "", inputs: [], data: [numbers].flat(Infinity), shape, tracked: leaf }
}

/* The value of an operation; plain numbers may stand among its inputs. */
export const apply = (op, ...operands) => {
  const name = op === "pow" && typeof operands[1] === "number" ? "pow_number" : op
  const inputs = operands.map(operand => (typeof operand === "number" ? value(operand) : operand))
  const made = { op: name, inputs, tracked: inputs.some(input => input.tracked) }
  if (WHOLE[name]) return { ...made, shape: WHOLE[name].shape(...inputs), data: WHOLE[name].forward(...inputs) }
  const shape = broadcast(inputs.map(input => input.shape))
  const places = inputs.map(input => spread(input.shape, shape))
  const { forward } = ENTRYWISE[name]
  const data = Array.from({ length: size(shape) }, (_, at) => forward(...inputs.map((input, n) => input.data[places[n][at]])))
  return { ...made, shape, data, places }
}

/* The gradient of a root at every value that it depends on, as .grad, beginning with `seed` or ones; each
   operation keeps what it passes to each input as .flows. With a mistake, its `nodes` follow its `vjp`. */
export const backward = (root, seed = root.data.map(() => 1), mistake) => {
  const order = sorted(root)
  for (const node of order) node.grad = null
  root.grad = seed
  for (const node of order.reverse()) {
    node.flows = node.inputs.map((input, n) => (input.tracked ? flow(node, n, node.grad, mistake) : null))
    node.inputs.forEach((input, n) => {
      if (input.tracked) input.grad = input.grad ? input.grad.map((entry, at) => entry + node.flows[n][at]) : node.flows[n]
    })
  }
}

/* The derivative of a number by one of its inputs, another number; null for other shapes. */
export const local = (node, n) => (node.data.length === 1 && node.inputs[n].data.length === 1 ? flow(node, n, [1])[0] : null)

/* An operation with texts for its operands: 2 × 3. Nothing where it is not said with numbers. */
export const said = (op, texts) => (ENTRYWISE[op] ?? WHOLE[op]).said?.(...texts) ?? ""

const flow = (node, n, gradient, mistake) => {
  const { op, inputs, data, places } = node
  const { vjp } = mistake?.nodes.includes(node) ? mistake : WHOLE[op] ?? ENTRYWISE[op]
  if (WHOLE[op]) return vjp[n](gradient, ...inputs)
  const sums = inputs[n].data.map(() => null)
  gradient.forEach((g, at) => {
    const part = vjp[n](g, ...inputs.map((input, k) => input.data[places[k][at]]), data[at])
    const place = places[n][at]
    sums[place] = sums[place] === null ? part : sums[place] + part
  })
  return sums
}

/* Every tracked value before those that use it. */
export const sorted = root => {
  const [order, seen] = [[], new Set()]
  const visit = node => {
    if (seen.has(node) || !node.tracked) return
    seen.add(node)
    node.inputs.forEach(visit)
    order.push(node)
  }
  visit(root)
  return order
}

const broadcast = shapes => {
  const rank = Math.max(...shapes.map(shape => shape.length))
  return Array.from({ length: rank }, (_, axis) => Math.max(...shapes.map(shape => shape.at(axis - rank) ?? 1)))
}

/* For each entry of a large shape, the place of the entry that stands there when `shape` is spread. */
const spread = (shape, large) =>
  Array.from({ length: size(large) }, (_, at) => {
    let [place, step, rest] = [0, 1, at]
    for (let axis = 1; axis <= large.length; axis++) {
      const [here, side] = [rest % large.at(-axis), shape.at(-axis) ?? 1]
      rest = Math.floor(rest / large.at(-axis))
      if (side > 1) place += here * step
      step *= side
    }
    return place
  })
