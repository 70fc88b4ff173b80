"""The report on the records of tests/matrix_record.py: what differs, page by page. It knows nothing but records.

Run it as `python tests/matrix_report.py`: it writes matrix/report.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import groupby

from matrix_record import CONTROL, FOLDER, PACKAGES, Entry, Record, read

PINNED = "pinned"  # the record with which the others are compared
MOST = 8  # lines of one output
Found = dict[Entry, list[str]]  # what was found, and under which releases or settings


def report(records: list[Record], now: datetime) -> str:
    """All of it, as Markdown."""
    pinned = next((r for r in records if r.name == PINNED and not r.missing), None)
    if pinned is None:
        return "# Matrix\n\nThe pinned release has not run, so there is nothing to compare with.\n"
    records = [comparable(record, pinned) for record in records]
    releases = [record for record in records if record.kind == "release"]
    settings = [record for record in records if record.kind == "setting"]
    parts = [
        "# What the pages print elsewhere",
        *head(pinned, now),
        "## Under other releases of torch",
        *release_section(releases, pinned),
        "## With other threads, on other processors",
        *setting_section(settings, pinned),
    ]
    return "\n\n".join(parts) + "\n"


def comparable(record: Record, pinned: Record) -> Record:
    """The record; one of other pages than the pinned record's says only that."""
    if record.missing or record.sources == pinned.sources:
        return record
    return replace(record, missing="the pages have changed since; run it again")


def head(pinned: Record, now: datetime) -> Iterator[str]:
    """When, on what machine, with which versions, and how much was compared."""
    here = pinned.environment
    printing = sum(bool(output.text or output.picture) for output in pinned.outputs)
    versions = [f"{name} {here[name]}" for name in ("torch", *PACKAGES)]
    yield (
        f"{now:%Y-%m-%d %H:%M} UTC, on {here['cpu']} with {here['cores']} cores ({here['system']}), "
        f"Python {here['python']}, {', '.join(versions)}."
    )
    yield (
        f"{len(pinned.pages)} pages with {printing} outputs and checked values; "
        f"{pinned.varying} more, marked `# may vary`, are left out."
    )


def release_section(releases: list[Record], pinned: Record) -> Iterator[str]:
    """What the snippets state, against what came under each release."""
    lines = [
        "| torch | pages as stated | pages that differ | differences | as stated, not identical |",
        "|---|--:|--:|--:|--:|",
    ]
    found: Found = {}
    close: Found = {}
    for record in sorted(releases, key=version):
        name = f"{record.label} (pinned)" if record.name == PINNED else record.label
        if record.missing:
            lines.append(f"| {name} | not run: {record.missing} | | | |")
            continue
        wrong = {problem.page for problem in record.problems}
        other = [new for _, new in changes(record, pinned) if not is_wrong(new, record)]
        right = len(record.pages) - len(wrong)
        lines.append(f"| {name} | {right} | {len(wrong)} | {len(record.problems)} | {len(other)} |")
        for problem in record.problems:
            found.setdefault(problem, []).append(record.label)
        for new in other:
            close.setdefault(new, []).append(record.label)
    yield "\n".join(lines)
    yield from by_page(found, lambda problem: problem.text)
    if not found:
        yield "Every page prints what it states, under each of them."
    if close:
        yield "As stated, but not identical: a further digit or a picture differs."
        yield "\n".join(f"- {place(new)}: {', '.join(close[new])}" for new in close)


def setting_section(settings: list[Record], pinned: Record) -> Iterator[str]:
    """The exact outputs of the pinned release, also where fewer digits are stated."""
    lines = [
        "The pages' outputs, compared by exact text and picture, also where fewer digits are stated. As a "
        "control, five calculations that are longer than those of any page: sums of a million terms and "
        "products of many. Where one of them changes, the setting has taken effect. What changes in `the "
        "same again`, with no setting at all, differs from run to run, and may do so in the other rows.",
        "",
        "| setting | kernels | threads | control that changes | other outputs | not as stated |",
        "|---|---|--:|---|--:|--:|",
    ]
    found: Found = {}
    before: dict[tuple[str, int], Entry] = {}
    for record in [pinned, *settings]:
        if record.missing:
            lines.append(f"| {record.label} | not run: {record.missing} | | | | |")
            continue
        changed = changes(record, pinned)
        wrong = [new for _, new in changed if is_wrong(new, record)]
        here = record.environment
        name = " ".join([record.label, *(f"`{n}={value}`" for n, value in record.settings.items())])
        control = ", ".join(kind for kind in CONTROL if here[kind] != pinned.environment[kind])
        lines.append(
            f"| {name} | {here['kernels']} | {here['threads']} | {control} "
            f"| {len(changed)} | {len(wrong)} |"
        )
        for old, new in changed:
            before[new.page, new.number] = old
            found.setdefault(new, []).append(record.label)
    yield "\n".join(lines)
    yield from by_page(found, lambda new: compared(before[new.page, new.number], new))
    if not found:
        yield "No output has one other character."


def version(record: Record) -> list[float]:
    """What releases are sorted by; one without a number, such as a newest that is missing, is last."""
    parts = record.label.partition("+")[0].split(".")
    return [int(part) if part.isdigit() else float("inf") for part in parts]


def changes(record: Record, pinned: Record) -> list[tuple[Entry, Entry]]:
    """The outputs that are not exactly the pinned ones: both, old and new."""
    known = {(old.page, old.number): old for old in pinned.outputs}
    pairs = [(known.get((new.page, new.number), new), new) for new in record.outputs]
    return [(old, new) for old, new in pairs if (old.text, old.picture) != (new.text, new.picture)]


def is_wrong(output: Entry, record: Record) -> bool:
    """Whether the record has a problem at the output's statement."""
    at = (output.file, output.line)
    return any((problem.file, problem.line) == at for problem in record.problems)


def by_page(found: Found, told: Callable[[Entry], str]) -> Iterator[str]:
    """A heading for each page, and below it what differs where, and under what."""
    for page, entries in groupby(sorted(found, key=lambda entry: entry.page), lambda e: e.page):
        yield f"### {page}"
        for entry in entries:
            yield f"{place(entry)}: {', '.join(found[entry])}"
            yield f"~~~~text\n{told(entry)}\n~~~~"


def place(entry: Entry) -> str:
    return f"`{entry.file}:{entry.line}`" + f", cell `{entry.cell}`" * bool(entry.cell)


def compared(old: Entry, new: Entry) -> str:
    """The lines that differ of two outputs."""
    if old.text == new.text:
        return "the picture"
    pair = [entry.text.split("\n") for entry in (old, new)]
    if len(pair[0]) == len(pair[1]):
        apart = [n for n, (a, b) in enumerate(zip(*pair)) if a != b]
        pair = [[lines[n] for n in apart] for lines in pair]
    return "\n".join([*block("pinned", pair[0]), *block("here", pair[1])])


def block(word: str, lines: list[str]) -> Iterable[str]:
    more = ["…"] * (len(lines) > MOST)
    return (f"{'' if n else word:<8}{line}".rstrip() for n, line in enumerate(lines[:MOST] + more))


if __name__ == "__main__":
    paths = sorted(FOLDER.glob("*.json"), key=lambda path: path.stat().st_mtime_ns)
    text = report([read(path) for path in paths], datetime.now(UTC))
    (FOLDER / "report.md").write_text(text, encoding="utf-8")
    print(FOLDER / "report.md")
