#!/usr/bin/python3
"""Exact top-k beside torch.topk, one thread each: interleaved rounds in one run.

Run it with the interpreter that has torch (Debian: /usr/bin/python3 with python3-torch) after building echelon_bench:

    tools/bench/compression.py [--build build/release] [--rounds 3] [--json]

Both sides choose the largest 1 % of ten million magnitudes, of five kinds of vectors: normal, all equal, one in a
thousand not zero, denormal, and what error feedback leaves. torch.topk gets the magnitudes ready made and need not sort
what it found; Echelon takes them itself and puts its choice in order. Times are processor seconds, each the best of a
round; ratios are medians over the rounds. Thresholds are compared with a plain read of the vector.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

from one_thread_torch import load_torch

LENGTH = 10_000_000
COUNT = LENGTH // 100
REPEATS = 3
TOP_K_TARGET = 10
THRESHOLD_TARGET = 0.6


def magnitudes(torch):
    """The vectors of echelon_bench, drawn here."""
    torch.manual_seed(1)
    normal = torch.randn(LENGTH)
    memory = normal.clone()
    for turn in range(3):
        memory[torch.topk(memory.abs(), COUNT, sorted=False).indices] = 0
        memory += normal.roll(13 * turn + 7)
    inputs = {
        "normal": normal,
        "equal": torch.full((LENGTH,), 1.5),
        "sparse": normal * (torch.rand(LENGTH) < 0.001),
        "denormal": normal * 1e-40,
        "memory": memory,
    }
    return {name: values.abs() for name, values in inputs.items()}


def torch_times(torch, inputs):
    times = {}
    for name, values in inputs.items():
        times[name] = float("inf")
        for _ in range(REPEATS):
            start = time.process_time()
            torch.topk(values, COUNT, sorted=False)
            times[name] = min(times[name], time.process_time() - start)
    return times


def echelon_report(build):
    done = subprocess.run([str(build / "echelon_bench"), "selection", "--json"], check=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout)


def compare(torch, build, rounds):
    inputs = magnitudes(torch)
    pairs = [(echelon_report(build), torch_times(torch, inputs)) for _ in range(rounds)]
    report = {"torch": torch.__version__, "scan": pairs[0][0]["scan"], "inputs": {}}
    for name in inputs:
        ours = [echelon["inputs"][name] for echelon, _ in pairs]
        theirs = [times[name] for _, times in pairs]
        ratios = [other / one["top_k_s"] for one, other in zip(ours, theirs)]
        report["inputs"][name] = {
            "echelon_s": statistics.median(one["top_k_s"] for one in ours),
            "torch_s": statistics.median(theirs),
            "ratio": statistics.median(ratios), "ratio_min": min(ratios), "ratio_max": max(ratios),
            "threshold_share_of_read": statistics.median(one["threshold_share_of_read"] for one in ours)}
    return report


def show(report):
    print(f"scans: {report['scan']}; torch {report['torch']}; {COUNT} of {LENGTH} magnitudes")
    for name, row in report["inputs"].items():
        print(f"{name:9} top-k {1e3 * row['echelon_s']:6.1f} ms  torch {1e3 * row['torch_s']:6.1f} ms  "
              f"ratio {row['ratio']:6.1f} ({row['ratio_min']:.1f} to {row['ratio_max']:.1f}), wanted {TOP_K_TARGET};  "
              f"threshold {100 * row['threshold_share_of_read']:4.0f} % of a plain read, "
              f"wanted {100 * THRESHOLD_TARGET:.0f} %")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, default=Path("build/release"))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if not (options.build / "echelon_bench").exists():
        sys.exit(f"compression.py: {options.build}/echelon_bench is missing; build it, or give --build")
    report = compare(load_torch(), options.build, options.rounds)
    if options.json:
        print(json.dumps(report, indent=2))
    else:
        show(report)
    missed = [name for name, row in report["inputs"].items()
              if row["ratio"] < TOP_K_TARGET or row["threshold_share_of_read"] < THRESHOLD_TARGET]
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
