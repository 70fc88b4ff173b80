/* What the pages need from a script and the theme does not do. Everything reads without it. */
document$.subscribe(() => {
  const content = document.querySelector(".md-content")
  if (!content) return

  // A box that scrolls must be reachable by keyboard; one that does not would be a needless stop.
  const reach = new ResizeObserver(entries => {
    const scrolls = entries.map(({ target }) => target.scrollWidth > target.clientWidth + 1)
    entries.forEach(({ target }, n) => {
      if (scrolls[n]) target.tabIndex = 0
      else target.removeAttribute("tabindex")
    })
  })
  const seen = new WeakSet()

  const amend = () => {
    // The theme wraps the copy button of each block in a <nav>: dozens of landmarks without a name.
    content.querySelectorAll("nav.md-code__nav").forEach(nav => {
      const div = document.createElement("div")
      div.className = nav.className
      div.append(...nav.childNodes)
      nav.replaceWith(div)
    })
    content.querySelectorAll("pre > code, .math, .output > *, .cell-along > pre, .md-typeset__scrollwrap").forEach(box => {
      if (!seen.has(box)) reach.observe(box)
      seen.add(box)
    })
  }
  amend()
  // The theme adds these as blocks come into view.
  new MutationObserver(amend).observe(content, { childList: true, subtree: true })
})

// The copy button of a cell gives a program that runs by itself: what the cell needs from above, its code, and
// `print` around the last expression, whose value the page shows. The theme's own script takes it from here.
const codeOf = cell => cell.querySelector(".highlight code").textContent.trimEnd().split("\n")
const above = along => {
  const cells = document.querySelectorAll(".cell")
  return (along.dataset.above?.split("\n") ?? []).flatMap(line => {
    if (line[0] === " ") return [line.slice(1)]
    const [cell, first, last = first] = line.replace("+", "").split(" ")
    const rows = codeOf(cells[cell]).slice(Number(first), Number(last) + 1)
    return line[0] === "+" ? rows.map(row => row && `    ${row}`) : rows
  })
}
document.querySelectorAll("details.cell-along").forEach(along => along.addEventListener("toggle", () => {
  along.append(Object.assign(document.createElement("pre"), { textContent: above(along).join("\n") }))
}, { once: true }))
document.addEventListener("click", ({ target }) => {
  const button = target.closest?.(".cell > .highlight [data-clipboard-target]")
  const along = button?.closest(".cell").querySelector(":scope > .cell-along")
  if (!along) return
  const rows = codeOf(button.closest(".cell"))
  if (along.dataset.print) {
    const [first, last, end, opening] = along.dataset.print.split(" ")
    rows[last] = rows[last].slice(0, end) + ")".repeat(opening.split("(").length - 1) + rows[last].slice(end)
    rows[first] = opening + rows[first]
  }
  const lines = above(along)
  button.setAttribute("data-clipboard-text", [...lines, ...(lines.length ? [""] : []), ...rows, ""].join("\n"))
}, true)

// A paste from a menu or a phone's keyboard is an input without a key, and the theme's search waits for a key.
document.querySelector(".md-search__input")?.addEventListener("input", ({ target, inputType }) => {
  if (inputType === "insertFromPaste") target.dispatchEvent(new KeyboardEvent("keyup", { bubbles: true }))
})
