"""One call, one answer; returns what its own process took. The argument `salt` makes it another call."""

import os
import sys
import time
from pathlib import Path

from workflows import agent, meta

from process_figures import peak_mb

meta(name="hello")


async def main(args):
    result = await agent(f"Say hello in one sentence. {args.get('salt', '')}", label="greeting")
    return {
        "greeting": result.text_or_raise(),
        "python_peak_mb": peak_mb(os.getpid()),
        "python_cpu_ms": time.process_time() * 1000,
        "python": sys.executable,
        "java": java_arguments(),
    }


def java_arguments():
    """How the coordinator was started; None where the system does not tell."""
    command = Path(f"/proc/{os.getppid()}/cmdline")
    return command.read_text().split("\0")[1:-1] if command.exists() else None
