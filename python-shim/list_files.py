"""Writes FILES, the sorted list of the files below a directory, into that directory."""

import sys
from pathlib import Path

root = Path(sys.argv[1])
listing = root / "FILES"
files = sorted(p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file() and p != listing)
listing.write_text("".join(f"{name}\n" for name in files), encoding="utf-8")
