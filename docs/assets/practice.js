/* <grad-practice>: tasks of eight levels, one after the other. Levels 1 to 6 are made and answered by
   tasks.js; 7 and 8 ask about programs that the build ran, whose outcomes are in the page. */

import { LAST_COMPUTED, random, reason, task, way } from "./tasks.js"

const LEVELS = ["a chain", "a product", "a fork", "a diamond", "a kink", "shapes", "leaf or not", "raises, right or wrong"]
const CHOICES = {
  leaves: [
    ["tracked leaf", "a leaf that gets a gradient"],
    ["untracked leaf", "a leaf that gets none"],
    ["no leaf", "no leaf"],
  ],
  endings: [
    ["right", "runs, and x.grad is the slope of y"],
    ["wrong", "runs, and x.grad is not the slope of y"],
    ["raises", "raises an error"],
  ],
}
const STORE = "gradbook-practice"

const make = (tag, fields = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), fields)
  element.append(...children)
  return element
}

const button = (text, act) => make("button", { type: "button", textContent: text, onclick: act })

/* What was solved, by level; the browser may refuse to keep it. */
const kept = () => {
  try {
    return JSON.parse(localStorage.getItem(STORE)) ?? {}
  } catch {
    return {}
  }
}
const keep = solved => {
  try {
    localStorage.setItem(STORE, JSON.stringify(solved))
  } catch {
    /* Private windows: it is forgotten, and nothing else is lost. */
  }
}

class GradPractice extends HTMLElement {
  connectedCallback() {
    if (this.levels) return
    this.ran = JSON.parse(this.querySelector("script").textContent)
    this.build()
    addEventListener("hashchange", () => this.read())
    this.read()
  }

  build() {
    this.levels = make("select", { onchange: () => this.open(+this.levels.value, this.seed, 1) },
      ...LEVELS.map((name, n) => make("option", { value: n + 1, textContent: `${n + 1}: ${name}` })))
    this.place = make("span", { className: "gp-place" })
    this.code = make("code")
    this.form = make("form", { onsubmit: event => { event.preventDefault(); this.check() } })
    this.said = make("div", { className: "gp-said", role: "status" })
    this.score = make("span")
    const others = () => this.open(this.level, 1 + Math.floor(Math.random() * 9999), 1)
    const forget = () => { keep({}); this.tally() }
    this.append(
      make("div", { className: "gp-row" }, make("label", {}, "Level ", this.levels), this.place),
      make("pre", { tabIndex: 0, ariaLabel: "The program" }, this.code),
      this.form,
      this.said,
      make("div", { className: "gp-row" }, button("Next task", () => this.open(this.level, this.seed, this.number + 1)), button("Other tasks", others)),
      make("div", { className: "gp-row gp-score" }, this.score, button("Clear", forget)))
  }

  /* #level=3&seed=7&task=4 */
  read() {
    const state = new URLSearchParams(location.hash.slice(1))
    const whole = (name, otherwise, most) => {
      const number = Number(state.get(name))
      return Number.isInteger(number) && number > 0 && number <= most ? number : otherwise
    }
    this.show(whole("level", 1, LEVELS.length), whole("seed", 1, 1e9), whole("task", 1, 1e6))
  }

  open(level, seed, number) {
    history.replaceState(history.state, "", `#${new URLSearchParams({ level, seed, task: number })}`)
    this.show(level, seed, number)
  }

  show(level, seed, number) {
    Object.assign(this, { level, seed, number, done: false, shown: false })
    this.levels.value = level
    this.place.textContent = `Task ${number}, seed ${seed}`
    this.said.replaceChildren()
    if (level <= LAST_COMPUTED) this.ask(task(level, seed, number))
    else this.offer(level === 7 ? "leaves" : "endings")
    this.tally()
  }

  /* A number is asked for. */
  ask(asked) {
    this.asked = asked
    this.code.textContent = asked.lines.join("\n")
    this.field = make("input", { inputMode: "text", autocomplete: "off", size: 8 })
    this.form.replaceChildren(
      make("label", {}, make("code", { textContent: asked.asked }), " = ", this.field),
      make("button", { textContent: "Check" }),
      button("Show the way", () => this.reveal()))
  }

  /* One of three words is asked for. */
  offer(kind) {
    const order = shuffled(this.ran[kind], this.seed)
    const [lines, right, why] = order[(this.number - 1) % order.length]
    this.asked = { right, why }
    const first = kind === "leaves" ? "x = torch.ones(3, requires_grad=True)" : "x = torch.tensor(2.0, requires_grad=True)"
    this.code.textContent = [first, lines, ...(kind === "leaves" ? [] : ["y.backward()"])].join("\n")
    const legend = make("legend", { textContent: kind === "leaves" ? "What is t?" : "What comes of it?" })
    const options = CHOICES[kind].map(([value, text]) => make("label", {}, make("input", { type: "radio", name: "choice", value }), ` ${text}`))
    this.form.replaceChildren(make("fieldset", {}, legend, ...options), make("button", { textContent: "Check" }))
  }

  check() {
    if (this.level > LAST_COMPUTED) return this.judge(this.form.querySelector("input:checked")?.value)
    const typed = this.field.value.trim().replace("−", "-").replace(",", ".")
    if (!typed || Number.isNaN(Number(typed))) return this.tell("A number is wanted here, such as 3 or -0.25.")
    const why = reason(this.asked, Number(typed))
    if (why) this.tell(`Not ${typed}. ${why}`)
    else this.solved(`Right: ${this.asked.asked} is ${this.asked.answer}.`)
  }

  judge(chosen) {
    if (!chosen) return this.tell("Choose one of the three.")
    const { right, why } = this.asked
    const words = Object.fromEntries(Object.values(CHOICES).flat())[right]
    if (chosen === right) return this.solved(`Right. ${why}`)
    this.done = true
    this.tell(`The run says: ${words}. ${why}`)
  }

  solved(words) {
    if (!this.done && !this.shown) {
      const all = kept()
      keep({ ...all, [this.level]: (all[this.level] ?? 0) + 1 })
    }
    this.done = true
    this.tell(words)
    this.tally()
  }

  reveal() {
    this.shown = true
    this.said.replaceChildren(make("ol", {}, ...way(this.asked).map(line => make("li", { textContent: line }))))
  }

  tell(words) {
    this.said.replaceChildren(make("p", { textContent: words }))
  }

  tally() {
    const all = kept()
    const total = Object.values(all).reduce((sum, count) => sum + count, 0)
    const here = all[this.level] ?? 0
    this.score.textContent = total ? `Solved at this level: ${here}, in all: ${total}.` : "Nothing solved yet."
  }
}

const shuffled = (list, seed) => {
  const { whole } = random(seed)
  const left = [...list]
  return list.map(() => left.splice(whole(0, left.length - 1), 1)[0])
}

customElements.define("grad-practice", GradPractice)
