"""The command line of the shim: `run` and `resume` against a coordinator that is up already."""

from __future__ import annotations

import argparse
import json
import math
import os
import re
import sys
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn, Optional

from ._access import Refused, coordinator_of, explain, explain_loss, explain_refusal, take_environment
from ._client import CLIENT, CallFailed, Coordinator, call_for_all
from ._remote import RemoteProcess, Start
from ._runner import EXIT_CANCELLED
from ._screen import Screen
from ._wire import COMMAND_OUTPUT, COMMAND_REQUEST

__all__ = ["main"]

PROGRAM = "owf-shim"
_DURATION = re.compile(
    r"(?:(\d{1,5})d)?(?:(\d{1,6})h)?(?:(\d{1,8})m)?(?:(\d{1,9})s)?|(\d{1,9})", re.IGNORECASE | re.ASCII
)
_CACHE_POLICIES = ("auto", "read_only", "refresh", "disabled")
_OBJECT = "as in --args-json '{\"topic\": \"tea\"}'."

_EPILOG = """\
The coordinator, and what lets you in, may come from the environment as well: OWF_COORDINATOR, OWF_CA,
OWF_CLIENT_CERT, OWF_CLIENT_KEY, OWF_TOKEN_FILE (or OWF_TOKEN, the token itself), OWF_WORKSPACE (for `run`).
Options win. None of it reaches the script.
"""


def main(arguments: Optional[list[str]] = None) -> int:
    """Runs a command line and returns its exit code."""
    words = sys.argv[1:] if arguments is None else arguments
    screen = Screen(json="--json" in words)
    try:
        process = _prepare(words, screen)
    except Refused as refused:
        screen.error(str(refused))
        return screen.finish(refused.exit_code)
    except _Printed as printed:
        screen.document(printed.text)
        return screen.finish(0)
    except KeyboardInterrupt:
        return EXIT_CANCELLED
    return process.run()


def _prepare(words: list[str], screen: Screen) -> RemoteProcess:
    """A frame of its own: none that holds the token is there any more when the script runs."""
    environment = take_environment()
    options = _parser().parse_args(words)
    coordinator = coordinator_of(options, environment)
    start = _resumed(options, coordinator) if options.command == "resume" else _fresh(options, environment)
    return RemoteProcess(start, coordinator, screen)


# ---------------------------------------------------------------- the options


class _Printed(Exception):
    """Help or a version was asked for."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class _Parser(argparse.ArgumentParser):
    """Says what is wrong as all commands do: one or two lines."""

    def _print_message(self, message: str, file: Any = None) -> None:
        # argparse itself keeps quiet when it can't print.
        raise _Printed(message)

    def error(self, message: str) -> NoReturn:
        raise Refused(f"{message}.\n`{self.prog} --help` shows what it takes.")


def _parser() -> argparse.ArgumentParser:
    form: Any = {"epilog": _EPILOG, "formatter_class": argparse.RawDescriptionHelpFormatter, "allow_abbrev": False}
    parser = _Parser(
        prog=PROGRAM,
        description="Runs workflow scripts on this machine against a remote coordinator.",
        **form,
    )
    parser.add_argument("--version", action="version", version=CLIENT)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="run a workflow script", **form)
    run.add_argument("script", metavar="SCRIPT", help="a Python file with `async def main(args)`")
    resume = commands.add_parser(
        "resume", help="run a run's script again, and pay only for what is missing", **form
    )
    resume.add_argument("run", metavar="RUN", help="a run id, or latest")
    for command in (run, resume):
        _add_access(command.add_argument_group("the coordinator"))
        _add_choices(command.add_argument_group("the run"))
    return parser


def _add_access(group: Any) -> None:
    group.add_argument("--coordinator", metavar="HOST:PORT", help="where the coordinator is")
    group.add_argument("--ca", metavar="FILE", help="trust certificates of these issuers (PEM), not the system's")
    group.add_argument("--tls", action="store_true", help="use TLS also on this machine's loopback address")
    group.add_argument("--client-cert", metavar="FILE", help="our own certificate, if the coordinator wants one")
    group.add_argument("--client-key", metavar="FILE", help="its key, if it is in a file of its own")
    group.add_argument("--token-file", metavar="FILE", help="the token that opens runs; readable by you alone")


def _add_choices(group: Any) -> None:
    group.add_argument("--provider", metavar="NAME[,NAME]", help="who answers calls that name nobody")
    group.add_argument("--model", metavar="NAME", help="the model of calls that name none")
    group.add_argument(
        "--arg", metavar="KEY=VALUE", action="append", default=[], help="an argument of main; may be repeated"
    )
    group.add_argument(
        "--args-json", metavar="JSON", help="the arguments of main as a JSON object; - reads standard input"
    )
    group.add_argument("--budget-tokens", metavar="N", type=int, help="spend at most so many tokens")
    group.add_argument("--budget-cost-usd", metavar="USD", help="spend at most so much")
    group.add_argument("--allow-unpriced", action="store_true", help="let models without a price go out, uncounted")
    group.add_argument("--cache-policy", metavar="POLICY", help=", ".join(_CACHE_POLICIES))
    group.add_argument("--workspace", metavar="NAME", help="where calls work: a name that the operator gave")
    group.add_argument("--timeout", metavar="SECONDS", type=float, help="the time of calls that name none")
    group.add_argument(
        "--wait-for-limits",
        metavar="DURATION",
        help="how long a call waits for a usage limit to reset: 30m, 6h; 0 to fail at once",
    )
    group.add_argument("--yes", action="store_true", help="start a script that requires approval without asking")
    group.add_argument("--json", action="store_true", help="print one JSON document on standard output")


def _choices(options: argparse.Namespace) -> dict[str, Any]:
    """RunChoices of what was asked, and of nothing else."""
    tokens, seconds = options.budget_tokens, options.timeout
    if tokens is not None and not 0 < tokens < 1 << 63:
        raise Refused(f"--budget-tokens is {tokens}, where a number above 0 was expected.")
    if seconds is not None and not (seconds > 0 and math.isfinite(seconds)):
        raise Refused(f"--timeout is {seconds}, where a number of seconds above 0 was expected.")
    if options.cache_policy is not None and options.cache_policy not in _CACHE_POLICIES:
        expected = ", ".join(_CACHE_POLICIES)
        raise Refused(f"--cache-policy is '{options.cache_policy}', where one of {expected} was expected.")
    return {
        "provider": options.provider,
        "model": options.model,
        "budget_tokens": tokens,
        "budget_cost_usd": _money(options.budget_cost_usd),
        "cache_policy": options.cache_policy,
        "workspace": options.workspace,
        "timeout_seconds": seconds,
        "wait_for_limits_seconds": _duration(options.wait_for_limits),
        "approved": options.yes,
        "allow_unpriced": options.allow_unpriced,
    }


def _duration(text: str | None) -> int | None:
    """90s, 30m, 6h, 1h30m, or a number of seconds."""
    if text is None:
        return None
    parts = _DURATION.fullmatch(text.strip())
    if parts is None or not text.strip():
        raise Refused(f"--wait-for-limits is '{text}', where a duration as 90s, 30m, 6h or 1h30m was expected, or 0.")
    days, hours, minutes, seconds, plain = (int(part or 0) for part in parts.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds + plain


def _money(text: str | None) -> str | None:
    if text is None:
        return None
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal("NaN")
    # Written out, a number such as 1e999999999 has a gigabyte of digits.
    if not (amount.is_finite() and amount > 0 and abs(amount.adjusted()) <= 100):
        raise Refused(f"--budget-cost-usd is {text}, where a number above 0 was expected.")
    return format(amount, "f")


def _arguments(options: argparse.Namespace, inherited: dict[str, Any]) -> str:
    """The arguments of main: --args-json instead of what is inherited, --arg over both."""
    arguments = dict(inherited) if options.args_json is None else _object(_text(options.args_json))
    for arg in options.arg:
        key, equals, value = arg.partition("=")
        if not key or not equals:
            raise Refused(f"--arg '{arg}' is not KEY=VALUE.")
        arguments[key] = value
    return json.dumps(arguments)


def _text(given: str) -> str:
    """Standard input for `-`: a command line has room for little."""
    return sys.stdin.read() if given == "-" else given


def _object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refused(f"--args-json is not JSON: {error}.\nExpected an object, {_OBJECT}") from None
    if not isinstance(value, dict):
        raise Refused(f"--args-json is not an object, {_OBJECT}")
    return value


# ---------------------------------------------------------------- the commands


def _fresh(options: argparse.Namespace, environment: dict[str, str]) -> Start:
    choices = _choices(options)
    choices["workspace"] = choices["workspace"] or environment.get("workspace")
    return Start(options.script, choices, _arguments(options, {}))


def _resumed(options: argparse.Namespace, coordinator: Coordinator) -> Start:
    choices = _choices(options)
    run = _status(options.run, coordinator)
    script = run["script_path"]
    if not os.path.isfile(script):
        raise Refused(
            f"the script of {run['id']}, {script}, is not on this machine.\n"
            "Resume it where it is, or bring the script to the same place."
        )
    # `latest` may be another run by the time that it is opened.
    choices["resume_run_id"] = run["id"]
    asked = options.arg or options.args_json is not None
    return Start(script, choices, _arguments(options, run["args"] or {}) if asked else None)


def _status(run: str, coordinator: Coordinator) -> dict[str, Any]:
    """What the coordinator knows of a run."""
    out, err, exit_code = _command(coordinator, "status", run, "--json")
    if exit_code != 0:
        raise Refused(err.strip().removeprefix("owf: ") or f"`status {run}` failed there.", exit_code)
    try:
        known = json.loads(out)["run"]
        return {name: known[name] for name in ("id", "script_path", "args")}
    except (ValueError, KeyError, TypeError):
        raise Refused(f"the coordinator at {coordinator.authority} did not tell what {run} is.") from None


def _command(coordinator: Coordinator, *arguments: str) -> tuple[bytes, str, int]:
    """Runs a command there; returns its standard output, standard error and exit code."""
    try:
        replies = call_for_all(coordinator, "Command", COMMAND_REQUEST.encode({"arguments": arguments}))
    except CallFailed as failed:
        if failed.end.from_server:
            raise Refused(explain_refusal(failed.end.status, failed.end.message, coordinator)) from None
        cause = failed.__cause__
        if isinstance(cause, OSError):
            raise Refused(explain(cause, coordinator)) from None
        raise Refused(explain_loss(failed.end.message, coordinator)) from None
    told = [COMMAND_OUTPUT.decode(reply) for reply in replies]
    out = b"".join(part["stdout"] or b"" for part in told)
    err = b"".join(part["stderr"] or b"" for part in told)
    codes = [part["exit_code"] for part in told if part["exit_code"] is not None]
    return out, err.decode("utf-8", "replace"), codes[-1] if codes else 1
