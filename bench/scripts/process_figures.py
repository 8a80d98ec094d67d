"""What the measured scripts and their floors count alike."""

import os
import statistics


def prompts(salt, count, size):
    """Prompts of this many ASCII bytes, no two alike."""
    return [f"{salt} {number:08d} ".ljust(size, ".") for number in range(count)]


def latency_figures(latencies, seconds):
    """Calls a second, and percentiles in the order in which the calls ended.

    A fresh JVM compiles while the first calls run: `warm_p99_ms` looks at the second half alone.
    """
    return {
        "seconds": seconds,
        "calls_per_s": len(latencies) / seconds,
        "p50_ms": statistics.median(latencies) * 1000,
        "p99_ms": _p99(latencies) * 1000,
        "warm_p99_ms": _p99(latencies[len(latencies) // 2 :]) * 1000,
    }


def _p99(values):
    return sorted(values)[int(len(values) * 0.99)]


def peak_mb(pid):
    """A process's peak resident memory; None where /proc does not tell.

    Not getrusage: there a child that was spawned by a large process inherits that one's peak.
    """
    return _status_mb(pid, "VmHWM")


def resident_mb(pid):
    """A process's resident memory now; None where /proc does not tell."""
    return _status_mb(pid, "VmRSS")


def _status_mb(pid, name):
    try:
        with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as status:
            lines = dict(line.split(":", 1) for line in status)
        return int(lines[name].split()[0]) / 1024
    except (OSError, KeyError):
        return None


def cpu_ms(pid):
    """User and system time of a living process so far; None where /proc does not tell."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as stat:
            # The name in parentheses may hold spaces.
            fields = stat.read().rpartition(")")[2].split()
    except OSError:
        return None
    ticks = int(fields[11]) + int(fields[12])
    return ticks * 1000 / os.sysconf("SC_CLK_TCK")
