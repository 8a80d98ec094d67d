"""Changes a home as an attacker would: hostile_home.py HOME OUTSIDE SEED. Prints what it did."""

import os
import pathlib
import random
import shutil
import sqlite3
import sys

home, outside = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
dice = random.Random(int(sys.argv[3]))
program = outside / "program"

PATHS = [
    str(outside / "keys"),
    "../../../../outside/keys",
    "../outside/keys",
    str(outside / "directory"),
    str(outside / "repository/.git"),
    str(outside / "pipe"),
    "/proc/self/environ",
    f"file://{outside}/keys",
    "/",
]
WORDS = [
    f"--output={outside}/written",
    f"-c core.fsmonitor={program}",
    f"--upload-pack={program}",
    f"$({program})",
    f"; {program}",
    f"ext::{program}",
    "http://127.0.0.1:9/x",
]
NUMBERS = [2**63 - 1, -(2**63), -1, 0, 1e308, float("inf"), 0.5]
TEXTS = [
    "",
    "\x1b]0;owned\x07\x1b[2J\r\n\u202e",
    "A" * 300_000,
    b"\xff\xfe\x00\x01",
    "[" * 50_000,
    '{"a":',
    "<script>fetch('http://127.0.0.1:9')</script>",
    None,
]


def value():
    return dice.choice(dice.choice([PATHS, PATHS, WORDS, NUMBERS, TEXTS]))


def change_column():
    # Through a link SQLite would change what is elsewhere, and at a pipe it would wait for ever.
    path = home / "workflow.sqlite"
    beside = [home / f"workflow.sqlite{suffix}" for suffix in ("-wal", "-shm", "-journal")]
    if path.is_symlink() or not path.is_file():
        return "nothing: there is no database any more"
    if any(file.is_symlink() or file.exists() and not file.is_file() for file in beside):
        return "nothing: SQLite could not open the database"
    try:
        return change_database(path)
    except sqlite3.DatabaseError as damaged:
        return f"nothing: {damaged}"


def change_database(path):
    with sqlite3.connect(path) as database:
        columns = database.execute(
            "SELECT t.name, c.name FROM sqlite_schema t, pragma_table_info(t.name) c"
            " WHERE t.type = 'table' AND c.name <> 'position'"
        ).fetchall()
        if not columns:
            return "nothing: the database is empty"
        table, column = dice.choice(columns)
        new = value()
        try:
            database.execute(f"UPDATE OR IGNORE {table} SET {column} = ?", (new,))
            if dice.random() < 0.3:
                database.execute("UPDATE run SET status = 'running', completed_at = NULL")
        except sqlite3.Error as refused:
            return f"{table}.{column} takes no {str(new)[:60]!r}: {refused}"
        return f"{table}.{column} = {str(new)[:60]!r}"


def files():
    return sorted(path for path in home.rglob("*") if path.is_file() and not path.is_symlink())


def change_file():
    path = dice.choice(files() or [home / "home-id"])
    new = value()
    path.write_bytes(new if isinstance(new, bytes) else str(new).encode("utf-8", "surrogatepass"))
    return f"other bytes in {path.relative_to(home)}"


def replace():
    names = ["runs", "batches", "owners", "home-id", "operator-token", "workflow.sqlite-wal"]
    names += ["usage-limits.json"]
    names += [str(path.relative_to(home)) for path in sorted(home.rglob("*"))]
    path = home / dice.choice(names)
    if not path.parent.is_dir():
        return "nothing"
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    elif path.is_symlink() or path.exists():
        path.unlink()
    if dice.random() < 0.3:
        os.mkfifo(path)
        return f"a pipe at {path.relative_to(home)}"
    path.symlink_to(outside / dice.choice(["keys", "directory", "repository", "missing"]))
    return f"a link at {path.relative_to(home)}"


for _ in range(dice.randint(1, 6)):
    print(dice.choice([change_file, replace] + 6 * [change_column])())
