#!/usr/bin/env python3
"""Runs a program as an MPI job on this machine: job.py RANKS PROGRAM [ARGUMENT...].

Exit status: mpirun's; 77, saying why, where there is no mpirun (CTest calls that skipped).
"""

import os
import shutil
import subprocess
import sys

SKIPPED = 77


def environment():
    """mpirun's, for one machine that may have fewer processors than the job has ranks, in a container or not."""
    return dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1",
                # Other machines are never asked for, so that ssh need not exist.
                OMPI_MCA_plm="isolated", OMPI_MCA_btl_vader_single_copy_mechanism="none")


def command(ranks, program):
    return ["mpirun", "--oversubscribe", "--bind-to", "none", "-n", str(ranks), *program]


def main():
    ranks, program = sys.argv[1], sys.argv[2:]
    if shutil.which("mpirun") is None:
        print("SKIPPED: there is no mpirun, so nothing of the MPI transport is tested; on Debian: "
              "apt-get install libopenmpi-dev openmpi-bin, then configure and build again")
        return SKIPPED
    return subprocess.run(command(ranks, program), env=environment(), check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
