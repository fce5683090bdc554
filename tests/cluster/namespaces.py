#!/usr/bin/env python3
"""Four hosts on one machine, as network namespaces on a bridge of their own: a coordinator and nodes with TLS, whose
bytes cross real interfaces that lose, delay and throttle. The run must end with the weights of the simulated world.

Usage: namespaces.py ECHELON. Skipped, saying why, where namespaces are not permitted.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile

from cluster import NODES, Cluster, address
from processes import Unfit, check, fail, output_of, say, skip

HOSTS = 4
RATE = "10mbit"
# Loss and delay of a bad line. Kernels without netem can only throttle.
NETEM = ["netem", "delay", "20ms", "5ms", "loss", "1%", "rate", RATE]
TBF = ["tbf", "rate", RATE, "burst", "16kb", "latency", "300ms"]


def run(*command):
    done = subprocess.run([str(word) for word in command], check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True)
    if done.returncode != 0:
        raise Unfit(f"'{' '.join(map(str, command))}' says: {done.stdout.strip()}")
    return done.stdout


class Networks:
    """Namespaces of which each has one interface, all on one bridge in a namespace of its own: nothing of the
    machine's own network is touched. Host i is 10.203.0.i and fd00:203::i."""

    def __init__(self):
        self.prefix = f"ech{os.getpid()}"
        self.switch = f"{self.prefix}-switch"
        self.hosts = [f"{self.prefix}-{i}" for i in range(1, HOSTS + 1)]

    def __enter__(self):
        if shutil.which("ip") is None or shutil.which("tc") is None:
            raise Unfit("there is no ip or tc command; on Debian: apt-get install iproute2")
        try:
            self.build()
        except BaseException:
            self.remove()
            raise
        return self

    def __exit__(self, *_):
        self.remove()

    def build(self):
        run("ip", "netns", "add", self.switch)
        inside = ["ip", "-n", self.switch]
        run(*inside, "link", "add", "bridge", "type", "bridge")
        run(*inside, "link", "set", "bridge", "up")
        for number, host in enumerate(self.hosts, start=1):
            run("ip", "netns", "add", host)
            run(*inside, "link", "add", f"to{number}", "type", "veth", "peer", "name", "wire", "netns", host)
            run(*inside, "link", "set", f"to{number}", "master", "bridge", "up")
            there = ["ip", "-n", host]
            run(*there, "addr", "add", f"10.203.0.{number}/24", "dev", "wire")
            run(*there, "addr", "add", f"fd00:203::{number}/64", "dev", "wire", "nodad")
            run(*there, "link", "set", "lo", "up")
            run(*there, "link", "set", "wire", "up")

    def remove(self):
        for name in (*self.hosts, self.switch):
            subprocess.run(["ip", "netns", "delete", name], check=False, stderr=subprocess.DEVNULL)

    def inside(self, host):
        return ["ip", "netns", "exec", self.hosts[host]]

    def shape(self):
        """Both directions of every host's wire. Says what it could do."""
        shaped = NETEM
        try:
            self.shape_with(NETEM)
        except Unfit as why:
            say(f"NO LOSS AND DELAY: this kernel has no netem ({why}); throttling alone")
            shaped = TBF
            self.shape_with(TBF)
        say("every wire: " + " ".join(shaped))

    def shape_with(self, words):
        for number, host in enumerate(self.hosts, start=1):
            run("tc", "-n", host, "qdisc", "replace", "dev", "wire", "root", *words)
            run("tc", "-n", self.switch, "qdisc", "replace", "dev", f"to{number}", "root", *words)

    def carried(self, host):
        """Bytes that have left a host by its wire."""
        return int(output_of(["ip", "netns", "exec", self.hosts[host], "cat",
                              "/sys/class/net/wire/statistics/tx_bytes"]))


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
            with Networks() as networks:
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
