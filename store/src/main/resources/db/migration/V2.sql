-- Where isolated calls work or worked. Written before the worktree is made, so that whatever a
-- crash leaves behind is found here. A row stays when its worktree is gone.
CREATE TABLE worktree (
  call_no INTEGER PRIMARY KEY,
  repository TEXT NOT NULL,
  path TEXT NOT NULL,
  branch TEXT NOT NULL,
  base_commit TEXT NOT NULL,
  standing INTEGER NOT NULL DEFAULT 1,
  applied_at INTEGER,
  applied_digest TEXT
);
CREATE INDEX worktree_standing ON worktree (call_no) WHERE standing = 1;
