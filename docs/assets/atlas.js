// The table of the atlas: filter and sort. Without it the table is whole, in the order of its pages.
document.addEventListener("DOMContentLoaded", () => {
  const filter = document.querySelector(".atlas-filter"), table = document.querySelector(".atlas-table table")
  if (!filter || !table || table.dataset.ready) return
  table.dataset.ready = "yes"
  const body = table.tBodies[0], rows = [...body.rows], told = document.querySelector(".atlas-found")
  const [field, ...boxes] = filter.querySelectorAll("input")
  const plain = text => text.toLowerCase().replace(/^torch\.nn\.functional\./, "f.")
  const show = () => {
    const words = plain(field.value.trim()).split(/\s+/), asked = boxes.filter(box => box.checked).map(box => box.value)
    let found = 0
    for (const row of rows) {
      const is = row.dataset.is.split(" "), names = row.dataset.names.toLowerCase()
      row.hidden = !(words.every(word => names.includes(word)) && asked.every(word => is.includes(word)))
      found += !row.hidden
    }
    told.textContent = `${found} of ${rows.length} operators`
  }
  filter.addEventListener("input", show)
  for (const [n, head] of [...table.tHead.rows[0].cells].entries()) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: head.textContent })
    head.replaceChildren(button)
    button.addEventListener("click", () => {
      const up = head.ariaSort !== "ascending"
      for (const other of table.tHead.rows[0].cells) other.ariaSort = null
      head.ariaSort = up ? "ascending" : "descending"
      const key = row => row.cells[n].textContent
      rows.sort((a, b) => (up ? 1 : -1) * key(a).localeCompare(key(b)))
      body.append(...rows)
    })
  }
  const asked = decodeURIComponent(location.hash.slice(1))
  const box = boxes.find(box => box.value === asked)
  if (box) box.checked = true
  show()
}, { once: true })
