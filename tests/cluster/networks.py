"""Several hosts on one machine: network namespaces on a bridge."""

import os
import shutil
import subprocess

from processes import Unfit, output_of, say

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

    def __init__(self, hosts):
        self.prefix = f"ech{os.getpid()}"
        self.switch = f"{self.prefix}-switch"
        self.hosts = [f"{self.prefix}-{i}" for i in range(1, hosts + 1)]

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

    def part(self, host, other, apart):
        """Whether two hosts, counted from 0, find no way to each other."""
        for a, b in ((host, other), (other, host)):
            run("ip", "-n", self.hosts[a], "route", "add" if apart else "delete", "blackhole", f"10.203.0.{b + 1}/32")

    def carried(self, host):
        """Bytes that have left a host by its wire."""
        return int(output_of(["ip", "netns", "exec", self.hosts[host], "cat",
                              "/sys/class/net/wire/statistics/tx_bytes"]))
