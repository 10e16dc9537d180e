"""How much of the given messages is trimmed as expected, and how long hostile bodies take.

    .venv/bin/python bench/trimming.py [--misses]

Reads ../shared/data/mail (absent from a plain clone) and prints its figures and the machine.
"""

from __future__ import annotations

import json
import os
import platform
import sys
import time
from collections import defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from colloque.cli.mail import trimmed_record
from colloque.mail.trimming import trim

GIVEN = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "mail"

HOSTILE = {
    '"On " × 300,000': "On " * 300_000,
    "500,000 spaces": " " * 500_000,
    "text, then 500,000 spaces and a word": "a" + " " * 500_000 + "b",
    "100,000 lines of >": ">\n" * 100_000,
    "100,000 characters >": ">" * 100_000,
    "1 MB of attribution lines": "Le 3 février 2025 à 10:12, X <x@example.org> a écrit :\n" * 20_000,
    "1 MB of header fields": "De : x@example.org\n" * 55_000,
    "1 MB of quote, text": "> a\nb\n" * 170_000,
    "1 MB of -- lines": "--\n" * 340_000,
    "1 MB of @": "@" * 1_000_000,
    "1 MB of open brackets": "On 1 <\n" * 140_000,
    "1 MB of device lines": "Envoyé de mon iPhone\n\n" * 45_000,
    "1 MB of separators": "-----Message d'origine-----\n" * 36_000,
}
HOSTILE_HTML = {
    "1 MB of <!--": "<!--" * 250_000,
    "1 MB of <": "<" * 1_000_000,
    "1 MB of <a ": "<a " * 330_000,
    "1 MB of <div>": "<div>" * 200_000,
    "1 MB of <blockquote>": "<blockquote>x" * 80_000,
    "1 MB of <b>": "<b>" * 330_000,
    "1 MB of unclosed attribute": '<a href="' * 110_000,
    "1 MB of &": "&" * 1_000_000,
    "1 MB of <style": "<style>" * 140_000,
}


def folded(text: str) -> str:
    return " ".join(text.split())


def lost_words(expected: str, got: str) -> list[str]:
    left = got.split()
    for_removal = defaultdict(int)
    for word in left:
        for_removal[word] += 1
    lost = []
    for word in expected.split():
        if for_removal[word]:
            for_removal[word] -= 1
        else:
            lost.append(word)
    return lost


def main() -> None:
    show_misses = "--misses" in sys.argv
    if not GIVEN.is_dir():
        print("given messages: absent, skipped")
    else:
        given(show_misses)
    print()
    for name, body in HOSTILE.items():
        start = time.perf_counter()
        trim(body)
        print(f"hostile  {time.perf_counter() - start:6.3f} s  {name}")
    for name, body in HOSTILE_HTML.items():
        start = time.perf_counter()
        trim("", body)
        print(f"hostile  {time.perf_counter() - start:6.3f} s  HTML: {name}")
    print(f"\nmachine: Python {platform.python_version()}, {os.cpu_count()} CPUs, {platform.machine()}")


def given(show_misses: bool) -> None:
    rows = json.loads((GIVEN / "index.json").read_text(encoding="utf-8"))
    equal: dict[str, list[bool]] = defaultdict(list)
    lost, slowest = [], (0.0, "")
    for row in rows:
        start = time.perf_counter()
        record = trimmed_record(row["name"], (GIVEN / row["eml"]).read_bytes())
        slowest = max(slowest, (time.perf_counter() - start, row["eml"]))
        if row["outcome"] != "reply text":
            print(f"kind     {record['kind']:9}  {row['eml']}: {row['outcome']}")
            continue
        accepted = [(GIVEN / row[key]).read_text(encoding="utf-8") for key in ("expected", "expected_alt") if row[key]]
        text = record["text"] or ""
        if accepted:
            is_equal = any(folded(text) == folded(answer) for answer in accepted)
        else:
            is_equal = all(part in text for part in row.get("must_contain") or []) and not any(
                part in text for part in row.get("must_not_contain") or []
            )
        equal[row["source"]].append(is_equal)
        missing = min((lost_words(answer, text) for answer in accepted), key=len, default=[])
        if missing:
            lost.append((row["eml"], missing[:8]))
        if not is_equal and show_misses:
            print(f"--- {row['eml']} {record['kind']}\n{text[:700]}\n--- expected\n{(accepted or [''])[0][:700]}\n")
    total = sum(map(len, equal.values()))
    for source, results in sorted(equal.items()):
        print(f"equal    {sum(results):3} / {len(results):3}  {source}")
    hits = sum(map(sum, equal.values()))
    print(f"equal    {hits:3} / {total:3}  all: {hits / total:.1%}")
    print(f"lost     {len(lost):3} / {total:3}  {len(lost) / total:.1%} {lost}")
    print(f"slowest  {slowest[0]:.3f} s  {slowest[1]}")


if __name__ == "__main__":
    main()
