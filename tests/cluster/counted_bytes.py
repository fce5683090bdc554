"""The bytes of a compressed run over TCP: what crosses the sockets upwards is within 1 % of what the record says.

A relay between the workers and their coordinator counts what it passes on. What a process says only once, when it joins,
is no part of a round: the difference of a long and a short run leaves the rounds between them.

Usage: counted_bytes.py ECHELON
"""

import pathlib
import socket
import sys
import tempfile
import threading

from processes import Process, check, say, summary

SCENARIO = """
[scenario]
name = "counted-bytes"
rounds = {rounds}
evaluate_every = {rounds}
[data]
source = "glyphs"
limit = 400
[model]
kind = "mlp"
hidden = [{hidden}]
[optimizer]
rate = 0.1
batch = 8
[topology]
workers = 3
[compression]
{compression}
"""
WORKERS = 3
SHORT, LONG = 40, 240


class Relay:
    """Passes connections on to another port, and counts what goes there."""

    def __init__(self, port):
        self.to, self.upwards = port, 0
        self.lock = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self.to))
            for end in (near, far):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self.pass_on, args=(near, far, True), daemon=True).start()
            threading.Thread(target=self.pass_on, args=(far, near, False), daemon=True).start()

    def pass_on(self, source, sink, up):
        try:
            while data := source.recv(1 << 16):
                if up:
                    with self.lock:
                        self.upwards += len(data)
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def close(self):
        self.listener.close()


def bytes_of(echelon, folder, **settings):
    """Upwards: on the sockets, and in the record."""
    folder.mkdir()
    scenario = folder / "scenario.toml"
    scenario.write_text(SCENARIO.format(**settings), encoding="utf-8")
    serve = [echelon, "serve", scenario, "--listen", "127.0.0.1:0", "--out", folder / "record"]
    with Process("coordinator", serve, folder) as coordinator:
        relay = Relay(int(coordinator.said(r"listening on \S+:(\d+)").group(1)))
        nodes = [Process(f"worker-{i}", [echelon, "node", "--join", f"127.0.0.1:{relay.port}", "--name", f"worker-{i}"],
                         folder) for i in range(WORKERS)]
        try:
            if (status := coordinator.result(120)) != 0:
                coordinator.complain(f"the coordinator ended with {status}")
            for node in nodes:
                node.result(30)
        finally:
            relay.close()
            for node in nodes:
                node.end()
    return relay.upwards, summary(folder / "record")["bytes_up"]


def main():
    echelon = str(pathlib.Path(sys.argv[1]).resolve())
    # Of a message of few coordinates most is what goes with it.
    cases = {"top-k": (128, 'policy = "top-k"\nfeedback = "ef14"\nbudget = 0.05'),
             "a few coordinates": (8, 'policy = "top-k"\nfeedback = "ef14"\nbudget = 0.01'),
             "qsgd": (128, 'policy = "qsgd"'),
             "whole": (128, 'policy = "none"')}
    with tempfile.TemporaryDirectory() as folder:
        for name, (hidden, compression) in cases.items():
            short, long = (bytes_of(echelon, pathlib.Path(folder) / f"{name}-{rounds}", rounds=rounds, hidden=hidden,
                                    compression=compression)
                           for rounds in (SHORT, LONG))
            counted, recorded = long[0] - short[0], long[1] - short[1]
            say(f"{name}: {counted} bytes on the sockets, {recorded} in the record, "
                f"{100 * (recorded / counted - 1):+.2f} %")
            check(abs(recorded / counted - 1) < 0.01, f"{name}: the record is within 1 % of the sockets")


main()
