"""`python -m agent_workflows`: runs scripts against a remote coordinator."""

from __future__ import annotations

import sys

from ._cli import main

if __name__ == "__main__":
    sys.exit(main())
