#!/usr/bin/python3
"""Training speed beside PyTorch, one thread each: nine interleaved pairs in one run.

Run it with the interpreter that has torch (Debian: /usr/bin/python3 with python3-torch and libopenblas0-pthread)
after building echelon_bench:

    tools/bench/training.py [--build build/release] [--pairs 9] [--json]

Both sides train the same network on random 28x28 images: draw a batch of 64, forward, backward, plain SGD.
Ratios are medians over the pairs. "cpu" figures count processor time instead of wall time and hold on a busy machine.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

from one_thread_torch import load_torch

BATCH = 64
# Multiply-adds of one sample, twice: forward, weights' gradient, and inputs' gradient but for the first layer.
FLOPS = {
    "mlp": 2 * (2 * 784 * 200 + 3 * (200 * 200 + 200 * 10)),
    "lenet": 2 * (2 * 20 * 25 * 576 + 3 * (50 * 500 * 64 + 800 * 500 + 500 * 10)),
}
STEPS = {"mlp": 300, "lenet": 60}
TARGETS = {"mlp": 1.25, "lenet": 1.4}


class TorchTrainer:
    """The same network, data shapes and step as echelon_bench's."""

    def __init__(self, torch, model):
        nn = torch.nn
        torch.manual_seed(1)
        self.torch = torch
        self.images = torch.rand(4096, 1, 28, 28)
        self.labels = torch.randint(0, 10, (4096,))
        if model == "mlp":
            self.network = nn.Sequential(
                nn.Flatten(), nn.Linear(784, 200), nn.ReLU(), nn.Linear(200, 200), nn.ReLU(),
                nn.Linear(200, 10))
        else:
            self.network = nn.Sequential(
                nn.Conv2d(1, 20, 5), nn.MaxPool2d(2), nn.Conv2d(20, 50, 5), nn.MaxPool2d(2),
                nn.Flatten(), nn.Linear(800, 500), nn.ReLU(), nn.Linear(500, 10))
        self.loss = nn.CrossEntropyLoss()
        self.optimizer = torch.optim.SGD(self.network.parameters(), lr=0.01)

    def step(self):
        rows = self.torch.randint(0, 4096, (BATCH,))
        self.optimizer.zero_grad()
        self.loss(self.network(self.images[rows]), self.labels[rows]).backward()
        self.optimizer.step()

    def measure(self, steps):
        for _ in range(5):
            self.step()
        wall, cpu = time.perf_counter(), time.process_time()
        for _ in range(steps):
            self.step()
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        return {"samples_per_s": steps * BATCH / wall, "samples_per_cpu_s": steps * BATCH / cpu}


def run_bench(build, *arguments):
    done = subprocess.run([str(build / "echelon_bench"), *arguments, "--json"], check=True,
                          stdout=subprocess.PIPE)
    return json.loads(done.stdout)


def torch_product_rate(torch):
    """Of a square torch.mm: what the BLAS that PyTorch found reaches here."""
    left, right = torch.rand(1024, 1024), torch.rand(1024, 1024)
    best = 0.0
    for _ in range(7):
        start = time.process_time()
        torch.mm(left, right)
        best = max(best, 2e-9 * 1024**3 / (time.process_time() - start))
    return best


def compare(torch, build, model, pairs):
    theirs = TorchTrainer(torch, model)
    rows = []
    for _ in range(pairs):
        ours = run_bench(build, "training", "--model", model, "--batch", str(BATCH), "--steps",
                         str(STEPS[model]))
        rows.append((ours, theirs.measure(STEPS[model])))
    report = {"peak_memory_bytes": rows[0][0]["peak_memory_bytes"]}
    for key, name in (("samples_per_s", "wall"), ("samples_per_cpu_s", "cpu")):
        ratios = [ours[key] / other[key] for ours, other in rows]
        report[name] = {
            "echelon": statistics.median(ours[key] for ours, _ in rows),
            "torch": statistics.median(other[key] for _, other in rows),
            "ratio": statistics.median(ratios), "ratio_min": min(ratios), "ratio_max": max(ratios)}
    report["gflops"] = report["cpu"]["echelon"] * FLOPS[model] * 1e-9
    return report


def show(report):
    print(f"kernels: {report['math']}; torch {report['torch']} multiplies 1024x1024 at "
          f"{report['torch_mm_gflops']:.0f} GFLOP/s")
    print("products, GFLOP/s: " + ", ".join(f"{name} {rate:.0f}" for name, rate in
                                            report["products_gflops"].items()))
    for model, one in report["models"].items():
        for clock in ("wall", "cpu"):
            row = one[clock]
            print(f"{model:6} {clock:4}  echelon {row['echelon']:8.0f}  torch {row['torch']:8.0f} "
                  f"samples/s  ratio {row['ratio']:.2f} ({row['ratio_min']:.2f} to "
                  f"{row['ratio_max']:.2f}), wanted {TARGETS[model]}")
        print(f"{model:6} {one['gflops']:.0f} GFLOP/s, {100 * one['share_of_limit']:.0f} % of the "
              f"limit of {report['products_gflops']['limit']:.0f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, default=Path("build/release"))
    parser.add_argument("--pairs", type=int, default=9)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if not (options.build / "echelon_bench").exists():
        sys.exit(f"training.py: {options.build}/echelon_bench is missing; build it, or give --build")
    torch = load_torch()
    kernels = run_bench(options.build, "kernels")
    report = {"math": kernels["math"], "products_gflops": kernels["gflops"],
              "torch": torch.__version__, "torch_mm_gflops": torch_product_rate(torch),
              "models": {}}
    for model in FLOPS:
        one = compare(torch, options.build, model, options.pairs)
        one["share_of_limit"] = one["gflops"] / kernels["gflops"]["limit"]
        report["models"][model] = one
    if options.json:
        print(json.dumps(report, indent=2))
    else:
        show(report)
    missed = [model for model in FLOPS if report["models"][model]["wall"]["ratio"] < TARGETS[model]]
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
