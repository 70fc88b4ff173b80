/* <grad-playground>: a program that the reader types, its graph as a figure of the pages, gradient descent,
   the PyTorch program for it, and all of this in the address. */

import { Mistake, parse, tensor } from "./expression.js"
import { compute, told } from "./living.js"
import { inline, numeral } from "./numerals.js"
import { escaped, picture } from "./picture.js"
import { curve, plot } from "./plot.js"
import { descent, once } from "./printed.js"
import { evaluate, record } from "./record.js"

const PAUSE = 400
const LONGEST = 2000
/* Of leaves that the reader has given none. */
const NUMBERS = [2, 3, -1, 4, 0.5]

const make = (tag, fields = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), fields)
  element.append(...children)
  return element
}
const button = (text, act) => make("button", { type: "button", textContent: text, onclick: act })

const shown = number => Number(number.toPrecision(5))
/* As a program holds numbers: with the digits of float32. */
const rounded = number => Number(number.toPrecision(7))
const nested = ({ data, shape }) => {
  const numbers = data.map(rounded)
  if (shape.length < 2) return shape.length ? numbers : numbers[0]
  return Array.from({ length: shape[0] }, (_, row) => numbers.slice(row * shape[1], (row + 1) * shape[1]))
}
const same = (some, others) => String([some].flat(2).map(rounded)) === String([others].flat(2).map(rounded))
const place = (shape, at) => (shape.length < 2 ? shape.map(() => at) : [Math.floor(at / shape[1]), at % shape[1]])
const field = (shape, at) => (shape.length ? `[${place(shape, at).join(", ")}]` : "")

/* The figure as src/gradbook/graph/figure.py writes it, and its state. */
const figure = made => {
  const state = compute({ live: made.live, edges: made.edges })
  const steps = made.steps.map(([phase, node, edges]) => ({ back: phase === "b", node, edges }))
  const sentences = told(state, steps)
  const [root, all] = [state.nodes[made.root], state.nodes]
  const title = `Graph of ${root.name} = ${inline(root.value.data, root.value.shape)}`
  const fields = all.flatMap(({ kind, name, value: { data, shape } }, node) => (kind === "leaf" ? data : []).map((number, entry) =>
    `<label><span>${name}${field(shape, entry)}</span><input type="number" step="0.1" value="${shown(number)}" data-node="${node}" data-entry="${entry}" data-name="${name}${field(shape, entry)}"></label>`))
  const predict = all.every(({ value }) => !value.shape.length) && made.edges.length ? '<button type="button" class="gg-predict" aria-pressed="false">Predict the gradients</button>' : ""
  const longest = sentences.reduce((most, one) => (one.length > most.length ? one : most))
  const data = JSON.stringify({ edges: made.edges, steps: made.steps, rest: steps.length, live: made.live })
  return [
    '<grad-graph style="display:block">',
    `<div class="gg-leaves" hidden>${fields.join("")}<span class="gg-mark" hidden></span><button type="button" class="gg-back" hidden></button>${predict}</div>`,
    `<div class="gg-player" hidden><div class="gg-controls"></div><div class="gg-said"><p class="gg-longest" aria-hidden="true">${escaped(longest)}</p></div></div>`,
    `<div class="gg-scroll" tabindex="0" role="group" aria-label="${escaped(title)}" style="overflow-x:auto">${picture(made, state, steps, title)}</div>`,
    '<p class="gg-legend">Values flow down, gradients (∂) back up.</p>',
    `<details class="gg-steps"><summary>${steps.length} steps in words</summary><ol>${sentences.map(one => `<li>${escaped(one)}</li>`).join("")}</ol></details>`,
    `<script type="application/json">${data.replace(/</g, "\\u003c")}</script></grad-graph>`,
  ].join("")
}

class GradPlayground extends HTMLElement {
  connectedCallback() {
    if (this.area) return
    this.examples = JSON.parse(this.querySelector("script").textContent)
    this.numbers = new Map()
    this.build()
    addEventListener("hashchange", () => this.read() && this.scrollIntoView())
    this.read()
  }

  build() {
    this.choice = make("select", { onchange: () => this.start(+this.choice.value) },
      make("option", { value: -1, textContent: "Choose one" }), ...this.examples.map(([name], at) => make("option", { value: at, textContent: name })))
    this.area = make("textarea", { rows: 4, maxLength: LONGEST, spellcheck: false, autocapitalize: "off", autocomplete: "off", oninput: () => { this.typed(); this.keep() } })
    this.area.setAttribute("aria-describedby", "pg-error")
    this.error = make("p", { id: "pg-error", className: "pg-error", role: "status" })
    this.where = make("pre", { className: "pg-where", ariaHidden: "true" })
    this.drawn = make("div", { className: "pg-figure" })
    this.rate = make("input", { type: "number", step: "any", min: 0, value: 0.1, oninput: () => this.forget() })
    this.course = make("p", { role: "status" })
    this.plot = make("div", { className: "pg-plot" })
    this.code = make("pre", { className: "pg-code", tabIndex: 0, role: "group", ariaLabel: "The program in PyTorch" })
    this.told = make("span", { role: "status" })
    this.way = make("a", { textContent: "Back to the figure", hidden: true })
    this.rest = make("div", { className: "pg-rest" }, this.drawn,
      make("div", { className: "pg-row" }, make("span", { textContent: "Gradient descent:" }), make("label", {}, "rate ", this.rate),
        button("One step", () => this.descend(1)), button("Ten steps", () => this.descend(10)), button("Back to the start", () => this.rewind())),
      this.course, this.plot,
      make("div", { className: "pg-row" }, make("span", { textContent: "The same in PyTorch:" }), button("Copy the program", () => this.copy(() => this.code.textContent, "The program is copied."))),
      this.code)
    this.append(
      make("div", { className: "pg-row" }, make("label", {}, "Example ", this.choice), button("Copy the link", () => this.copy(() => this.save(), "The link is copied.")), this.way, this.told),
      make("label", { className: "pg-program" }, "Your program", this.area),
      this.error, this.where, this.rest)
  }

  /* Whether the address has a program: #code=…&x=3&step=4, and the figure that it came from: back=graph/leaves/#graph-y:step=4. */
  read() {
    const state = new URLSearchParams(location.hash.slice(1))
    const code = state.get("code")?.slice(0, LONGEST)
    // A heading of the page.
    if (code === undefined && this.area.value) return false
    const [step, from, at] = ["step", "from", "at"].map(name => state.get(name))
    let back = state.get("back") ?? from ?? ""
    for (const name of ["code", "back", "from", "at"]) state.delete(name)
    if (at) back += `#${at}${state.size ? ":" : ""}${state}`
    this.back = /^(?!\/)[\w./-]*(#.*)?$/.test(back) ? back : ""
    this.way.hidden = !this.back
    this.way.href = `../${this.back}`
    state.delete("step")
    this.numbers.clear()
    this.area.value = code ?? this.examples[0][1]
    this.fill(state)
    this.typed()
    if (step !== null && this.graph && !this.faulty) this.graph.show(Math.min(Math.max(parseInt(step) || 0, 0), this.graph.steps.length))
    return true
  }

  start(example) {
    if (example < 0) return
    this.numbers.clear()
    this.area.value = this.examples[example][1]
    this.rate.value = 0.1
    this.typed()
    this.keep()
  }

  /* Numbers of the address into the program, or beside it. */
  fill(state) {
    const wanted = new Map()
    for (const [key, text] of state) {
      const [, label, entry] = /^([^[]*)(?:\[(.*)\])?$/.exec(key) ?? []
      const name = label?.replace(/\W/g, "_")
      if (Number.isFinite(parseFloat(text))) wanted.set(name, [...(wanted.get(name) ?? []), [entry?.split(",").map(Number) ?? [], parseFloat(text)]])
    }
    try {
      const { leaves, given } = parse(this.area.value)
      for (const name of leaves) {
        for (const [way, number] of wanted.get(name) ?? []) {
          const before = structuredClone(this.numbers.get(name) ?? given.get(name)?.numbers ?? 0)
          this.numbers.set(name, placed(before, way, number))
        }
      }
      this.rewrite()
    } catch {
      /* The program is told to be wrong when it is drawn. */
    }
  }

  /* The numbers of leaves that stand in the text. */
  rewrite() {
    const { given } = parse(this.area.value)
    let text = this.area.value
    for (const [name, { numbers, from, to }] of [...given].reverse()) {
      const now = this.numbers.get(name)
      if (now !== undefined && String(now) !== String(numbers)) text = text.slice(0, from) + tensor(now) + text.slice(to)
      this.numbers.delete(name)
    }
    if (text !== this.area.value) this.area.value = text
  }

  /* Reads the program and draws it; a program that cannot be read leaves the figure as it was. */
  typed() {
    this.choice.value = this.examples.findIndex(([, code]) => code === this.area.value)
    this.area.rows = Math.min(12, Math.max(2, this.area.value.split("\n").length))
    clearTimeout(this.wait)
    this.told.textContent = ""
    this.faulty = false
    try {
      const read = parse(this.area.value)
      const numbers = this.of(read)
      const made = record(evaluate(read, numbers))
      Object.assign(this, { reading: read, made })
      this.tell("")
      this.draw()
      this.forget()
    } catch (mistake) {
      if (!(mistake instanceof Mistake)) throw mistake
      this.faulty = true
      this.wait = setTimeout(() => this.tell(mistake.message, mistake.at), PAUSE)
    }
    this.rest.inert = this.faulty
  }

  /* The numbers of all leaves: in the text, by the reader, or some to begin with. */
  of({ leaves, given }) {
    const free = leaves.filter(name => !given.has(name))
    free.forEach((name, at) => this.numbers.has(name) || this.numbers.set(name, NUMBERS[at % NUMBERS.length]))
    return Object.fromEntries(leaves.map(name => [name, given.get(name)?.numbers ?? this.numbers.get(name)]))
  }

  tell(message, at = 0) {
    const before = this.area.value.slice(0, at).split("\n")
    const line = this.area.value.split("\n")[before.length - 1]
    const column = before.at(-1).length
    const where = this.area.value.includes("\n") ? `Line ${before.length}, character ${column + 1}` : `Character ${column + 1}`
    this.error.textContent = message && `${where}: ${message}`
    this.where.textContent = message && `${line}\n${" ".repeat(column)}^`
    this.area.ariaInvalid = message ? "true" : "false"
  }

  draw() {
    this.drawn.innerHTML = figure(this.made)
    this.graph = this.drawn.firstChild
    this.graph.addEventListener("state", () => this.changed())
  }

  /* A leaf was changed, or another step is shown. */
  changed() {
    const leaves = this.graph.change.state.nodes.filter(({ kind }) => kind === "leaf")
    const before = this.of(this.reading)
    const moved = leaves.filter(({ name, value }) => !same(value.data, before[name]))
    if (moved.length) {
      moved.forEach(({ name, value }) => this.numbers.set(name, nested(value)))
      this.rewrite()
      this.reading = parse(this.area.value)
      if (!this.descending) this.forget()
    }
    this.write()
    this.keep()
  }

  get state() {
    return { root: this.made.root, nodes: this.graph.change.state.nodes }
  }

  write() {
    const { reading, state, path } = this
    this.code.textContent = path.values.length > 1
      ? descent(reading, path.numbers, state, path.rate, path.values.length - 1)
      : once(reading, this.of(reading), state, this.made.nodes[this.made.root].op)
  }

  /* The course of a descent begins anew. */
  forget() {
    const { nodes, root } = this.state
    this.path = { numbers: this.of(this.reading), rate: this.rate.valueAsNumber, values: [nodes[root].value.data[0]], places: [[...this.graph.change.numbers]] }
    this.course.textContent = ""
    this.plot.replaceChildren()
    this.write()
  }

  descend(count) {
    const { change } = this.graph
    const { path } = this
    if (!(path.rate > 0)) return this.course.replaceChildren("The rate is a number above zero, such as 0.1.")
    let end = ""
    this.descending = true
    for (let step = 0; step < count; step++) {
      const next = change.fields.map(({ dataset }, at) => change.numbers[at] - path.rate * change.state.nodes[dataset.node].value.grad[dataset.entry])
      if (next.some(Number.isNaN)) end = "A gradient is nan, and no step leads on from there. "
      else if (next.some(number => Math.abs(number) > 1e12)) end = "The numbers grow beyond all bounds: the rate is too large. "
      if (end) break
      this.set(next)
      path.values.push(this.state.nodes[this.made.root].value.data[0])
      path.places.push([...change.numbers])
    }
    this.descending = false
    this.redraw()
    const { name } = this.state.nodes[this.made.root]
    const steps = path.values.length - 1
    this.course.textContent = `${end}After ${steps} ${steps === 1 ? "step" : "steps"} ${name} is ${numeral(path.values.at(-1))}; at the start it was ${numeral(path.values[0])}.`
    this.plot.innerHTML = this.pathPlot(name)
    this.write()
  }

  /* The same step with room for the new numbers. */
  redraw() {
    const { at } = this.graph
    this.made = record(evaluate(this.reading, this.of(this.reading)))
    this.draw()
    this.graph.at = at
    this.graph.draw()
  }

  set(numbers) {
    const { change } = this.graph
    numbers.forEach((number, at) => {
      change.numbers[at] = number
      change.fields[at].value = shown(number)
    })
    change.update()
  }

  rewind() {
    this.set(this.path.places[0])
    this.redraw()
    this.forget()
  }

  /* The result over the only number there is, or over the steps. */
  pathPlot(name) {
    const { fields } = this.graph.change
    const { values, places } = this.path
    if (fields.length > 1) return plot(values.map((value, step) => [step, value]), [], ["step", name])
    const points = places.map(([x], step) => [x, values[step]])
    const at = x => compute({ live: this.made.live, edges: this.made.edges }, { [fields[0].dataset.node]: [x] }).nodes[this.made.root].value.data[0]
    return plot(points, curve(points, at), [fields[0].dataset.name, name])
  }

  keep() {
    clearTimeout(this.saving)
    this.saving = setTimeout(() => this.save(), PAUSE)
  }

  /* The address that leads here. */
  save() {
    const state = new URLSearchParams({ code: this.area.value })
    if (!this.faulty) {
      for (const { kind, name, value } of this.state.nodes) if (kind === "leaf" && this.numbers.has(name)) state.set(name, rounded(value.data[0]))
      if (this.graph.at < this.graph.steps.length) state.set("step", this.graph.at)
    }
    if (this.back) state.set("back", this.back)
    history.replaceState(history.state, "", `#${state}`)
    return location.href
  }

  async copy(text, words) {
    try {
      await navigator.clipboard.writeText(text())
      this.told.textContent = words
    } catch {
      this.told.textContent = "This browser does not let a page copy. Mark the text and copy it yourself."
    }
  }
}

const placed = (numbers, [first, ...rest], number) => {
  if (first === undefined || !Array.isArray(numbers) || first >= numbers.length) return first === undefined && !Array.isArray(numbers) ? number : numbers
  numbers[first] = placed(numbers[first], rest, number)
  return numbers
}

customElements.define("grad-playground", GradPlayground)
