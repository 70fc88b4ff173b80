/* Steps to put into order: by two buttons or the arrow keys at each, or dragged. Where they go is said aloud; whether
   it is right, only where the reader asks. The right order and its reasons are those of the folded answer. */

const make = (tag, fields) => Object.assign(document.createElement(tag), fields)
const KEYS = { ArrowUp: -1, ArrowDown: 1 }
const WAYS = [[-1, "up"], [1, "down"]]
const named = item => item.querySelector("code").textContent

export class Order {
  constructor(form) {
    this.name = form.dataset.exercise
    this.list = form.querySelector("ul")
    this.said = form.querySelector("[role=status]")
    this.spoken = form.appendChild(make("span", { className: "spoken", role: "status" }))
    this.right = [...form.nextElementSibling.querySelectorAll("ol > li")]
    this.shuffled = [...this.list.children]
    this.shuffled.forEach(item => this.equip(item))
    form.addEventListener("submit", event => {
      event.preventDefault()
      this.kept(this.texts.join("\n"), this.judge())
    })
  }

  get texts() {
    return [...this.list.children].map(named)
  }

  equip(item) {
    item.prepend(make("span", { className: "grip", textContent: "⠿", ariaHidden: "true" }))
    for (const [by, way] of WAYS) {
      const button = item.appendChild(make("button", { type: "button", className: way, onclick: () => this.move(item, by) }))
      button.setAttribute("aria-label", `Move ${named(item)} ${way}`)
    }
    item.addEventListener("keydown", event => {
      if (!KEYS[event.key] || event.altKey || event.ctrlKey || event.metaKey) return
      event.preventDefault()
      this.move(item, KEYS[event.key])
    })
    item.addEventListener("pointerdown", event => this.drag(event, item))
  }

  /* The neighbor goes to the other side, so that the item keeps the focus and the pointer. */
  swap(item, by) {
    const neighbor = by < 0 ? item.previousElementSibling : item.nextElementSibling
    if (neighbor) item[by < 0 ? "after" : "before"](neighbor)
    return neighbor
  }

  move(item, by) {
    const moved = this.swap(item, by)
    if (moved) this.say("")
    this.tell(item, !moved && "already ")
  }

  tell(item, already) {
    const place = [...this.list.children].indexOf(item) + 1
    this.spoken.textContent = `${named(item)} is ${already || ""}number ${place} of ${this.right.length}.`
  }

  /* A finger moves an item by its grip alone, so that the page still scrolls. */
  drag(event, item) {
    const { pointerId, pointerType, target, button } = event
    if (button || target.matches("button") || (pointerType === "touch" && !target.matches(".grip"))) return
    event.preventDefault()
    item.setPointerCapture(pointerId)
    item.classList.add("dragged")
    let from = event.clientY
    let moved = false
    item.onpointermove = ({ clientY }) => {
      // A busy browser tells of several moves at once. Past the middle of one, the way back is left to the next move.
      const by = Math.sign(clientY - from)
      const next = () => (by < 0 ? item.previousElementSibling : item.nextElementSibling)
      while (next() && (clientY - from) * by > next().offsetHeight / 2) {
        const before = item.offsetTop
        this.swap(item, by)
        from += item.offsetTop - before
        moved = true
      }
      item.style.translate = `0 ${clientY - from}px`
    }
    item.onpointerup = item.onpointercancel = () => {
      item.onpointermove = item.onpointerup = item.onpointercancel = null
      item.classList.remove("dragged")
      item.style.translate = ""
      if (!moved) return
      this.say("")
      this.tell(item)
    }
  }

  /* Says whether it is right, and if not, the first two that stand the wrong way round. */
  judge() {
    const rank = this.texts.map(text => this.right.findIndex(item => named(item) === text))
    const at = rank.findIndex((place, n) => place > rank[n + 1])
    if (at < 0) {
      this.say("right", "Yes. It ran in this order.")
      return true
    }
    const [late, early] = [rank[at], rank[at + 1]].map(place => this.right[place])
    this.say("", "No. ", code(late), " stands above ", code(early), ", and comes after it. ", ...late.querySelector("p").cloneNode(true).childNodes)
    return false
  }

  say(kind, ...words) {
    this.said.className = kind
    this.said.replaceChildren(...words)
  }

  show(text) {
    const items = text.split("\n").map(one => this.shuffled.find(item => named(item) === one))
    if (items.length !== this.shuffled.length || items.includes(undefined)) return false
    this.list.append(...items)
    this.judge()
    return true
  }

  clear() {
    this.list.append(...this.shuffled)
    this.say("")
    this.spoken.textContent = ""
  }
}

const code = item => item.querySelector("code").cloneNode(true)
