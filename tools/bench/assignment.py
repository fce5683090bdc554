#!/usr/bin/python3
"""The assignment solver beside scipy's linear_sum_assignment: the same matrices in turn, in one run.

Run it with the interpreter that has scipy (Debian: /usr/bin/python3 with python3-scipy) after building echelon_bench:

    tools/bench/assignment.py [--build build/release] [--matrices 1000] [--pairs 7] [--json]

First a thousand small and middling matrices of four sorts, whose objectives must agree to 1e-6 relative; then times.
"correlation-like": units that are a permuted noisy copy of others, through 64 shared factors. Ratios are medians over
the pairs; both sides use one thread, and the times are processor times of the solver alone.
"""

import argparse
import json
import os
import statistics
import struct
import subprocess
import sys
import time
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"
os.environ["OPENBLAS_NUM_THREADS"] = "1"

AGREEMENT = 1e-6
TARGETS = {("correlation-like", 512): 3, ("correlation-like", 1024): 3, ("correlation-like", 2048): 3,
           ("uniform", 512): 1.8, ("uniform", 1024): 1.8, ("uniform", 2048): 3}
SIZES = (256, 512, 1024, 2048, 4096)


def load_scipy():
    try:
        import numpy
        import scipy.optimize
    except ImportError:
        sys.exit("assignment.py: no scipy for " + sys.executable + "; on Debian: apt-get install python3-scipy, and "
                 "run this with /usr/bin/python3")
    return numpy, scipy.optimize.linear_sum_assignment


class Echelon:
    """The solver in a process of its own."""

    def __init__(self, build):
        self.process = subprocess.Popen([Path(build) / "echelon_bench", "assignment"], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE)

    def solve(self, matrix):
        self.process.stdin.write(struct.pack("=q", len(matrix)))
        self.process.stdin.write(matrix.tobytes())
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        return self.process.wait()


def scipy_solve(linear_sum_assignment, matrix):
    started = time.process_time()
    rows, columns = linear_sum_assignment(matrix, maximize=True)
    return {"profit": float(matrix[rows, columns].sum()), "cpu_s": time.process_time() - started}


def correlation_like(numpy, random, size, noise):
    factors = random.standard_normal((size, 64))
    left = factors + noise * random.standard_normal((size, 64))
    right = factors[random.permutation(size)] + noise * random.standard_normal((size, 64))
    return numpy.corrcoef(left, right)[:size, size:].copy()


def matrix_of(numpy, random, kind, size):
    if kind == "correlation-like":
        return correlation_like(numpy, random, size, 0.5)
    if kind == "noisy":
        return correlation_like(numpy, random, size, 2.0)
    if kind == "ties":
        return random.integers(0, 4, (size, size)).astype(float)
    return random.random((size, size))


def compare_objectives(numpy, ours, theirs, count):
    random = numpy.random.default_rng(1)
    worst = 0.0
    for number in range(count):
        kind = ("uniform", "correlation-like", "noisy", "ties")[number % 4]
        matrix = matrix_of(numpy, random, kind, int(random.integers(1, 300)))
        expected = scipy_solve(theirs, matrix)["profit"]
        worst = max(worst, abs(ours.solve(matrix)["profit"] - expected) / max(abs(expected), 1e-12))
    return {"matrices": count, "worst_relative_difference": worst, "agree": worst <= AGREEMENT}


def compare_times(numpy, ours, theirs, kind, size, pairs):
    random = numpy.random.default_rng(size)
    measured = []
    for _ in range(pairs):
        matrix = matrix_of(numpy, random, kind, size)
        measured.append((ours.solve(matrix)["cpu_s"], scipy_solve(theirs, matrix)["cpu_s"]))
    report = {"ms": 1e3 * statistics.median(mine for mine, _ in measured),
              "scipy_ms": 1e3 * statistics.median(other for _, other in measured),
              "faster": statistics.median(other / mine for mine, other in measured)}
    if (kind, size) in TARGETS:
        report["target"] = TARGETS[kind, size]
        report["met"] = report["faster"] >= report["target"]
    return report


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--build", default="build/release")
    options.add_argument("--matrices", type=int, default=1000)
    options.add_argument("--pairs", type=int, default=7)
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    numpy, theirs = load_scipy()
    ours = Echelon(given.build)
    report = {"objectives": compare_objectives(numpy, ours, theirs, given.matrices)}
    for kind in ("correlation-like", "noisy", "uniform"):
        for size in SIZES:
            pairs = max(1, given.pairs // (4 if size == 4096 else 1))
            report[f"{kind} {size}"] = compare_times(numpy, ours, theirs, kind, size, pairs)
            if not given.json:
                print(f"{kind:17} {size:5}", report[f"{kind} {size}"], flush=True)
    ours.close()
    print(json.dumps(report, indent=2) if given.json else report["objectives"])
    met = report["objectives"]["agree"] and all(one.get("met", True) for one in report.values())
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
