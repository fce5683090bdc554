"""Eight processes (a coordinator, two edges, five workers) end with the weights of the simulated world: plain TCP, TLS
and MPI. Fractional repetition gives the same bits; polynomial layers the same within rounding times amplification.

Usage: worlds.py ECHELON [IDX_FOLDER]: MNIST or another folder of the idx format; else the built-in glyphs.
"""

import json
import math
import os
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile

from processes import Process, check, output_of, say, summary

SCENARIO = """
[scenario]
name = "worlds"
rounds = 40
evaluate_every = 40
[data]
{data}
[model]
kind = "mlp"
hidden = [64]
[optimizer]
rate = 0.1
batch = 16
[topology]
kind = "tree"
edges = [2, 3]
[coding]
policy = "hierarchical"
layers = ["{layer}", "{layer}"]
edge_stragglers = 1
worker_stragglers = 1
parts = 6
"""
NODES = ["edge-0", "edge-1", *(f"worker-{i}" for i in range(5))]


def weights(record):
    """All numbers of a model.safetensors, in the order of the file."""
    data = (pathlib.Path(record) / "model.safetensors").read_bytes()
    header_bytes = struct.unpack("<Q", data[:8])[0]
    values = data[8 + header_bytes:]
    json.loads(data[8:8 + header_bytes])
    return struct.unpack(f"<{len(values) // 4}f", values)


def distance(ours, theirs):
    """Relative, in the Euclidean norm."""
    apart = math.fsum((a - b) ** 2 for a, b in zip(ours, theirs, strict=True))
    return math.sqrt(apart / math.fsum(b * b for b in theirs))


class Worlds:
    def __init__(self, echelon, folder, layer, data):
        self.echelon, self.folder = str(pathlib.Path(echelon).resolve()), pathlib.Path(folder) / layer
        self.folder.mkdir()
        self.scenario = self.folder / "scenario.toml"
        self.scenario.write_text(SCENARIO.format(layer=layer, data=data), encoding="utf-8")
        self.record("simulated", [self.echelon, "run", self.scenario])

    def record(self, world, command):
        output_of([*command, "--out", self.folder / world, "--quiet"])

    def processes(self, world, keys=()):
        serve = [self.echelon, "serve", self.scenario, "--listen", "127.0.0.1:0", "--out", self.folder / world, *keys]
        with Process(f"{world}-coordinator", serve, self.folder) as coordinator:
            where = coordinator.said(r"listening on (\S+)").group(1)
            nodes = [Process(f"{world}-{name}", [self.echelon, "node", "--join", where, "--name", name, *keys],
                             self.folder) for name in NODES]
            try:
                if (status := coordinator.result(120)) != 0:
                    coordinator.complain(f"the coordinator ended with {status}")
                check(all(node.result(30) == 0 for node in nodes), f"{world}: all nodes ended well")
            finally:
                for node in nodes:
                    node.end()

    def compare(self, world):
        ours, reference = summary(self.folder / world), summary(self.folder / "simulated")
        check(ours["status"] == "done" and ours["rounds"] == reference["rounds"], f"{world}: the run is done")
        if 'layers = ["frc"' in self.scenario.read_text("utf-8"):
            check(ours["weights_hash"] == reference["weights_hash"], f"{world}: weights {ours['weights_hash']}")
            return
        apart = distance(weights(self.folder / world), weights(self.folder / "simulated"))
        # Single precision rounds to 6e-8; each round's error is amplified at most so much.
        allowed = 6e-8 * max(ours["amplification_max"], 1) * ours["rounds"]
        check(apart <= allowed, f"{world}: weights {apart:.2g} apart, {allowed:.2g} allowed")


def try_layer(echelon, folder, layer, data):
    say(f"{layer} layers")
    worlds = Worlds(echelon, folder, layer, data)
    keys = worlds.folder / "keys"
    output_of([worlds.echelon, "certs", keys, "--nodes", ",".join(NODES)])
    worlds.processes("tcp")
    worlds.compare("tcp")
    worlds.processes("tls", ["--tls", keys])
    worlds.compare("tls")
    worlds.record("own", [worlds.echelon, "run", worlds.scenario, "--set", "runtime.world=tcp"])
    worlds.compare("own")
    if mpirun := shutil.which("mpirun"):
        environment = {**os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
        subprocess.run([mpirun, "--oversubscribe", "-n", "8", worlds.echelon, "run", worlds.scenario, "--set",
                        "runtime.world=mpi", "--out", worlds.folder / "mpi", "--quiet"],
                       check=True, timeout=120, env=environment, stdout=subprocess.DEVNULL)
        worlds.compare("mpi")
    else:
        say("SKIPPED mpi: there is no mpirun; apt-get install openmpi-bin libopenmpi-dev and build again")


def main():
    data = f'source = "idx"\npath = "{pathlib.Path(sys.argv[2]).resolve()}"' if len(sys.argv) > 2 else \
        'source = "glyphs"\nlimit = 2000'
    with tempfile.TemporaryDirectory() as folder:
        for layer in ("frc", "polynomial"):
            try_layer(sys.argv[1], folder, layer, data)


main()
