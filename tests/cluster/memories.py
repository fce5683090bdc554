"""A coordinator is killed while its workers live on: what they remember of messages that left something out goes on from
the checkpoint, so that the weights are those of a run that nothing disturbed.

Usage: memories.py ECHELON
"""

import pathlib
import sys
import tempfile

from cluster import rounds_of
from processes import Process, check, free_port, output_of, say, summary, until

SCENARIO = """
[scenario]
name = "memories"
rounds = 150
evaluate_every = 150
[runtime]
checkpoint_every = 5
[cluster]
peer_timeout_s = 2.0
[data]
source = "glyphs"
limit = 400
[model]
kind = "mlp"
hidden = [16]
[optimizer]
rate = 0.1
batch = 8
[topology]
workers = 3
[compression]
policy = "top-k"
budget = 0.01
feedback = "ef14"
[delays]
model = "shifted-exponential"
worker = { compute_shift_s = 0.02, compute_rate_per_s = 1000 }
"""
WORKERS = 3
KILLED_AFTER = (33, 81)


def reached(record, count):
    """Whether so many rounds are in the record."""
    try:
        return len(rounds_of(record)) >= count
    except (OSError, ValueError):
        return False


def disturbed(echelon, folder, scenario):
    address = f"127.0.0.1:{free_port()}"
    record = folder / "record"
    serve = [echelon, "serve", scenario, "--listen", address, "--out", record, "--resume"]
    coordinator = Process("coordinator", serve, folder)
    nodes = [Process(f"worker-{i}", [echelon, "node", "--join", address, "--name", f"worker-{i}"], folder)
             for i in range(WORKERS)]
    try:
        for count in KILLED_AFTER:
            until(lambda: reached(record, count), f"{count} rounds", 120)
            coordinator.end()
            coordinator = Process("coordinator", serve, folder)
        if (status := coordinator.result(240)) != 0:
            coordinator.complain(f"the coordinator ended with {status}")
    finally:
        for process in (coordinator, *nodes):
            process.end()
    return summary(record)


def main():
    echelon = str(pathlib.Path(sys.argv[1]).resolve())
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        scenario = folder / "scenario.toml"
        scenario.write_text(SCENARIO, encoding="utf-8")
        output_of([echelon, "run", scenario, "--out", folder / "alone", "--quiet"])
        alone, killed = summary(folder / "alone"), disturbed(echelon, folder, scenario)
        say(f"undisturbed: {alone['weights_hash']}; coordinator killed twice: {killed['weights_hash']}")
        check(killed["rounds"] == alone["rounds"], "both have all rounds")
        check(killed["weights_hash"] == alone["weights_hash"], "both end with the same weights")


main()
