#!/usr/bin/env python3
"""Adds a gradient code to a copy of the tree as the README says, one file pair and one catalogue line, and expects it
in scenario files, `echelon list`, the law tests and the benchmark; then breaks it and expects a law to fail.

Usage: new_code_test.py SOURCE WORK. The copy lies in WORK; the compiler cache gives back what the line does not touch.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys

LINE = "code_entry<uncoded>(),"
INCLUDE = '#include "algorithms/coding/uncoded.hpp"'
SCENARIO = """
[scenario]
name = "new-code"
rounds = 3
[data]
source = "glyphs"
limit = 200
[model]
kind = "softmax"
[topology]
kind = "star"
workers = 4
[coding]
policy = "everyone"
parts = 4
stragglers = 3
"""


def step(text):
    print(f"-- {text}", flush=True)


def run(*command, status=0):
    """The standard output of a command that must end with this status."""
    done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, text=True)
    if (done.returncode == 0) != (status == 0):
        sys.exit(f"{done.stdout}\n{command} ended with {done.returncode}")
    return done.stdout


def expect(condition, text):
    if not condition:
        sys.exit(f"not so: {text}")
    print(f"   {text}", flush=True)


def copy_tree(source, tree):
    shutil.rmtree(tree, ignore_errors=True)
    left_out = shutil.ignore_patterns(".git", "build", "runs", ".cache", "__pycache__")
    shutil.copytree(source, tree, ignore=left_out)


def add_code(source, tree):
    for file in (source / "tests/tools/new_code").iterdir():
        shutil.copy(file, tree / "algorithms/coding")
    catalogue = tree / "algorithms/coding/catalogue.cpp"
    text = catalogue.read_text()
    expect(text.count(LINE) == 1 and text.count(INCLUDE) == 1, "the catalogue has a place for one line")
    text = text.replace(LINE, LINE + " code_entry<everyone>(),").replace(
        INCLUDE, '#include "algorithms/coding/everyone.hpp"\n' + INCLUDE)
    catalogue.write_text(text)


def build(tree, *targets):
    run("cmake", "--build", tree / "build/release", "--parallel", os.cpu_count(), "--target", *targets)


def main():
    source, work = map(pathlib.Path, sys.argv[1:])
    tree = work / "tree"
    step("copying the tree, adding the code and its line")
    copy_tree(source, tree)
    add_code(source, tree)
    step("building")
    run("cmake", "-S", tree, "--preset", "release")
    build(tree, "echelon", "laws_tests", "echelon_bench")
    echelon = tree / "build/release/echelon"
    laws = tree / "build/release/tests/laws_tests"

    step("looking for it")
    scenario = work / "new-code.toml"
    scenario.write_text(SCENARIO)
    run(echelon, "check", scenario)
    expect(True, "a scenario may name it")
    rows = [row for row in json.loads(run(echelon, "list", "coding.policy", "--json")) if row["name"] == "everyone"]
    expect(len(rows) == 1 and rows[0]["source"] == "the example of the README", "echelon list shows it")
    run(echelon, "run", scenario, "--out", work / "run", "--quiet")
    summary = json.loads((work / "run/summary.json").read_text())
    expect(summary["exact_rounds"] == 3, "a run decodes every round with it")
    run(laws, "--run_test=coding_laws")
    expect(True, "the laws hold for it")
    bench = run(tree / "build/release/echelon_bench", "codes", "--json")
    expect("everyone" in json.loads(bench)["codes"], "the benchmark measures it")

    step("breaking it: every answer counts")
    policy = tree / "algorithms/coding/everyone.cpp"
    policy.write_text(policy.read_text().replace("arrived.size(), 0.0", "arrived.size(), 1.0"))
    build(tree, "laws_tests")
    failure = run(laws, "--run_test=coding_laws", status=1)
    expect("everyone" in failure, "a law fails and names it")
    shutil.rmtree(tree)


if __name__ == "__main__":
    main()
