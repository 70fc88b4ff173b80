"""What an import tells its author: what was left out, and what only a person can decide. Knows Locations only."""

from __future__ import annotations

from dataclasses import dataclass, field

from gradbook.errors import Location, command

# What is to be decided, with what an author can do about it, in the order in which it is told.
TOPICS = {
    "not run": "Shown, not run (notest): make it a cell, or leave the reason",
    "left out": "Left out",
    "packages": "Packages that are not installed: pin them in requirements.txt, or do without",
    "devices": "Devices: readers and CI have a CPU",
    "data": "Data sets and files: a snippet starts in an empty folder and downloads nothing",
    "jupyter": "Not in a snippet: Jupyter's display() (print, or the last line alone), a keyboard for input()",
    "random": "Random numbers before any seed: torch.manual_seed(0) above, or # may vary behind",
    "timings": "Timings differ from run to run: # may vary behind what prints them",
    "addresses": "Addresses say nothing to a reader: print something else",
    "plots": 'Plots without words: fig.set_label(f"…") in the cell\'s last line says what is shown',
    "style": "Plots that the site's style refuses: pcolormesh for imshow, colors C0 to C4, 6.4 inches at most",
    "warnings": "Warnings: readers see them; do what they say, or leave them if that is the point",
    "stderr": "Written to stderr, as logs and progress bars are: switch it off",
    "prose": "Look at these in the prose",
    "columns": "Lines over 72 columns: wrap comments and texts by hand, code by"
    f"  {command('ruff format --line-length 72 FILE')}",
}


@dataclass(frozen=True)
class Note:
    """One thing to be told: its topic, where it is, and what is there."""

    topic: str
    at: Location
    what: str


@dataclass
class Notes:
    """The notes of one import; each is told once."""

    found: list[Note] = field(default_factory=list)

    def add(self, topic: str, at: Location, what: str) -> None:
        """Note something under one of TOPICS."""
        note = Note(topic, at, " ".join(what.split()))
        if note not in self.found:
            self.found.append(note)

    def about(self, topic: str) -> list[str]:
        """What was noted under a topic, by file and line; one line of text for each line of a file."""
        places: dict[Location, list[str]] = {}
        for note in self.found:
            if note.topic == topic:
                places.setdefault(note.at, []).append(note.what)
        ordered = sorted(places.items(), key=lambda place: (place[0].path, place[0].line))
        return [f"{at}  {', '.join(what)}" for at, what in ordered]
