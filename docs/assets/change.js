/* Lets a reader change the leaves of a figure: by typing, with arrow keys, or by dragging sideways on a
   name or on a leaf's card. Everything that is shown is computed again, and marked as such. */

import { cells, compute, told } from "./living.js"
import { numeral } from "./numerals.js"

const STEP = 0.1
// Of a drag, for one step.
const PIXELS = 8

export class Change {
  constructor(figure, data) {
    Object.assign(this, { figure, data })
    this.fields = [...figure.querySelectorAll("[data-entry]")]
    this.back = figure.querySelector(".gg-back")
    this.title = figure.querySelector("title")
    this.state = compute(data)
    this.run = this.fields.map(({ dataset }) => this.state.nodes[dataset.node].value.data[dataset.entry])
    this.numbers = [...this.run]
    const texts = figure.querySelectorAll(".gg .x, .gg .label text, .gg-steps li, .gg title, .gg-mark")
    this.printed = new Map([...texts].map(text => [text, { text: text.textContent, x: text.getAttribute("x") }]))
    this.fields.forEach((field, at) => this.listen(field, at))
    figure.addEventListener("state", () => this.touched && this.fit())
    this.back.onclick = () => this.restore()
  }

  get changed() {
    return this.numbers.some((number, at) => number !== this.run[at])
  }

  listen(field, at) {
    field.addEventListener("input", () => field.value && this.set(at, field.valueAsNumber))
    this.drag(field.previousSibling, at)
    const alone = this.fields.filter(({ dataset }) => dataset.node === field.dataset.node).length === 1
    if (alone) this.drag(this.figure.cards[field.dataset.node], at)
  }

  /* A drag that has moved is none of the clicks that ask for an explanation. */
  drag(handle, at) {
    handle.classList.add("drag")
    handle.addEventListener("pointerdown", down => {
      if (down.button || this.figure.classList.contains("predicting")) return
      const [start, signal] = [this.numbers[at], new AbortController()]
      const move = event => {
        const steps = Math.round((event.clientX - down.clientX) / PIXELS)
        if (!steps && !handle.dragged) return
        handle.dragged = true
        this.fields[at].value = Number((start + steps * STEP).toFixed(6))
        this.set(at, this.fields[at].valueAsNumber)
      }
      const end = () => { signal.abort(); setTimeout(() => { handle.dragged = false }) }
      addEventListener("pointermove", move, signal)
      addEventListener("pointerup", end, signal)
      addEventListener("pointercancel", end, signal)
    })
  }

  set(at, number) {
    this.numbers[at] = number
    this.update()
  }

  /* What torch has printed. */
  restore() {
    this.numbers = [...this.run]
    this.fields.forEach((field, at) => { field.value = this.run[at] })
    this.update()
    this.fields[0].focus()
  }

  update() {
    const { figure, changed } = this
    const leaves = {}
    this.fields.forEach(({ dataset }, at) => ((leaves[dataset.node] ??= [])[dataset.entry] = this.numbers[at]))
    this.state = compute(this.data, leaves)
    this.back.disabled = !changed
    figure.classList.toggle("changed", changed)
    this.printed.forEach(({ text, x }, element) => {
      element.textContent = text
      if (x) element.setAttribute("x", x)
    })
    if (changed) this.write()
    figure.querySelector(".gg-scroll").ariaLabel = this.title.textContent
    this.touched = true
    figure.plan()
    figure.renew()
  }

  write() {
    const { figure, state } = this
    const put = (elements, texts) => elements.forEach((element, at) => { element.textContent = texts[at] })
    figure.querySelector(".gg-mark").textContent = "Recomputed here"
    this.title.textContent = this.title.textContent.replace(/ [=≈].*/, ", recomputed")
    told(state, figure.steps).forEach((sentence, at) => { figure.lines[at].textContent = sentence })
    state.nodes.forEach((node, at) => {
      const [card, { value, gradient }] = [figure.cards[at], cells(state, node, figure.steps)]
      put(card.querySelectorAll(".value .x"), value)
      if (!gradient) return
      put(card.querySelectorAll(".gradient .x"), gradient)
      const stored = gradient.length > 1 ? gradient : [gradient[0].replace(/^∂ (.* = )?/, ".grad = ")]
      if (node.stored === true) put(card.querySelectorAll(".grad .x"), stored)
    })
    state.edges.forEach((edge, at) => {
      const text = figure.factors[at]?.querySelector("text")
      if (text && edge?.local != null) text.textContent = `× ${numeral(edge.local)}`
    })
  }

  /* Numbers that are wider than their place are written smaller, columns share it; the ground of a label
     grows. */
  fit() {
    const labels = [...this.figure.querySelectorAll(".gg .label")]
    labels.forEach(label => {
      const [rect, width] = [label.firstChild, label.lastChild.getComputedTextLength() + 8]
      rect.setAttribute("x", rect.x.baseVal.value + (rect.width.baseVal.value - width) / 2)
      rect.setAttribute("width", width)
    })
    this.figure.querySelectorAll(".gg [data-output]").forEach(cell => {
      const texts = [...cell.querySelectorAll(".x")]
      const columns = cell.querySelectorAll(`[y="${texts[0].getAttribute("y")}"].x`).length
      const rect = cell.firstChild
      texts.forEach(text => (text.style.fontSize = ""))
      const label = cell.querySelector(".p") ? 14 : 0
      const [left, width] = [rect.x.baseVal.value + 4 + label, rect.width.baseVal.value - 8 - label]
      const room = width / columns - (columns > 1) * 5
      // A sum that would be tiny gives way to its result; the node tells it when it is asked.
      if (texts[0].getComputedTextLength() > 1.35 * room) texts[0].textContent = texts[0].textContent.replace(/^∂ .* = /, "∂ ")
      const widest = Math.max(...texts.map(text => text.getComputedTextLength()))
      if (widest > room) texts.forEach(text => { text.style.fontSize = `${(12.5 * room) / widest}px` })
      if (columns > 1 && this.changed) texts.forEach((text, at) => text.setAttribute("x", left + (width * ((at % columns) + 1)) / columns))
    })
  }
}
