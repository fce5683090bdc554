#!/usr/bin/env python3
"""Plants each bug of tests/chaos/mutations/ in a copy of the tree and shows that `echelon chaos` finds it.

Usage: tests/chaos/mutations.py [--check] [--cases N] [--jobs N] [--work DIR] [NAME...]; NAMEs choose patches, default
all. The command of the tree as it is comes first: seeds that break a promise in it are bugs of the tree, not planted
ones, and are left out. Then each patch is applied, the command built, and seeds 1..N (1000) tried until one breaks a
promise; that seed is tried once more with both commands, and only what passes without the patch is a catch. The patch is
reverted. Cases are those of `echelon chaos --generate`, or what the first line of a patch says behind "chaos:". Exit
status 1 where a bug is not found, or its patch no longer fits. --check: only whether the patches fit.
"""

import argparse
import functools
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
HANGS_AFTER_S = 600


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
    """What the compiler has against it."""
    built = subprocess.run(["ninja", "-C", "build/release", f"-j{jobs}", "echelon"], cwd=work, text=True,
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return None if built.returncode == 0 else built.stdout[-3000:]


def patch(tree, name, *how):
    return subprocess.run(["patch", "--quiet", "--force", "-p1", "-i", str(PATCHES / f"{name}.patch"), *how], cwd=tree,
                          stdout=subprocess.DEVNULL).returncode == 0


def cases_of(name):
    """What follows `echelon chaos`."""
    first = (PATCHES / f"{name}.patch").read_text().splitlines()[0]
    return first.removeprefix("chaos:").split() if first.startswith("chaos:") else ["--generate"]


def broken(command, drawn, first, last, out):
    """What breaks in these cases, as (seed, promise, how) each; a program that ends or hangs breaks its first case."""
    try:
        tried = subprocess.run([command, "chaos", *drawn, "--seeds", f"{first}..{last}", "--out", out, "--json",
                                "--quiet"], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT,
                               timeout=HANGS_AFTER_S)
    except subprocess.TimeoutExpired:
        return [(first, "the program", f"goes on for more than {HANGS_AFTER_S} s")]
    if tried.returncode not in (0, 1):
        said = tried.stderr.strip().splitlines() or [f"ended with {tried.returncode}"]
        return [(first, "the program", said[-1])]
    return [(one["seed"], one["broken"][0]["invariant"], one["broken"][0]["how"])
            for one in json.loads(tried.stdout)["failures"]]


def batches(cases, without):
    """Ranges that cover 1..cases without those seeds."""
    first = 1
    for last in range(1, cases + 1):
        if last in without:
            if first < last:
                yield first, last - 1
            first = last + 1
        elif last == cases or last - first + 1 == BATCH:
            yield first, last
            first = last + 1


@functools.cache
def left_out(work, drawn, cases):
    """The seeds that break a promise in the tree as it is."""
    known = [one for first, last in batches(cases, set())
             for one in broken(work / "sound/echelon", drawn, first, last, work / "chaos")]
    for seed, promise, how in known:
        print(f"left out: {' '.join(drawn)}: seed {seed} breaks without a patch: {promise}: {how}", flush=True)
    return frozenset(seed for seed, _, _ in known)


def hunt(work, drawn, cases):
    """The first seed that breaks a promise with the planted bug and none without it."""
    planted, sound, out = work / "build/release/echelon", work / "sound/echelon", work / "chaos"
    for first, last in batches(cases, left_out(work, tuple(drawn), cases)):
        if not broken(planted, drawn, first, last, out):
            continue
        for seed in range(first, last + 1):
            found = broken(planted, drawn, seed, seed, out)
            if found and broken(sound, drawn, seed, seed, out):
                sys.exit(f"seed {seed} breaks a promise without a patch, too, and did not before")
            if found:
                return found[0]
        sys.exit(f"seeds {first}..{last} break a promise together and none of them alone")
    return None


def plant(work, name, given):
    """Whether the bug was found."""
    began = time.monotonic()
    patch(work, name)
    try:
        wrong = build(work, given.jobs)
        built = time.monotonic()
        found = None if wrong else hunt(work, cases_of(name), given.cases)
    finally:
        patch(work, name, "--reverse")
    if wrong:
        print(f"MISSED  {name}: does not build: {wrong}", flush=True)
        return False
    seconds = f"built in {built - began:.0f} s, hunted {time.monotonic() - built:.0f} s"
    verdict = f"caught  {name}: seed {found[0]}: {found[1]}: {found[2]}" if found else f"MISSED  {name}"
    print(f"{verdict} ({seconds})", flush=True)
    return found is not None


def sound_command(work, given):
    """Builds that of the tree as it is."""
    work.mkdir(parents=True, exist_ok=True)
    copy_tree(work)
    subprocess.run(["cmake", "--preset", "release"], cwd=work, check=True, stdout=subprocess.DEVNULL)
    if wrong := build(work, given.jobs):
        sys.exit(f"does not build: {wrong}")
    (work / "sound").mkdir(exist_ok=True)
    shutil.copy2(work / "build/release/echelon", work / "sound/echelon")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--work", type=pathlib.Path)
    parser.add_argument("names", nargs="*")
    given = parser.parse_args()
    names = given.names or sorted(file.stem for file in PATCHES.glob("*.patch"))
    stale = [name for name in names if not patch(ROOT, name, "--dry-run")]
    if stale:
        sys.exit(f"no longer fits: {', '.join(stale)}")
    if given.check:
        return 0
    work = given.work or pathlib.Path(tempfile.mkdtemp(prefix="echelon-mutations-"))
    sound_command(work, given)
    found = [plant(work, name, given) for name in names]
    if not given.work:
        shutil.rmtree(work)
    print(f"{sum(found)} of {len(names)} planted bugs were found within {given.cases} cases")
    return 0 if all(found) else 1


if __name__ == "__main__":
    sys.exit(main())
