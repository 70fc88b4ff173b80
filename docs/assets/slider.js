/* <grad-plot>: a plot whose numbers a reader changes by sliders, or by dragging a point. What moves with them is
   computed again by the engine, from the programs in the plot; at the start it is what the build has drawn. */

import { apply, backward, value } from "./autograd.js"

/* A program's value: of a number, a name, or an operation with its operands. */
const run = (part, scope) => {
  if (!Array.isArray(part)) return typeof part === "string" ? scope[part] : part
  const [op, ...operands] = part
  if (op === "d") return slope(scope, ...operands)
  if (op === "last") return scope[operands[0]].data.at(-1)
  return apply(op, ...operands.map(operand => run(operand, scope)))
}
const slope = (scope, above, below) => {
  scope[below].grad = null
  backward(scope[above])
  return scope[below].grad?.[0] ?? 0
}
const list = found => found.data ?? [found]

/* Every name's value, with the sliders at these numbers. */
export const compute = ({ sliders, fixed, names }, numbers) => {
  const scope = {}
  sliders.forEach(([name], at) => { scope[name] = value(numbers[at], true) })
  fixed.forEach(([name, number]) => { scope[name] = value(number, true) })
  names.forEach(([name, program], at) => {
    if (program[0] === "descend") Object.assign(scope, descent(scope, fixed, names.slice(0, at), program))
    else scope[name] = named(run(program, scope))
  })
  return scope
}
const named = found => (typeof found === "number" ? value(found) : found)

/* The ways of the numbers that stay when they follow the gradient of a loss downward. */
const descent = (scope, fixed, above, [, loss, rate, steps]) => {
  const ways = fixed.map(([, number]) => [number])
  const size = list(run(rate, scope))[0]
  for (let step = 0; step < steps; step++) {
    const here = { ...scope }
    fixed.forEach(([name], at) => { here[name] = value(ways[at].at(-1), true) })
    above.forEach(([name, program]) => { here[name] = named(run(program, here)) })
    backward(here[loss])
    fixed.forEach(([name], at) => ways[at].push(ways[at].at(-1) - size * (here[name].grad?.[0] ?? 0)))
  }
  return Object.fromEntries(fixed.map(([name], at) => [name, value(ways[at])]))
}

export const fixedText = (number, digits) => {
  const text = number.toFixed(digits)
  return /[1-9a-z]/i.test(text) ? text.replace("-", "−") : text.replace("-", "")
}
export const told = (pieces, scope) => pieces.map(piece => (typeof piece === "string" ? piece : fixedText(list(run(piece[0], scope))[0], piece[1]))).join("")

const evenly = ([first, last, count]) => Array.from({ length: count }, (_, at) => first + ((last - first) * at) / (count - 1))

/* Where what moves is now, in the numbers of its axes: points, or heights. */
export const moved = ([kind, , given, ...rest], scope) => {
  if (kind === "mesh") return given.map(cell => list(run(cell, scope))[0])
  if (kind === "bar") return list(run(rest[0], scope))
  if (kind === "text") return given === null ? [] : [[list(run(given, scope))[0], list(run(rest[0], scope))[0]]]
  const t = given && (given[3] === "even" ? evenly(given) : given)
  const within = t ? { ...scope, t: value(t) } : scope
  const [xs, ys] = rest.map(program => list(run(program, within)))
  return Array.from({ length: Math.max(xs.length, ys.length) }, (_, at) => [xs[xs.length > 1 ? at : 0], ys[ys.length > 1 ? at : 0]])
}

const path = points => points.map(([x, y], at) => (Number.isFinite(x + y) ? `${at && Number.isFinite(points[at - 1][1]) ? "L" : "M"}${x.toFixed(2)} ${y.toFixed(2)}` : "")).join("")
const RANGE = 22 // pixels around a point that can be dragged
const STEPS = 20
const make = (tag, fields = {}) => Object.assign(document.createElement(tag), fields)

class GradPlot extends HTMLElement {
  connectedCallback() {
    if (this.svg) return
    this.svg = this.querySelector("svg")
    this.data = JSON.parse(this.svg.dataset.slider)
    this.parts = this.data.moves.map((_, at) => this.svg.querySelector(`[data-move="${at}"]`))
    this.printed = this.parts.map(part => part.innerHTML)
    this.inputs = [...this.querySelectorAll("input")]
    this.says = this.querySelector(".slider-says")
    this.mark = this.querySelector(".slider-mark")
    this.back = this.querySelector("button")
    this.run = this.data.sliders.map(([, , , start]) => start)
    this.said = [this.says.textContent, this.mark.textContent, this.svg.querySelector("title").textContent]
    this.inputs.forEach(input => input.addEventListener("input", () => this.update()))
    this.back.onclick = () => this.restore()
    addEventListener("beforeprint", () => this.restore())
    this.data.moves.forEach((move, at) => this.grip(move, at))
    if (this.numbers.some((number, at) => number !== this.run[at])) this.restore() // what the browser kept in the form
  }

  get numbers() {
    return this.inputs.map(input => input.valueAsNumber)
  }

  restore() {
    this.inputs.forEach((input, at) => { input.value = this.run[at] })
    this.update()
  }

  update() {
    const numbers = this.numbers
    const changed = numbers.some((number, at) => number !== this.run[at])
    const scope = compute(this.data, numbers)
    this.data.moves.forEach((move, at) => {
      if (changed) this.draw(move, this.parts[at], moved(move, scope), scope)
      else this.parts[at].innerHTML = this.printed[at]
      if (!changed) this.parts[at].removeAttribute("transform")
    })
    const [says, mark, title] = this.said
    const words = changed ? told(this.data.says, scope) : says
    this.says.textContent = words
    this.mark.textContent = changed ? "Recomputed by your browser" : mark
    this.svg.querySelector("title").textContent = changed ? `Recomputed: ${words} As the build drew it: ${title}` : title
    this.back.disabled = !changed
    this.inputs.forEach(input => {
      input.nextElementSibling.textContent = input.value.replace("-", "−")
      input.setAttribute("aria-valuetext", `${input.value}. ${words}`)
    })
    this.grips?.forEach(place => place(scope))
  }

  place(at, [x, y]) {
    const [a, b, c, d] = this.data.axes[at]
    return [a * x + b, c * y + d]
  }

  draw([kind, at, given, ...rest], part, points, scope) {
    if (kind === "mesh") {
      const cells = part.querySelectorAll("path, use")
      points.forEach((number, n) => {
        const share = Math.round(Math.min(Math.abs(number) / rest[0], 1) * STEPS) * (100 / STEPS)
        cells[n].style.fill = `color-mix(in srgb, var(--plot-${number < 0 ? "warm" : "cool"}) ${share}%, var(--plot-paper))`
      })
    } else if (kind === "bar") {
      const [x, width, base] = given
      const corners = [[x, base], [x + width, base], [x + width, base + points[0]], [x, base + points[0]]].map(corner => this.place(at, corner))
      part.querySelectorAll("path").forEach(bar => bar.setAttribute("d", `${path(corners)}Z`))
    } else if (kind === "text") {
      part.querySelector("text").textContent = told(rest[1], scope)
      if (!points.length) return
      const start = this.place(at, moved([kind, at, given, ...rest], this.first ??= compute(this.data, this.run))[0])
      const [x, y] = this.place(at, points[0])
      part.setAttribute("transform", `translate(${(x - start[0]).toFixed(2)} ${(y - start[1]).toFixed(2)})`)
    } else {
      const places = points.map(point => this.place(at, point))
      part.querySelectorAll("use").forEach((dot, n) => {
        const there = places[n].every(Number.isFinite)
        dot.style.visibility = there ? "" : "hidden"
        if (there) ["x", "y"].forEach((name, axis) => dot.setAttribute(name, places[n][axis].toFixed(2)))
      })
      part.querySelector(":scope > path")?.setAttribute("d", path(places))
    }
  }

  /* A single point is dragged sideways, where it follows a slider sideways. */
  grip([kind, at, given, across, up], n) {
    if (kind !== "line" || given || this.parts[n].querySelectorAll("use").length !== 1) return
    const slopes = this.inputs.map((_, which) => this.pull(across, which, this.run)[1])
    const which = slopes.findIndex(Boolean)
    if (which < 0) return
    const grip = document.createElementNS("http://www.w3.org/2000/svg", "circle")
    grip.setAttribute("class", "slider-grip")
    grip.setAttribute("r", (RANGE * this.svg.viewBox.baseVal.width) / (this.svg.clientWidth || this.svg.viewBox.baseVal.width))
    this.svg.append(grip)
    const place = scope => {
      const [x, y] = this.place(at, [list(run(across, scope))[0], list(run(up, scope))[0]])
      if (Number.isFinite(y)) grip.setAttribute("cy", y)
      grip.setAttribute("cx", x)
    }
    place(compute(this.data, this.numbers))
    this.grips = [...(this.grips ?? []), place]
    grip.addEventListener("pointerdown", down => {
      grip.setPointerCapture(down.pointerId)
      down.preventDefault()
    })
    grip.addEventListener("pointermove", event => {
      if (!grip.hasPointerCapture(event.pointerId)) return
      const [scale, shift] = this.data.axes[at]
      const x = (new DOMPoint(event.clientX, event.clientY).matrixTransform(this.svg.getScreenCTM().inverse()).x - shift) / scale
      const [now, rate] = this.pull(across, which, this.numbers)
      this.inputs[which].value = this.inputs[which].valueAsNumber + (x - now) / rate
      this.update()
    })
  }

  /* Where a point is sideways, and how fast it moves there with one of the sliders. */
  pull(across, which, numbers) {
    const scope = compute(this.data, numbers)
    const [leaf, x] = [scope[this.data.sliders[which][0]], named(run(across, scope))]
    leaf.grad = null
    backward(x)
    return [x.data[0], leaf.grad?.[0] ?? 0]
  }
}

customElements.define("grad-plot", GradPlot)
