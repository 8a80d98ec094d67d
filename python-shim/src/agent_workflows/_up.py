"""Has the user's own coordinator (`owf up`) carry out a command that looks, in the place of a virtual machine.

The launcher starts this file with `python3 -I -S FILE LAUNCHER JAR ARGUMENT...`. It imports next to nothing, since its
start is most of what such a command takes. Where there is no coordinator for this command, the launcher goes on alone.
"""

import os
import stat
import sys

import _socket

# As in SocketMessages of the coordinator.
_OUT, _ERR, _EXIT = b"o", b"e", b"x"
_LONGEST = 64 * 1024
# struct ucred: pid, uid, gid
_CREDENTIALS = 12


def main(launcher, jar, *arguments):
    connection = _connect(jar)
    if connection is None or not _ask(connection, arguments):
        os.execv(launcher, [launcher, "--without-up", *arguments])
    return _Answer(connection).copy()


def _directory():
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


def _connect(jar):
    """A connection to the coordinator of this jar and this user; else None."""
    directory = _directory()
    if directory is None:
        return None
    user = os.geteuid()
    try:
        facts = os.lstat(directory)
        if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != user or facts.st_mode & 0o077:
            return None
        build = os.stat(jar)
        name = "%x-%x-%x-%x" % (build.st_dev, build.st_ino, build.st_size, build.st_mtime_ns)
        connection = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
        connection.connect(os.path.join(directory, name))
        # Whoever listens gets this user's keys: only the system is believed about who it is.
        peer = connection.getsockopt(_socket.SOL_SOCKET, _socket.SO_PEERCRED, _CREDENTIALS)
        return connection if int.from_bytes(peer[4:8], sys.byteorder) == user else None
    except (OSError, AttributeError):
        return None


def _ask(connection, arguments):
    """Sends the command with what is around it; False when that could not be done."""
    try:
        words = [b"command", os.getcwdb(), b"1" if os.isatty(1) else b"0", b"%d" % len(arguments)]
        words += map(os.fsencode, arguments)
        words += [name + b"=" + value for name, value in os.environb.items()]
        request = b"".join(word + b"\0" for word in words)
        connection.sendall(len(request).to_bytes(4, "big") + request)
        return True
    except OSError:
        return False


class _Answer:
    def __init__(self, connection):
        self._connection = connection
        self._read = b""
        self._lost = None
        self._printed = False

    def copy(self):
        """Prints what comes, and returns the exit code; None when this was not the place to ask."""
        while True:
            kind, text = self._piece()
            if kind == _OUT or kind == _ERR:
                self._printed = True
                self._print(1 if kind == _OUT else 2, text)
            elif kind == _EXIT:
                return self._finish(int(text))
            elif not self._printed:
                return None
            else:
                os.write(2, b"owf: the coordinator has ended (`owf up`). Type the command again.\n")
                return 1

    def _piece(self):
        try:
            header = self._bytes(5)
            return header[:1], self._bytes(int.from_bytes(header[1:], "big"))
        except OSError:
            return None, b""

    def _bytes(self, count):
        while len(self._read) < count:
            more = self._connection.recv(_LONGEST)
            if not more:
                raise OSError
            self._read += more
        taken, self._read = self._read[:count], self._read[count:]
        return taken

    def _print(self, descriptor, text):
        try:
            while text and not (descriptor == 1 and self._lost):
                text = text[os.write(descriptor, text) :]
        except OSError as error:
            if descriptor == 1:
                self._lost = error

    def _finish(self, code):
        if self._lost is None:
            return code
        self._print(2, b"owf: standard output can't be written: %s.\n" % os.fsencode(self._lost.strerror))
        return code or 1


if __name__ == "__main__":
    try:
        code = main(*sys.argv[1:])
        if code is None:
            os.execv(sys.argv[1], [sys.argv[1], "--without-up", *sys.argv[3:]])
        os._exit(code)
    except KeyboardInterrupt:
        os._exit(130)
