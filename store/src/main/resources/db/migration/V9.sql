-- Who worked in which worktree: the call that it was made for, and those that went on or looked around in it.
-- Written before such a call begins; left_at is set when it has ended and the worktree was looked through.
CREATE TABLE worktree_use (
  call_no INTEGER PRIMARY KEY,
  worktree_no INTEGER NOT NULL,
  left_at INTEGER
);
CREATE INDEX worktree_use_of ON worktree_use (worktree_no);

-- What each of them left otherwise than it found it. The state is a file's mode and id, '-' where there is
-- nothing any more, '' where it is as in the base commit again.
CREATE TABLE worktree_use_file (
  call_no INTEGER NOT NULL,
  position INTEGER NOT NULL,
  path TEXT NOT NULL,
  state TEXT NOT NULL,
  PRIMARY KEY (call_no, position)
) WITHOUT ROWID;
