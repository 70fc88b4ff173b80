"""A lab page as mkdocs-jupyter renders it, put into the site's own markup. Knows BeautifulSoup and nbconvert's classes.

mkdocs-jupyter brings half a megabyte of style and scripts with each page, among them requests to other hosts.
"""

from __future__ import annotations

from html import escape

from bs4 import BeautifulSoup, Tag

_KINDS = {
    "application/vnd.jupyter.stdout": "stdout",
    "application/vnd.jupyter.stderr": "stderr",
    "application/vnd.jupyter.error": "error",
    "text/plain": "value",
}


def site_markup(html: str) -> str:
    """The notebook's cells as this site shows cells, with In and Out prompts, and no styles or scripts."""
    soup = BeautifulSoup(html, "html.parser")
    parts = []
    for cell in soup.select(".jp-Notebook-cell"):
        if cell.find_parent(class_="jp-Notebook-cell"):
            continue  # mkdocs-jupyter wraps a code cell in a second element of the same class
        if prose := cell.select_one(".jp-MarkdownOutput"):
            parts.append(_prose(prose))
        elif code := cell.select_one(".highlight-ipynb pre"):
            parts.append(_code(cell, code))
    return "\n".join(parts)


def _prose(prose: Tag) -> str:
    for link in prose.select("a.anchor-link"):
        link["class"] = "headerlink"
        link["title"] = "Link to this section"
    return prose.decode_contents().strip()


def _code(cell: Tag, code: Tag) -> str:
    outputs = [_output(area) for area in cell.select(".jp-OutputArea-child")]
    prompt = _plain(cell.select_one(".jp-InputPrompt"))
    lines = [
        '<div class="cell lab-cell">',
        f'<p class="lab-prompt">{prompt}</p>',
        f'<div class="highlight"><pre><code>{code.decode_contents().strip()}\n</code></pre></div>',
    ]
    if outputs:
        lines.append('<div class="output" role="group" aria-label="Output">')
        lines += [*outputs, "</div>"]
    return "\n".join([*lines, "</div>"])


def _output(area: Tag) -> str:
    shown = area.select_one(".jp-OutputArea-output")
    prompt = area.select_one(".jp-OutputPrompt")
    label = _plain(prompt) if prompt else ""
    before = f'<p class="lab-prompt">{label}</p>\n' if label else ""
    kind = _KINDS.get(str(shown.get("data-mime-type")))
    kind = "stdout" if kind == "value" and not label else kind
    if kind is None:
        return f'{before}<div class="output-display">{shown.decode_contents().strip()}</div>'
    text = escape(shown.get_text().strip("\n"), quote=False)
    return f'{before}<pre class="output-{kind}" tabindex="0"><samp>{text}</samp></pre>'


def _plain(prompt: Tag) -> str:
    """The prompt with an ordinary space, as people search for it."""
    return prompt.get_text(strip=True).replace("\N{NO-BREAK SPACE}", " ")
