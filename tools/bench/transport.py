#!/usr/bin/python3
"""Tensors over loopback TCP: Echelon's link beside plain Asio coroutines, OpenMPI and Gloo, interleaved in one run.

Run it with the interpreter that has torch (Debian: /usr/bin/python3 with python3-torch) after building echelon_bench
and tools/bench/rivals:

    tools/bench/transport.py [--build build/release] [--rounds 7] [--json]

Every rival does the same in two processes: sends tensors one after the other, each answered by one byte, then small
messages, each sent back. A round runs all of them, in another order each time; a ratio is the median over the rounds
of (rival / plain Asio in the same round). What is not installed is named, and missing from the table.
"""

import argparse
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path

SIZES = {"16 MB": 16_000_000, "256 MB": 256_000_000}
TENSORS = {"16 MB": 24, "256 MB": 4}
WARM_UP = 2  # tensors a run does not count: buffers are touched and windows opened
PINGS = 2000
PING_BYTES = 128
ROUND_TRIP = "round trip"
REFERENCE = "plain Asio"


class Missing(Exception):
    """Why a rival cannot run here."""


class Rival:
    """A program of its own that takes the work as arguments and prints how long each piece took."""

    def run(self, size, tensors, pings):
        raise NotImplementedError

    def round(self):
        """Median seconds of what was sent."""
        taken = {}
        for label, size in SIZES.items():
            report = self.run(size, TENSORS[label] + WARM_UP, 0)
            taken[label] = statistics.median(report["tensor_s"][WARM_UP:])
        taken[ROUND_TRIP] = statistics.median(self.run(PING_BYTES, 1, PINGS)["ping_s"])
        return taken


class PlainAsio(Rival):
    name = REFERENCE

    def __init__(self, build):
        self.program = build / "rivals/plain_asio"
        if not self.program.exists():
            raise Missing(f"{self.program} is not built")

    def run(self, size, tensors, pings):
        return output_of([self.program, size, tensors, pings])


class OpenMpi(Rival):
    name = "OpenMPI"

    def __init__(self, build):
        self.program = build / "rivals/plain_mpi"
        if shutil.which("mpirun") is None or not self.program.exists():
            raise Missing("needs mpirun and rivals/plain_mpi: apt-get install libopenmpi-dev openmpi-bin, then "
                          "configure and build again")

    def run(self, size, tensors, pings):
        settings = {"btl": "tcp,self", "pml": "ob1", "btl_tcp_if_include": "lo", "plm": "isolated"}
        options = [word for key, value in settings.items() for word in ("--mca", key, value)]
        as_root = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
        return output_of(["mpirun", "--oversubscribe", "--bind-to", "none", *options, "-n", 2, self.program, size,
                          tensors, pings], as_root)


class Gloo(Rival):
    name = "Gloo"

    def __init__(self, _build):
        try:
            import torch.distributed
            available = torch.distributed.is_available() and torch.distributed.is_gloo_available()
        except ImportError:
            available = False
        if not available:
            raise Missing(f"no torch with Gloo for {sys.executable}: apt-get install python3-torch and run this with "
                          "/usr/bin/python3")

    def run(self, size, tensors, pings):
        port = free_port()
        command = [sys.executable, Path(__file__).resolve(), "--gloo"]
        settings = {"GLOO_SOCKET_IFNAME": "lo", "OMP_NUM_THREADS": "1"}
        receiver = start([*command, 1, port, size, tensors, pings], settings)
        try:
            return output_of([*command, 0, port, size, tensors, pings], settings)
        finally:
            receiver.wait(timeout=60)


class EchelonLink:
    """Does the same work in echelon_bench, which reports medians."""

    name = "Echelon's link"

    def __init__(self, build):
        self.program = build / "echelon_bench"
        if not self.program.exists():
            raise Missing(f"{self.program} is not built")

    def round(self):
        report = output_of([self.program, "net", "--json"])
        taken = {label: size / 1e6 / report[f"value_of_{size // 10**6}_mb"]["link_mb_per_s"]
                 for label, size in SIZES.items()}
        taken[ROUND_TRIP] = report["small_message"]["link_round_trip_us"] / 1e6
        return taken


def start(command, settings=None):
    return subprocess.Popen([str(word) for word in command], env={**os.environ, **(settings or {})},
                            stdout=subprocess.PIPE)


def output_of(command, settings=None):
    process = start(command, settings)
    text, _ = process.communicate(timeout=600)
    if process.returncode != 0:
        raise SystemExit(f"transport.py: {' '.join(map(str, command))} ended with {process.returncode}")
    return json.loads(text)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def gloo_process(rank, port, size, tensors, pings):
    """One of the two processes of Gloo's run; rank 0 sends and prints."""
    import torch
    import torch.distributed as group
    torch.set_num_threads(1)
    group.init_process_group("gloo", init_method=f"tcp://127.0.0.1:{port}", rank=rank, world_size=2)
    tensor = torch.ones(size, dtype=torch.uint8)
    ping, answer = torch.ones(PING_BYTES, dtype=torch.uint8), torch.ones(1, dtype=torch.uint8)

    def timed(count, mine, theirs):
        taken = []
        for _ in range(count):
            begun = time.perf_counter()
            if rank == 0:
                group.send(mine, 1)
                group.recv(theirs, 1)
            else:
                group.recv(mine, 0)
                group.send(theirs, 0)
            taken.append(time.perf_counter() - begun)
        return taken

    report = {"tensor_s": timed(tensors, tensor, answer), "ping_s": timed(pings, ping, ping)}
    if rank == 0:
        print(json.dumps(report))


def find_rivals(build):
    found, missing = [], {}
    for rival in (EchelonLink, PlainAsio, OpenMpi, Gloo):
        try:
            found.append(rival(build))
        except Missing as why:
            missing[rival.name] = str(why)
    return found, missing


def measure(rivals, rounds):
    for number in range(rounds):
        turn = number % len(rivals)
        print(f"round {number + 1} of {rounds}", file=sys.stderr)
        yield {rival.name: rival.round() for rival in rivals[turn:] + rivals[:turn]}


def summary(rounds, name, label):
    times = [one[name][label] for one in rounds]
    # How many times as fast as plain Asio; for round trips, how many times as long.
    ratios = [one[REFERENCE][label] / one[name][label] for one in rounds]
    if label == ROUND_TRIP:
        ratios = [1 / ratio for ratio in ratios]
    return {"median_s": statistics.median(times), "ratio": statistics.median(ratios), "ratio_min": min(ratios),
            "ratio_max": max(ratios)}


def show(report):
    for name, why in report["missing"].items():
        print(f"MISSING: {name}: {why}")
    print(f"{'':16}{'16 MB':>20}{'256 MB':>20}{ROUND_TRIP + f', {PING_BYTES} B':>22}")
    for name, row in report["rivals"].items():
        cells = [f"{size / row[label]['median_s'] / 1e6:.0f} MB/s ({row[label]['ratio']:.2f})"
                 for label, size in SIZES.items()]
        ping = row[ROUND_TRIP]
        cells.append(f"{ping['median_s'] * 1e6:.1f} us ({ping['ratio']:.2f})")
        print(f"{name:16}{cells[0]:>20}{cells[1]:>20}{cells[2]:>22}")
    print(f"medians of {report['rounds']} rounds; in brackets: relative to plain Asio in the same round, above 1 is "
          "faster for tensors and slower for round trips")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, default=Path("build/release"))
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--gloo", type=int, nargs=5, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.gloo:
        gloo_process(*options.gloo)
        return 0
    rivals, missing = find_rivals(options.build)
    if REFERENCE in missing:
        sys.exit("transport.py: " + missing[REFERENCE])
    rounds = list(measure(rivals, options.rounds))
    report = {"rounds": options.rounds, "missing": missing,
              "rivals": {rival.name: {label: summary(rounds, rival.name, label) for label in (*SIZES, ROUND_TRIP)}
                         for rival in rivals}}
    if options.json:
        print(json.dumps(report, indent=2))
    else:
        show(report)
    return 0


if __name__ == "__main__":
    sys.exit(main())
