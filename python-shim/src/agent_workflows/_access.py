"""How a remote coordinator is reached, and what lets us in: address, TLS, token."""

from __future__ import annotations

import ipaddress
import os
import re
import ssl
import stat
from typing import Any, Optional

from ._client import Coordinator
from ._http2 import UNAUTHENTICATED, UNIMPLEMENTED, UNKNOWN

__all__ = ["Refused", "coordinator_of", "explain", "explain_loss", "explain_refusal", "take_environment"]

#: The environment's names for the options, and what only the coordinator's own start uses. All of it is
#: taken out before the script runs: neither it nor its children need a way into the coordinator.
_VARIABLES = {
    "OWF_COORDINATOR": "coordinator",
    "OWF_CA": "ca",
    "OWF_CLIENT_CERT": "client_cert",
    "OWF_CLIENT_KEY": "client_key",
    "OWF_TOKEN_FILE": "token_file",
    "OWF_TOKEN": "token",
    "OWF_WORKSPACE": "workspace",
}
_PRIVATE_VARIABLES = ("OWF_RUN_TOKEN", "OWF_COORDINATOR_PID", "OWF_STDOUT")

_LONGEST_TOKEN = 8 * 1024

# OpenSSL's codes of X509_verify_cert.
_NOT_YET_VALID, _EXPIRED = 9, 10
_UNKNOWN_ISSUER = (2, 18, 19, 20, 21)
_OTHER_NAME = (62, 63, 64)

_WANTS_CERTIFICATE = ("CERTIFICATE_REQUIRED", "ALERT_BAD_CERTIFICATE", "ALERT_UNKNOWN_CA", "HANDSHAKE_FAILURE")


class Refused(Exception):
    """What was asked for can't be done; the message is one or two plain lines for people."""

    def __init__(self, message: str, exit_code: int = 2) -> None:
        super().__init__(message)
        self.exit_code = exit_code


def take_environment() -> dict[str, str]:
    """Takes what the environment says of the coordinator out of it; by the options' names."""
    told = {option: os.environ.pop(name, "") for name, option in _VARIABLES.items()}
    for name in list(os.environ):
        if name in _PRIVATE_VARIABLES or name.startswith("OWF_TOKEN"):
            del os.environ[name]
    return {option: value for option, value in told.items() if value}


def coordinator_of(options: Any, environment: dict[str, str]) -> Coordinator:
    """Returns where the coordinator is and what lets us in; options win over the environment.

    Raises Refused.
    """

    def told(name: str) -> Optional[str]:
        return getattr(options, name) or environment.get(name)

    host, port = _address(told("coordinator"))
    token = _token(options.token_file, environment)
    ca, cert, key = told("ca"), told("client_cert"), told("client_key")
    if key and not cert:
        raise Refused("--client-key is given without --client-cert.")
    wants_tls = bool(options.tls or ca or cert or not _is_loopback(host))
    return Coordinator(host, port, token, _tls(ca, cert, key) if wants_tls else None)


def _address(text: str | None) -> tuple[str, int]:
    if not text:
        raise Refused("no coordinator is named.\nPass --coordinator HOST:PORT, or set OWF_COORDINATOR.")
    host, _, port = text.rpartition(":")
    bare = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    sane = bare and port.isdecimal() and 0 < int(port) < 65536 and re.fullmatch(r"[!-~]+", bare)
    if not sane or (":" in bare and bare == host):
        raise Refused(f"--coordinator is {text!r}, where HOST:PORT was expected, as in coordinator.example:7443.")
    return bare, int(port)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


# ---------------------------------------------------------------- the token


def _token(option: str | None, environment: dict[str, str]) -> str:
    if option:
        return _token_in("--token-file", option)
    if "token" in environment:
        return _checked(environment["token"].strip(), "OWF_TOKEN")
    if "token_file" in environment:
        return _token_in("OWF_TOKEN_FILE", environment["token_file"])
    raise Refused("no token is given.\nPass --token-file FILE, or set OWF_TOKEN_FILE or OWF_TOKEN.")


def _token_in(where: str, path: str) -> str:
    try:
        with open(path, "rb") as file:
            # Of the file that was opened, which is the one that is read.
            _refuse_open_to_others(where, path, os.fstat(file.fileno()).st_mode, "its token")
            raw = file.read(_LONGEST_TOKEN + 1)
    except OSError as error:
        raise Refused(f"{where}: {path} can't be read: {error.strerror or error}.") from None
    return _checked(raw.decode("utf-8", "replace").strip(), f"{where}: {path}")


def _refuse_open_to_others(where: str, path: str, mode: int, secret: str) -> None:
    if stat.S_IMODE(mode) & 0o077:
        others = f"{path} can be read by others (mode {stat.S_IMODE(mode):04o})"
        raise Refused(f"{where}: {others}, so {secret} is not used.\nRun: chmod 600 {path}")


def _checked(token: str, where: str) -> str:
    if not token:
        raise Refused(f"{where} is empty, where a token was expected.")
    if len(token) > _LONGEST_TOKEN or not re.fullmatch(r"[!-~]+", token):
        raise Refused(f"{where} holds no token: one word of printable ASCII was expected.")
    return token


# ---------------------------------------------------------------- TLS


def _tls(ca: str | None, cert: str | None, key: str | None) -> ssl.SSLContext:
    """Trusts the issuers in `ca` alone, or the system's; always checks the name."""
    try:
        context = ssl.create_default_context(cafile=ca)
    except (OSError, ValueError) as error:
        raise Refused(f"--ca: {_unreadable(str(ca), error)}; certificates in PEM form were expected.") from None
    if ca:
        # Python 3.13 wants extensions that `openssl req -x509` leaves out of an operator's own issuer.
        context.verify_flags &= ~getattr(ssl, "VERIFY_X509_STRICT", 0)
    if cert:
        try:
            context.load_cert_chain(cert, key)
            mode = os.stat(key or cert).st_mode
        except (OSError, ValueError) as error:
            files = cert if key is None else f"{cert} with {key}"
            raise Refused(f"--client-cert: {_unreadable(files, error)}.") from None
        _refuse_open_to_others("--client-key" if key else "--client-cert", key or cert, mode, "its key")
    context.set_alpn_protocols(["h2"])
    return context


def _unreadable(files: str, error: Exception) -> str:
    reason = getattr(error, "reason", None) or getattr(error, "strerror", None) or str(error)
    return f"{files} can't be used ({reason})"


# ---------------------------------------------------------------- what went wrong


def explain(error: BaseException, coordinator: Coordinator) -> str:
    """Says for people why no connection came about."""
    where = coordinator.authority
    if isinstance(error, ssl.SSLCertVerificationError):
        return _explain_certificate(error, where)
    if isinstance(error, ssl.SSLError):
        reason = error.reason or str(error)
        if _mentions(reason, _WANTS_CERTIFICATE):
            return _wants_certificate(where)
        return f"what answers at {where} does not speak TLS ({reason}).\nIs it a coordinator, and this its port?"
    if isinstance(error, ConnectionError) and not isinstance(error, ConnectionRefusedError):
        return f"what answers at {where} closed the connection ({error})."
    reason = str(error) or "no answer in time"
    if isinstance(error, OSError) and error.errno is not None and error.strerror:
        reason = os.strerror(error.errno) if error.errno > 0 else error.strerror
    return f"nobody answers at {where}: {reason}.\nIs the coordinator up there (`owf serve`)?"


def _explain_certificate(error: ssl.SSLCertVerificationError, where: str) -> str:
    whose = f"the certificate of {where}"
    if error.verify_code == _EXPIRED:
        return f"{whose} has expired.\nIts operator has to renew it."
    if error.verify_code == _NOT_YET_VALID:
        return f"{whose} is not valid yet.\nAre the clocks of both machines right?"
    if error.verify_code in _OTHER_NAME:
        return f"{whose} is for another name: {error.verify_message}\nUse a name that the certificate holds."
    if error.verify_code in _UNKNOWN_ISSUER:
        advice = "Pass --ca FILE with the issuer's certificate, if it is the right one."
        return f"{whose} has an issuer that is not trusted here ({error.verify_message}).\n{advice}"
    return f"{whose} was not accepted: {error.verify_message}."


def _mentions(text: str, words: tuple[str, ...]) -> bool:
    return any(word in text for word in words)


def _wants_certificate(where: str) -> str:
    advice = "Pass --client-cert FILE and --client-key FILE that its operator gave out."
    return f"the coordinator at {where} wants a client certificate that it trusts.\n{advice}"


def explain_loss(why: str, coordinator: Coordinator) -> str:
    """Says for people why a connection ended before anything was asked of the coordinator."""
    where = coordinator.authority
    if _mentions(why, _WANTS_CERTIFICATE):
        return _wants_certificate(where)
    tls = coordinator.ssl_context is not None
    advice = "a client certificate, pass --client-cert FILE" if tls else "TLS, pass --ca FILE or --tls"
    return f"nothing came of the connection to {where}: {why}.\nIf it wants {advice}."


def explain_refusal(status: int | None, message: str, coordinator: Coordinator) -> str:
    """Says for people why the coordinator did not do what it was asked."""
    where = coordinator.authority
    if status == UNAUTHENTICATED:
        advice = "Check --token-file, OWF_TOKEN_FILE or OWF_TOKEN."
        return f"the coordinator at {where} does not accept this token.\n{advice}"
    if status in (UNKNOWN, UNIMPLEMENTED):
        return f"what answers at {where} is no coordinator that this shim can use: {message}"
    return message
