/* Predict: each gradient is hidden until the reader has typed it or asked for it. A wrong number gets the
   reason where it is what a common mistake gives. */

import { sum } from "./explain.js"
import { numeral } from "./numerals.js"
import { label, slope } from "./words.js"

/* Whole numbers exactly, decimals to the digits that were typed. */
const agrees = (typed, answer) => {
  const decimals = (typed.split(".")[1] ?? "").length
  const close = decimals ? 0.5 * 10 ** -decimals * (1 + 1e-9) : 1e-9 * Math.abs(answer)
  return Math.abs(Number(typed) - answer) <= close
}

/* What common mistakes give, and what to say of them. */
const mistakes = (node, uses, answer) => {
  const here = label(node)
  const add = of => uses.reduce((total, edge) => total + of(edge), 0)
  const [{ above }] = uses
  const step = slope(above, node)
  const arrives = edge => edge.above.value.grad[0]
  const one = uses.map(edge => [
    edge.flow[0],
    `That part comes from ${label(edge.above)} alone. ${here} is used ${uses.length} times, and the parts add up.`,
  ])
  return [
    ...(uses.length > 1 ? one : []),
    [-answer, "The size is right, the sign is not."],
    [add(edge => edge.local), `That is the local derivative, not yet multiplied by what arrives, ${numeral(above.value.grad[0])}.`],
    [add(arrives), `That is what arrives. On the way to ${here} it is multiplied by ${step}.`],
    [add(edge => arrives(edge) * node.value.data[0]), `That multiplies by the value of ${here}, and not by ${step}.`],
    [uses.reduce((product, edge) => product * edge.flow[0], 1), "The parts are added, not multiplied."],
    [node.value.data[0], `That is the value of ${here}, not its gradient.`],
  ]
}

/* The reason for a wrong number; which factors make the right one, where it is no mistake that is known. */
export const reason = ({ edges }, node, typed) => {
  const uses = edges.filter(edge => edge?.below === node && edge.flow)
  const found = mistakes(node, uses, node.value.grad[0]).find(([number]) => agrees(typed, number))
  if (found) return found[1]
  const factors = uses.map(({ above }) => `${numeral(above.value.grad[0])} times ${slope(above, node)}`)
  return `Not ${typed}: it is ${factors.join(" plus ")}.`
}

const FORM =
  '<label><span></span><input type="number" step="any" required></label><button>Check</button><button type="button">Show</button>'

export const predictOnRequest = (figure, change, covered) => {
  const toggle = figure.querySelector(".gg-predict")
  if (!toggle) return
  const form = document.createElement("form")
  form.innerHTML = FORM
  figure.querySelector(".gg-controls").after(form)
  const [ask, field, show] = ["span", "input", "[type=button]"].map(part => form.querySelector(part))
  let queue = []
  const used = node => change.state.edges.some(edge => edge?.below === change.state.nodes[node])
  const node = () => change.state.nodes[queue[0].node]
  const predict = on => {
    queue = on ? figure.steps.map(({ back, node }, at) => ({ back, node, at })).filter(({ back, node }) => back && used(node)) : []
    covered.clear()
    queue.forEach(({ node }) => covered.add(node))
    figure.classList.toggle("predicting", on)
    toggle.ariaPressed = on
  }
  const next = said => {
    if (!queue.length) {
      predict(false)
      return figure.show(figure.steps.length, `${said} That was the last gradient.`)
    }
    ask.textContent = `${slope(change.state.seeds[0].node, node())} =`
    field.value = ""
    figure.show(queue[0].at, `${said} What is the gradient of ${label(node())}?`)
    field.focus({ preventScroll: true })
  }
  const solved = word => {
    const told = `${word} ${sum(change.state, node())}`
    covered.delete(queue.shift().node)
    next(told)
  }
  toggle.onclick = () => {
    predict(!queue.length)
    if (queue.length) next("")
    else figure.show(figure.at)
  }
  form.onsubmit = event => {
    event.preventDefault()
    if (agrees(field.value, node().value.grad[0])) solved("Right.")
    else figure.tell(reason(change.state, node(), field.value))
  }
  show.onclick = () => solved("")
}
