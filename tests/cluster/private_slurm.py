"""A Slurm cluster of one machine and nobody else's: munged, slurmctld and slurmd in a folder, on free ports of the
loopback, run by whoever calls. Nothing outside the folder is read or written."""

import contextlib
import os
import pathlib
import secrets
import shutil
import socket
import subprocess

from processes import Process, Unfit, free_port, until

# Paths of sockets must be short.
CONFIGURATION = """
ClusterName=echelon
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller_port}
SlurmdPort={daemon_port}
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
MpiDefault=none
SwitchType=switch/none
PlugStackConfig=/dev/null
SchedulerParameters=sched_interval=1,batch_sched_delay=0
MessageTimeout=30
ReturnToService=2
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} State=UNKNOWN
PartitionName=all Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""


def program(name):
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if found is None:
        raise Unfit(f"there is no {name}; on Debian: apt-get install slurm-wlm")
    return found


class PrivateSlurm:
    """Its commands run with `environment`."""

    def __init__(self, folder, cpus):
        self.folder = pathlib.Path(folder)
        self.cpus = cpus
        self.host = socket.gethostname().split(".")[0]
        self.environment = {**os.environ, "SLURM_CONF": str(self.folder / "slurm.conf")}
        self.ended = contextlib.ExitStack()
        self.programs = {name: program(name) for name in ("munged", "slurmctld", "slurmd", "sbatch", "sinfo", "scontrol",
                                                         "scancel", "squeue")}

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.ended.close()
            raise
        return self

    def __exit__(self, failed, *_):
        if failed:  # what a job has started would outlive the daemons
            self.ask("scancel", "--full", "--user", output("id", "-un"))
            until(lambda: not self.ask("squeue", "--noheader"), "the jobs to be gone")
        self.ended.close()

    def start(self):
        self.write_configuration()
        self.daemon("munged", "--foreground", "--force", "--num-threads=2", f"--socket={self.folder}/munge.socket",
                    f"--key-file={self.folder}/munge.key", f"--pid-file={self.folder}/munged.pid",
                    f"--log-file={self.folder}/munged.log", f"--seed-file={self.folder}/munged.seed")
        until((self.folder / "munge.socket").exists, "munged")
        self.daemon("slurmctld", "-D", "-i", "-f", self.folder / "slurm.conf")
        daemon = self.daemon("slurmd", "-D", "-N", self.host, "-f", self.folder / "slurm.conf")
        until(lambda: daemon.ended() or self.state() == "idle", "the machine to be idle")
        if daemon.ended():
            daemon.complain("slurmd ended")

    def write_configuration(self):
        key = self.folder / "munge.key"
        key.touch(mode=0o600)
        key.write_bytes(secrets.token_bytes(64))
        for name in ("state", "spool"):
            (self.folder / name).mkdir()
        text = CONFIGURATION.format(host=self.host, folder=self.folder, cpus=self.cpus, user=output("id", "-un"),
                                    controller_port=free_port(), daemon_port=free_port())
        (self.folder / "slurm.conf").write_text(text, encoding="utf-8")

    def daemon(self, name, *arguments):
        started = Process(name, [self.programs[name], *arguments], self.folder, env=self.environment)
        return self.ended.enter_context(started)

    def ask(self, name, *arguments):
        done = subprocess.run([self.programs[name], *map(str, arguments)], env=self.environment, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        return done.stdout.strip()

    def state(self):
        return self.ask("sinfo", "--noheader", "--format=%t")

    def submit(self, script, *arguments, options=(), **environment):
        done = subprocess.run([self.programs["sbatch"], "--parsable", *options, script, *arguments], check=True,
                              stdout=subprocess.PIPE, text=True, env={**self.environment, **environment},
                              cwd=self.folder)
        return done.stdout.strip()

    def job_state(self, job):
        fields = dict(word.split("=", 1) for word in self.ask("scontrol", "show", "job", job).split() if "=" in word)
        return fields.get("JobState", "GONE")


def output(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
