"""A certificate authority for tests, and certificates that are wrong in one way each."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from pathlib import Path

OPENSSL = shutil.which("openssl")

_CONFIG = """
[ca]
default_ca = it
[it]
dir = {directory}
database = $dir/index.txt
new_certs_dir = $dir
rand_serial = yes
default_md = sha256
policy = any
copy_extensions = copy
[any]
commonName = supplied
"""


class Authority:
    """Issues certificates below a directory, with the `openssl` program."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        directory.mkdir(parents=True)
        (directory / "index.txt").touch()
        (directory / "ca.cnf").write_text(_CONFIG.format(directory=directory))
        self.certificate = directory / "ca.pem"
        self._openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj", "/CN=Test CA", "-keyout", "ca.key", "-out", "ca.pem",
        )  # fmt: skip

    def issue(self, name: str, alternatives: str, end: str = "491231235959Z") -> tuple[Path, Path]:
        """A certificate and its key, valid from 2020 to `end`."""
        self._openssl(
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", f"/CN={name}",
            "-addext", f"subjectAltName={alternatives}", "-keyout", f"{name}.key", "-out", f"{name}.csr",
        )  # fmt: skip
        self._openssl(
            "ca", "-batch", "-notext", "-config", "ca.cnf", "-cert", "ca.pem", "-keyfile", "ca.key",
            "-startdate", "200101000000Z", "-enddate", end, "-in", f"{name}.csr", "-out", f"{name}.pem",
        )  # fmt: skip
        return self.directory / f"{name}.pem", self.directory / f"{name}.key"

    def server_context(self, name: str, alternatives: str, **options: str) -> ssl.SSLContext:
        """What a server with such a certificate needs."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.issue(name, alternatives, **options))
        context.set_alpn_protocols(["h2"])
        return context

    def _openssl(self, *arguments: str) -> None:
        assert OPENSSL is not None
        ended = subprocess.run([OPENSSL, *arguments], cwd=self.directory, capture_output=True, text=True, timeout=60)
        assert ended.returncode == 0, ended.stderr
