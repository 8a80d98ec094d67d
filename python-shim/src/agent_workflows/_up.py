"""Has the user's own coordinator (`owf up`) carry out a command that looks, in the place of a virtual machine.

The launcher starts this file with `python3 -I -S FILE LAUNCHER JAR ARGUMENT...`. It imports next to nothing, since its
start is most of what such a command takes. Where there is no coordinator for this command, the launcher goes on alone.

The system's own Python may be older than the one for scripts: nothing here, annotations among it, is newer than 3.6.
"""

import os
import stat
import sys

import _socket

# As in SocketMessages of the coordinator.
_TAKEN, _OUT, _ERR, _EXIT = b"t", b"o", b"e", b"x"
#: How long a coordinator may take to say that it carries a command out; one that hangs keeps nobody waiting.
_PATIENCE_SECONDS = 2
_PIECE_HEADER = 5
_LONGEST = 64 * 1024
#: struct ucred: pid, uid, gid
_CREDENTIALS = 12
#: of a long, of which struct timeval has two
_LONG = 8 if sys.maxsize > 2**32 else 4
#: What a process may do with files, as /proc tells it.
_RIGHTS = (b"Uid:", b"Gid:", b"Groups:", b"CapEff:")


def main(jar: str, arguments: "list[str]") -> "int | None":
    """Carries out a command and returns its exit code; None when nothing of it was done."""
    directory = _directory()
    connection = directory and _connect(directory, jar)
    if not connection or not _ask(connection, arguments):
        return None
    return _Answer(connection).copy()


def _directory() -> "str | None":
    """As RuntimeDirectory has it."""
    for variable, below in (
        ("XDG_RUNTIME_DIR", "owf/up"),
        ("XDG_STATE_HOME", "owf/up"),
        ("HOME", ".local/state/owf/up"),
    ):
        path = os.environ.get(variable, "")
        if path.startswith("/"):
            return os.path.join(path, below)
    return None


def _connect(directory: str, jar: str) -> "_socket.socket | None":
    """A connection to the coordinator of this jar and this user; else None."""
    user = os.geteuid()
    try:
        facts = os.lstat(directory)
        if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != user or facts.st_mode & 0o077:
            return None
        build = os.stat(jar)
        name = f"{build.st_dev:x}-{build.st_ino:x}-{build.st_size:x}-{build.st_mtime_ns:x}"
        connection = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
        # One that hangs takes nobody out of its queue, and connecting waits for a place there. With Python's own timeout
        # it would not wait at all, also where many ask at once.
        patience = _PATIENCE_SECONDS.to_bytes(_LONG, sys.byteorder) + bytes(_LONG)
        connection.setsockopt(_socket.SOL_SOCKET, _socket.SO_SNDTIMEO, patience)
        connection.connect(os.path.join(directory, name))
        connection.settimeout(_PATIENCE_SECONDS)
        # Whoever listens gets this user's environment: only the system is believed about who that is.
        peer = connection.getsockopt(_socket.SOL_SOCKET, _socket.SO_PEERCRED, _CREDENTIALS)
        process, owner = (int.from_bytes(peer[at : at + 4], sys.byteorder) for at in (0, 4))
        return connection if owner == user and _is_alike(process) else None
    except (OSError, AttributeError):
        return None


def _is_alike(process: int) -> bool:
    """Whether it finds the files that this process finds, and may do with them what this one may.

    It does not where one of the two is in a container, or was started before its user got into another group.
    """
    theirs, ours = f"/proc/{process}", "/proc/self"
    return (
        os.readlink(theirs + "/ns/mnt") == os.readlink(ours + "/ns/mnt")
        and os.path.samestat(os.stat(theirs + "/root"), os.stat(ours + "/root"))
        and _rights(theirs) == _rights(ours)
    )


def _rights(process: str) -> "list[bytes]":
    with open(process + "/status", "rb") as lines:
        return [line for line in lines if line.startswith(_RIGHTS)]


def _ask(connection: _socket.socket, arguments: "list[str]") -> bool:
    """Sends the command with what is around it; False when that could not be done."""
    try:
        words = [b"command", os.getcwdb(), b"1" if os.isatty(1) else b"0", b"%d" % len(arguments)]
        words += map(os.fsencode, arguments)
        words += [name + b"=" + value for name, value in os.environb.items()]
        request = b"".join(word + b"\0" for word in words)
        connection.sendall(len(request).to_bytes(4, "big") + request)
    except OSError:
        return False
    return True


class _Answer:
    """What the coordinator says: pieces of both streams, and at last the exit code."""

    def __init__(self, connection: _socket.socket) -> None:
        self._connection = connection
        self._read = b""
        #: Why standard output takes nothing any more.
        self._lost: "OSError | None" = None

    def copy(self) -> "int | None":
        """Prints what comes and returns the exit code; None when nothing of the command was done here."""
        if self._piece()[0] != _TAKEN:
            return None
        self._connection.settimeout(None)
        printed = False
        while True:
            kind, text = self._piece()
            if kind in (_OUT, _ERR):
                printed = True
                self._print(1 if kind == _OUT else 2, text)
            elif kind == _EXIT:
                return self._finish(int(text))
            elif not printed:
                return None
            else:
                self._print(2, b"owf: the coordinator in the background has ended; type the command again.\n")
                return 1

    def _piece(self) -> "tuple[bytes, bytes]":
        """A kind and a text; no kind when the coordinator has gone."""
        try:
            header = self._bytes(_PIECE_HEADER)
            return header[:1], self._bytes(int.from_bytes(header[1:], "big"))
        except OSError:
            return b"", b""

    def _bytes(self, count: int) -> bytes:
        while len(self._read) < count:
            more = self._connection.recv(_LONGEST)
            if not more:
                raise OSError
            self._read += more
        taken, self._read = self._read[:count], self._read[count:]
        return taken

    def _print(self, descriptor: int, text: bytes) -> None:
        try:
            while text and not (descriptor == 1 and self._lost):
                text = text[os.write(descriptor, text) :]
        except OSError as error:
            if descriptor == 1:
                self._lost = error

    def _finish(self, code: int) -> int:
        if self._lost is None:
            return code
        why = os.fsencode(self._lost.strerror or "")
        self._print(2, b"owf: standard output can't be written: " + why + b".\n")
        return code or 1


if __name__ == "__main__":
    try:
        exit_code = main(sys.argv[2], sys.argv[3:])
    except KeyboardInterrupt:
        exit_code = 130
    if exit_code is None:
        os.execv(sys.argv[1], [sys.argv[1], "--without-up", *sys.argv[3:]])
    # Nothing is left to be done, and an orderly end would take a third of the time.
    os._exit(exit_code)
