/* Expressions as Python writes them: read into a tree, computed with autograd.js, written as PyTorch. */

import { apply, value } from "./autograd.js"

const BINARY = { "+": "add", "-": "sub", "*": "mul", "/": "div", "**": "pow", "@": "matmul" }
const ONE = ["exp", "log", "sqrt", "sin", "cos", "tanh", "sigmoid", "relu", "abs", "softplus", "sum", "mean"]
const ARITY = { ...Object.fromEntries(ONE.map(name => [name, 1])), maximum: 2, minimum: 2 }
/* The name of a result that has none. */
const RESULTS = ["y", "result", "out", "last"]
const TOKEN = /[^\S\n]*(?:(\d+\.?\d*(?:e[+-]?\d+)?|\.\d+)|((?:torch\.|F\.)?[A-Za-z_]\w*)|(\*\*|[-+*/@(),=;\n]))/y

/* What is wrong with an expression, and at which character. */
export class Mistake extends Error {
  constructor(at, message) {
    super(message)
    this.at = at
  }
}

const tokens = text => {
  const found = []
  TOKEN.lastIndex = 0
  while (/\S/.test(text.slice(TOKEN.lastIndex))) {
    const from = TOKEN.lastIndex
    const match = TOKEN.exec(text)
    if (!match) throw unknown(text, from + /\S/.exec(text.slice(from)).index)
    const [all, number, name, sign] = match
    const at = TOKEN.lastIndex - (number ?? name ?? sign).length
    found.push({ at, number, name: name?.replace(/^(torch|F)\./, ""), sign: sign === "\n" ? ";" : sign, text: all.trim() })
  }
  return [...found, { at: text.length, end: true, text: "the end" }]
}

const unknown = (text, at) =>
  text[at] === "^"
    ? new Mistake(at, "A power is written **, not ^.")
    : new Mistake(at, `${text[at]} is not known here. Expected a number, a name, or one of + - * / ** ( ).`)

/* Statements `name = expression`, one a line or parted by semicolons; the last one is the result. */
export const parse = text => {
  const list = tokens(text)
  let place = 0
  const made = new Set()
  const leaves = []
  const taken = name => made.has(name) || leaves.includes(name)
  const peek = () => list[place]
  const take = sign => (peek().sign === sign ? list[place++] : null)
  const need = (sign, what) => take(sign) ?? fail(`Expected ${what} before ${peek().text}.`)
  const fail = message => {
    throw new Mistake(peek().at, message)
  }

  const statement = () => {
    const [first, second] = [list[place], list[place + 1]]
    const named = first.name && second?.sign === "="
    if (named) place += 2
    if (named && first.name in ARITY) throw new Mistake(first.at, `${first.name} is a function. Choose another name for the result.`)
    if (named && taken(first.name)) throw new Mistake(first.at, `${first.name} has a value already. Choose a new name.`)
    const tree = sum()
    const name = named ? first.name : RESULTS.find(result => !taken(result))
    made.add(name)
    return { name, tree }
  }
  const sum = () => chain(term, "+", "-")
  const term = () => chain(signed, "*", "/", "@")
  const chain = (operand, ...signs) => {
    let left = operand()
    for (let sign; (sign = signs.find(take)); ) left = { op: BINARY[sign], inputs: [left, operand()] }
    return left
  }
  const signed = () => {
    if (take("-")) return negative(signed())
    take("+")
    return power()
  }
  const power = () => {
    const base = atom()
    return take("**") ? { op: "pow", inputs: [base, signed()] } : base
  }
  const atom = () => {
    const token = list[place++]
    if (token.number) return juxtaposed(token, { number: Number(token.number) })
    if (token.name) return peek().sign === "(" ? called(token) : juxtaposed(token, named(token))
    place--
    if (!take("(")) fail(`Expected a number or a name before ${token.text === ";" ? "the end of the line" : token.text}.`)
    const inner = sum()
    need(")", "a closing bracket")
    return inner
  }
  /* 2x and 2(x + 1): a sign is missing. */
  const juxtaposed = (token, tree) => {
    const next = peek()
    if (next.number || next.name || next.sign === "(")
      fail(`Between ${token.text} and ${next.text} a sign is missing. A product is written ${token.text} * ${next.text}.`)
    return tree
  }
  const named = ({ name, at }) => {
    if (name in ARITY) throw new Mistake(at, `${name} is a function: write ${name}(x).`)
    if (!taken(name)) leaves.push(name)
    return { name }
  }
  const called = ({ name, at }) => {
    if (!(name in ARITY)) throw new Mistake(at, `No function is called ${name} here. There are ${Object.keys(ARITY).join(", ")}.`)
    need("(", "an opening bracket")
    const inputs = [sum()]
    while (take(",")) inputs.push(sum())
    need(")", "a closing bracket")
    if (inputs.length !== ARITY[name]) throw new Mistake(at, `${name} takes ${ARITY[name]} ${ARITY[name] === 1 ? "value" : "values"}, not ${inputs.length}.`)
    return { op: name, inputs }
  }

  const statements = []
  while (!peek().end) {
    if (take(";")) continue
    statements.push(statement())
    if (!peek().end && !take(";")) fail(`Expected a sign such as + or * before ${peek().text}.`)
  }
  if (!statements.length) throw new Mistake(0, "Write an expression, such as (3 * x + 1) ** 2.")
  return { statements, leaves }
}

const negative = tree => ("number" in tree ? { number: -tree.number } : { op: "neg", inputs: [tree] })

/* The program with numbers for its leaves: the result, and the value of each name. */
export const compute = ({ statements, leaves }, numbers) => {
  const values = Object.fromEntries(leaves.map(name => [name, value(numbers[name], true)]))
  const of = tree => {
    if ("number" in tree) return tree.number
    if (tree.name) return values[tree.name]
    const inputs = tree.inputs.map(of)
    const made = apply(tree.op, ...inputs)
    return inputs.every(input => typeof input === "number") ? made.data[0] : made
  }
  for (const { name, tree } of statements) {
    const made = of(tree)
    values[name] = typeof made === "number" ? value(made) : made
  }
  return { root: values[statements.at(-1).name], values }
}

const RANK = { add: 1, sub: 1, mul: 2, div: 2, matmul: 2, neg: 3, pow: 4 }
const SIGN = Object.fromEntries(Object.entries(BINARY).map(([sign, op]) => [op, op === "pow" ? sign : ` ${sign} `]))
const FUNCTION = { softplus: "torch.nn.functional.softplus" }

/* A tree as PyTorch has it: torch.exp(2 * x). */
export const written = tree => {
  if ("number" in tree) return String(tree.number)
  if (tree.name) return tree.name
  const { op, inputs } = tree
  if (op === "neg") return `-${wrapped(inputs[0], 3)}`
  if (op === "pow") return `${wrapped(inputs[0], 5)}**${wrapped(inputs[1], 3)}`
  if (SIGN[op]) return wrapped(inputs[0], RANK[op]) + SIGN[op] + wrapped(inputs[1], RANK[op] + 1)
  const operands = inputs.map(input => (inputs.length > 1 && "number" in input ? `torch.tensor(${decimal(input.number)})` : written(input)))
  return `${FUNCTION[op] ?? `torch.${op}`}(${operands.join(", ")})`
}

const wrapped = (tree, rank) => {
  const loose = tree.number < 0 ? 3 : RANK[tree.op] ?? 9
  return loose < rank ? `(${written(tree)})` : written(tree)
}

const decimal = number => (Number.isInteger(number) ? `${number}.0` : String(number))
const tensor = numbers => (Array.isArray(numbers) ? `[${numbers.map(tensor).join(", ")}]` : decimal(numbers))

/* The whole program: leaves, statements, the backward pass. */
export const program = ({ statements, leaves }, numbers) => [
  ...leaves.map(name => `${name} = torch.tensor(${tensor(numbers[name])}, requires_grad=True)`),
  ...statements.map(({ name, tree }) => `${name} = ${written(tree)}`),
  `${statements.at(-1).name}.backward()`,
]
