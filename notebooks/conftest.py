"""Notebooks are tested at the smoke budget: every cell runs, in seconds."""

import os

os.environ.setdefault("FASHIONLAB_BUDGET", "smoke")
