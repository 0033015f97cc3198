"""One thread for every library: on small arrays threads wait for one another far longer than they work."""

from __future__ import annotations

import os

for _library in ("OMP", "OPENBLAS", "MKL"):  # read when numpy and scikit-learn are first imported, hence here
    os.environ.setdefault(f"{_library}_NUM_THREADS", "1")
