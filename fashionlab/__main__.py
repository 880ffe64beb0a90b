"""`python -m fashionlab` is the command `fashionlab`."""

import sys

from fashionlab.cli import main

sys.exit(main())
