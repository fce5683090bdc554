"""A hundred node processes complete 400 rounds; the coordinator's memory grows no worse than linearly from ten.

Usage: hundred.py ECHELON [--time]. With --time the coordinator's processor time per round must not grow worse either:
on a machine that has nothing else to do. The time on the wall is told beside it: where all these processes share few
processors, it is theirs too. Memory is the coordinator's peak.
"""

import os
import statistics
import sys
import tempfile

from cluster import rounds_of, summary
from processes import Process, check, say

SCENARIO = """
[scenario]
name = "hundred"
rounds = {rounds}
evaluate_every = {rounds}
[data]
source = "glyphs"
limit = 2000
[model]
kind = "mlp"
hidden = [4]
[optimizer]
batch = 4
[topology]
workers = {workers}
"""


def peak_bytes(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmHWM"))


def processor_s(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        user, system = file.read().rsplit(")", 1)[1].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def run(echelon, folder, workers, rounds):
    scenario = f"{folder}/{workers}.toml"
    with open(scenario, "w", encoding="utf-8") as file:
        file.write(SCENARIO.format(workers=workers, rounds=rounds))
    record = f"{folder}/record-{workers}"
    serve = [echelon, "serve", scenario, "--listen", "127.0.0.1:0", "--out", record]
    with Process(f"coordinator-{workers}", serve, folder) as coordinator:
        where = coordinator.said(r"listening on (\S+)").group(1)
        nodes = [Process(f"{workers}-{i}", [echelon, "node", "--join", where, "--name", f"worker-{i}", "--threads", "1",
                                            "--quiet"], folder) for i in range(workers)]
        try:
            coordinator.said(rf"round {rounds // 5}/", 300)
            before_s = processor_s(coordinator.pid)
            coordinator.said(rf"round {rounds * 4 // 5}/", 300)
            spent_s = (processor_s(coordinator.pid) - before_s) / (rounds * 3 // 5)
            peak = peak_bytes(coordinator.pid)
            check(coordinator.result(60) == 0, f"{workers} nodes completed {rounds} rounds")
            check(all(node.result(30) == 0 for node in nodes), "and all of them ended well")
        finally:
            for node in nodes:
                node.end()
    check(summary(record)["rounds"] == rounds, "the record is whole")
    round_s = statistics.median(line["round_s"] for line in rounds_of(record)[rounds // 2:])
    say(f"{workers} nodes: coordinator's peak {peak / 1e6:.1f} MB, {1e3 * spent_s:.2f} ms of processor time a round; "
        f"median round {1e3 * round_s:.1f} ms")
    return peak, spent_s, round_s


def main():
    with tempfile.TemporaryDirectory() as folder:
        few, many = run(sys.argv[1], folder, 10, 2000), run(sys.argv[1], folder, 100, 400)
    memory, processor, wall = (much / little for much, little in zip(many, few))
    check(memory <= 10, f"memory grew {memory:.1f} times from 10 to 100 nodes")
    say(f"the coordinator's processor time per round grew {processor:.1f} times, time on the wall {wall:.1f} times")
    if "--time" in sys.argv:
        check(processor <= 10, "which is no worse than linearly")


main()
