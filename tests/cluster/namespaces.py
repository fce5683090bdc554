#!/usr/bin/env python3
"""Four hosts on one machine, as network namespaces on a bridge of their own: a coordinator and nodes with TLS, whose
bytes cross real interfaces that lose, delay and throttle. The run must end with the weights of the simulated world.

Usage: namespaces.py ECHELON. Skipped, saying why, where namespaces are not permitted.
"""

import contextlib
import os
import sys
import tempfile

from cluster import NODES, Cluster, address
from networks import Networks
from processes import Unfit, check, fail, say, skip

HOSTS = 4


def train_across(networks, cluster, listen):
    """The coordinator on the first host, edges and workers on the others."""
    before = networks.carried(0)
    with contextlib.ExitStack() as running:
        coordinator = running.enter_context(cluster.serve(listen, networks.inside(0)))
        host, port = address(coordinator)
        where = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        nodes = [running.enter_context(cluster.node(name, where, networks.inside(1 + i % (HOSTS - 1))))
                 for i, name in enumerate(NODES)]
        what = cluster.finish(coordinator, nodes, cluster.expected, limit_s=240)
    crossed = networks.carried(0) - before
    say(f"{listen}: {what['rounds']} rounds, {crossed} bytes left the coordinator's host")
    check(crossed > 100_000, "the model crossed the wire")


def main():
    echelon = sys.argv[1]
    with tempfile.TemporaryDirectory(prefix="namespaces-") as folder:
        try:
            with Networks(HOSTS) as networks:
                networks.shape()
                for family, listen in (("IPv4", "10.203.0.1:0"), ("IPv6", "[fd00:203::1]:0")):
                    say(family)
                    inner = os.path.join(folder, family)
                    os.mkdir(inner)
                    cluster = Cluster(echelon, inner, rounds=15)
                    cluster.expected = cluster.reference()
                    train_across(networks, cluster, listen)
        except Unfit as why:
            skip(f"no network namespaces, so nothing crossed a real interface: {why}")
        except OSError as why:
            fail(str(why))


if __name__ == "__main__":
    main()
