"""What the cluster tests share: processes that are always ended, and how a test says that it was skipped."""

import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import time

SKIPPED = 77


class Unfit(Exception):
    """Why a test cannot run on this machine."""


def skip(why):
    """CTest calls this status skipped (SKIP_RETURN_CODE)."""
    print(f"SKIPPED: {why}", flush=True)
    sys.exit(SKIPPED)


def say(text):
    print(f"-- {text}", flush=True)


def fail(text):
    print(f"FAILED: {text}", flush=True)
    sys.exit(1)


def check(holds, text):
    say(f"{'ok' if holds else 'WRONG'}: {text}")
    if not holds:
        fail(text)


def until(condition, what, limit_s=60):
    """Its first true value; polls, because processes say nothing when they get somewhere."""
    deadline = time.monotonic() + limit_s
    while time.monotonic() < deadline:
        if value := condition():
            return value
        time.sleep(0.02)
    return fail(f"after {limit_s} s still waiting for {what}")


def free_port(host="127.0.0.1"):
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.bind((host, 0))
        return probe.getsockname()[1]


class Process:
    """A process in a group of its own, its output in a file. Leaving the with-block ends the whole group."""

    def __init__(self, name, command, folder, **options):
        self.name = name
        self.log = pathlib.Path(folder) / f"{name}.log"
        with open(self.log, "ab") as output:
            self.process = subprocess.Popen([str(word) for word in command], stdout=output,
                                            stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                                            start_new_session=True, **options)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    @property
    def pid(self):
        return self.process.pid

    def text(self):
        return self.log.read_text(encoding="utf-8", errors="replace")

    def ended(self):
        return self.process.poll() is not None

    def said(self, pattern, limit_s=60):
        """The match of a regular expression in its output, once it is there."""
        def look():
            if found := re.search(pattern, self.text()):
                return found
            if self.ended():
                self.complain(f"{self.name} ended with {self.process.returncode} and never said {pattern!r}")
            return None
        return until(look, f"{self.name} to say {pattern!r}", limit_s)

    def result(self, limit_s):
        """Its exit status."""
        try:
            return self.process.wait(limit_s)
        except subprocess.TimeoutExpired:
            return self.complain(f"{self.name} has not ended after {limit_s} s")

    def complain(self, text):
        print(f"{self.name} said last:\n{self.text()[-4000:]}", flush=True)
        fail(text)

    def signal(self, number):
        try:
            os.killpg(self.pid, number)
        except ProcessLookupError:
            pass

    def end(self):
        if not self.ended():
            self.signal(signal.SIGKILL)
        self.process.wait()


def output_of(command, **options):
    return subprocess.run([str(word) for word in command], check=True, stdout=subprocess.PIPE, text=True,
                          **options).stdout


def summary(folder):
    return json.loads((pathlib.Path(folder) / "summary.json").read_text(encoding="utf-8"))
