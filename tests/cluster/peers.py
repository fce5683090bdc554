"""Eight peers as processes of their own, a ring: they end with the weights of the simulated world; and the others go on
when one is killed, close their ring again where they may, and take in the one that comes for it, even before they have
noticed.

Usage: peers.py ECHELON
"""

import contextlib
import pathlib
import re
import signal
import sys
import tempfile
import time

from cluster import rounds_of
from processes import Process, check, free_port, output_of, say, summary, until

SCENARIO = """
[scenario]
name = "peers"
rounds = {rounds}
evaluate_every = {rounds}
[cluster]
peer_timeout_s = 1.5
[data]
source = "glyphs"
limit = 2000
[model]
kind = "mlp"
hidden = [32]
[optimizer]
rate = 0.05
batch = 16
[topology]
kind = "peers"
peers = 8
graph = "ring"
[merging]
policy = "{policy}"
init = "different"
every = 1
repair_links = {repair}
[delays]
model = "shifted-exponential"
worker = {{ compute_shift_s = {step_s}, compute_rate_per_s = 1e6 }}
"""
NODES = [f"node-{i}" for i in range(8)]


class Peers:
    def __init__(self, echelon, folder, policy, rounds=6, step_s=0, repair="false"):
        self.echelon = str(pathlib.Path(echelon).resolve())
        self.folder = pathlib.Path(folder) / f"{policy}-{rounds}-{repair}"
        self.folder.mkdir()
        self.scenario = self.folder / "scenario.toml"
        text = SCENARIO.format(policy=policy, rounds=rounds, step_s=step_s, repair=repair)
        self.scenario.write_text(text, encoding="utf-8")
        self.nodes = {}

    def serve(self, record, *more):
        return Process(f"{record}-monitor", [self.echelon, "serve", self.scenario, "--listen", "127.0.0.1:0", "--out",
                                             self.folder / record, *more], self.folder)

    def start(self, name, where, *more):
        self.nodes[name] = Process(name, [self.echelon, "node", "--join", where, "--name", name, "--threads", "1",
                                          *more], self.folder)

    @contextlib.contextmanager
    def under_way(self, record, *more):
        """Where peers find the monitor, and what is to stay as long. Whoever has not been taken out must end well."""
        with contextlib.ExitStack() as running:
            monitor = running.enter_context(self.serve(record, *more))
            running.callback(lambda: [node.end() for node in self.nodes.values()])
            yield monitor.said(r"listening on (\S+)").group(1), running
            if (status := monitor.result(240)) != 0:
                monitor.complain(f"the monitor ended with {status}")
            check(all(node.result(30) == 0 for node in self.nodes.values()), f"{record}: all who were left ended well")

    def run(self, record, *more):
        with self.under_way(record, *more) as (where, _):
            for name in NODES:
                self.start(name, where, *more)
        return summary(self.folder / record)["weights_hash"]

    def await_fifth_round(self, record):
        until(lambda: len(rounds_of(self.folder / record)) > 4, "the fifth round")


def same_weights(echelon, folder, policy):
    say(policy)
    peers = Peers(echelon, folder, policy)
    output_of([peers.echelon, "run", peers.scenario, "--out", peers.folder / "simulated", "--quiet"])
    expected = summary(peers.folder / "simulated")["weights_hash"]
    check(peers.run("tcp") == expected, f"{policy} over TCP: weights {expected}")
    keys = peers.folder / "keys"
    output_of([peers.echelon, "certs", keys, "--nodes", ",".join(NODES)])
    check(peers.run("tls", "--tls", keys) == expected, f"{policy} over TLS: weights {expected}")


def replaced_before_it_is_missed(echelon, folder):
    """The monitor hears nothing more of a peer, and seats another one, while its neighbours still hear it."""
    say("one peer is cut off from the monitor, replaced, and only then missed by its neighbours")
    peers = Peers(echelon, folder, "dimat", rounds=61, step_s=0.01)
    door = f"127.0.0.1:{free_port()}"
    with peers.under_way("cut") as (where, running):
        proxy = running.enter_context(
            Process("proxy", [pathlib.Path(echelon).parent / "echelon_proxy", "--route", f"{door}={where}"],
                    peers.folder))
        proxy.said("listening")
        for name in NODES:
            peers.start(name, door if name == "node-3" else where)
        peers.await_fifth_round("cut")
        proxy.signal(signal.SIGSTOP)
        time.sleep(0.8)
        peers.nodes.pop("node-3").signal(signal.SIGKILL)
        peers.start("node-9", where)
    last = rounds_of(peers.folder / "cut")[-1]
    check(last["certificate"]["kind"] == "exact" and len(last["senders"]) == 8, f"the newcomer takes part: {last}")


def survive(echelon, folder, replaced, repair="false"):
    say("one peer is killed" + (", and another one comes" if replaced else "") + f"; repair_links = {repair}")
    peers = Peers(echelon, folder, "dimat" if replaced else "average", rounds=60, step_s=0.01, repair=repair)
    with peers.under_way("killed") as (where, _):
        for name in NODES:
            peers.start(name, where)
        peers.await_fifth_round("killed")
        peers.nodes.pop("node-3").signal(signal.SIGKILL)
        if replaced:
            peers.start("node-9", where)
    rounds = rounds_of(peers.folder / "killed")
    check([line["round"] for line in rounds] == list(range(1, 61)), "every round is in the record once")
    check(any(line["certificate"]["kind"] == "approximate" for line in rounds), "rounds without it are approximate")
    last = rounds[-1]["certificate"]
    changes = [line["graph_change"] for line in rounds if "graph_change" in line]
    if repair == "true":
        check(len(changes) == 1 and re.match(r"links peer/\d-peer/\d added from exchange \d+ on, without peer/\d$",
                                             changes[0]), f"the ring is closed again: {changes}")
    else:
        check(not changes, "the graph stays as it is")
    if replaced:
        check(last["kind"] == "exact" and len(rounds[-1]["senders"]) == 8, f"the newcomer takes part: {last}")
    else:
        check(last["kind"] == "approximate" and len(last["absent"]) == 1, f"the last round says who is gone: {last}")


def main():
    with tempfile.TemporaryDirectory() as folder:
        for policy in ("dimat", "cdsgd", "sync"):
            same_weights(sys.argv[1], folder, policy)
        for repair in ("false", "true"):
            survive(sys.argv[1], folder, replaced=False, repair=repair)
            survive(sys.argv[1], folder, replaced=True, repair=repair)
        replaced_before_it_is_missed(sys.argv[1], folder)


if __name__ == "__main__":
    main()
