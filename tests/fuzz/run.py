#!/usr/bin/env python3
"""Builds the fuzzer and runs each target for a while, under the address and undefined-behaviour sanitizers.

Usage: tests/fuzz/run.py [--seconds S] [--target NAME ...]. Needs Clang for libFuzzer. What a target has found so far
is kept in build/fuzz/corpus/NAME and gone on from; what breaks it lies in build/fuzz/found. Exit status 1 where
something does: put that file into tests/fuzz/corpus/NAME with the repair, and every build replays it from then on.
"""

import argparse
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
SEEDS = ROOT / "tests/fuzz/corpus"
BUILD = ROOT / "build/fuzz"
FOUND = BUILD / "found"
MEMORY = pathlib.Path("/dev/shm")  # for the files that targets write

# An input is small, and so must be what is made of it.
LIMITS = ["-timeout=10", "-rss_limit_mb=3072", "-malloc_limit_mb=256", "-max_len=8192", "-len_control=20"]


def build():
    quiet = {"check": True, "stdout": subprocess.DEVNULL, "cwd": ROOT}
    subprocess.run(["cmake", "-S", ".", "-B", BUILD, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release", "-DECHELON_FUZZ=ON",
                    "-DECHELON_BUILD_BENCHMARKS=OFF", "-DECHELON_BUILD_EXAMPLES=OFF"], **quiet)
    subprocess.run(["ninja", "-C", BUILD, "fuzzer"], **quiet)


def number(name, text):
    found = re.search(rf"stat::{name}:\s+(\d+)", text)
    return int(found.group(1)) if found else 0


def fuzz(target, seconds):
    """Whether nothing broke it."""
    corpus = BUILD / "corpus" / target
    corpus.mkdir(parents=True, exist_ok=True)
    FOUND.mkdir(parents=True, exist_ok=True)
    environment = dict(os.environ, ECHELON_FUZZ_TARGET=target)
    if MEMORY.is_dir():
        environment["TMPDIR"] = str(MEMORY)
    log = BUILD / f"{target}.log"
    with open(log, "wb") as output:
        status = subprocess.run(
            [BUILD / "tests/fuzz/fuzzer", f"-max_total_time={seconds}", "-print_final_stats=1", "-seed=1", *LIMITS,
             f"-artifact_prefix={FOUND}/{target}-", corpus, SEEDS / target],
            stdout=output, stderr=output, env=environment, check=False).returncode
    text = log.read_text(encoding="utf-8", errors="replace")
    print(f"{target:12} {number('number_of_executed_units', text):>12,} {number('average_exec_per_sec', text):>8,} "
          f"{number('branches_reached', text):>8,} {len(list(corpus.iterdir())):>7,}  "
          f"{'clean' if status == 0 else f'BROKEN, see {log}'}", flush=True)
    return status == 0


def main():
    targets = sorted(each.name for each in SEEDS.iterdir())
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--target", action="append", choices=targets, help="repeat for more; default: all")
    arguments = parser.parse_args()
    build()
    print(f"{'target':12} {'executions':>12} {'each s':>8} {'branches':>8} {'inputs':>7}")
    clean = [fuzz(target, arguments.seconds) for target in arguments.target or targets]
    return 0 if all(clean) else 1


sys.exit(main())
