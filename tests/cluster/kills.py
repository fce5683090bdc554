"""Thirty kills -9 in one run: workers, edges, then the coordinator, at moments drawn from a seed.

Usage: kills.py ECHELON [SEED]. A supervisor starts whoever was killed again, as systemd would; the coordinator with
--resume. Training must end as the undisturbed run does, every round exact and in the record once.
"""

import json
import pathlib
import random
import sys
import tempfile
import time

from cluster import rounds_of
from processes import Process, check, free_port, output_of, say, summary

SCENARIO = """
[scenario]
name = "kills"
rounds = 400
evaluate_every = 400
[runtime]
checkpoint_every = 5
[cluster]
peer_timeout_s = 1.0
[data]
source = "glyphs"
limit = 1000
[model]
kind = "mlp"
hidden = [16]
[optimizer]
rate = 0.05
batch = 8
[topology]
kind = "tree"
edges = [2, 3]
[coding]
policy = "hierarchical"
layers = ["frc", "frc"]
edge_stragglers = 1
worker_stragglers = 1
parts = 6
[delays]
model = "shifted-exponential"
worker = { compute_shift_s = 0.01, compute_rate_per_s = 1000 }
"""
WORKERS = [f"worker-{i}" for i in range(5)]
EDGES = ["edge-0", "edge-1"]
KILLS = 30


class Fleet:
    def __init__(self, echelon, folder):
        self.echelon, self.folder = str(pathlib.Path(echelon).resolve()), pathlib.Path(folder)
        self.scenario = self.folder / "scenario.toml"
        self.scenario.write_text(SCENARIO, encoding="utf-8")
        self.record = self.folder / "record"
        self.address = f"127.0.0.1:{free_port()}"
        self.running = {}

    def start(self, name):
        if name == "coordinator":
            command = [self.echelon, "serve", self.scenario, "--listen", self.address, "--out", self.record,
                       "--resume"]
        else:
            command = [self.echelon, "node", "--join", self.address, "--name", name, "--threads", "1"]
        self.running[name] = Process(name, command, self.folder)

    def kill(self, name):
        self.running[name].end()
        self.start(name)

    def rounds(self):
        try:
            return len(rounds_of(self.record))
        except (OSError, json.JSONDecodeError):
            return 0

    def end(self):
        for process in self.running.values():
            process.end()


def victims(draw):
    """Whom to kill, in order: everybody below the coordinator at random, then the coordinator, too."""
    early = [draw.choice(WORKERS + EDGES) for _ in range(KILLS * 2 // 3)]
    late = [draw.choice(["coordinator", "coordinator", *WORKERS, *EDGES]) for _ in range(KILLS - len(early))]
    return early + late


def disturb(fleet, draw):
    coordinator_kills = 0
    for number, victim in enumerate(victims(draw), start=1):
        time.sleep(draw.uniform(0.2, 1.2))
        if fleet.running["coordinator"].ended():
            fleet.running["coordinator"].complain(f"the run was over after {number - 1} kills")
        coordinator_kills += victim == "coordinator"
        say(f"kill {number}: {victim}, after {fleet.rounds()} rounds")
        fleet.kill(victim)
    check(coordinator_kills > 0, f"the coordinator was killed {coordinator_kills} times")


def main():
    echelon = sys.argv[1]
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    say(f"seed {seed}")
    with tempfile.TemporaryDirectory() as folder:
        alone = pathlib.Path(folder) / "alone"
        fleet = Fleet(echelon, folder)
        output_of([echelon, "run", fleet.scenario, "--out", alone, "--quiet"])
        try:
            for name in ["coordinator", *EDGES, *WORKERS]:
                fleet.start(name)
            fleet.running["coordinator"].said("round ", 60)
            disturb(fleet, random.Random(seed))
            status = fleet.running["coordinator"].result(240)
            if status != 0:
                fleet.running["coordinator"].complain(f"the coordinator ended with {status}")
        finally:
            fleet.end()
        lines = rounds_of(fleet.record)
        check([line["round"] for line in lines] == list(range(1, 401)), "every round is in the record once, in order")
        check(all(line["certificate"]["kind"] == "exact" for line in lines), "every round is exact: nothing is lost")
        check(all(line["certificate"]["residual"] < 1e-9 for line in lines), "and nothing counts twice")
        ours, undisturbed = summary(fleet.record)["final_loss"], summary(alone)["final_loss"]
        check(abs(ours - undisturbed) <= 0.01 * undisturbed, f"final loss {ours}, undisturbed {undisturbed}")


main()
