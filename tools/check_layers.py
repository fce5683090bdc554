#!/usr/bin/env python3
"""Checks who includes whom. The table FOLDERS below is the law; docs/decisions/0001-layers.md says why.

Usage: tools/check_layers.py [ROOT]; prints FILE:LINE: reason for each breach, exit status 1 when there is any.
"""

import dataclasses
import pathlib
import re
import sys

THREADS = {"atomic", "barrier", "condition_variable", "future", "latch", "mutex", "semaphore",
           "shared_mutex", "stop_token", "thread"}
FILES = {"filesystem", "fstream", "iostream", "cstdio"}


@dataclasses.dataclass(frozen=True)
class Folder:
    """What the files of one folder may include."""

    ours: tuple[str, ...]            # folders of this repository, sub-folders included
    libraries: tuple[str, ...] = ()  # other people's: first component of the path
    every_library: bool = False
    threads: bool = False
    files: bool = False
    clocks: bool = False
    policies: bool = False           # headers of single policies


POLICY_AXES = ("aggregation", "coding", "compression", "faults", "hierarchy", "merging", "transmission")

ALGORITHMS = Folder(ours=("algorithms/base", "algorithms/learning"), libraries=("Eigen", "fmt"), policies=True)
ACTORS = Folder(ours=("algorithms", "actors"), libraries=("Eigen", "fmt", "caf"), clocks=True, files=True)
GATEWAY = dataclasses.replace(ACTORS, ours=("algorithms", "actors", "net"),
                              libraries=("Eigen", "fmt", "caf", "asio", "asio.hpp"), threads=True)
TOP = Folder(ours=("algorithms", "net", "actors", "experiments"), every_library=True, files=True, clocks=True,
             policies=True)

# The longest matching prefix decides; a file may always include its own folder.
FOLDERS = {
    "algorithms/base": dataclasses.replace(ALGORITHMS, ours=(), libraries=("Eigen", "fmt", "xxhash.h")),
    "algorithms/learning": dataclasses.replace(
        ALGORITHMS, ours=("algorithms/base",), files=True,
        libraries=("Eigen", "fmt", "fcntl.h", "nlohmann", "unistd.h", "zlib.h")),
    **{f"algorithms/{axis}": ALGORITHMS for axis in POLICY_AXES},
    # A CPU's own instructions.
    **{f"algorithms/compression/{folder}": dataclasses.replace(
        ALGORITHMS, ours=(*ALGORITHMS.ours, "algorithms/compression"),
        libraries=(*ALGORITHMS.libraries, "emmintrin.h", "immintrin.h")) for folder in ("codecs", "selection")},
    "algorithms/transmission/traces": dataclasses.replace(
        ALGORITHMS, ours=(*ALGORITHMS.ours, "algorithms/transmission"), files=True),
    "algorithms/merging/topologies/files": dataclasses.replace(
        ALGORITHMS, ours=(*ALGORITHMS.ours, "algorithms/merging"), files=True, libraries=("Eigen", "fmt", "nlohmann")),
    "net": Folder(ours=("algorithms/base",), libraries=("fmt", "asio", "asio.hpp", "openssl"), threads=True,
                  clocks=True),
    # Keys live in files whose modes matter; serve, node and embedders load them alike.
    "net/authority": Folder(ours=("algorithms/base", "net"), libraries=("fmt", "openssl"), files=True, clocks=True),
    "net/mpi": Folder(ours=("algorithms/base", "net"), libraries=("fmt", "asio", "asio.hpp", "mpi.h"), clocks=True),
    "actors": ACTORS,
    "actors/runtime": GATEWAY,
    "actors/remote": GATEWAY,
    "experiments": TOP,
    "experiments/cluster": TOP,
    "experiments/embed": dataclasses.replace(TOP, threads=True),
    "experiments/embedding": dataclasses.replace(TOP, threads=True),
    # Programs that Echelon is compared with.
    "tools/bench/rivals": Folder(ours=(), libraries=("asio", "asio.hpp", "mpi.h", "sys", "unistd.h"),
                                  clocks=True, files=True),
    "tools": dataclasses.replace(TOP, ours=TOP.ours + ("tools",)),
    # Compares net with plain Asio and OpenSSL, an end a thread.
    "tools/bench": dataclasses.replace(TOP, ours=TOP.ours + ("tools",), threads=True),
    # Stands between processes on the sockets and faults of net.
    "tools/proxy": dataclasses.replace(
        TOP, ours=("algorithms/base", "algorithms/faults", "experiments/scenario", "net", "tools")),
    "tests": dataclasses.replace(TOP, ours=TOP.ours + ("tools", "tests"), threads=True),
}

# Projects of their own: a stranger's, and a code that a test adds to a copy of the tree.
STRANGERS = {pathlib.PurePath("tests/install"), pathlib.PurePath("tests/tools/new_code")}

INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)')
POLICY_NAME = re.compile(r"static constexpr std::string_view name\b")
CLOCK = re.compile(r"\b(?:steady|system|high_resolution)_clock\b|\bclock_gettime\b")
RANDOM_DEVICE = re.compile(r"\brandom_device\b|\bstd::mt19937")
COMMENT = re.compile(r"//.*")


def folder_of(path):
    """The table's entry for a file, as (prefix, rules), or None."""
    fits = [prefix for prefix in FOLDERS if path.startswith(prefix + "/")]
    prefix = max(fits, key=len, default=None)
    return prefix and (prefix, FOLDERS[prefix])


class Tree:
    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.files = sorted(path.relative_to(self.root).as_posix()
                            for top in {prefix.split("/")[0] for prefix in FOLDERS}
                            for path in (self.root / top).rglob("*.[ch]pp")
                            if STRANGERS.isdisjoint(path.relative_to(self.root).parents))
        self.lines = {path: (self.root / path).read_text(encoding="utf-8").splitlines() for path in self.files}

    def is_policy(self, path):
        return any(POLICY_NAME.search(line) for line in self.lines[path])

    def breaches(self):
        for path in self.files:
            if folder_of(path) is None:
                yield f"{path}:1: this folder is not in the table of {pathlib.Path(__file__).name}"
                continue
            for number, line in enumerate(self.lines[path], start=1):
                for reason in self.line_breaches(path, line):
                    yield f"{path}:{number}: {reason}"
            yield from self.order_breach(path)

    def line_breaches(self, path, line):
        prefix, rules = folder_of(path)
        if found := INCLUDE.match(line):
            ours, theirs = found.groups()
            return self.our_include(path, rules, ours) if ours else self.their_include(prefix, rules, theirs)
        code = COMMENT.sub("", line)
        if CLOCK.search(code) and not rules.clocks:
            return [f"{prefix} reads no clock; take the time as an argument"]
        if RANDOM_DEVICE.search(code):
            return ["randomness comes from a random_stream of algorithms/base, so that a seed repeats it"]
        return []

    def our_include(self, path, rules, included):
        prefix, _ = folder_of(path)
        if included not in self.lines:
            yield f'"{included}" is no header of this tree; write the path from its root'
        elif not any(included.startswith(allowed + "/") for allowed in (prefix, *rules.ours)):
            yield f'{prefix} may not include "{included}"; it may include {", ".join((prefix, *rules.ours))}'
        elif self.is_policy(included) and not rules.policies:
            yield f'{prefix} may not include the policy "{included}"; make it by name from its catalogue'

    def their_include(self, prefix, rules, included):
        top = included.split("/")[0]
        standard = re.fullmatch(r"[a-z_0-9]+", included)
        if included in THREADS and not rules.threads:
            yield f"<{included}>: threads belong in net, actors/runtime and actors/remote"
        elif included in FILES and not rules.files:
            yield f"<{included}>: {prefix} touches no files"
        elif top.startswith("asio") and prefix in ("experiments", "tools"):
            yield f"<{included}>: Asio belongs in net, actors/runtime, actors/remote, experiments/cluster and experiments/embed"
        elif not standard and not rules.every_library and top not in rules.libraries:
            yield f"<{included}>: {prefix} may use only {', '.join(rules.libraries)}"

    def order_breach(self, path):
        """A source includes its own header first, which shows that the header stands alone."""
        header = path.removesuffix(".cpp") + ".hpp"
        if not path.endswith(".cpp") or header not in self.lines:
            return
        includes = [found.group(1) or found.group(2) for line in self.lines[path] if (found := INCLUDE.match(line))]
        if includes[:1] != [header]:
            yield f'{path}:1: the first include must be "{header}"'


def main():
    tree = Tree(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent)
    breaches = list(tree.breaches())
    print("\n".join(breaches) if breaches else f"layers: {len(tree.files)} files keep to the table")
    return 1 if breaches or not tree.files else 0


if __name__ == "__main__":
    sys.exit(main())
