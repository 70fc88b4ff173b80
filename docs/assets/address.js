/* A figure's state in the address, #graph-w:step=5&x=3, and in its link to the playground. */

// Milliseconds after the last change: browsers limit how often the address may change.
const PAUSE = 250

export const keepAddress = (figure, change) => {
  figure.id = named(figure)
  const fields = change?.fields ?? []
  const link = figure.querySelector(".gg-open")
  const lead = state => { if (link) link.hash = `${link.dataset.program}&at=${figure.id}&${state}` }
  lead("")
  let timer = 0
  figure.addEventListener("state", () => {
    const state = new URLSearchParams({ step: figure.at })
    fields.forEach((field, at) => {
      if (change.numbers[at] !== change.run[at]) state.set(field.dataset.name, change.numbers[at])
    })
    lead(state)
    const here = location.href
    clearTimeout(timer)
    // Unless the reader has gone to another place of the page meanwhile.
    timer = setTimeout(() => location.href === here && history.replaceState(history.state, "", `#${figure.id}:${state}`), PAUSE)
  })
  const read = () => {
    const [id, text] = decodeURI(location.hash.slice(1)).split(":")
    if (id !== figure.id || !text) return
    const state = new URLSearchParams(text)
    fields.forEach((field, at) => {
      const number = parseFloat(state.get(field.dataset.name))
      field.value = change.numbers[at] = Number.isFinite(number) ? number : change.run[at]
    })
    change?.update()
    figure.show(Math.min(Math.max(parseInt(state.get("step")) || 0, 0), figure.steps.length))
    figure.scrollIntoView()
  }
  addEventListener("hashchange", read)
  read()
}

/* graph-w, and graph-w-2 for the next of that name on the page. */
const named = figure => {
  const name = `graph-${figure.querySelector("title").textContent.match(/Graph of (\w+)/)?.[1] ?? "result"}`
  let [id, number] = [name, 1]
  while (document.getElementById(id)) id = `${name}-${++number}`
  return id
}
