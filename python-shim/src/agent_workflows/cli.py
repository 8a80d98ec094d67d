"""The coordinator's command line for Python programs: `main(["run", "review.py", "--json"])`."""

from __future__ import annotations

import subprocess
import sys
import threading
from typing import IO, Any, Optional

from ._command import end, pass_through
from ._errors import WorkflowError

__all__ = ["main"]

_PIECE = 64 * 1024


def main(argv: Optional[list[str]] = None) -> int:
    """Carries out a command line, as `owf ARGV…` does, and returns its exit code.

    It reads and writes sys.stdin, sys.stdout and sys.stderr, also where a program has put others in
    their place. Without `argv` it is the process's own command line.
    """
    arguments = sys.argv[1:] if argv is None else list(argv)
    out, err = _target(sys.stdout), _target(sys.stderr)
    try:
        process = pass_through(arguments, stdin=_source(sys.stdin), stdout=out, stderr=err)
    except WorkflowError as error:
        print(f"owf: {error}", file=sys.stderr)
        return 2
    copying = [_copy(process.stdout, sys.stdout), _copy(process.stderr, sys.stderr)]
    try:
        exit_code = process.wait()
        for thread in copying:
            if thread is not None:
                thread.join()
    except BaseException:
        end(process, process.wait)
        raise
    return exit_code if exit_code >= 0 else 128 - exit_code


def _target(stream: Any) -> Any:
    """The stream itself where a process can write to it, else a pipe."""
    if stream is None:
        return subprocess.DEVNULL
    try:
        stream.flush()
        stream.fileno()
    except (OSError, ValueError, AttributeError):
        return subprocess.PIPE
    return stream


def _source(stream: Any) -> Any:
    try:
        stream.fileno()
    except (OSError, ValueError, AttributeError):
        return subprocess.DEVNULL
    return stream


def _copy(pipe: Optional[IO[bytes]], target: Any) -> Optional[threading.Thread]:
    if pipe is None:
        return None
    thread = threading.Thread(target=_copy_all, args=(pipe, target), name="owf-output", daemon=True)
    thread.start()
    return thread


def _copy_all(pipe: IO[bytes], target: Any) -> None:
    import codecs

    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    with pipe:
        while piece := pipe.read1(_PIECE):  # type: ignore[attr-defined]
            target.write(decoder.decode(piece))
    target.write(decoder.decode(b"", final=True))
    target.flush()


if __name__ == "__main__":
    sys.exit(main())
