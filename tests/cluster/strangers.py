#!/usr/bin/env python3
"""A coordinator in the middle of a run meets strangers of every kind: none gets in, none gets a byte of the model, none
costs it more than 256 KB, and the run ends with the weights it would have had without them.

Usage: strangers.py ECHELON [ROUNDS]
"""

import contextlib
import datetime
import os
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import threading

import frames
from cluster import NODES, Cluster, address, rss_bytes
from processes import Unfit, check, fail, output_of, say, skip, until

COST_MAX = 256 * 1024      # bytes of memory of the coordinator, for each stranger
ANSWER_MAX = 8 * 1024      # bytes a stranger may be sent: a handshake, an alert, a reason; a model is longer
TIMES = 20                 # strangers of each kind
SLOW = 400                 # that begin a handshake and never end it
LISTED = "mallory"         # has a key pair of its own and misuses it


class Stranger:
    """Counts what it is sent; through TLS where it has a context."""

    def __init__(self, where, context=None):
        self.socket = socket.create_connection(where, timeout=20)
        self.incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.outgoing = outgoing
        self.tls = context and context.wrap_bio(self.incoming, outgoing, server_hostname="coordinator")
        self.raw = 0    # bytes from the wire
        self.clear = 0  # of them, what TLS let through to the application

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        """What the other side no longer takes is lost; reading tells the rest."""
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.socket.sendall(data)

    def flush(self):
        self.send(self.outgoing.read())

    def receive(self):
        """False at the end of the stream."""
        try:
            data = self.socket.recv(65536)
        except ConnectionResetError:
            data = b""
        self.raw += len(data)
        self.incoming.write(data) if data else self.incoming.write_eof()
        return bool(data)

    def through_tls(self, act):
        """What `act` answers once TLS has enough; None when the other side has had enough of us."""
        while True:
            try:
                done = act()
                self.flush()
                return done
            except ssl.SSLWantReadError:
                self.flush()
                if not self.receive():
                    return None
            except ssl.SSLError:
                return None

    def say(self, data):
        if self.tls is None:
            self.send(data)
            return
        self.through_tls(self.tls.do_handshake)
        self.through_tls(lambda: self.tls.write(data))

    def listen_to_the_end(self):
        """Reads until the other side closes; a stranger that is not shown the door fails the test."""
        try:
            if self.tls is None:
                while self.receive():
                    self.clear = self.raw
                return
            while heard := self.through_tls(lambda: self.tls.read(65536)):
                self.clear += len(heard)
        except TimeoutError:
            fail("the coordinator keeps a stranger waiting for more than 20 s")


class Keys:
    """Certificates good and bad, made with the openssl command and the cluster's own authority."""

    def __init__(self, folder, cluster_keys):
        self.folder, self.cluster = folder, cluster_keys
        self.made("other-authority", "-x509", "-days", "2", subject="other authority")
        self.signed("expired", NODES[0], self.cluster / "ca", days=-1)
        self.signed("unlisted", "nobody", self.cluster / "ca")
        self.signed("other-ca", NODES[0], folder / "other-authority")
        # Nobody checks the stranger's own clock: it makes the wrong ones with the right tool.
        self.paths = {name: folder / name for name in ("expired", "unlisted", "other-ca")}
        self.paths[LISTED] = self.cluster / LISTED

    def openssl(self, *arguments):
        output_of(["openssl", *arguments], stderr=subprocess.DEVNULL)

    def made(self, file, *arguments, subject):
        self.openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={subject}",
                     "-keyout", self.folder / f"{file}.key", *arguments, "-out", self.folder / f"{file}.crt")

    def signed(self, file, subject, authority, days=2):
        self.made(file, subject=subject)
        request = self.folder / f"{file}.crt"
        names = self.folder / f"{file}.names"
        names.write_text(f"subjectAltName=DNS:{subject}\nextendedKeyUsage=clientAuth,serverAuth\n", encoding="utf-8")
        self.openssl("x509", "-req", "-in", request, "-CA", f"{authority}.crt", "-CAkey", f"{authority}.key",
                     "-days", days, "-extfile", names, "-out", f"{request}.signed")
        os.replace(f"{request}.signed", request)

    def context(self, who=None):
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        made.load_verify_locations(self.cluster / "ca.crt")
        made.check_hostname = False
        if who:
            made.load_cert_chain(f"{self.paths[who]}.crt", f"{self.paths[who]}.key")
        return made


def meet(where, data, context=None):
    with Stranger(where, context) as stranger:
        stranger.say(data)
        stranger.listen_to_the_end()
        return stranger.raw, stranger.clear


def strangers(keys, recorded_join):
    """Name, and what one such stranger does; it answers how much it was sent."""
    wrong_length = frames.frame(frames.CHUNK, length=0xFFFFFFFF, position=2**60)
    wrong_kind = frames.frame(99, b"what is this?")
    listed_hello = frames.hello(LISTED)
    huge = listed_hello + frames.open_transfer([2**60] * 8)
    nested = listed_hello + b"".join(frames.frame(frames.MESSAGE, b"@<>+@message" * 4000, sequence=i) for i in (1, 2))
    return {
        "no certificate": lambda to: meet(to, frames.hello(NODES[0]), keys.context()),
        "an expired certificate": lambda to: meet(to, frames.hello(NODES[0]), keys.context("expired")),
        "a name that is not on the list": lambda to: meet(to, frames.hello("nobody"), keys.context("unlisted")),
        "another authority's certificate": lambda to: meet(to, frames.hello(NODES[0]), keys.context("other-ca")),
        "another's name": lambda to: meet(to, frames.hello(NODES[0]), keys.context(LISTED)),
        "no TLS at all": lambda to: meet(to, frames.hello(NODES[0])),
        "a browser": lambda to: meet(to, b"GET /metrics HTTP/1.1\r\nHost: coordinator\r\n\r\n"),
        "noise": lambda to: meet(to, os.urandom(100_000)),
        "a TLS record of nonsense": lambda to: meet(to, b"\x16\x03\x01\xff\xff" + os.urandom(70_000)),
        "a header that promises 2^60 bytes": lambda to: meet(to, wrong_length, keys.context(LISTED)),
        "a frame of an unknown kind": lambda to: meet(to, wrong_kind, keys.context(LISTED)),
        "a transfer of 2^63 bytes": lambda to: meet(to, huge, keys.context(LISTED)),
        "messages nested in messages": lambda to: meet(to, nested, keys.context(LISTED)),
        "a replayed join": lambda to: meet(to, bytes(recorded_join)),
    }


class RecordingRelay:
    """Carries one node's connections to the coordinator and keeps the first bytes the node sent."""

    def __init__(self, to):
        self.to, self.recorded = to, bytearray()
        self.door = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self.serve, daemon=True).start()

    def address(self):
        return "{}:{}".format(*self.door.getsockname())

    def serve(self):
        while True:
            here, _ = self.door.accept()
            there = socket.create_connection(self.to)
            threading.Thread(target=self.carry, args=(here, there, True), daemon=True).start()
            threading.Thread(target=self.carry, args=(there, here, False), daemon=True).start()

    def carry(self, source, sink, keep):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if keep and len(self.recorded) < 4096:
                    self.recorded += data
                sink.sendall(data)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


def meet_one_kind(name, act, where, coordinator):
    before = rss_bytes(coordinator.pid)
    sent = [act(where) for _ in range(TIMES)]
    cost = (rss_bytes(coordinator.pid) - before) / TIMES
    raw, clear = (max(one) for one in zip(*sent))
    check(cost < COST_MAX, f"{name}: {TIMES} of them cost {cost / 1024:.1f} KB each")
    check(raw < ANSWER_MAX, f"{name}: is sent at most {raw} bytes, {clear} of them in clear")


def meet_slow_ones(where, coordinator, log):
    """Hundreds that say the first byte of a handshake; then some that say a byte at a time."""
    before = rss_bytes(coordinator.pid)
    with contextlib.ExitStack() as open_ones:
        slow = [open_ones.enter_context(socket.create_connection(where, timeout=20)) for _ in range(SLOW)]
        for one in slow:
            with contextlib.suppress(OSError):
                one.sendall(b"\x16")
        for one in slow[:20]:
            for byte in b"\x03\x01\x02\x00\x01":
                with contextlib.suppress(OSError):
                    one.sendall(bytes([byte]))
        cost = (rss_bytes(coordinator.pid) - before) / SLOW
        check(cost < COST_MAX, f"slow ones: {SLOW} of them at once cost {cost / 1024:.1f} KB each")
        check(not coordinator.ended(), "the run goes on meanwhile")
    say(f"the coordinator's log has {len(log())} lines")


def survive(cluster, keys_folder):
    expected = cluster.reference()
    say(f"without strangers: {expected}")
    with contextlib.ExitStack() as running:
        coordinator = running.enter_context(cluster.serve("127.0.0.1:0"))
        where = address(coordinator)
        relay = RecordingRelay(where)
        joins = [relay.address()] + ["{}:{}".format(*where)] * (len(NODES) - 1)
        nodes = [running.enter_context(cluster.node(name, join)) for name, join in zip(NODES, joins)]
        metrics = cluster.record / "metrics.jsonl"
        until(lambda: metrics.exists() and metrics.stat().st_size > 0, "the first round")
        begun = datetime.datetime.now()
        for name, act in strangers(Keys(keys_folder, cluster.keys), relay.recorded).items():
            meet_one_kind(name, act, where, coordinator)
            check(not coordinator.ended(), "the run is not over yet; else give more ROUNDS")
        meet_slow_ones(where, coordinator, lambda: coordinator.text().splitlines())
        say(f"strangers came for {(datetime.datetime.now() - begun).total_seconds():.0f} s")
        cluster.finish(coordinator, nodes, expected, limit_s=300)


def main():
    echelon = sys.argv[1]
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 1500
    with tempfile.TemporaryDirectory(prefix="strangers-") as folder:
        cluster = Cluster(echelon, folder, rounds, extra_names=[LISTED])
        keys_folder = cluster.folder / "strangers"
        keys_folder.mkdir()
        try:
            survive(cluster, keys_folder)
        except FileNotFoundError as missing:
            if missing.filename != "openssl":
                raise
            skip("there is no openssl command to make bad certificates with: apt-get install openssl")
        except Unfit as why:
            skip(str(why))


if __name__ == "__main__":
    main()
