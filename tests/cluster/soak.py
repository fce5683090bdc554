"""Eight nodes train through a proxy that disturbs every link at random, for as long as is wanted.

Usage: soak.py ECHELON [--minutes M] [--tls] [--seed N] [--proxy ECHELON_PROXY]. The faults come from the
seed. Training must never stand still for long, no process may grow once it is warm, everybody must leave when told,
and the loss must be that of an undisturbed run of as many rounds.
"""

import argparse
import contextlib
import os
import pathlib
import random
import signal
import statistics
import tempfile
import time

from cluster import rounds_of
from processes import Process, check, free_port, output_of, say, summary

SCENARIO = """
[scenario]
name = "soak"
rounds = 1000000
evaluate_every = 10
[runtime]
checkpoint_every = 50
[cluster]
peer_timeout_s = 3.0
[data]
source = "glyphs"
limit = 1000
[model]
kind = "mlp"
hidden = [64]
[optimizer]
rate = 0.02
batch = 8
[topology]
workers = 8
[coding]
policy = "fractional-repetition"
stragglers = 1
[delays]
model = "shifted-exponential"
worker = { compute_shift_s = 0.02, compute_rate_per_s = 1000 }
"""
NODES = [f"worker-{i}" for i in range(8)]
STANDSTILL_MAX_S = 45
CALM_S = 10  # without new faults, at the end
GROWTH_MAX = 1.10
GROWTH_FREE_BYTES = 4 << 20  # buffers that are bounded, and still fill in a run of a few minutes
LOSS_TOLERANCE = 0.02

# What a fault's number is drawn from, and how many seconds it lasts.
FAULTS = {
    "latency": ("latency_s", (0.01, 0.3), (1, 6)),
    "jitter": ("jitter_s", (0.01, 0.2), (1, 6)),
    "bandwidth": ("bandwidth_bps", (160e3, 4e6), (1, 6)),
    "loss": ("probability", (0.01, 0.2), (1, 6)),
    "duplication": ("probability", (0.01, 0.2), (1, 6)),
    "slow-close": ("close_s", (0.5, 5), (1, 10)),
    "partition": (None, None, (0.2, 8)),
    "refusal": (None, None, (0.5, 4)),
    "reset": (None, None, (0, 0)),
    "corruption": ("bytes", (1, 5), (0, 0)),
    "half-open": (None, None, (0, 0)),
}


def random_faults(draw, until_s):
    """One after the other, most of them on one link, some on all."""
    tables, now = [], 5.0
    while now < until_s:
        kind = draw.choice(list(FAULTS))
        key, values, lasts = FAULTS[kind]
        lines = ["[[faults]]", f'kind = "{kind}"', f"at_s = {now:.3f}", f"for_s = {draw.uniform(*lasts):.3f}"]
        if key:
            lines.append(f"{key} = {int(draw.uniform(*values))}" if key in ("bytes", "bandwidth_bps")
                         else f"{key} = {draw.uniform(*values):.4f}")
        if direction := draw.choice(["", "", "up", "down"]):
            lines.append(f'direction = "{direction}"')
        if draw.random() < 0.9:
            lines.append(f'link = "{draw.choice(NODES)}"')
        tables.append("\n".join(lines) + "\n")
        now += draw.expovariate(1.0)
    return "\n".join(tables)


def resident_bytes(pid):
    with open(f"/proc/{pid}/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


class Soak:
    def __init__(self, arguments, folder):
        self.echelon = str(pathlib.Path(arguments.echelon).resolve())
        self.proxy = arguments.proxy or str(pathlib.Path(self.echelon).parent / "echelon_proxy")
        self.folder = pathlib.Path(folder)
        self.record = self.folder / "record"
        self.scenario = self.folder / "scenario.toml"
        self.scenario.write_text(SCENARIO, encoding="utf-8")
        self.seconds = arguments.minutes * 60
        self.keys = []
        if arguments.tls:
            self.keys = ["--tls", self.folder / "keys"]
            output_of([self.echelon, "certs", self.folder / "keys", "--nodes", ",".join(NODES)])
        self.faults = self.folder / "faults.toml"
        self.faults.write_text(random_faults(random.Random(arguments.seed), self.seconds - CALM_S), encoding="utf-8")
        self.seed = arguments.seed
        self.memory = {}

    def run(self):
        with contextlib.ExitStack() as running:
            start = lambda name, command: running.enter_context(Process(name, command, self.folder))
            where = f"127.0.0.1:{free_port()}"
            doors = [f"127.0.0.1:{free_port()}" for _ in NODES]
            coordinator = start("coordinator", [self.echelon, "serve", self.scenario, "--listen", where, "--out",
                                                self.record, *self.keys])
            coordinator.said("listening")
            proxy = start("proxy", [self.proxy, "--faults", self.faults, "--seed", self.seed,
                                    *(word for name, door in zip(NODES, doors)
                                      for word in ("--route", f"{name}@{door}={where}"))])
            proxy.said("listening")
            nodes = [start(name, [self.echelon, "node", "--join", door, "--name", name, "--threads", "1", *self.keys])
                     for name, door in zip(NODES, doors)]
            self.watch([coordinator, proxy, *nodes])
            self.end(coordinator, proxy, nodes)
        self.check_memory()
        self.check_loss()

    def watch(self, processes):
        """That rounds go on; and how much everybody has in memory, second by second."""
        began = moved = time.monotonic()
        rounds = longest = 0
        while (now := time.monotonic()) - began < self.seconds:
            time.sleep(1)
            for process in processes:
                if process.ended():
                    process.complain(f"{process.name} ended with {process.process.returncode}")
                self.memory.setdefault(process.name, []).append(resident_bytes(process.pid))
            if (count := self.rounds()) > rounds:
                rounds, moved = count, now
            longest = max(longest, now - moved)
            if now - moved > STANDSTILL_MAX_S:
                processes[0].complain(f"no round for {now - moved:.0f} s, after {rounds}")
        say(f"{rounds} rounds; the longest wait for one was {longest:.0f} s")
        check(rounds > 5 * self.seconds / 60, "training went on")

    def rounds(self):
        with contextlib.suppress(OSError):
            with open(self.record / "metrics.jsonl", "rb") as lines:
                return sum(1 for _ in lines)
        return 0

    def end(self, coordinator, proxy, nodes):
        coordinator.signal(signal.SIGINT)
        check(coordinator.result(30) == 130, "the coordinator leaves when told")
        for node in nodes:
            node.signal(signal.SIGTERM)
        for node in nodes:
            node.result(30)
        say("and so do the nodes")
        proxy.signal(signal.SIGTERM)
        proxy.result(10)
        say(f"the proxy: {proxy.text().splitlines()[-1]}")

    def check_memory(self):
        """Warm after a quarter of the time: from then on nobody grows."""
        for name, seen in self.memory.items():
            quarter = max(len(seen) // 4, 1)
            warm, late = statistics.median(seen[quarter:2 * quarter]), statistics.median(seen[-quarter:])
            say(f"{name}: {warm / 2**20:.1f} MB when warm, {late / 2**20:.1f} MB in the end")
            if late > GROWTH_MAX * warm and late - warm > GROWTH_FREE_BYTES:
                check(False, f"{name} does not grow")
        check(True, "nobody grows")

    def check_loss(self):
        lines = rounds_of(self.record)
        check([line["round"] for line in lines] == list(range(1, len(lines) + 1)), "each round is recorded once")
        kinds = [line["certificate"]["kind"] for line in lines]
        say(f"{kinds.count('exact')} rounds exact, {kinds.count('approximate')} approximate, "
            f"{kinds.count('failed')} failed")
        last = next(line for line in reversed(lines) if line.get("loss") is not None)
        alone = self.folder / "alone"
        output_of([self.echelon, "run", self.scenario, "--set", f"scenario.rounds={last['round']}", "--set",
                   f"scenario.evaluate_every={last['round']}", "--out", alone, "--quiet"])
        undisturbed = summary(alone)["final_loss"]
        check(abs(last["loss"] - undisturbed) <= LOSS_TOLERANCE * undisturbed,
              f"loss {last['loss']} after {last['round']} rounds; undisturbed {undisturbed}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("echelon")
    parser.add_argument("--proxy")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--tls", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    say(f"seed {arguments.seed}, {arguments.minutes:g} minutes, {'TLS' if arguments.tls else 'TCP'}")
    with tempfile.TemporaryDirectory() as folder:
        Soak(arguments, folder).run()


main()
