/* <grad-graph>: steps through the picture of a graph. The picture, the sentences and the numbers are
   in the page already; this element shows them one after the other. */

{
  const SHAPES = {
    previous: "M15 5v14L5 12zM18 5h2v14h-2z",
    play: "M7 4v16l13-8z",
    pause: "M6 4h4v16H6zM14 4h4v16h-4z",
    next: "M9 5v14l10-7zM4 5h2v14H4z",
  }
  const NAMES = { previous: "Previous step", play: "Play the steps", pause: "Pause", next: "Next step" }
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

  class GradGraph extends HTMLElement {
    connectedCallback() {
      this.player = this.querySelector(".gg-player")
      if (!this.player?.hidden) return
      const data = JSON.parse(this.querySelector("script").textContent)
      this.edges = data.edges
      this.steps = data.steps.map(([phase, node, edges]) => ({ back: phase === "b", node, edges }))
      this.lines = [...this.querySelectorAll(".gg-steps li")]
      this.cards = data.nodes.map((_, node) => this.querySelector(`.gg [data-node="${node}"]`))
      this.arrows = data.edges.map((_, edge) => this.querySelector(`.gg [data-edge="${edge}"]`))
      this.plan()
      this.build()
      this.at = this.steps.length
      this.listen()
      this.player.hidden = false
    }

    disconnectedCallback() {
      this.pause()
    }

    /* When each value, each gradient and each part of a sum appears. */
    plan() {
      this.valueAt = new Map()
      this.gradientAt = new Map()
      this.parts = this.cards.map(() => [])
      this.steps.forEach(({ back, node, edges }, index) => {
        ;(back ? this.gradientAt : this.valueAt).set(node, index + 1)
        if (back) edges.forEach(edge => this.parts[this.edges[edge].source].push(index + 1))
      })
      this.sums = this.cards.map(card => {
        const text = card.querySelector(".gradient .x")
        const [sum, total] = text?.textContent.split(" = ") ?? []
        return total ? { text, all: text.textContent, terms: sum.split(/ (?=[+−] )/) } : null
      })
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
      this.player.querySelector(".gg-said").append(this.said)
      this.mark(this.steps.length)
    }

    listen() {
      this.player.addEventListener("keydown", event => {
        const move = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity }[event.key]
        if (!move || event.target === this.slider || event.altKey || event.ctrlKey || event.metaKey) return
        event.preventDefault()
        this.go(move)
      })
    }

    /* One step on or back; from the finished picture on to the first step. */
    go(by) {
      this.pause()
      const last = this.steps.length
      this.show(this.at === last && by === 1 ? 1 : Math.min(Math.max(this.at + by, 0), last))
    }

    play() {
      face(this.toggle, "pause")
      const tick = () => {
        this.show(this.at === this.steps.length ? 1 : this.at + 1)
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

    /* The picture after `at` steps. */
    show(at) {
      this.at = at
      this.player.classList.add("used")
      this.mark(at)
      const step = this.steps[at - 1]
      this.said.textContent = step ? this.lines[at - 1].textContent : "Nothing is computed yet."
      this.lines.forEach((line, index) => line.toggleAttribute("aria-current", index === at - 1))
      this.cards.forEach((card, node) => {
        this.hide(card, ".value", at < this.valueAt.get(node))
        const now = step?.node === node
        card.classList.toggle("now", now)
        card.classList.toggle("back", now && step.back)
        this.collect(card, node, at)
      })
      this.arrows.forEach((arrow, edge) => {
        const { target } = this.edges[edge]
        const now = step && (step.back ? step.edges.includes(edge) : target === step.node)
        arrow.classList.toggle("now", Boolean(now))
        arrow.classList.toggle("back", Boolean(now && step.back))
      })
      if (step) this.follow(this.cards[step.node])
    }

    /* A gradient appears with its first part; a sum grows by a term with each part. */
    collect(card, node, at) {
      const own = this.gradientAt.get(node)
      const arrived = this.parts[node].filter(when => when <= at).length
      const whole = own === undefined || at >= own
      const sum = this.sums[node]
      const several = this.parts[node].length > 1
      this.hide(card, ".gradient", !whole && (arrived === 0 || (several && !sum && arrived < this.parts[node].length)))
      if (sum) sum.text.textContent = whole ? sum.all : sum.terms.slice(0, sum.terms.length - this.parts[node].length + arrived).join(" ")
    }

    hide(card, cells, hidden) {
      card.querySelectorAll(cells).forEach(cell => cell.classList.toggle("later", hidden))
    }

    /* Brings the node into view: sideways in the picture's box, up and down in the window. */
    follow(card) {
      const box = this.querySelector(".gg-scroll")
      const [inner, outer, bar] = [card, box, this.player].map(element => element.getBoundingClientRect())
      const behavior = still.matches ? "auto" : "smooth"
      const past = (low, high, start, end) => (low < start ? low - start : high > end ? high - end : 0)
      box.scrollBy({ left: past(inner.left - 12, inner.right + 12, outer.left, outer.right), behavior })
      window.scrollBy({ top: past(inner.top - 12, inner.bottom + 12, bar.bottom, innerHeight), behavior })
    }
  }

  customElements.define("grad-graph", GradGraph)
}
