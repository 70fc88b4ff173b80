/* Exercises take an answer: a choice, a number, or an order. What is right is counted beside the heading in the table of
   contents, and all is kept in this browser. The verdicts are in the page; without this script they show as well. */

import { agrees, typedNumber } from "./agrees.js"
import { Order } from "./order.js"

const STORE = "gradbook-answers"
const PAGE = location.pathname
const MOVES = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }

/* The answers of all pages: by page and exercise, what was given and whether that was right once. */
const kept = () => {
  try {
    return { ...JSON.parse(localStorage.getItem(STORE)) }
  } catch {
    return {}
  }
}
const keep = pages => {
  try {
    localStorage.setItem(STORE, JSON.stringify(pages))
  } catch {
    /* Private windows: it is forgotten, and nothing else is lost. */
  }
}
const rights = answers => Object.values(answers ?? {}).filter(([, right]) => right).length

const make = (tag, fields) => Object.assign(document.createElement(tag), fields)

/* Choices. Arrow keys move, and the space bar chooses, so that nobody sees a verdict on the way. */
class Choices {
  constructor(box) {
    this.name = box.querySelector("input").name
    this.inputs = [...box.querySelectorAll("input")]
    this.spoken = box.appendChild(make("div", { className: "spoken", role: "status" }))
    box.addEventListener("keydown", event => this.move(event))
    box.addEventListener("change", ({ target }) => this.answer(target))
  }

  move(event) {
    const by = MOVES[event.key]
    if (!by || event.altKey || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    const { length } = this.inputs
    this.inputs[(this.inputs.indexOf(event.target) + by + length) % length].focus()
  }

  answer(input) {
    const verdict = input.closest(".choice").querySelector(".verdict")
    this.spoken.replaceChildren(...verdict.cloneNode(true).childNodes)
    this.kept(this.text(input), this.right(input))
  }

  show(text) {
    const input = this.inputs.find(one => this.text(one) === text)
    if (input) input.checked = true
    return Boolean(input)
  }

  clear() {
    this.inputs.forEach(input => { input.checked = false })
    this.spoken.replaceChildren()
  }

  text(input) {
    return input.parentElement.textContent.trim()
  }

  right(input) {
    return Boolean(input.closest(".choice-yes"))
  }
}

/* A number, compared with the first one that the folded answer prints. */
class Field {
  constructor(form) {
    this.name = form.dataset.exercise
    this.printed = form.dataset.printed
    this.input = form.querySelector("input")
    this.said = form.querySelector("[role=status]")
    form.addEventListener("submit", event => {
      event.preventDefault()
      const right = this.judge(this.input.value)
      if (right !== null) this.kept(this.input.value, right)
    })
  }

  /* Says whether it is right; null where it is no number. */
  judge(text) {
    const none = Number.isNaN(typedNumber(text))
    const right = none ? null : agrees(text, this.printed)
    this.said.className = right ? "right" : ""
    this.said.textContent = none
      ? "A number is wanted here, such as 3, −0.25 or 2/3."
      : right ? `Yes. The run printed ${this.printed.replace("-", "−")}.` : `No, ${text.trim()} is not what the run printed. Try again, or open the answer.`
    return right
  }

  show(text) {
    this.input.value = text
    return this.judge(text) !== null
  }

  clear() {
    this.input.value = this.said.textContent = this.said.className = ""
  }
}

const content = document.querySelector(".md-content")
const KINDS = { "fieldset.choices": Choices, "form.answer": Field, "form.order": Order }
const made = element => new (Object.entries(KINDS).find(([selector]) => element.matches(selector))[1])(element)
const all = [...content.querySelectorAll(Object.keys(KINDS))]
const exercises = all.map(element => Object.assign(made(element), { element }))

/* The heading of the section that an exercise stands in. */
const headings = [...content.querySelectorAll("h2[id]")]
const above = element => headings.findLast(heading => heading.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING)

const line = document.querySelector(".answers-kept")
const tally = () => {
  const pages = kept()
  const here = pages[PAGE] ?? {}
  for (const heading of new Set(exercises.map(({ element }) => above(element)).filter(Boolean))) {
    const some = exercises.filter(({ element }) => above(element) === heading)
    const count = some.filter(({ name }) => here[name]?.[1]).length
    document.querySelectorAll(`.md-nav--secondary a[href$="#${CSS.escape(heading.id)}"]`).forEach(link => {
      const place = link.querySelector(".count") ?? link.appendChild(make("span", { className: "count" }))
      place.textContent = `${count} of ${some.length}`
    })
  }
  if (!line) return
  const total = Object.values(pages).reduce((sum, answers) => sum + rights(answers), 0)
  line.querySelector("span").textContent = `Your answers: ${rights(here)} of ${exercises.length} right on this page, ${total} on all pages. They stay in this browser.`
}

const store = (name, answer) => {
  const pages = kept()
  pages[PAGE] = { ...pages[PAGE], [name]: answer }
  keep(pages)
  tally()
}

for (const exercise of exercises) {
  const before = kept()[PAGE]?.[exercise.name]
  if (before) exercise.show(before[0])
  exercise.kept = (text, right) => store(exercise.name, [text, right || Boolean(kept()[PAGE]?.[exercise.name]?.[1])])
}
const [here, everywhere] = line?.querySelectorAll("button") ?? []
if (line) {
  here.onclick = () => {
    const { [PAGE]: gone, ...others } = kept()
    forget(others)
  }
  everywhere.onclick = () => forget({})
}
const forget = pages => {
  keep(pages)
  exercises.forEach(exercise => exercise.clear())
  tally()
}
tally()
