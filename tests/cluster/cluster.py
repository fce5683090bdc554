"""A coordinator and nodes as processes of this machine, with the contract's commands only."""

import json
import contextlib
import os
import pathlib
import threading
import time

from processes import Process, check, output_of, summary

# Who answered first does not show in the weights: fractional repetition at both layers.
SCENARIO = """
[scenario]
name = "cluster"
rounds = {rounds}
evaluate_every = {rounds}
[data]
source = "glyphs"
limit = 400
[model]
kind = "mlp"
hidden = [{hidden}]
[optimizer]
rate = 0.05
batch = 8
[topology]
kind = "tree"
edges = [2, 2]
[cluster]
peer_timeout_s = 15
[coding]
policy = "hierarchical"
layers = ["frc", "frc"]
edge_stragglers = 1
worker_stragglers = 1
[delays]
model = "shifted-exponential"
worker = {{ compute_shift_s = {part_s}, compute_rate_per_s = 1e6 }}
"""
NODES = [f"node-{i}" for i in range(1, 7)]  # two edges and four workers


class Cluster:
    """A folder with a scenario and keys, and whatever is started on them."""

    def __init__(self, echelon, folder, rounds, hidden=16, extra_names=(), part_s=0):
        self.echelon = str(pathlib.Path(echelon).resolve())
        self.folder = pathlib.Path(folder)
        self.scenario = self.folder / "scenario.toml"
        self.scenario.write_text(SCENARIO.format(rounds=rounds, hidden=hidden, part_s=part_s), encoding="utf-8")
        self.keys = self.folder / "keys"
        self.record = self.folder / "record"
        output_of([self.echelon, "certs", self.keys, "--nodes", ",".join([*NODES, *extra_names])])
        check((self.keys / "coordinator.key").exists(), "the coordinator has a key pair")

    def reference(self):
        """The weights hash that the simulated world ends with, nobody being late or absent."""
        alone = self.folder / "alone"
        output_of([self.echelon, "run", self.scenario, "--set", "runtime.world=simulated", "--out", alone, "--quiet"])
        return summary(alone)["weights_hash"]

    def serve(self, listen, prefix=()):
        return Process("coordinator", [*prefix, self.echelon, "serve", self.scenario, "--listen", listen, "--tls",
                                       self.keys, "--out", self.record], self.folder)

    def node(self, name, join, prefix=()):
        return Process(name, [*prefix, self.echelon, "node", "--join", join, "--name", name, "--tls", self.keys],
                       self.folder)

    def finish(self, coordinator, nodes, expected_hash, limit_s):
        """Waits for the end of the run and checks that it is the same run."""
        status = coordinator.result(limit_s)
        if status != 0:
            coordinator.complain(f"the coordinator ended with {status}")
        for node in nodes:
            check(node.result(30) == 0, f"{node.name} ended well")
        what = summary(self.record)
        check(what["status"] == "done", f"the run is {what['status']}")
        check(what["weights_hash"] == expected_hash, f"weights {what['weights_hash']}, expected {expected_hash}")
        return what


def address(coordinator):
    """Where it says that it listens: (host, port)."""
    found = coordinator.said(r"listening on (\S+):(\d+)")
    return found.group(1).strip("[]"), int(found.group(2))


def rounds_of(record):
    """The lines of a record's metrics.jsonl; none before there is one."""
    metrics = pathlib.Path(record) / "metrics.jsonl"
    return [json.loads(line) for line in metrics.read_text("utf-8").splitlines()] if metrics.exists() else []


class MostMemory:
    """The most that a process has in memory while this is looked at, in bytes."""

    def __init__(self, pid):
        self.pid, self.most, self.over = pid, 0, threading.Event()
        self.thread = threading.Thread(target=self.look)

    def look(self):
        while not self.over.wait(0.002):
            with contextlib.suppress(OSError), open(f"/proc/{self.pid}/statm", encoding="ascii") as file:
                self.most = max(self.most, int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE"))

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()


def usual_memory(pid):
    """What it has in memory at most in the course of a few rounds."""
    with MostMemory(pid) as seen:
        time.sleep(0.2)
    return seen.most
