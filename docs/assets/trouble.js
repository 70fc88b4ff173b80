// The box "Paste the error", by the rules of src/gradbook/trouble/match.py; a test compares the two.
(() => {
  const SHORT = 8, ENOUGH = 0.6, FRAGMENT = 4, NEARLY = 0.85, RUN = 6
  const root = new URL("../", document.currentScript.src)
  let messages, causes

  const words = text => text.toLowerCase().match(/[a-z_]+/g) ?? []
  const wording = pattern => pattern.split("{}").flatMap((piece, n) => n ? ["", ...words(piece)] : words(piece))

  const longestRun = (text, places, [from, to], [first, end]) => {
    let best = [0, 0, 0], before = new Map()
    for (let n = from; n < to; n++) {
      const now = new Map()
      for (const at of places.get(text[n]) ?? []) {
        if (at < first || at >= end) continue
        const length = (before.get(at - 1) ?? 0) + 1
        now.set(at, length)
        if (length > best[2]) best = [n - length + 1, at - length + 1, length]
      }
      before = now
    }
    return best
  }
  const common = (text, places, here, there) => {
    const [start, at, length] = longestRun(text, places, here, there)
    if (!length) return []
    const alone = length === 1 && (text[start - 1] || text[start + 1])
    return [...alone ? [] : [length], ...common(text, places, [here[0], start], [there[0], at]),
      ...common(text, places, [start + length, here[1]], [at + length, there[1]])]
  }
  const score = (text, given, places) => {
    const fixed = text.filter(Boolean)
    const size = fixed.length
    const enough = Math.min(size, Math.max(SHORT, ENOUGH * size))
    const least = Math.min(enough, Math.max(FRAGMENT, NEARLY * given.length))
    if (fixed.filter(word => places.has(word)).length < Math.min(least, RUN)) return null
    const runs = common(text, places, [0, text.length], [0, given.length])
    const all = runs.reduce((sum, length) => sum + length, 0), longest = Math.max(0, ...runs)
    const found = all >= least ? all : longest >= RUN && longest
    return found ? [-found, size - found] : null
  }
  const before = (a, b) => a.map((value, n) => value - b[n]).find(Boolean) ?? 0
  const find = pasted => {
    const given = words(pasted), places = new Map()
    given.forEach((word, n) => places.set(word, [...places.get(word) ?? [], n]))
    const found = []
    messages.forEach(([rank, ...wordings], n) => {
      const fitting = wordings
        .map((pattern, age) => [score(wording(pattern), given, places), +(age > 0)])
        .filter(([s]) => s).map(([s, age]) => [...s, age]).sort(before)
      if (fitting.length) found.push([...fitting[0], rank, n])
    })
    return found.sort(before).slice(0, 3).map(row => row.at(-1))
  }

  const make = (name, about) => Object.assign(document.createElement(name), about)
  const load = name => new Promise(done => {
    gradbook[name] = done
    document.head.append(make("script", { src: new URL(`assets/${name}.js`, root) }))
  })
  const show = async (pasted, box) => {
    messages ??= await load("messages")
    const found = words(pasted).length ? find(pasted) : []
    if (found.length) causes ??= await load("causes")
    const told = found.filter((n, place) => causes[n][0] || !place)
    const elsewhere = told.length && !causes[told[0]][0]
    box.replaceChildren(...told.slice(0, elsewhere ? 1 : 3).map(n => {
      const [address, cause] = causes[n], p = make("p")
      if (!address) return p.append("This message is not about gradients. ", cause), p
      const text = messages[n][1].replaceAll("{}", "…").slice(0, 160)
      const link = make("a", { href: new URL(address, root), textContent: text })
      p.append(link, make("br"), cause)
      return p
    }))
    if (!found.length && words(pasted).length > 2) box.textContent = "No message known here. Is the traceback's last line in the box?"
  }
  window.gradbook = { ...window.gradbook, find: async text => (messages ??= await load("messages"), find(text)) }

  // The list below the field shows what has all its words; headings without a message go, too.
  const filter = field => {
    const lists = [...document.querySelectorAll(".messages")], told = field.parentNode.querySelector("[role=status]")
    const asked = field.value.toLowerCase().split(/\s+/).filter(Boolean)
    let shown = 0
    for (const list of lists) {
      for (const item of list.children) {
        const text = item.textContent.toLowerCase()
        item.hidden = !asked.every(word => text.includes(word))
        shown += !item.hidden
      }
      list.hidden = list.previousElementSibling.hidden = ![...list.children].some(item => !item.hidden)
    }
    told.textContent = asked.length ? `${shown} of ${document.querySelectorAll(".messages > li").length}` : ""
  }

  document.addEventListener("DOMContentLoaded", () => {
    const words = document.getElementById("messages-filter")
    words?.addEventListener("input", () => filter(words))
    const field = document.getElementById("paste-error")
    if (!field) return
    const box = field.parentNode.querySelector("[role=status]")
    field.addEventListener("focus", async () => messages ??= await load("messages"), { once: true })
    field.addEventListener("input", () => show(field.value, box))
  }, { once: true })
})()
