"""Stands between a script's process and its coordinator, and writes down what goes each way.

Called as the interpreter would be, with the interpreter and a file for each way before its arguments.
"""

import os
import socket
import subprocess
import sys
import threading


def forward(source, target, path):
    with open(path, "ab") as record:
        while True:
            try:
                data = source.recv(65536)
            except OSError:
                data = b""
            if not data:
                break
            record.write(data)
            record.flush()
            try:
                target.sendall(data)
            except OSError:
                break
    for end in (source, target):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def serve(listener, coordinator, to_shim, from_shim):
    while True:
        shim, _ = listener.accept()
        there = socket.create_connection(coordinator)
        for way in ((shim, there, from_shim), (there, shim, to_shim)):
            threading.Thread(target=forward, args=way, daemon=True).start()


def main():
    python, to_shim, from_shim = sys.argv[1:4]
    host, _, port = os.environ["OWF_COORDINATOR"].rpartition(":")
    listener = socket.create_server(("127.0.0.1", 0), backlog=50)
    arguments = (listener, (host, int(port)), to_shim, from_shim)
    threading.Thread(target=serve, args=arguments, daemon=True).start()
    environment = dict(os.environ)
    environment["OWF_COORDINATOR"] = "127.0.0.1:%d" % listener.getsockname()[1]
    environment["OWF_COORDINATOR_PID"] = str(os.getpid())
    sys.exit(subprocess.run([python] + sys.argv[4:], env=environment).returncode)


main()
