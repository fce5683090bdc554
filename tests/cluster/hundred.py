"""A hundred node processes complete fifty rounds; what the coordinator needs grows no worse than linearly from ten.

Usage: hundred.py ECHELON. Every second round's time is the median; memory is the coordinator's peak.
"""

import statistics
import sys
import tempfile

from cluster import rounds_of, summary
from processes import Process, check, say

SCENARIO = """
[scenario]
name = "hundred"
rounds = 50
evaluate_every = 50
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
            coordinator.said(r"round 45/50", 300)
            peak = peak_bytes(coordinator.pid)
            check(coordinator.result(60) == 0, f"{workers} nodes completed 50 rounds")
            check(all(node.result(30) == 0 for node in nodes), "and all of them ended well")
        finally:
            for node in nodes:
                node.end()
    check(summary(record)["rounds"] == 50, "the record is whole")
    round_s = statistics.median(line["round_s"] for line in rounds_of(record))
    say(f"{workers} nodes: coordinator's peak {peak / 1e6:.1f} MB, median round {1e3 * round_s:.1f} ms")
    return peak, round_s


def main():
    with tempfile.TemporaryDirectory() as folder:
        few, many = run(sys.argv[1], folder, 10), run(sys.argv[1], folder, 100)
    for what, small, large in zip(("memory", "time per round"), few, many):
        check(large <= 10 * small, f"{what} grew {large / small:.1f} times from 10 to 100 nodes")


main()
