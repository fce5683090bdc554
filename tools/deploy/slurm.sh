#!/usr/bin/env bash
#SBATCH --job-name=echelon
#SBATCH --ntasks=9
#SBATCH --cpus-per-task=1
#SBATCH --time=24:00:00
#SBATCH --signal=B:TERM@120
#SBATCH --output=%x-%j.log
# A run over the tasks of a Slurm job: the coordinator on the first one, a node on each other one. Submit it where the
# record is to be, on a file system that all machines share:
#
#   sbatch [--ntasks=N] slurm.sh SCENARIO.toml [ARGUMENT of `echelon serve`...]
#
# Sent again after the time was up or a machine failed, it goes on from the checkpoint in ECHELON_OUT (default:
# echelon-SCENARIO). Other machines of the cluster are strangers: all speak TLS, with keys made for this job alone.
#
# Use this where nodes may come and go, and must. Where the cluster's fabric is faster than its TCP and the job may die
# with its first process, let MPI carry the run instead; it needs no keys and no addresses:
#   srun --ntasks=N --mpi=pmix echelon run SCENARIO.toml --set runtime.world=mpi
# (mpirun in place of `srun --mpi=pmix` where Slurm and MPI do not know each other).
set -euo pipefail

scenario=${1:?usage: sbatch slurm.sh SCENARIO.toml [ARGUMENT of echelon serve...]}
shift
echelon=${ECHELON:-echelon}
out=${ECHELON_OUT:-echelon-$(basename "$scenario" .toml)}
nodes=$((SLURM_NTASKS - 1))
((nodes > 0)) || { echo "slurm.sh: one task is the coordinator's; ask for more: --ntasks=N" >&2; exit 2; }

# This script runs on the job's first machine, and so does the first task. Ports: two jobs on one machine differ.
coordinator=$(hostname):$((20000 + SLURM_JOB_ID % 20000))

mkdir -p "$out"
umask 077
keys=$(mktemp --directory "$PWD/.echelon-keys-$SLURM_JOB_ID-XXXXXX")
trap 'rm -rf "$keys"' EXIT
"$echelon" certs "$keys" --nodes "$(seq --separator=, --format=node-%.0f "$nodes")"

# Not the name of the host: many machines know their own by a loopback address.
srun --nodes=1 --ntasks=1 --relative=0 --exact "$echelon" serve "$scenario" --listen "0.0.0.0:${coordinator##*:}" \
  --tls "$keys" --out "$out" --resume "$@" &
serve=$!
# Shortly before the time is up Slurm tells this shell, which tells the coordinator: that writes a checkpoint.
trap 'kill -TERM "$serve"' TERM

# A node that fails is the coordinator's business, not the job's.
export echelon coordinator keys
# shellcheck disable=SC2016  # each task's own shell expands it
srun --ntasks="$nodes" --exact --kill-on-bad-exit=0 bash -c \
  'exec "$echelon" node --join "$coordinator" --name "node-$((SLURM_PROCID + 1))" --tls "$keys"' &
members=$!

status=0
wait "$serve" || status=$?
# Interrupted by the signal: wait for what follows it.
if kill -0 "$serve" 2>/dev/null; then
  status=0
  wait "$serve" || status=$?
fi
kill -TERM "$members" 2>/dev/null || true
wait "$members" || true
exit "$status"
