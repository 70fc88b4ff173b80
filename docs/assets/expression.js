/* Programs as Python writes them: read into trees, computed with autograd.js, written as PyTorch. */

import { apply, value } from "./autograd.js"

const BINARY = { "+": "add", "-": "sub", "*": "mul", "/": "div", "**": "pow", "@": "matmul" }
const ONE = ["exp", "log", "sqrt", "sin", "cos", "tanh", "sigmoid", "relu", "abs", "softplus", "reciprocal", "sum", "mean"]
const ARITY = { __proto__: null, ...Object.fromEntries(ONE.map(name => [name, 1])), maximum: 2, minimum: 2 }
/* Words that Python or the program needs itself. */
const RESERVED = (
  "and as assert async await break class continue def del elif else except finally for from global if import in is " +
  "lambda nonlocal not or pass raise return try while with yield None torch F math np print tensor"
).split(" ")
/* What a copied program has beside its computation: it is read over. */
const ASIDE = /#.*|^[^\S\n]*(?:(?:import|from)\b.*|print\(.*|\w+\.backward\(.*|\w+\.grad[^\S\n]*(?:#.*)?)$/gm
const ALONE = "Numbers of a tensor stand alone on their line: t = [1.0, 2.0]."
/* The name of a result that has none. */
const RESULTS = ["y", "result", "out", "last"]
const TOKEN = /[^\S\n]*(?:((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|((?:(?:torch\.nn\.functional|torch|F|math|np)\.)?[A-Za-z_]\w*)|(\*\*|[-+*/@(),=;.[\]\n]))/y

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
    found.push({ at, number, name: name?.replace(/^.*\./, ""), sign: sign === "\n" ? ";" : sign, text: all.trim() })
  }
  return [...found, { at: text.length, end: true, text: "the end" }]
}

const unknown = (text, at) =>
  text[at] === "^"
    ? new Mistake(at, "A power is written **, not ^.")
    : new Mistake(at, `${text[at]} is not known here. Expected a number, a name, or one of + - * / ** ( ).`)

/* Statements `name = expression`, one a line or parted by semicolons; the last one is the result. A name
   with numbers alone is a leaf, `t = torch.tensor(2.0)` a constant; `given` has their numbers, and where
   these stand in the text. */
export const parse = text => {
  const list = tokens(text.replace(ASIDE, aside => " ".repeat(aside.length)).replace(/−/g, "-").replace(/[×·]/g, "*"))
  let place = 0
  const made = new Set()
  const leaves = []
  const constants = []
  const given = new Map()
  const taken = name => made.has(name) || leaves.includes(name) || constants.includes(name)
  const peek = () => list[Math.min(place, list.length - 1)]
  const take = sign => (peek().sign === sign ? list[place++] : null)
  const need = (sign, what) => take(sign) ?? fail(`Expected ${what} before ${peek().text}.`)
  const fail = message => {
    throw new Mistake(peek().at, message)
  }

  const statement = () => {
    const [first, second] = [list[place], list[place + 1]]
    const named = first.name && second?.sign === "="
    if (named) place += 2
    if (named && RESERVED.includes(first.name)) throw reserved(first)
    if (named && first.name in ARITY) throw new Mistake(first.at, `${first.name} is a function. Choose another name for the result.`)
    if (named && taken(first.name)) throw new Mistake(first.at, `${first.name} has a value already. Choose a new name.`)
    const literal = named && (peek().sign === "[" || peek().name === "tensor")
    const from = peek().at
    const tree = literal ? tensor(first.name) : sum()
    if (named && !literal && "number" in tree) give(leaves, first.name, from, tree.number)
    if (literal && !peek().end && peek().sign !== ";") fail(ALONE)
    if (literal || "number" in tree) return null
    const name = named ? first.name : RESULTS.find(result => !taken(result))
    made.add(name)
    return { name, tree, at: first.at }
  }
  const reserved = ({ at, name }) => new Mistake(at, `${name} is a word of the program's own. Choose another name.`)
  const give = (where, name, from, numbers, end = list[place - 1]) => {
    where.push(name)
    given.set(name, { numbers, from, to: end.at + end.text.length })
  }
  /* [1.0, 2.0], or torch.tensor([1.0, 2.0], requires_grad=True), or the same without a gradient. */
  const tensor = name => {
    const from = peek().at
    if (peek().sign === "[") return give(leaves, name, from, numbers())
    place++
    need("(", "an opening bracket")
    const inside = peek().at
    const entries = numbers()
    const last = list[place - 1]
    let tracked = false
    if (take(",") && peek().name === "requires_grad") {
      place++
      need("=", "=")
      tracked = list[place++].name === "True"
    }
    need(")", "a closing bracket")
    give(tracked ? leaves : constants, name, inside, entries, last)
  }
  const numbers = () => {
    const { at } = peek()
    if (!take("[")) {
      const tree = sum()
      if (!("number" in tree)) throw new Mistake(at, "Numbers alone stand in a tensor here.")
      return tree.number
    }
    const rows = [numbers()]
    while (take(",") && peek().sign !== "]") rows.push(numbers())
    need("]", "a closing ]")
    if (rows.some(row => String(row.length) !== String(rows[0].length))) throw new Mistake(at, "The rows differ in length.")
    if (Array.isArray(rows[0]?.[0])) throw new Mistake(at, "A matrix has two dimensions, and more are not drawn here.")
    return rows
  }
  const sum = () => chain(term, "+", "-")
  const term = () => chain(signed, "*", "/", "@")
  const chain = (operand, ...signs) => {
    let left = operand()
    for (let sign; (sign = signs.find(take)); ) left = operation(BINARY[sign], list[place - 1].at, left, operand())
    return left
  }
  const signed = () => {
    const { at } = peek()
    if (take("-")) return operation("neg", at, signed())
    take("+")
    return power()
  }
  const power = () => {
    const base = methods()
    const { at } = peek()
    return take("**") ? operation("pow", at, base, signed()) : base
  }
  /* (x ** 2).sum() is sum(x ** 2). */
  const methods = () => {
    let tree = atom()
    while (take(".")) {
      const token = list[place++]
      if (!token.name) throw new Mistake(token.at, `Expected the name of a function before ${token.text}.`)
      tree = called(token, tree)
    }
    return tree
  }
  const atom = () => {
    const token = list[place++]
    if (token.number) return juxtaposed(token, { number: Number(token.number) })
    if (token.name) return peek().sign === "(" ? called(token) : juxtaposed(token, named(token))
    place--
    if (peek().sign === "[") fail(ALONE)
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
  const named = token => {
    const { name, at } = token
    if (RESERVED.includes(name)) throw reserved(token)
    if (name in ARITY) throw new Mistake(at, `${name} is a function: write ${name}(x).`)
    if (!taken(name)) leaves.push(name)
    return { name }
  }
  const called = ({ name, at }, ...inputs) => {
    if (name === "tensor") return single(at)
    if (!(name in ARITY)) throw new Mistake(at, `No function is called ${name} here. There are ${Object.keys(ARITY).join(", ")}.`)
    need("(", "an opening bracket")
    if (peek().sign !== ")" || !inputs.length) inputs.push(sum())
    while (take(",")) inputs.push(sum())
    need(")", "a closing bracket")
    if (inputs.length !== ARITY[name]) throw new Mistake(at, `${name} takes ${ARITY[name]} ${ARITY[name] === 1 ? "value" : "values"}, not ${inputs.length}.`)
    return operation(name, at, ...inputs)
  }

  /* torch.tensor(3.0) amid an expression. */
  const single = at => {
    need("(", "an opening bracket")
    const tree = sum()
    if (!("number" in tree)) throw new Mistake(at, ALONE)
    need(")", "a closing bracket")
    return tree
  }

  const statements = []
  while (!peek().end) {
    if (take(";")) continue
    statements.push(statement())
    if (!peek().end && !take(";")) fail(`Expected a sign such as + or * before ${peek().text}.`)
  }
  const kept = statements.filter(Boolean)
  if (!kept.length && given.size) throw new Mistake(text.length, `Write what to compute, such as ${RESULTS.find(name => !taken(name))} = ${[...given.keys()][0]} ** 2.`)
  if (!kept.length) throw new Mistake(0, "Write an expression, such as (3 * x + 1) ** 2.")
  return { statements: kept, leaves, constants, given }
}

/* Of numbers alone, it is a number. */
const operation = (op, at, ...inputs) => {
  if (!inputs.every(input => "number" in input)) return { op, at, inputs }
  const [number] = apply(op, ...inputs.map(input => value(input.number))).data
  if (!Number.isFinite(number)) throw new Mistake(at, `This is no finite number: ${written({ op, inputs }).replace(/torch\.(nn\.functional\.)?/g, "")}.`)
  return { number }
}

/* The program with numbers for its leaves: the result, and the value of each name. */
export const compute = ({ statements, leaves, constants, given }, numbers) => {
  const start = (names, tracked) => names.map(name => [name, value(numbers[name] ?? given.get(name).numbers, tracked)])
  const values = Object.fromEntries([...start(leaves, true), ...start(constants, false)])
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
export const tensor = numbers => (Array.isArray(numbers) ? `[${numbers.map(tensor).join(", ")}]` : decimal(numbers))

/* The whole program: leaves, statements, the backward pass. */
export const program = ({ statements, leaves, constants, given }, numbers) => [
  ...leaves.map(name => `${name} = torch.tensor(${tensor(numbers[name])}, requires_grad=True)`),
  ...constants.map(name => `${name} = torch.tensor(${tensor(given.get(name).numbers)})`),
  ...statements.map(({ name, tree }) => `${name} = ${written(tree)}`),
  `${statements.at(-1).name}.backward()`,
]
