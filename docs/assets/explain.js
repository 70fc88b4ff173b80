/* Asked for by click or Enter: a node tells its value and the sum that makes its gradient, an arrow its
   local derivative. */

import { numeral, around, equals, inline } from "./numerals.js"
import { bare, derivative, forward, label, moved, slope } from "./words.js"

/* ∂L/∂a = ∂L/∂b · ∂b/∂a + ∂L/∂c · ∂c/∂a = 2 · 3 + 5 · 1 = 11. */
export const sum = ({ edges, seeds }, node) => {
  const { grad, shape } = node.value
  if (!grad) return ""
  const uses = edges.filter(edge => edge?.below === node && edge.flow)
  const own = seeds.filter(seed => seed.node === node)
  if (!uses.length) return `Its gradient is ${inline(grad, shape)}: the backward pass starts here.`
  if (shape.length || uses.some(({ above }) => above.value.shape.length)) {
    const parts = uses.map(({ above, how }) => `From ${label(above)} comes ${moved(how).replace(/,$/, "")}`)
    return `${parts.join(". ")}: ${inline(grad, shape)}.`
  }
  const over = other => (seeds.length === 1 ? slope(seeds[0].node, other) : `∂${bare(other)}`)
  const symbols = uses.map(({ above }) => `${over(above)} · ${slope(above, node)}`)
  const numbers = uses.map(({ above, local }) => `${around(above.value.grad[0])} · ${around(local)}`)
  const started = own.map(seed => around(seed.data[0]))
  const used = uses.flatMap(({ above, local }) => [above.value.grad[0], local])
  const sides = [over(node), [...started, ...symbols].join(" + "), [...started, ...numbers].join(" + ")]
  return `${sides.join(" = ")} ${equals(grad[0], ...used)} ${numeral(grad[0])}.`
}

const ofEdge = edge => (edge.local === null ? `${label(edge.above)}: on the way to ${label(edge.below)} it becomes ${moved(edge.how)}.` : `${derivative(edge)}.`)

/* One stop of the Tab key leads into the picture, and arrow keys from part to part. */
export const explainOnRequest = (figure, change, hidden) => {
  const { nodes, edges } = change.state
  const parts = [
    ...figure.cards.map((element, at) => ({ element, name: `Explain ${label(nodes[at])}`, tell: () => ofNode(at) })),
    ...figure.arrows.flatMap((element, at) =>
      edges[at] ? [{ element, name: `Explain ${slope(edges[at].above, edges[at].below)}`, tell: () => ofEdge(change.state.edges[at]) }] : []),
  ]
  const ofNode = at => {
    const node = change.state.nodes[at]
    return [forward(node), hidden.has(at) ? "" : sum(change.state, node)].filter(Boolean).join(" ")
  }
  const ask = ({ element, tell }) => {
    if (element.dragged) return
    figure.pause()
    figure.draw()
    parts.forEach(part => part.element.classList.toggle("asked", part.element === element))
    figure.tell(tell())
    const names = [...element.querySelectorAll(".s")].map(line => line.textContent)
    const link = [...figure.querySelectorAll(".gg-atlas a")].find(link => names.includes(link.textContent))
    if (link) figure.said.append(" In the atlas: ", link.cloneNode(true), ".")
  }
  figure.querySelector("svg.gg").setAttribute("role", "group")
  parts.forEach((part, at) => {
    const { element } = part
    element.setAttribute("role", "button")
    // What stands on a card is its name, which follows the values; in it powers and indices are plain numbers.
    element.setAttribute(element.querySelector("text") ? "aria-description" : "aria-label", part.name)
    element.setAttribute("tabindex", at ? -1 : 0)
    element.addEventListener("click", () => ask(part))
    element.addEventListener("keydown", event => {
      const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key]
      if (!by && event.key !== "Enter" && event.key !== " ") return
      event.preventDefault()
      if (!by) return ask(part)
      const next = parts[(at + by + parts.length) % parts.length].element
      element.setAttribute("tabindex", -1)
      next.setAttribute("tabindex", 0)
      next.focus()
    })
  })
  figure.arrows.forEach(widen)
}

/* A finger finds an arrow in a strip around it. */
const widen = arrow => {
  const strip = arrow.querySelector("path").cloneNode()
  strip.setAttribute("class", "strip")
  arrow.append(strip)
}
