#!/usr/bin/env python3
"""Four peers on hosts of their own, as network namespaces: two neighbours lose each other for longer than a peer is
waited for, while everybody else still hears both, and find each other again. Nobody waits for ever, rounds in between
are approximate, and in the end both count again.

Usage: broken_links.py ECHELON. Skipped, saying why, where namespaces are not permitted.
"""

import contextlib
import pathlib
import re
import sys
import tempfile
import time

from cluster import rounds_of
from networks import Networks
from processes import Process, Unfit, check, fail, say, skip, until

SCENARIO = """
[scenario]
name = "broken-links"
rounds = 200
evaluate_every = 200
[cluster]
peer_timeout_s = 2.0
[data]
source = "glyphs"
limit = 1000
[model]
kind = "mlp"
hidden = [16]
[optimizer]
rate = 0.05
batch = 16
[topology]
kind = "peers"
peers = 4
graph = "ring"
[merging]
policy = "{policy}"
every_steps = {steps}
[delays]
model = "shifted-exponential"
worker = {{ compute_shift_s = 0.01, compute_rate_per_s = 1e6 }}
"""
PEERS = 4
APART_S = 5


def train_with_a_break(networks, echelon, folder, policy, steps):
    say(f"{policy}, every {steps} steps")
    scenario = folder / f"{policy}.toml"
    scenario.write_text(SCENARIO.format(policy=policy, steps=steps), encoding="utf-8")
    record = folder / policy
    with contextlib.ExitStack() as running:
        start = lambda name, host, *words: running.enter_context(
            Process(f"{policy}-{name}", [*networks.inside(host), echelon, *words], folder))
        monitor = start("monitor", 0, "serve", scenario, "--listen", "10.203.0.1:0", "--out", record,
                        "--insecure-public")
        where = monitor.said(r"listening on (\S+)").group(1)
        nodes = [start(f"node-{i}", 1 + i, "node", "--join", where, "--name", f"node-{i}", "--threads", "1",
                       "--insecure-public")
                 for i in range(PEERS)]
        until(lambda: len(rounds_of(record)) > 4, "the fifth round")
        seats = {int(peer): int(node) for node, peer in re.findall(r"node-(\d) is worker/(\d)", monitor.text())}
        networks.part(1 + seats[0], 1 + seats[1], apart=True)
        time.sleep(APART_S)
        networks.part(1 + seats[0], 1 + seats[1], apart=False)
        if (status := monitor.result(120)) != 0:
            monitor.complain(f"the monitor ended with {status}")
        check(all(node.result(30) == 0 for node in nodes), "all ended well")
        check("is gone: nothing was heard" in nodes[seats[0]].text(), "the two lost each other")
    rounds = rounds_of(record)
    kinds = [line["certificate"]["kind"] for line in rounds]
    check([line["round"] for line in rounds] == list(range(1, 201)), "every round is in the record once")
    say(f"{kinds.count('exact')} rounds exact, {kinds.count('approximate')} approximate")
    check("approximate" in kinds, "rounds without the link are approximate")
    check(set(kinds[-5:]) == {"exact"}, "the last rounds are exact")


def main():
    echelon = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory(prefix="links-") as folder:
        try:
            with Networks(1 + PEERS) as networks:
                for policy, steps in (("dimat", 10), ("cdsgd", 10)):
                    train_with_a_break(networks, echelon, pathlib.Path(folder), policy, steps)
        except Unfit as why:
            skip(f"no network namespaces, so no link can be cut: {why}")
        except OSError as why:
            fail(str(why))


main()
