#!/usr/bin/env python3
"""The files of tools/deploy are well formed, name files and packages that exist, and call the command as it wants to be.

Usage: deploy_files_test.py SOURCE ECHELON. Tools that are not installed are named and their checks left out.
"""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

SOURCE = ECHELON = None

# Options that a deployed command may be given, by sub-command.
CALL = re.compile(r"\b(serve|node|certs)\b((?:[^\n&|(]|\\\n)*)")
OPTION = re.compile(r"--[a-z][a-z-]*")


def files(pattern):
    return sorted((SOURCE / "tools/deploy").glob(pattern))


def run(*command):
    return subprocess.run([str(word) for word in command], check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True)


class DeployFiles(unittest.TestCase):
    def needs(self, tool):
        if shutil.which(tool) is None:
            self.skipTest(f"{tool} is not installed")

    def passes(self, *command):
        done = run(*command)
        self.assertEqual(done.returncode, 0, done.stdout)
        return done.stdout

    def test_the_slurm_script_is_bash(self):
        self.passes("bash", "-n", SOURCE / "tools/deploy/slurm.sh")

    def test_shellcheck_finds_nothing(self):
        self.needs("shellcheck")
        self.passes("shellcheck", SOURCE / "tools/deploy/slurm.sh")

    def test_yaml_can_be_read(self):
        try:
            import yaml
        except ImportError:
            self.skipTest("Python has no yaml module (python3-yaml)")
        compose = yaml.safe_load((SOURCE / "tools/deploy/compose.yaml").read_text(encoding="utf-8"))
        self.assertIn("coordinator", compose["services"])
        kubernetes = (SOURCE / "tools/deploy/kubernetes.yaml").read_text(encoding="utf-8")
        kinds = [document["kind"] for document in yaml.safe_load_all(kubernetes)]
        self.assertEqual(kinds, ["Service", "Service", "PersistentVolumeClaim", "Job", "StatefulSet"])

    def test_units_are_what_systemd_expects(self):
        self.needs("systemd-analyze")
        with tempfile.TemporaryDirectory() as folder:
            for unit in files("*.service"):
                copy = pathlib.Path(folder) / unit.name
                # The command need not be installed here.
                copy.write_text(unit.read_text(encoding="utf-8").replace("/usr/local/bin/echelon", "/bin/true"),
                                encoding="utf-8")
                self.assertEqual(self.passes("systemd-analyze", "verify", copy), "")

    def test_the_image_copies_what_exists(self):
        text = (SOURCE / "tools/deploy/Containerfile").read_text(encoding="utf-8")
        copied = re.findall(r"^COPY (?!--from)(.*) \S+$", text, re.MULTILINE)
        self.assertTrue(copied)
        for source in " ".join(copied).split():
            self.assertTrue((SOURCE / source).exists(), source)

    def test_options_are_those_of_the_command(self):
        helps = {}
        calls = 0
        for file in files("*"):
            text = file.read_text(encoding="utf-8").replace("\\\n", " ").replace(", ", " ")
            for command, arguments in CALL.findall(text):
                for option in OPTION.findall(arguments):
                    helps.setdefault(command, self.passes(ECHELON, command, "--help"))
                    self.assertRegex(helps[command], rf"{option}\b", f"{file.name}: {command} has no {option}")
                    calls += 1
        self.assertGreater(calls, 20)


if __name__ == "__main__":
    SOURCE, ECHELON = (pathlib.Path(argument) for argument in sys.argv[1:3])
    unittest.main(argv=sys.argv[:1], verbosity=2)
