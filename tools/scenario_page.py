#!/usr/bin/env python3
"""Writes docs/scenario.md from what `echelon list` says, so that the page cannot differ from the command.

Usage: tools/scenario_page.py [--check] [ECHELON]; --check only says whether the page is up to date.
"""

import argparse
import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/scenario.md"
HEAD = """# Scenario files

Made by `tools/scenario_page.py` from `echelon list scenario` and `echelon list`; the same tables on a terminal.

A scenario is a TOML file. What is left out takes its default; `echelon check FILE` says what is wrong, where, and what would be
right. `--set section.key=value` changes any key from the command line. A key of a policy stands beside the key that
chooses it, and belongs to that policy alone. Seconds, bits and bytes are in the names.
"""


def rows(echelon, *axis):
    return json.loads(subprocess.run([echelon, "list", *axis, "--json"], check=True, text=True,
                                     stdout=subprocess.PIPE).stdout)


def plain(number):
    return f"{number:g}"


def kind(parameter):
    if parameter.get("choices"):
        return " or ".join(f"`{choice}`" for choice in parameter["choices"])
    least, most = parameter.get("least"), parameter.get("most")
    limits = [f"from {plain(least)}"] if least is not None else []
    limits += [f"to {plain(most)}"] if most is not None else []
    return " ".join([parameter["type"], *limits])


def default(parameter):
    if parameter.get("required"):
        return "required"
    value = parameter["default"]
    return "" if value is None else f"`{json.dumps(value)}`"


def table(parameters):
    lines = ["| key | value | default | meaning |", "|---|---|---|---|"]
    lines += [f"| `{p['name']}` | {kind(p)} | {default(p)} | {p['summary']} |" for p in parameters]
    return lines


def section(row, policies):
    """One section: its own keys, then its policies with theirs."""
    lines = [f"## [{row['name']}]", "", f"{row['summary']}.", "", *table(row["parameters"]), ""]
    for policy in policies:
        selector = policy["axis"].rsplit(".", 1)[1]
        lines += [f"**{selector} = \"{policy['name']}\"**: {policy['summary']}. *{policy['source']}*", ""]
        if policy["parameters"]:
            lines += [*table(policy["parameters"]), ""]
    return lines


def page(echelon):
    policies = rows(echelon)
    lines = [HEAD]
    for row in rows(echelon, "scenario"):
        lines += section(row, [p for p in policies if p["axis"].rsplit(".", 1)[0] == row["name"]])
    return "\n".join(lines).rstrip() + "\n"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", action="store_true")
    parser.add_argument("echelon", nargs="?", default=ROOT / "build/release/echelon")
    arguments = parser.parse_args()
    text = page(arguments.echelon)
    if not arguments.check:
        PAGE.write_text(text, encoding="utf-8")
    elif PAGE.read_text(encoding="utf-8") != text:
        sys.exit("docs/scenario.md is not what the command says; run tools/scenario_page.py")


if __name__ == "__main__":
    main()
