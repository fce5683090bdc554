#!/usr/bin/env python3
"""Submits tools/deploy/slurm.sh to a private Slurm cluster of one machine and expects the record of a finished run.

Usage: slurm_job.py ECHELON SOURCE
"""

import pathlib
import sys
import tempfile

from private_slurm import PrivateSlurm
from processes import Unfit, check, fail, say, skip, summary, until

SCENARIO = """
[scenario]
name = "under-slurm"
rounds = 5
[data]
source = "glyphs"
limit = 200
[model]
kind = "softmax"
[topology]
workers = 4
[coding]
policy = "fractional-repetition"
parts = 4
stragglers = 1
"""
TASKS = 5
OVER = {"COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "NODE_FAIL", "OUT_OF_MEMORY", "GONE"}


def run_job(slurm, echelon, script):
    scenario = slurm.folder / "scenario.toml"
    scenario.write_text(SCENARIO, encoding="utf-8")
    record = slurm.folder / "record"
    job = slurm.submit(script, scenario, options=[f"--ntasks={TASKS}", "--time=5", "--output=job.log"],
                       ECHELON=echelon, ECHELON_OUT=str(record))
    say(f"job {job} is submitted")
    state = until(lambda: (now := slurm.job_state(job)) in OVER and now, "the job to end", limit_s=120)
    print((slurm.folder / "job.log").read_text(encoding="utf-8", errors="replace"))
    check(state == "COMPLETED", f"Slurm calls the job {state}")
    check(summary(record)["status"] == "done", "the run is done")
    check(not list(slurm.folder.glob(".echelon-keys-*")), "no keys are left behind")


def main():
    echelon, source = (str(pathlib.Path(path).resolve()) for path in sys.argv[1:3])
    with tempfile.TemporaryDirectory(prefix="slurm-") as folder:
        try:
            with PrivateSlurm(folder, cpus=TASKS) as slurm:
                say("a private Slurm is up")
                run_job(slurm, echelon, pathlib.Path(source) / "tools/deploy/slurm.sh")
        except Unfit as why:
            skip(f"the Slurm script is not tested: {why}")
        except OSError as why:
            fail(str(why))


if __name__ == "__main__":
    main()
