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
    content.querySelectorAll("pre > code, .math, .output > *, .md-typeset__scrollwrap").forEach(box => {
      if (!seen.has(box)) reach.observe(box)
      seen.add(box)
    })
  }
  amend()
  // The theme adds these as blocks come into view.
  new MutationObserver(amend).observe(content, { childList: true, subtree: true })
})

// A paste from a menu or a phone's keyboard is an input without a key, and the theme's search waits for a key.
document.querySelector(".md-search__input")?.addEventListener("input", ({ target, inputType }) => {
  if (inputType === "insertFromPaste") target.dispatchEvent(new KeyboardEvent("keyup", { bubbles: true }))
})
