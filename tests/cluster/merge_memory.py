"""Eight peers as processes, all neighbours of each other, with a model of five million parameters: who asks for one
model at a time never holds more than one of its neighbours'.

Usage: merge_memory.py ECHELON
"""

import contextlib
import pathlib
import re
import sys
import tempfile
import time

from processes import Process, check, say

SCENARIO = """
[scenario]
name = "merge-memory"
rounds = 3
evaluate_every = 3
[data]
source = "glyphs"
limit = 400
[model]
kind = "mlp"
hidden = [2048, 2048]
[optimizer]
rate = 0.01
batch = 8
[topology]
kind = "peers"
peers = 8
graph = "full"
[merging]
policy = "average"
every_steps = 1
models_at_once = {at_once}
"""
PEERS = 8


def most_memory(pid):
    """What a process had in memory at most so far, in bytes; 0 once it has ended."""
    with contextlib.suppress(OSError):
        found = re.search(r"VmHWM:\s+(\d+) kB", pathlib.Path(f"/proc/{pid}/status").read_text(encoding="ascii"))
        return int(found.group(1)) << 10 if found else 0
    return 0


def train(echelon, folder, at_once):
    """The most that any peer had in memory, and the size of the model, in bytes."""
    folder.mkdir()
    scenario = folder / "scenario.toml"
    scenario.write_text(SCENARIO.format(at_once=at_once), encoding="utf-8")
    with contextlib.ExitStack() as running:
        start = lambda name, *words: running.enter_context(Process(name, [echelon, *words], folder))
        monitor = start("monitor", "serve", scenario, "--listen", "127.0.0.1:0", "--out", folder / "record")
        where = monitor.said(r"listening on (\S+)").group(1)
        nodes = [start(f"node-{i}", "node", "--join", where, "--name", f"node-{i}", "--threads", "1")
                 for i in range(PEERS)]
        most = 0
        while not monitor.ended():
            most = max(most, *(most_memory(node.pid) for node in nodes))
            time.sleep(0.05)
        check(monitor.result(1) == 0 and all(node.result(30) == 0 for node in nodes), f"{at_once} at once: all ended")
        return most, 4 * int(monitor.said(r"\((\d+) parameters\)").group(1))


def main():
    echelon = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as folder:
        one, model = train(echelon, pathlib.Path(folder) / "one", 1)
        everyone, _ = train(echelon, pathlib.Path(folder) / "all", 0)
    say(f"a model has {model / 2**20:.0f} MB; a peer had {one / 2**20:.0f} MB at most with one neighbour's model at a "
        f"time, {everyone / 2**20:.0f} MB with all {PEERS - 1}")
    check(everyone - one > (PEERS - 4) * model, "all at once take several models more")


main()
