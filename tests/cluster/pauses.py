"""A worker that is stopped for a while becomes suspect and returns as the same node; one that is killed leaves the plan.

Usage: pauses.py ECHELON [STOPPED_S PEER_TIMEOUT_S]; by default stopped for 4 of 6 seconds.
"""

import signal
import sys
import tempfile
import time

from cluster import rounds_of
from processes import Process, check, free_port, say, until

SCENARIO = """
[scenario]
name = "pauses"
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
[topology]
workers = 4
[coding]
policy = "fractional-repetition"
stragglers = 1
[delays]
model = "shifted-exponential"
worker = {{ compute_shift_s = 0.005, compute_rate_per_s = 1000 }}
"""


def main():
    echelon = sys.argv[1]
    stopped_s, timeout_s = map(float, sys.argv[2:4]) if len(sys.argv) > 3 else (4.0, 6.0)
    with tempfile.TemporaryDirectory() as folder:
        scenario = f"{folder}/scenario.toml"
        with open(scenario, "w", encoding="utf-8") as file:
            file.write(SCENARIO.format(rounds=1_000_000, timeout=timeout_s))
        where = f"127.0.0.1:{free_port()}"
        record = f"{folder}/record"
        serve = [echelon, "serve", scenario, "--listen", where, "--out", record]
        with Process("coordinator", serve, folder) as coordinator:
            nodes = [Process(f"worker-{i}", [echelon, "node", "--join", where, "--name", f"worker-{i}"], folder)
                     for i in range(4)]
            try:
                until(lambda: len(rounds_of(record)) > 20 if coordinator.said("listening") else 0, "rounds")
                stop_one(coordinator, nodes[1], stopped_s, record)
                kill_one(coordinator, nodes[2], timeout_s, record)
            finally:
                for node in nodes:
                    node.end()


def stop_one(coordinator, node, stopped_s, record):
    before = len(coordinator.text())
    node.signal(signal.SIGSTOP)
    began = len(rounds_of(record))
    coordinator.said(f"{node.name} is suspect", stopped_s)
    time.sleep(stopped_s / 4)
    during = len(rounds_of(record))
    say(f"{during - began} rounds while it was stopped")
    check(during > began, "training goes on without it")
    time.sleep(max(0.0, stopped_s / 4))
    node.signal(signal.SIGCONT)
    coordinator.said(f"{node.name} is heard of again", 30)
    until(lambda: answers(record, 1), "an answer of its")
    news = coordinator.text()[before:]
    check(f"{node.name} is gone" not in news, "it was never given up")
    check(f"{node.name} is worker" not in news, "it is the same node, not a new one")


def answers(record, worker):
    return any({"role": "worker", "index": worker} in line["senders"] or f"worker/{worker}" in line["senders"]
               for line in rounds_of(record)[-5:])


def kill_one(coordinator, node, timeout_s, record):
    node.end()
    began = time.monotonic()
    coordinator.said(f"{node.name} is gone", timeout_s + 5)
    took = time.monotonic() - began
    check(took <= timeout_s + 1, f"it left the plan after {took:.1f} s, the timeout being {timeout_s} s")
    began = len(rounds_of(record))
    until(lambda: len(rounds_of(record)) > began + 20, "rounds without it")
    last = rounds_of(record)[-1]
    check(last["certificate"]["kind"] == "exact", "and rounds are exact without it")


main()
