"""A standby takes over from a coordinator that is killed, or only stopped, and the run ends with the same weights.

Usage: standby.py ECHELON. Rounds take about a second. The coordinator is killed over plain TCP and over TLS: the first
new round must come within three round times, and whoever starts the coordinator again is told who has the run. One that is
stopped, and goes on after the standby has taken over, ends by itself and has written nothing meanwhile.
"""

import pathlib
import signal
import statistics
import sys
import tempfile
import time

from cluster import rounds_of
from processes import Process, check, free_port, output_of, say, summary, until

ROUNDS = 10
SCENARIO = """
[scenario]
name = "standby"
rounds = {rounds}
evaluate_every = {rounds}
[cluster]
peer_timeout_s = {timeout}
[data]
source = "glyphs"
limit = 400
[model]
kind = "mlp"
hidden = [16]
[optimizer]
kind = "adam"
rate = 0.01
batch = 8
[topology]
workers = 4
[coding]
policy = "fractional-repetition"
stragglers = 1
[delays]
model = "shifted-exponential"
worker = {{ compute_shift_s = 0.5, compute_rate_per_s = 1000 }}
"""
WORKERS = [f"worker-{i}" for i in range(4)]
REFUSED = 3


class Pair:
    """A coordinator, its standby and their workers, with or without keys."""

    def __init__(self, echelon, folder, timeout, keys):
        self.echelon, self.folder = str(pathlib.Path(echelon).resolve()), pathlib.Path(folder)
        self.scenario, self.record = self.folder / "scenario.toml", self.folder / "record"
        self.scenario.write_text(SCENARIO.format(rounds=ROUNDS, timeout=timeout), encoding="utf-8")
        self.tls = ["--tls", self.folder / "keys"] if keys else []
        if keys:
            output_of([self.echelon, "certs", self.folder / "keys", "--nodes", ",".join([*WORKERS, "standby"])])
        self.first, self.second = (f"127.0.0.1:{free_port()}" for _ in range(2))
        self.processes = []

    def __enter__(self):
        self.coordinator = self.serve("coordinator", self.first)
        self.coordinator.said("listening on")
        self.standby = self.serve("standby", self.second, "--standby-for", self.first)
        self.standby.said("standing by")
        join = f"{self.first},{self.second}"
        self.nodes = [self.start(name, "node", "--join", join, "--name", name, "--threads", "1", *self.tls)
                      for name in WORKERS]
        return self

    def __exit__(self, *_):
        for process in self.processes:
            process.end()

    def start(self, name, *words):
        self.processes.append(Process(name, [self.echelon, *words], self.folder))
        return self.processes[-1]

    def serve(self, name, listen, *words):
        return self.start(name, "serve", self.scenario, "--listen", listen, "--out", self.record, *words, *self.tls)

    def reference(self):
        alone = self.folder / "alone"
        output_of([self.echelon, "run", self.scenario, "--set", "runtime.world=simulated", "--out", alone, "--quiet"])
        return summary(alone)["weights_hash"]

    def rounds(self):
        return rounds_of(self.record)

    def reach(self, count, limit_s=60):
        until(lambda: len(self.rounds()) >= count, f"round {count}", limit_s)

    def finish(self):
        status = self.standby.result(60)
        if status != 0:
            self.standby.complain(f"the standby ended with {status}")
        check(all(node.result(30) == 0 for node in self.nodes), "all nodes ended well")
        check([line["round"] for line in self.rounds()] == list(range(1, ROUNDS + 1)),
              "every round is in the record once, in order")
        times = [line["time_s"] for line in self.rounds()]
        check(times == sorted(times), "and its time never goes back")
        ours, expected = summary(self.record)["weights_hash"], self.reference()
        check(ours == expected, f"weights {ours}, uninterrupted in the simulated world {expected}")
        left = sorted(file.name for file in self.record.iterdir() if file.name.startswith("writer."))
        check(not left, f"nobody claims the record any more: {left}")


def killed(echelon, keys):
    say(f"the coordinator is killed, over {'TLS' if keys else 'TCP'}")
    with tempfile.TemporaryDirectory() as folder, Pair(echelon, folder, 15, keys) as pair:
        pair.reach(4)
        time.sleep(0.4)  # in the middle of a round
        before = pair.rounds()
        began = time.monotonic()
        pair.coordinator.end()
        pair.reach(len(before) + 1)
        took = time.monotonic() - began
        round_s = statistics.median(line["time_s"] - last["time_s"] for last, line in zip(before, before[1:]))
        check(took <= 3 * round_s, f"the first new round came {took:.2f} s after the kill: {took / round_s:.2f} round "
                                   f"times of {round_s:.2f} s")
        pair.standby.said(r"taking over after round \d+ \(epoch 2\)")
        again = pair.serve("again", pair.first, "--resume")
        check(again.result(30) == REFUSED, "the coordinator, started again, is refused")
        check("which lives" in again.text(), f"and told why: {again.text().splitlines()[-1]}")
        pair.finish()


def stopped(echelon):
    say("the coordinator is stopped, and goes on when the standby has taken over")
    with tempfile.TemporaryDirectory() as folder, Pair(echelon, folder, 3, False) as pair:
        pair.reach(4)
        pair.coordinator.signal(signal.SIGSTOP)
        stopped_at = len(pair.rounds())
        pair.standby.said("taking over after round", 30)
        pair.reach(stopped_at + 1)
        pair.coordinator.signal(signal.SIGCONT)
        status = pair.coordinator.result(20)
        check(status == REFUSED, f"the first one ended by itself, with {status}")
        last = pair.coordinator.text().splitlines()[-1]
        check("has taken over" in last, f"saying: {last}")
        check(not pair.standby.ended(), "the standby goes on")
        pair.finish()


def undisturbed(echelon):
    say("the coordinator lives to the end")
    with tempfile.TemporaryDirectory() as folder, Pair(echelon, folder, 15, False) as pair:
        check(pair.coordinator.result(60) == 0, "the coordinator ends well")
        pair.finish()
        check("taking over" not in pair.standby.text(), "and the standby had nothing to do")


def main():
    echelon = sys.argv[1]
    killed(echelon, keys=False)
    killed(echelon, keys=True)
    stopped(echelon)
    undisturbed(echelon)


main()
