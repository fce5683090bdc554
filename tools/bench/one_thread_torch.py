"""PyTorch on one thread, for benchmarks beside it."""

import os
import pathlib
import sys


def load_torch():
    # Before torch reads them.
    os.environ["OMP_NUM_THREADS"] = "1"
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    try:
        import torch
    except ImportError:
        script = pathlib.Path(sys.argv[0]).name
        sys.exit(script + ": no torch for " + sys.executable + "; on Debian: apt-get install "
                 "python3-torch libopenblas0-pthread, and run this with /usr/bin/python3")
    torch.set_num_threads(1)
    return torch
