"""The modules of figures as one plain script: the same names, each module in a scope of its own, nothing lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from built import ROOT
from playwright.sync_api import Browser

from gradbook.site.modules import plain_script


def written(folder: Path, **modules: str) -> Path:
    for name, text in modules.items():
        (folder / f"{name}.js").write_text(text)
    return folder / "entry.js"


def test_modules_keep_their_scopes(browser: Browser, tmp_path: Path) -> None:
    entry = written(
        tmp_path,
        entry='/* Says it. */\nimport { half } from "./a.js"\nimport { half as own } from "./b.js"\n'
        "const secret = 4\nwindow.found = [half(secret), own, `a // b`]\n  // Its own.\n",
        a='import { half as other } from "./b.js"\nconst secret = 2\n'
        "export const half = number => number / secret + other\n",
        b="export const half = 100\n",
    )
    page = browser.new_page()
    page.add_script_tag(content=plain_script(entry))
    assert page.evaluate("found") == [102, 100, "a // b"]
    assert page.evaluate("typeof secret") == "undefined"
    page.close()


@pytest.mark.parametrize("line", ["export default 3", 'import half from "./a.js"', "export { a }"])
def test_other_forms_are_refused(tmp_path: Path, line: str) -> None:
    with pytest.raises(
        ValueError, match=r"entry\.js: cannot be made part of a plain script: (im|ex)port"
    ):
        plain_script(written(tmp_path, entry=f"const a = 1\n{line}\n"))


def test_the_site_has_what_its_modules_are(built_site: Path) -> None:
    script = (built_site / "assets/graph-player.js").read_text("utf-8")
    assert script == plain_script(ROOT / "docs/assets/graph.js")
