"""A hundred node processes complete fifty rounds and more; the coordinator's memory grows no worse than linearly from ten.

Usage: hundred.py ECHELON [--time]. With --time the time per round must not grow worse either: on a machine that has
nothing else to do, for it is a hundred processes' time. Memory is the coordinator's peak.
"""

import statistics
import sys
import tempfile

from cluster import rounds_of, summary
from processes import Process, check, say

SCENARIO = """
[scenario]
name = "hundred"
rounds = 200
evaluate_every = 200
[data]
source = "glyphs"
limit = 2000
[model]
kind = "mlp"
hidden = [16]
[optimizer]
batch = 4
[topology]
workers = {workers}
"""


def peak_bytes(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmHWM"))


def run(echelon, folder, workers):
    scenario = f"{folder}/{workers}.toml"
    with open(scenario, "w", encoding="utf-8") as file:
        file.write(SCENARIO.format(workers=workers))
    record = f"{folder}/record-{workers}"
    serve = [echelon, "serve", scenario, "--listen", "127.0.0.1:0", "--out", record]
    with Process(f"coordinator-{workers}", serve, folder) as coordinator:
        where = coordinator.said(r"listening on (\S+)").group(1)
        nodes = [Process(f"{workers}-{i}", [echelon, "node", "--join", where, "--name", f"worker-{i}", "--threads", "1",
                                            "--quiet"], folder) for i in range(workers)]
        try:
            coordinator.said(r"round 180/200", 300)
            peak = peak_bytes(coordinator.pid)
            check(coordinator.result(60) == 0, f"{workers} nodes completed 200 rounds")
            check(all(node.result(30) == 0 for node in nodes), "and all of them ended well")
        finally:
            for node in nodes:
                node.end()
    check(summary(record)["rounds"] == 200, "the record is whole")
    round_s = statistics.median(line["round_s"] for line in rounds_of(record)[100:])
    say(f"{workers} nodes: coordinator's peak {peak / 1e6:.1f} MB, median round {1e3 * round_s:.1f} ms")
    return peak, round_s


def main():
    with tempfile.TemporaryDirectory() as folder:
        few, many = run(sys.argv[1], folder, 10), run(sys.argv[1], folder, 100)
    check(many[0] <= 10 * few[0], f"memory grew {many[0] / few[0]:.1f} times from 10 to 100 nodes")
    growth = many[1] / few[1]
    say(f"time per round grew {growth:.1f} times")
    if "--time" in sys.argv:
        check(growth <= 10, "which is no worse than linearly")


main()
