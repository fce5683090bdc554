#!/usr/bin/env python3
"""A coordinator in the middle of a run meets strangers of every kind: none gets in, none gets a byte of the model, none
costs it more than 256 KB, and the run ends with the weights it would have had without them.

Usage: strangers.py ECHELON [ROUNDS]
"""

import concurrent.futures
import contextlib
import itertools
import os
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import time

import frames
from cluster import NODES, Cluster, MostMemory, address, usual_memory
from processes import Unfit, check, fail, output_of, say, skip, until

COST_MAX = 256 * 1024      # bytes of memory of the coordinator, for each stranger
ANSWER_MAX = 8 * 1024      # bytes a stranger may be sent: a handshake, an alert, a reason; a model is longer
TIMES = 20                 # strangers of each kind, at once
SLOW = 400                 # that begin a handshake and never end it
DOOR_S = 30                # a stranger is gone after so long
GUEST_S = 0.3              # a guest leaves by himself
GUESTS = [f"mallory-{i}" for i in range(TIMES)]  # have key pairs of their own and misuse them
LISTED = GUESTS[0]
PART_S = 0.01             # a worker computes so long for a part, for the run to last while strangers come


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

    def listen(self, limit_s):
        """Reads until the other side closes, or for so long; answers whether it closed."""
        over = time.monotonic() + limit_s
        try:
            while (left_s := over - time.monotonic()) > 0:
                self.socket.settimeout(left_s)
                if self.tls is None:
                    heard = self.receive()
                    self.clear = self.raw
                else:
                    heard = self.through_tls(lambda: self.tls.read(65536))
                    self.clear += len(heard or b"")
                if not heard:
                    return True
        except TimeoutError:
            pass
        return False


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
        self.paths |= {guest: self.cluster / guest for guest in GUESTS}

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
    """What a stranger does: says something, and is to be shown the door. Answers how much it was sent."""
    with Stranger(where, context) as stranger:
        stranger.say(data)
        if not stranger.listen(DOOR_S):
            fail(f"the coordinator keeps a stranger for more than {DOOR_S} s")
        return stranger.raw, stranger.clear


def strangers(keys, recorded_join):
    """By name: who does not get in, because of who he is or of how he begins."""
    def as_node(certificate=None):
        return lambda to: meet(to, frames.hello(NODES[0]), keys.context(certificate))

    def listed(data):
        return lambda to: meet(to, data, keys.context(LISTED))

    return {
        "no certificate": as_node(),
        "an expired certificate": as_node("expired"),
        "another authority's certificate": as_node("other-ca"),
        "a name that is not on the list": lambda to: meet(to, frames.hello("nobody"), keys.context("unlisted")),
        "another's name": as_node(LISTED),
        "no TLS at all": lambda to: meet(to, frames.hello(NODES[0])),
        "a browser": lambda to: meet(to, b"GET /metrics HTTP/1.1\r\nHost: coordinator\r\n\r\n"),
        "noise": lambda to: meet(to, os.urandom(100_000)),
        "a TLS record of nonsense": lambda to: meet(to, b"\x16\x03\x01\xff\xff" + os.urandom(70_000)),
        "a header that promises 2^60 bytes": listed(frames.frame(frames.CHUNK, length=0xFFFFFFFF, position=2**60)),
        "a frame of an unknown kind": listed(frames.frame(99, b"what is this?")),
        "a replayed hello": listed(frames.hello(LISTED, incarnation=1)),
        "a replayed join": lambda to: meet(to, bytes(recorded_join)),
    }


def misuses(keys):
    """By name: what those say who have keys and names of their own, after a proper hello. Nonsense may end a link or be
    counted and forgotten."""
    starts = {guest: itertools.count(2) for guest in GUESTS}  # older ones are refused
    turns = itertools.cycle(GUESTS)  # in a crowd, each comes once

    def after_hello(*data):
        def act(to):
            name = next(turns)
            with Stranger(to, keys.context(name)) as guest:
                guest.say(b"".join((frames.hello(name, incarnation=next(starts[name])), *data)))
                guest.listen(GUEST_S)
                return guest.raw, guest.clear
        return act

    many_keys = struct.pack("<BI", 1, 7) + frames.words("desk") + struct.pack("<Q", 2**60)
    nested = struct.pack("<IQQq", 1, 2**63, 1, 10**9) + b"@<>+@message" * 4000
    return {
        "a transfer of 2^63 bytes": after_hello(frames.open_transfer([2**60] * 8)),
        "a message of an unknown kind": after_hello(frames.message(200, b"?")),
        "a message that promises 2^60 numbers": after_hello(frames.message(frames.BIND, many_keys)),
        "messages nested in messages": after_hello(frames.message(frames.ASK, nested)),
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


def meet_crowd(name, act, where, coordinator):
    """All at once, so that what each of them costs is there at the same time."""
    before = usual_memory(coordinator.pid)
    with MostMemory(coordinator.pid) as seen, concurrent.futures.ThreadPoolExecutor(TIMES) as crowd:
        sent = list(crowd.map(act, [where] * TIMES))
    raw, clear = (max(one) for one in zip(*sent))
    cost = (seen.most - before) / TIMES
    check(cost < COST_MAX and raw < ANSWER_MAX, f"{name}: {TIMES} of them cost {cost / 1024:.1f} KB each, are sent at "
          f"most {raw} bytes, {clear} of them in clear")
    check(not coordinator.ended(), "the run is not over yet (else give more ROUNDS)")


def is_welcome(where, keys, start):
    """Whether somebody with keys, who says hello as he should, gets in now."""
    with Stranger(where, keys.context(LISTED)) as guest:
        guest.say(frames.hello(LISTED, incarnation=start))
        heard = guest.through_tls(lambda: guest.tls.read(65536)) or b""
        if len(heard) == 1:  # the end of the handshake comes alone
            heard = guest.through_tls(lambda: guest.tls.read(65536)) or b""
        return heard[2:3] == bytes([frames.WELCOME])


def meet_slow_ones(where, coordinator, keys):
    """Hundreds that say the first bytes of a handshake and then nothing."""
    before = usual_memory(coordinator.pid)
    starts = itertools.count(10**6)
    with contextlib.ExitStack() as open_ones:
        for i in range(SLOW):
            one = open_ones.enter_context(socket.create_connection(where, timeout=20))
            with contextlib.suppress(OSError):
                one.sendall(b"\x16\x03\x01\x02"[:1 + i % 4])
        cost = (usual_memory(coordinator.pid) - before) / SLOW
        check(cost < COST_MAX, f"slow ones: {SLOW} of them at once cost {cost / 1024:.1f} KB each")
        begun = time.monotonic()
        until(lambda: is_welcome(where, keys, next(starts)), "a guest to get in among the slow ones", limit_s=90)
        say(f"among them a guest got in after {time.monotonic() - begun:.1f} s")
    check(not coordinator.ended(), "the run is not over yet (else give more ROUNDS)")


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
        running.push(lambda failed, *_: failed and print(coordinator.text()[-6000:], flush=True))
        keys = Keys(keys_folder, cluster.keys)
        check(is_welcome(where, keys, 1), "a guest with keys and manners gets in")
        for name, act in (strangers(keys, relay.recorded) | misuses(keys)).items():
            meet_crowd(name, act, where, coordinator)
        meet_slow_ones(where, coordinator, keys)
        cluster.finish(coordinator, nodes, expected, limit_s=300)


def main():
    echelon = sys.argv[1]
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 1500
    with tempfile.TemporaryDirectory(prefix="strangers-") as folder:
        cluster = Cluster(echelon, folder, rounds, extra_names=GUESTS, part_s=PART_S)
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
