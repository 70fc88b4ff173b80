/* The program of a playground as PyTorch runs it, and what it prints. */

import { program, tensor, written } from "./expression.js"

/* JavaScript prints −0 as 0. */
const minus = number => (Object.is(number, -0) ? "-" : "")
const exponent = number => minus(number) + number.toExponential(4).replace(/e([+-])(\d)$/, "e$10$2")
/* Of a tie Python takes the even digit, JavaScript the larger one. */
const fixed = number => {
  const whole = Math.trunc(number * 1e4)
  const tie = Math.abs((number * 1e4) % 1) === 0.5
  return minus(number) + (tie && whole % 2 === 0 ? whole / 1e4 : number).toFixed(4)
}
const odd = number => String(number).replace("Infinity", "inf").replace("NaN", "nan")

/* The entries as torch prints them, all in one manner and as wide as the widest that is a number but 0. */
const entries = data => {
  const sizes = data.map(Math.abs).filter(size => size && size !== Infinity && size === size)
  const [most, least] = [Math.max(...sizes), Math.min(...sizes)]
  const whole = sizes.every(Number.isInteger)
  const far = sizes.length > 0 && (most / least > 1000 || most > 1e8 || (!whole && least < 1e-4))
  const texts = data.map(number => {
    if (!Number.isFinite(number)) return odd(number)
    if (far) return exponent(number)
    return whole ? `${minus(number)}${number.toFixed(0)}.` : fixed(number)
  })
  const width = Math.max(1, ...texts.filter((_, at) => data[at] && Number.isFinite(data[at])).map(text => text.length))
  return texts.map(text => text.padStart(width))
}

/* tensor([1.0000, 0.5000]), in float32. */
export const printed = ({ data, shape }, more = "") => {
  const texts = entries(data.map(Math.fround))
  const row = from => `[${texts.slice(from, from + shape.at(-1)).join(", ")}]`
  if (!shape.length) return `tensor(${texts[0]}${more})`
  if (shape.length === 1) return `tensor(${row(0)}${more})`
  return `tensor([${Array.from({ length: shape[0] }, (_, at) => row(at * shape[1])).join(",\n        ")}]${more})`
}

const said = (call, text) => `print(${call})\n${text.replace(/^/gm, "# ")}`

/* Once forward and back. `nodes` are those of the state, with values and gradients. */
export const once = (read, numbers, { root, nodes }, fn) => {
  const leaves = nodes.filter(({ kind }) => kind === "leaf")
  const result = nodes[root].kind === "leaf" ? ", requires_grad=True" : `, grad_fn=<${fn}>`
  return [
    "import torch\n",
    ...program(read, numbers),
    said(nodes[root].name, printed(nodes[root].value, result)),
    ...leaves.map(({ name, value }) => said(`${name}.grad`, printed({ data: value.grad, shape: value.shape }))),
  ].join("\n")
}

/* Several steps of gradient descent. */
export const descent = ({ statements, ...read }, numbers, { nodes }, rate, count) => {
  const names = nodes.filter(({ kind }) => kind === "leaf").map(({ name }) => name)
  const lines = program({ ...read, statements }, numbers)
  const leaves = lines.slice(0, -statements.length - 1)
  const after = names.map(name => nodes.find(node => node.name === name && node.kind === "leaf"))
  return [
    "import torch\n",
    ...leaves,
    `for step in range(${count}):`,
    ...statements.map(({ name, tree }) => `    ${name} = ${written(tree)}`),
    `    ${statements.at(-1).name}.backward()`,
    "    with torch.no_grad():",
    ...names.flatMap(name => [`        ${name} -= ${tensor(rate)} * ${name}.grad`, `        ${name}.grad = None`]),
    ...after.map(({ name, value }) => said(name, printed(value, ", requires_grad=True"))),
  ].join("\n")
}
