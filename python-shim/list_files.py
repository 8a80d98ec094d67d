"""Writes FILES, a list of the files below a directory, into that directory: SHA-256, size in bytes and name, sorted by name."""

import hashlib
import sys
from pathlib import Path

root = Path(sys.argv[1])
listing = root / "FILES"
lines = []
for path in sorted(path for path in root.rglob("*") if path.is_file() and path != listing):
    content = path.read_bytes()
    lines.append(f"{hashlib.sha256(content).hexdigest()} {len(content)} {path.relative_to(root).as_posix()}\n")
listing.write_text("".join(lines), encoding="utf-8")
