#!/usr/bin/env python3
"""Faults of the scenario between real processes: each process does to its own node what the simulated world does to all.
Where what decodes does not depend on who was first, both end with the same weights, and say the same of who lied.

Usage: faults.py ECHELON
"""

import contextlib
import pathlib
import statistics
import sys
import tempfile

from cluster import rounds_of
from processes import Process, check, output_of, say, summary

ROUNDS = 30
TASK = """
[data]
source = "glyphs"
limit = 600
[model]
kind = "mlp"
hidden = [16]
[optimizer]
rate = 0.05
batch = 8
"""
STAR = TASK + """
[scenario]
name = "faults"
rounds = 30
evaluate_every = 30
[topology]
workers = 6
[coding]
policy = "fractional-repetition"
stragglers = 2
verify = true
grace_s = 20
"""
# Each group of three loses none of its answers, so that one liar in each is named.
BESET_STAR = STAR + """
[[faults]]
kind = "lie"
node = "worker/2"
how = "scaled"
factor = -3.0
at_round = 5
[[faults]]
kind = "lie"
node = "worker/4"
how = "nan"
at_round = 11
[[faults]]
kind = "slow"
node = "worker/0"
factor = 50.0
[[faults]]
kind = "duplication"
link = "worker/1"
probability = 0.5
later_s = 0.1
[[faults]]
kind = "latency"
link = "worker/5"
latency_s = 0.05
direction = "down"
at_round = 20
for_s = 0.3
[[faults]]
kind = "memory-pressure"
node = "coordinator"
stall_s = 0.02
at_s = 0.2
for_s = 0.2
"""
PEERS = TASK + """
[scenario]
name = "faults-of-peers"
rounds = 6
evaluate_every = 6
[topology]
kind = "peers"
peers = 6
graph = "ring"
[merging]
policy = "average"
init = "different"
every = 1
[[faults]]
kind = "lie"
node = "peer/3"
how = "scaled"
factor = 0.5
[[faults]]
kind = "slow"
node = "peer/1"
factor = 5.0
"""


class Beset:
    """A scenario and the records of its runs."""

    def __init__(self, echelon, folder, name, text):
        self.echelon = str(pathlib.Path(echelon).resolve())
        self.folder = pathlib.Path(folder) / name
        self.folder.mkdir()
        self.scenario = self.folder / "scenario.toml"
        self.scenario.write_text(text, encoding="utf-8")

    def run(self, world, *more):
        record = self.folder / world
        output_of([self.echelon, "run", self.scenario, "--set", f"runtime.world={world}", "--out", record, "--quiet", *more])
        return record

    def over_tcp(self):
        record = self.folder / "tcp"
        with contextlib.ExitStack() as running:
            server = running.enter_context(
                Process("server", [self.echelon, "serve", self.scenario, "--listen", "127.0.0.1:0", "--out", record],
                        self.folder))
            where = server.said(r"listening on (\S+)").group(1)
            nodes = [running.enter_context(
                Process(f"node-{i}", [self.echelon, "node", "--join", where, "--name", f"node-{i}", "--threads", "1"],
                        self.folder)) for i in range(6)]
            if (status := server.result(240)) != 0:
                server.complain(f"it ended with {status}")
            check(all(node.result(30) == 0 for node in nodes), "all nodes ended well")
        return record


def liars_are_named(echelon, folder):
    say("a star with liars, in three worlds")
    honest = summary(Beset(echelon, folder, "honest", STAR).run("simulated"))["weights_hash"]
    beset = Beset(echelon, folder, "beset", BESET_STAR)
    records = {"simulated": beset.run("simulated"), "local": beset.run("local"), "tcp": beset.over_tcp()}
    for world, record in records.items():
        rounds = rounds_of(record)
        check(all(line["certificate"]["kind"] == "exact" for line in rounds), f"{world}: all rounds are exact")
        check([line["certificate"].get("liars", []) for line in rounds] == [[]] * 4 + [["worker/2"]] * (ROUNDS - 4),
              f"{world}: who lies from the fifth round on is named from then on")
        check(all(line["refused"] > 0 for line in rounds[10:]), f"{world}: what is not finite is refused")
        usual = [statistics.median(line["answer_s"][worker] or 0 for line in rounds) for worker in range(6)]
        check(world == "simulated" or usual[0] > 2 * max(usual[1:]), f"{world}: the slow one answers late: {usual}")
        check(summary(record)["weights_hash"] == honest, f"{world}: the weights are those of honest workers")


def peers_lie_alike(echelon, folder):
    say("a ring of peers with a liar, in two worlds")
    beset = Beset(echelon, folder, "peers", PEERS)
    hashes = {world: summary(record)["weights_hash"]
              for world, record in {"simulated": beset.run("simulated"), "tcp": beset.over_tcp()}.items()}
    honest = summary(Beset(echelon, folder, "honest-peers", PEERS.split("[[faults]]")[0]).run("simulated"))["weights_hash"]
    check(hashes["simulated"] == hashes["tcp"] != honest, f"both end with what the lie makes of it: {hashes}, else {honest}")


def main():
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        liars_are_named(sys.argv[1], folder)
        peers_lie_alike(sys.argv[1], folder)


if __name__ == "__main__":
    main()
