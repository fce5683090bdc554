#!/usr/bin/env python3
"""Plants each bug of tests/chaos/mutations/ in a copy of the tree and shows that `echelon chaos` finds it.

Usage: tests/chaos/mutations.py [--cases N] [--jobs N] [--work DIR] [NAME...]; NAMEs choose patches, default all.
Each patch is applied, the command built, seeds tried until one breaks a promise, and the patch reverted. Exit status 1
where one is not found within N cases (1000). Takes a build, then a minute or so a patch.
"""

import argparse
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
PATCHES = ROOT / "tests/chaos/mutations"
BATCH = 50


def copy_tree(work):
    """The files that git knows or would; another copy's build folder stays."""
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, check=True,
                            text=True, stdout=subprocess.PIPE).stdout
    for name in listed.splitlines():
        source, target = ROOT / name, work / name
        if not source.is_file():
            continue
        if target.exists() and target.read_bytes() == source.read_bytes():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        shutil.copymode(source, target)


def build(work, jobs):
    built = subprocess.run(["ninja", "-C", "build/release", f"-j{jobs}", "echelon"], cwd=work, text=True,
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if built.returncode:
        sys.exit(f"does not build:\n{built.stdout[-3000:]}")


def patch(work, name, *how):
    subprocess.run(["patch", "--quiet", "-p1", "-i", str(PATCHES / f"{name}.patch"), *how], cwd=work, check=True)


def hunt(work, cases):
    """The first batch of cases in which something broke: what, and how many cases that took."""
    for first in range(1, cases + 1, BATCH):
        last = min(cases, first + BATCH - 1)
        tried = subprocess.run([work / "build/release/echelon", "chaos", "--generate", "--seeds", f"{first}..{last}",
                                "--out", work / "chaos", "--json", "--quiet"], text=True, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE)
        if tried.returncode == 1:
            failure = json.loads(tried.stdout)["failures"][0]
            return failure["seed"], failure["broken"][0]["invariant"], failure["broken"][0]["how"]
        if tried.returncode:
            return last, "the program", tried.stderr.strip().splitlines()[-1]
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--work", type=pathlib.Path)
    parser.add_argument("names", nargs="*")
    given = parser.parse_args()
    names = given.names or sorted(file.stem for file in PATCHES.glob("*.patch"))
    work = given.work or pathlib.Path(tempfile.mkdtemp(prefix="echelon-mutations-"))
    work.mkdir(parents=True, exist_ok=True)
    copy_tree(work)
    subprocess.run(["cmake", "--preset", "release"], cwd=work, check=True, stdout=subprocess.DEVNULL)
    missed = []
    for name in names:
        patch(work, name)
        try:
            began = time.monotonic()
            build(work, given.jobs)
            built = time.monotonic()
            found = hunt(work, given.cases)
        finally:
            patch(work, name, "--reverse")
        seconds = f"built in {built - began:.0f} s, hunted {time.monotonic() - built:.0f} s"
        if found:
            print(f"caught  {name}: seed {found[0]}: {found[1]}: {found[2]} ({seconds})", flush=True)
        else:
            missed.append(name)
            print(f"MISSED  {name} ({seconds})", flush=True)
    if not given.work:
        shutil.rmtree(work)
    print(f"{len(names) - len(missed)} of {len(names)} planted bugs were found within {given.cases} cases")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
