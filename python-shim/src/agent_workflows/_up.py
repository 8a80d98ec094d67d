"""Has the user's own coordinator (`owf up`) carry out a command, in the place of a virtual machine.

The launcher calls `main` in a Python without `site`. It imports next to nothing, since its start is most of what a
read-only command takes. Where there is no coordinator for this command, the launcher goes on alone. A script's process
is a child of this one, which tells the coordinator of its end, of signals, and of what is typed.

The system's own Python may be older than the one for scripts: nothing here, annotations among it, is newer than 3.6.
"""

import os
import select
import stat
import sys

import _socket

TYPE_CHECKING = False
if TYPE_CHECKING:
    import signal as _signal
    import typing
else:
    # `signal` takes a third of the client's start for its enumerations.
    import _signal

# As in SocketMessages of the coordinator.
_TAKEN, _OUT, _ERR, _EXIT = b"t", b"o", b"e", b"x"
_START, _STARTED, _NOT_STARTED, _ENDED = b"r", b"p", b"f", b"d"
_SIGNAL, _ASK, _TYPED, _SIZE = b"g", b"q", b"i", b"w"
#: How long a coordinator may take to say that it carries a command out; one that hangs keeps nobody waiting.
_TIMEOUT_SECONDS = 2
_PIECE_HEADER = 5
_MAX_PIECE = 64 * 1024
#: So much of what a script prints may wait for the coordinator.
_MAX_UNSENT = 256 * 1024
#: struct ucred: pid, uid, gid
_CREDENTIALS = 12
#: of a long, of which struct timeval has two
_LONG = 8 if sys.maxsize > 2**32 else 4
#: What a process may do, and what its children inherit, as /proc tells it.
_RIGHTS = (b"Umask:", b"Uid:", b"Gid:", b"Groups:", b"Cap", b"NoNewPrivs:", b"Seccomp:", b"Cpus_allowed:")
#: Where it finds files, processes, addresses and users.
_NAMESPACES = ("mnt", "pid", "net", "user")
#: Signals that end a process.
_ENDING = (_signal.SIGINT, _signal.SIGTERM, _signal.SIGHUP)


def main(arguments: "list[str]") -> "typing.NoReturn":
    """Carries out a command and ends with its exit code; the launcher goes on where nothing of it was done.

    The arguments are the launcher, the jar, and the command's own.
    """
    launcher, jar, *command = arguments
    exit_code = _carry_out(launcher, jar, command)
    if exit_code is None:
        os.execv(launcher, [launcher, "--without-up", *command])
    # Nothing is left to be done, and an orderly end would take a third of the time.
    os._exit(exit_code)


def _carry_out(launcher: str, jar: str, command: "list[str]") -> "int | None":
    directory = _directory()
    connection = directory and _connect(directory, jar)
    if not connection:
        if os.environ.get("OWF_AUTO_UP") == "1" and os.path.exists(jar):
            _start_coordinator(launcher)
        return None
    return _Answer(connection).copy() if _ask(connection, command) else None


def _start_coordinator(launcher: str) -> None:
    """In the background, for the commands after this one."""
    if os.fork() == 0:
        try:
            null = os.open(os.devnull, os.O_RDWR)
            for descriptor in range(3):
                os.dup2(null, descriptor)
            os.execv(launcher, [launcher, "up"])
        finally:
            os._exit(127)


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
        # One that hangs takes nobody out of its queue, and connecting waits for a place there. With Python's own
        # timeout it would not wait at all, also where many ask at once.
        timeout = _TIMEOUT_SECONDS.to_bytes(_LONG, sys.byteorder) + bytes(_LONG)
        connection.setsockopt(_socket.SOL_SOCKET, _socket.SO_SNDTIMEO, timeout)
        connection.connect(os.path.join(directory, name))
        connection.settimeout(_TIMEOUT_SECONDS)
        # Whoever listens gets this user's environment: only the system is believed about who that is.
        peer = connection.getsockopt(_socket.SOL_SOCKET, _socket.SO_PEERCRED, _CREDENTIALS)
        process, owner = (int.from_bytes(peer[at : at + 4], sys.byteorder) for at in (0, 4))
        return connection if owner == user and _is_alike(process) else None
    except (OSError, AttributeError):
        return None


def _is_alike(process: int) -> bool:
    """Whether it finds what this process finds, may do what this one may, and gives its children as much.

    It does not where one of the two is in a container, or was started before its user got into another group, or with
    another umask.
    """
    theirs, ours = f"/proc/{process}", "/proc/self"
    return (
        all(os.readlink(f"{theirs}/ns/{kind}") == os.readlink(f"{ours}/ns/{kind}") for kind in _NAMESPACES)
        and os.path.samestat(os.stat(theirs + "/root"), os.stat(ours + "/root"))
        and _rights(theirs) == _rights(ours)
        and _limits(theirs) == _limits(ours)
        and os.getpriority(os.PRIO_PROCESS, process) == os.getpriority(os.PRIO_PROCESS, 0)
    )


def _rights(process: str) -> "list[bytes]":
    with open(process + "/status", "rb") as lines:
        return [line for line in lines if line.startswith(_RIGHTS)]


def _limits(process: str) -> "list[bytes]":
    # A virtual machine raises its own limit of open files, and lowers it for its children.
    with open(process + "/limits", "rb") as lines:
        return [line for line in lines if not line.startswith(b"Max open files")]


def _ask(connection: _socket.socket, arguments: "list[str]") -> bool:
    """Sends the command with what is around it; False when that could not be done."""
    try:
        words = [b"command", os.getcwdb(), _terminal(), b"%d" % len(arguments)]
        words += map(os.fsencode, arguments)
        words += [name + b"=" + value for name, value in os.environb.items()]
        request = b"".join(word + b"\0" for word in words)
        connection.sendall(len(request).to_bytes(4, "big") + request)
    except OSError:
        return False
    return True


def _terminal() -> bytes:
    """Which of the standard streams are terminals, and how large that is: 111:80x24."""
    return b"".join(b"1" if os.isatty(descriptor) else b"0" for descriptor in range(3)) + b":" + _size()


def _size() -> bytes:
    try:
        return b"%dx%d" % os.get_terminal_size(2)
    except OSError:
        return b"0x0"


class _Answer:
    """What the coordinator says: pieces of both streams, and at last the exit code."""

    def __init__(self, connection: _socket.socket) -> None:
        self._connection = connection
        self._read = b""
        #: Why standard output takes nothing any more.
        self._lost: "OSError | None" = None
        self._printed = False

    def copy(self) -> "int | None":
        """Prints what comes and returns the exit code; None when nothing of the command was done here."""
        if self._piece()[0] != _TAKEN:
            return None
        self._connection.settimeout(None)
        while True:
            kind, text = self._piece()
            if kind in (_OUT, _ERR):
                self.print(kind, text)
            elif kind == _EXIT:
                return self.finish(int(text))
            elif kind == _START:
                return _Script(self, self._connection).run(text)
            elif not self._printed:
                return None
            else:
                return self.end_of_coordinator()

    def end_of_coordinator(self) -> int:
        self._write(2, b"owf: the coordinator in the background has ended; type the command again.\n")
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
            more = self._connection.recv(_MAX_PIECE)
            if not more:
                raise OSError
            self._read += more
        taken, self._read = self._read[:count], self._read[count:]
        return taken

    def arrived(self) -> "list[tuple[bytes, bytes]]":
        """All whole pieces that have come; the last has no kind when the coordinator has gone."""
        try:
            more = self._connection.recv(_MAX_PIECE)
        except BlockingIOError:
            return []
        except OSError:
            more = b""
        self._read += more
        return self.whole() if more else [*self.whole(), (b"", b"")]

    def whole(self) -> "list[tuple[bytes, bytes]]":
        """The pieces that were read to their ends."""
        pieces = []
        while len(self._read) >= _PIECE_HEADER:
            end = _PIECE_HEADER + int.from_bytes(self._read[1:_PIECE_HEADER], "big")
            if len(self._read) < end:
                break
            pieces.append((self._read[:1], self._read[_PIECE_HEADER:end]))
            self._read = self._read[end:]
        return pieces

    def print(self, kind: bytes, text: bytes) -> None:
        self._printed = True
        self._write(1 if kind == _OUT else 2, text)

    def _write(self, descriptor: int, text: bytes) -> None:
        try:
            while text and not (descriptor == 1 and self._lost):
                text = text[os.write(descriptor, text) :]
        except OSError as error:
            if descriptor == 1:
                self._lost = error

    def finish(self, code: int) -> int:
        if self._lost is None:
            return code
        why = os.fsencode(self._lost.strerror or "")
        self._write(2, b"owf: standard output can't be written: " + why + b".\n")
        return code or 1


class _Script:
    """A script's process, as a child of this one.

    Whatever the coordinator does not take yet waits here, and what it says is always read: each side would wait for the
    other where a script prints faster than a terminal shows.
    """

    def __init__(self, answer: _Answer, connection: _socket.socket) -> None:
        self._answer = answer
        self._connection = connection
        self._unsent = bytearray()
        self._child = 0
        self._child_code: "int | None" = None
        #: Of what the child prints: the end to read, and the kind of piece.
        self._pipes: "dict[int, bytes]" = {}
        self._signal = 0
        self._wake, self._waker = os.pipe()

    def run(self, start: bytes) -> int:
        """Starts what the coordinator asks for, and returns the exit code of the command."""
        self._connection.setblocking(False)
        self._listen_to_signals()
        self._start(start)
        exit_code = self._take(self._answer.whole())
        while exit_code is None:
            self._flush()
            for descriptor, events in self._poll():
                if descriptor == self._wake:
                    self._take_signals(os.read(descriptor, 100))
                elif descriptor in self._pipes:
                    self._forward(descriptor)
                elif events != select.POLLOUT:
                    exit_code = self._take(self._answer.arrived())
        return 128 + self._signal if self._signal else exit_code

    def _poll(self) -> "list[tuple[int, int]]":
        poll = select.poll()
        poll.register(self._wake, select.POLLIN)
        poll.register(self._connection.fileno(), select.POLLIN | (select.POLLOUT if self._unsent else 0))
        if len(self._unsent) < _MAX_UNSENT:
            for pipe in self._pipes:
                poll.register(pipe, select.POLLIN)
        return poll.poll()

    def _listen_to_signals(self) -> None:
        os.set_blocking(self._waker, False)
        _signal.set_wakeup_fd(self._waker)
        for number in (*_ENDING, _signal.SIGCHLD, _signal.SIGWINCH):
            # What is ignored, as after `nohup`, stays so.
            if _signal.getsignal(number) != _signal.SIG_IGN or number == _signal.SIGCHLD:
                _signal.signal(number, lambda number, frame: None)

    def _start(self, start: bytes) -> None:
        streams, count, *words = start[:-1].split(b"\0")
        command, variables = words[: int(count)], words[int(count) :]
        environment = {name: value for name, _, value in (variable.partition(b"=") for variable in variables)}
        environment[b"OWF_COORDINATOR_PID"] = b"%d" % os.getpid()
        null = os.open(os.devnull, os.O_RDWR)
        descriptors, ours = [0 if streams[:1] == b"i" else null], []
        for descriptor, kind in ((1, _OUT), (2, _ERR)):
            how = streams[descriptor : descriptor + 1]
            if how == b"p":
                reading, writing = os.pipe()
                self._pipes[reading] = kind
                ours.append(writing)
                descriptors.append(writing)
            else:
                descriptors.append({b"i": descriptor, b"o": descriptors[-1]}.get(how, null))
        failure, fails = os.pipe()
        self._child = os.fork()
        if self._child == 0:
            _become(command, environment, descriptors, fails)
        for descriptor in (*ours, null, fails):
            os.close(descriptor)
        why = os.read(failure, 1000)
        os.close(failure)
        if why:
            self._child_code = 127
            self._send(_NOT_STARTED, why)
        else:
            self._send(_STARTED, b"%d" % self._child)

    def _take_signals(self, numbers: bytes) -> None:
        for number in numbers:
            if number == _signal.SIGCHLD:
                self._reap(os.WNOHANG)
            elif number == _signal.SIGWINCH:
                self._send(_SIZE, _size())
            else:
                self._signal = self._signal or number
                self._send(_SIGNAL, b"%d" % number)

    def _reap(self, options: int) -> None:
        if self._child_code is not None:
            return
        process, status = os.waitpid(self._child, options)
        if process:
            self._child_code = 128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
            self._send(_ENDED, b"%d" % self._child_code)

    def _forward(self, pipe: int) -> None:
        """Tells what the child has printed; nothing is the end."""
        text = os.read(pipe, _MAX_PIECE)
        self._send(self._pipes[pipe], text)
        if not text:
            del self._pipes[pipe]

    def _take(self, pieces: "list[tuple[bytes, bytes]]") -> "int | None":
        """Does what the coordinator says; the exit code when that is the last."""
        for kind, text in pieces:
            if kind in (_OUT, _ERR):
                self._answer.print(kind, text)
            elif kind == _ASK:
                self._tell_what_was_typed()
            elif kind == _EXIT:
                return self._answer.finish(int(text))
            elif not kind:
                # The script notices by itself, and ends within a few seconds.
                self._reap(0)
                return self._answer.end_of_coordinator()
        return None

    def _tell_what_was_typed(self) -> None:
        if select.select([0], [], [], 0)[0]:
            self._send(_TYPED, os.read(0, _MAX_PIECE))

    def _send(self, kind: bytes, text: bytes) -> None:
        self._unsent += kind + len(text).to_bytes(4, "big") + text

    def _flush(self) -> None:
        try:
            while self._unsent:
                del self._unsent[: self._connection.send(self._unsent[:_MAX_PIECE])]
        except BlockingIOError:
            pass
        except OSError:
            # That it has gone is seen where its pieces are read.
            self._unsent.clear()


def _become(command: "list[bytes]", environment: "dict[bytes, bytes]", descriptors: "list[int]", fails: int) -> None:
    """In a child: becomes another program, or writes why not and ends."""
    try:
        for number in (_signal.SIGPIPE, _signal.SIGXFSZ):
            _signal.signal(number, _signal.SIG_DFL)
        # Behind the three, so that none of them is taken away by another.
        behind = [os.dup(descriptor) for descriptor in descriptors]
        for descriptor, copy in enumerate(behind):
            os.dup2(copy, descriptor)
        os.set_inheritable(fails, False)
        os.closerange(3, fails)
        os.closerange(fails + 1, 1024)
        os.execve(command[0], command, environment)
    except OSError as error:
        os.write(fails, os.fsencode(str(error.strerror)))
    finally:
        os._exit(127)
