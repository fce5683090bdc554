#!/usr/bin/env python3
"""A run as one MPI job: rank 0 coordinates, the others are edges and workers. It must end with the weights of the
simulated world; a job of the wrong size must say so and end.

Usage: mpi_job.py ECHELON
"""

import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "mpi"))
from cluster import NODES, Cluster  # noqa: E402
from job import command, environment  # noqa: E402
from processes import check, say, skip, summary  # noqa: E402


def run_job(cluster, ranks, limit_s):
    """Exit status and what was said."""
    words = command(ranks, [cluster.echelon, "run", str(cluster.scenario), "--set", "runtime.world=mpi", "--out",
                            str(cluster.record), "--quiet"])
    done = subprocess.run(words, env=environment(), check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, timeout=limit_s)
    return done.returncode, done.stdout


def main():
    if shutil.which("mpirun") is None:
        skip("there is no mpirun, so no run was carried by MPI; on Debian: apt-get install openmpi-bin")
    with tempfile.TemporaryDirectory(prefix="mpi-") as folder:
        cluster = Cluster(sys.argv[1], folder, rounds=20)
        expected = cluster.reference()
        status, said = run_job(cluster, len(NODES) + 1, limit_s=120)
        if "this build has no MPI" in said:
            skip("this build has no MPI, so no run was carried by it; on Debian: apt-get install libopenmpi-dev, then "
                 "configure and build again")
        print(said)
        check(status == 0, f"the job ended with {status}")
        what = summary(cluster.record)
        check(what["status"] == "done", f"the run is {what['status']}")
        check(what["weights_hash"] == expected, f"weights {what['weights_hash']}, expected {expected}")
        say("a job of two processes, which are too few")
        status, said = run_job(cluster, 2, limit_s=120)
        check(status == 2, f"ended with {status}")
        check(f"mpirun -n {len(NODES) + 1}" in said, "it says how many would be right")


if __name__ == "__main__":
    main()
