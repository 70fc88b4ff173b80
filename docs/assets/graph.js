/* <grad-graph>: steps through the picture of a graph. The picture, the sentences and the numbers are
   in the page already; this element shows them one after the other. Where the browser can compute the
   graph, its leaves can be changed (change.js), its parts explain themselves (explain.js), and its
   gradients can be predicted (predict.js). */

import { keepAddress } from "./address.js"
import { Change } from "./change.js"
import { explainOnRequest } from "./explain.js"
import { predictOnRequest } from "./predict.js"

const SHAPES = {
  previous: "M15 5v14L5 12zM18 5h2v14h-2z",
  play: "M7 4v16l13-8z",
  pause: "M6 4h4v16H6zM14 4h4v16h-4z",
  next: "M9 5v14l10-7zM4 5h2v14H4z",
  large: "M4 4h7v2H6v5H4zM20 20h-7v-2h5v-5h2z",
  small: "M11 11H4V9h5V4h2zM13 13h7v2h-5v5h-2z",
}
const NAMES = { previous: "Previous step", play: "Play the steps", pause: "Pause", next: "Next step",
  large: "Fill the screen", small: "Back to the page" }
const still = matchMedia("(prefers-reduced-motion: reduce)")

const make = (tag, fields, ...children) => {
  const element = Object.assign(document.createElement(tag), fields)
  element.append(...children)
  return element
}

const face = (button, kind) => {
  button.ariaLabel = NAMES[kind]
  button.innerHTML = `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${SHAPES[kind]}"/></svg>`
  return button
}

/* A second head at the start of an arrow, for the way back. */
const turn = arrow => {
  const [tip, [x, y]] = [arrow.querySelector(".tip"), arrow.querySelector("path").getAttribute("d").slice(1).split(/[ CV]/)]
  const up = tip.cloneNode()
  up.setAttribute("class", "tip up")
  up.setAttribute("d", `M${x} ${y}l-3.5 7h7z`)
  arrow.append(up)
}

class GradGraph extends HTMLElement {
  connectedCallback() {
    this.player = this.querySelector(".gg-player")
    if (!this.player?.hidden) return
    const data = JSON.parse(this.querySelector("script").textContent)
    this.edges = data.edges.map(([source, output, target]) => ({ source, output, target }))
    this.steps = data.steps.map(([phase, node, edges]) => ({ back: phase === "b", node, edges }))
    this.lines = [...this.querySelectorAll(".gg-steps li")]
    this.cards = [...this.querySelectorAll(".gg [data-node]")]
    this.arrows = this.edges.map((_, edge) => this.querySelector(`.gg [data-edge="${edge}"]`))
    this.factors = this.edges.map((_, edge) => this.querySelector(`.gg [data-of="${edge}"]`))
    this.plan()
    this.build()
    this.arrows.forEach(turn)
    this.at = data.rest
    // Nodes whose gradient the reader predicts.
    this.covered = new Set()
    this.draw()
    this.listen()
    const change = this.change = data.live && new Change(this, data)
    if (change) {
      this.querySelector(".gg-leaves").hidden = false
      explainOnRequest(this, change, this.covered)
      predictOnRequest(this, change, this.covered)
    }
    this.player.hidden = false
    if (!this.closest("grad-playground")) keepAddress(this, change)
  }

  disconnectedCallback() {
    this.pause()
  }

  /* When each value, each gradient and each part of a sum appears. A node may have several
     outputs, each with a gradient of its own. */
  plan() {
    this.valueAt = new Map()
    this.gradientAt = new Map()
    this.steps.forEach(({ back, node }, index) => (back ? this.gradientAt : this.valueAt).set(node, index + 1))
    this.grads = this.cards.map(card => {
      const text = card.querySelector(".grad .x")
      return text && { block: text.parentNode, text, rest: text.textContent }
    })
    this.gradients = this.cards.map((card, node) => [...card.querySelectorAll(".gradient")].map(block => {
      const text = block.querySelector(".x")
      const [sum, total] = text.textContent.split(" = ")
      const terms = total && sum.split(/ (?=[+−] )/)
      return { block, text, all: text.textContent, terms, parts: this.arrivals(node, +block.dataset.output) }
    }))
  }

  /* The steps that bring a part of the gradient of one output. */
  arrivals(node, output) {
    const ours = edge => edge.source === node && edge.output === output
    return this.steps.flatMap(({ back, edges }, index) =>
      back ? edges.filter(edge => ours(this.edges[edge])).map(() => index + 1) : [])
  }

  build() {
    const button = (kind, act) => face(make("button", { type: "button", onclick: act }), kind)
    this.toggle = button("play", () => (this.timer ? this.pause() : this.play()))
    this.slider = make("input", { type: "range", min: 0, max: this.steps.length, value: this.steps.length, ariaLabel: "Step" })
    this.slider.oninput = () => { this.pause(); this.show(+this.slider.value) }
    this.count = make("span", { className: "gg-count", ariaHidden: "true" })
    this.said = make("p", { ariaLive: "polite", textContent: "Step through it: play, or use the arrow keys." })
    this.player.querySelector(".gg-controls").append(
      button("previous", () => this.go(-1)), this.toggle, button("next", () => this.go(1)), this.slider, this.count)
    if (document.fullscreenEnabled) this.enlarge(button)
    this.player.querySelector(".gg-said").append(this.said)
  }

  /* A picture that is wider than the column can fill the screen. */
  enlarge(button) {
    const full = () => document.fullscreenElement === this
    const size = button("large", () => (full() ? document.exitFullscreen() : this.requestFullscreen()))
    size.className = "gg-size"
    this.addEventListener("fullscreenchange", () => face(size, full() ? "small" : "large"))
    const box = this.querySelector(".gg-scroll")
    const look = () => { size.hidden = !full() && box.scrollWidth <= box.clientWidth }
    // Before it is painted, so that nothing moves.
    look()
    new ResizeObserver(look).observe(box)
    this.player.querySelector(".gg-controls").append(size)
  }

  listen() {
    this.player.addEventListener("keydown", event => {
      const move = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity }[event.key]
      if (!move || event.target.localName === "input" || event.altKey || event.ctrlKey || event.metaKey) return
      event.preventDefault()
      this.go(move)
    })
  }

  /* One step on or back. */
  go(by) {
    this.pause()
    this.show(by === 1 ? this.following() : Math.min(Math.max(this.at + by, 0), this.steps.length))
  }

  /* The step after this one; the first for a reader who comes to the figure, and after the last. */
  following() {
    const fresh = !this.player.classList.contains("used")
    return fresh || this.at === this.steps.length ? 1 : this.at + 1
  }

  play() {
    face(this.toggle, "pause")
    const tick = () => {
      this.show(this.following())
      const pace = 1200 + 25 * this.said.textContent.length
      this.timer = this.at === this.steps.length ? 0 : setTimeout(tick, pace)
      if (!this.timer) this.pause()
    }
    tick()
  }

  pause() {
    clearTimeout(this.timer)
    this.timer = 0
    if (this.toggle) face(this.toggle, "play")
  }

  mark(at) {
    this.slider.value = at
    this.slider.setAttribute("aria-valuetext", `Step ${at} of ${this.steps.length}`)
    this.count.textContent = `${at} / ${this.steps.length}`
  }

  /* The picture after `at` steps, and the sentence of the last of them, or another. */
  show(at, said) {
    this.at = at
    const step = this.steps[at - 1]
    this.tell(said ?? this.sentence())
    this.lines.forEach((line, index) => line.toggleAttribute("aria-current", index === at - 1))
    this.draw(step)
    if (step) this.follow(this.cards[step.node])
    this.dispatchEvent(new Event("state"))
  }

  sentence() {
    return this.at ? this.lines[this.at - 1].textContent : "Nothing is computed yet."
  }

  tell(text) {
    this.player.classList.add("used")
    this.said.textContent = text
  }

  /* The same step with other numbers. */
  renew() {
    const used = this.player.classList.contains("used")
    this.draw(used ? this.steps[this.at - 1] : undefined)
    if (used) this.tell(this.sentence())
    this.dispatchEvent(new Event("state"))
  }

  /* What is known after `this.at` steps; what happens in `step` stands out. */
  draw(step) {
    const { at } = this
    this.mark(at)
    this.cards.forEach((card, node) => {
      card.querySelectorAll(".value").forEach(cell => cell.classList.toggle("later", at < this.valueAt.get(node)))
      const now = step?.node === node
      card.classList.remove("asked")
      card.classList.toggle("now", now)
      card.classList.toggle("back", Boolean(now && step.back))
      this.gradients[node].forEach(gradient => this.collect(gradient, this.gradientAt.get(node), at, this.covered.has(node)))
      this.store(node, at)
    })
    this.edges.forEach(({ source, target }, edge) => {
      this.arrows[edge].classList.remove("asked")
      const now = step && (step.back ? step.edges.includes(edge) : target === step.node)
      this.arrows[edge].classList.toggle("now", Boolean(now))
      this.arrows[edge].classList.toggle("back", Boolean(now && step.back))
      this.factors[edge]?.classList.toggle("later", at < this.gradientAt.get(target) || this.covered.has(source))
    })
  }

  /* .grad of a leaf: what it has been given so far, or None where the program has given it nothing
     yet; then the last step says what backward() would store. */
  store(node, at) {
    const [grad, when] = [this.grads[node], this.gradientAt.get(node)]
    if (!grad || when === undefined) return
    const none = grad.rest.endsWith("None")
    grad.block.classList.toggle("later", !none && at < when)
    const [gradient] = this.gradients[node]
    const total = gradient.all.startsWith("∂ ") ? gradient.all.slice(2).split(" = ").at(-1) : "∂"
    if (none) grad.text.textContent = at < when ? grad.rest : `.grad = ${total}`
  }

  /* A gradient appears with its first part; a sum grows by a term with each part. */
  collect({ block, text, all, terms, parts }, own, at, hidden) {
    const arrived = parts.filter(when => when <= at).length
    const whole = own === undefined || at >= own
    const incomplete = parts.length > 1 && !terms && arrived < parts.length
    block.classList.toggle("later", hidden || (!whole && (arrived === 0 || incomplete)))
    if (terms) text.textContent = whole ? all : terms.slice(0, terms.length - parts.length + arrived).join(" ")
  }

  /* Brings the node into view: sideways in the picture's box, up and down in the window. */
  follow(card) {
    const box = this.querySelector(".gg-scroll")
    const [inner, outer, bar] = [card, box, this.player].map(element => element.getBoundingClientRect())
    const behavior = still.matches ? "auto" : "smooth"
    const past = (low, high, start, end) => (low < start ? low - start : high > end ? high - end : 0)
    box.scrollBy({ left: past(inner.left - 12, inner.right + 12, outer.left, outer.right), behavior })
    const page = document.fullscreenElement === this ? this : window
    page.scrollBy({ top: past(inner.top - 12, inner.bottom + 12, bar.bottom, innerHeight), behavior })
  }
}

customElements.define("grad-graph", GradGraph)
