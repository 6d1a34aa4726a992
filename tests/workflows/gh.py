"""Stands in for GitHub's command line: answers from files, and keeps what it was asked.

GH_ANSWERS names a folder with `answers.json` (method and path → the JSON to answer, or null for
an error) and gets `asked.jsonl`. It knows just the options that the workflows use.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

FLAGS = {"--silent", "--paginate", "--slurp"}
VALUES = {"--method", "--jq", "--input", "-f", "-F"}


def main(arguments: list[str]) -> int:
    if arguments[:1] != ["api"]:
        return 2
    path, flags, values, fields = "", set(), {}, {}
    rest = iter(arguments[1:])
    for argument in rest:
        if argument in FLAGS:
            flags.add(argument)
        elif argument in {"-f", "-F"}:
            key, _, value = next(rest).partition("=")
            fields[key] = value
        elif argument in VALUES:
            values[argument] = next(rest)
        elif argument.startswith("-") or path:
            sys.stderr.write(f"no such option: {argument}\n")
            return 2
        else:
            path = argument
    method = values.get("--method", "GET")
    place = Path(os.environ["GH_ANSWERS"])
    sent = json.loads(Path(values["--input"]).read_text("utf-8")) if "--input" in values else fields
    with (place / "asked.jsonl").open("a", encoding="utf-8") as log:
        log.write(json.dumps([f"{method} {path}", sent]) + "\n")
    answers = json.loads((place / "answers.json").read_text("utf-8"))
    answer = answers.get(f"{method} {path}")
    if answer is None:
        sys.stderr.write(f"gh: Not Found: {method} {path}\n")
        return 1
    text = json.dumps([answer] if "--slurp" in flags else answer)
    if "--jq" in values:
        done = subprocess.run(
            ["jq", "-r", values["--jq"]], input=text, text=True, capture_output=True, check=True
        )
        text = done.stdout.rstrip("\n")
    if "--silent" not in flags:
        sys.stdout.write(text + "\n")
    return 0


sys.exit(main(sys.argv[1:]))
