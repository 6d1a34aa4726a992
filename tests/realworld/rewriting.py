"""Rewriting a real handbook with a small real model: how much of it passes the gate?

Every section of the handbook's support folder that has text of its own is given to one reader and
put into words by a model that runs on this machine. The gate takes the first answer, the second,
or none. `python -m tests.realworld.rewriting [MOST [FOLDER]]` prints the counts, what the answers
were refused for, and some answers beside their texts, refused and taken, to be read. MOST bounds
the sections (a sample with a fixed seed), FOLDER keeps the answers, so that the gate can be tried
again on them. An endpoint set in OPSRAIL_LLM_URL is asked instead, if there is one.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final

from opsrail.llm.asking import Asker, Keep, Recordings, open_asker
from opsrail.llm.endpoint import Endpoint, endpoint_of
from opsrail.llm.model import Mode
from opsrail.llm.reading import read_models
from opsrail.llm.serving import bundled_model, serve_model
from opsrail.repo.snapshot import Snapshot, revision_snapshot
from opsrail.repo.yaml import YamlText
from opsrail.tailor.catalog import Catalog, PageName, Playbook
from opsrail.tailor.formats import PlaybookFile
from opsrail.tailor.rewriting.attempt import Attempt, Verdict, attempt
from opsrail.tailor.rewriting.pending import Pending
from opsrail.tailor.rewriting.work import work
from tests.realworld.handbook import BUNDLE, OVERLAY, SUPPORT, clone
from tests.tailor.held import HeldSnapshot

DATA: Final = Path(__file__).resolve().parents[3] / "shared" / "data"
ROLE: Final = "support-engineer"
POLICIES: Final = Path(__file__).resolve().parents[2] / "policies"
SEED: Final = 5
SHOWN: Final = 10


class Desk(Catalog):
    """The handbook with a playbook for each document of its support folder."""

    @property
    def playbook_names(self) -> tuple[str, ...]:
        """One a document, numbered."""
        return tuple(str(number) for number, _ in enumerate(self._documents_read))

    @property
    def _documents_read(self) -> list[str]:
        return [path for path in self.source_paths if path.startswith(SUPPORT)]

    def playbook(self, name: str) -> Playbook | None:
        """All sections of one document, each by itself."""
        document = self.document(self._documents_read[int(name)])
        assert document is not None
        items = [
            {"from": section.name, "form": {ROLE: "full"}, "children": False}
            for section in document.sections
            if section.level and section.anchor and section.blocks
        ]
        if not items:
            return None
        file = PlaybookFile.model_validate(
            {
                "title": document.title or "Handbook",
                "owner": "support",
                "rewrite": {ROLE: "plain-words"},
                "sections": items,
            }
        )
        path = f"playbooks/{name}/playbook.yaml"
        return Playbook(name, path, file, YamlText.parse(path, "title: a\n"))


def sections(snapshot: Snapshot) -> tuple[Catalog, tuple[Pending, ...]]:
    """Everything that there is to rewrite, in order of documents and sections."""
    files = {path: snapshot.text(path) for path in snapshot.paths("content", ".md")}
    files["policies/roles.yaml"] = (OVERLAY / "policies/roles.yaml").read_text("utf-8")
    for name in ("models.yaml", "prompts/plain-words.yaml"):
        files[f"policies/{name}"] = (POLICIES / name).read_text("utf-8")
    catalog = Desk(HeldSnapshot(files))
    pages = [PageName(name, ROLE) for name in catalog.playbook_names]
    return catalog, work(catalog, pages).pending


def sample(pending: Sequence[Pending], most: int) -> list[Pending]:
    """At most so many of them, the same each time."""
    chosen = sorted(Random(SEED).sample(range(len(pending)), min(most, len(pending))))
    return [pending[at] for at in chosen]


def told(done: Sequence[Attempt], seconds: float) -> Iterator[str]:
    """The counts, and what the answers were refused for."""
    verdicts = Counter(one.verdict for one in done)
    yield f"{len(done)} sections in {seconds:.0f} s"
    for verdict in Verdict:
        yield f"  {verdict:<24} {verdicts[verdict]:>5}  {verdicts[verdict] / len(done):6.1%}"
    copied = sum(
        one.section is not None
        and one.section.is_rewritten
        and one.answers[-1].split() == one.pending.brief.text.split()
        for one in done
    )
    yield f"  of those taken, the source's own words: {copied}"
    first = (one.faults[0][0] for one in done if one.faults)
    words = Counter(" ".join(fault.split()[:2]) for fault in first)
    yield "first fault of first answers: " + ", ".join(
        f"{count} “{start} …”" for start, count in words.most_common(8)
    )


def read(done: Sequence[Attempt]) -> Iterator[str]:
    """Some of what was refused and of what was taken, for a person to judge the judge by."""
    refused = [one for one in done if one.faults and one.answers]
    taken = [one for one in done if one.verdict is Verdict.FIRST]
    for every in (refused, taken):
        for one in Random(SEED).sample(every, min(SHOWN, len(every))):
            yield f"\n=== {one.pending.section.key}  {one.verdict}"
            yield f"--- source\n{one.pending.brief.text}\n--- first answer\n{one.answers[0]}"
            found = one.faults[0] if one.faults else ()
            yield "--- faults\n" + "\n".join(f"· {fault}" for fault in found)


def run(pending: Sequence[Pending], asker: Asker) -> tuple[list[Attempt], float]:
    """Ask for each, a few at a time."""
    start, done = perf_counter(), list[Attempt]()
    for at in range(0, len(pending), 8):
        done += attempt(pending[at : at + 8], asker)
        print(f"\r{len(done)} of {len(pending)}", end="", file=sys.stderr)  # noqa: T201 - progress
    return done, perf_counter() - start


def kept_in(folder: Path | None) -> tuple[Recordings, Keep | None]:
    """Where answers are looked for and kept; nowhere without a folder."""
    if folder is None:
        return (lambda _: None), None

    def look(path: str) -> str | None:
        place = folder / path
        return place.read_text("utf-8") if place.is_file() else None

    def keep(path: str, text: str) -> None:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")

    return look, keep


def main(most: int, kept: Path | None) -> None:
    with TemporaryDirectory() as folder:
        handbook = clone(DATA / BUNDLE, Path(folder) / "handbook")
        snapshot = revision_snapshot(handbook, handbook.resolve("HEAD"))
        catalog, pending = sections(snapshot)
        models, _ = read_models(catalog.snapshot)

        def ask(endpoint: Endpoint) -> None:
            look, keep = kept_in(kept)
            mode = Mode.RECORD if keep else Mode.LIVE
            asker = open_asker(mode, models, look, endpoint=endpoint, keep=keep)
            done, seconds = run(sample(pending, most), asker)
            print(f"{len(pending)} sections have text")  # noqa: T201 - a table
            print("\n".join((*told(done, seconds), *read(done))))  # noqa: T201 - a table

        if endpoint := endpoint_of(os.environ):
            ask(endpoint)
        elif (gguf := bundled_model()) is None:
            sys.exit("no model: `make local-model` installs a small one")
        else:
            with serve_model(gguf) as local:
                ask(local)


if __name__ == "__main__":
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else 10_000,
        Path(sys.argv[2]) if len(sys.argv) > 2 else None,
    )
