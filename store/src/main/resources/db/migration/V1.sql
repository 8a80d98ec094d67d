-- Times are microseconds since 1970-01-01 UTC, money is in billionths of a US dollar.
-- Text that no UTF-8 can hold (lone surrogates) is stored in its column as a BLOB of generalized UTF-8.

CREATE TABLE run (
  no INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  status TEXT NOT NULL,
  script_path TEXT NOT NULL,
  script_hash TEXT NOT NULL,
  workflow_name TEXT,
  workflow_description TEXT,
  meta_json TEXT NOT NULL,
  args_json TEXT NOT NULL,
  provider TEXT NOT NULL,
  model TEXT,
  cache_policy TEXT NOT NULL,
  workspace TEXT NOT NULL,
  timeout_seconds REAL NOT NULL,
  parent_run_id TEXT,
  resumed_from_run_id TEXT,
  attempt_number INTEGER NOT NULL,
  budget_total_tokens INTEGER,
  budget_spent_tokens INTEGER NOT NULL,
  budget_total_nano_usd INTEGER,
  budget_spent_nano_usd INTEGER NOT NULL,
  output_dir TEXT NOT NULL,
  owner TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  started_at INTEGER,
  completed_at INTEGER,
  error_kind TEXT,
  error_message TEXT
);
CREATE INDEX run_newest ON run (created_at);
CREATE INDEX run_newest_parent ON run (created_at) WHERE parent_run_id IS NULL;
CREATE INDEX run_of_parent ON run (parent_run_id, created_at) WHERE parent_run_id IS NOT NULL;
CREATE INDEX run_of_script ON run (script_path, created_at);
CREATE INDEX run_in_flight ON run (owner) WHERE status = 'running';

-- Apart from the run, because listing runs must not read them.
CREATE TABLE run_result (
  run_no INTEGER PRIMARY KEY,
  output_json BLOB,
  traceback BLOB
);

-- A call's number holds its run's number and its index: a run's calls lie side by side, and finding
-- them takes no second index.
CREATE TABLE call (
  no INTEGER PRIMARY KEY,
  run_no INTEGER AS (no >> 32) VIRTUAL,
  call_index INTEGER AS (no & 4294967295) VIRTUAL,
  label TEXT,
  phase TEXT,
  status TEXT NOT NULL,
  cache_status TEXT NOT NULL,
  call_key BLOB,
  occurrence INTEGER NOT NULL,
  key_parts_json TEXT,
  provider TEXT NOT NULL,
  model TEXT,
  agent_type TEXT,
  isolation TEXT NOT NULL,
  mutating INTEGER NOT NULL,
  worktree_path TEXT,
  worktree_branch TEXT,
  schema_hash TEXT,
  validation_status TEXT,
  validation_errors_json TEXT,
  validation_attempts INTEGER NOT NULL DEFAULT 0,
  input_tokens INTEGER,
  output_tokens INTEGER,
  cache_read_tokens INTEGER,
  cache_write_tokens INTEGER,
  estimated_cost_nano_usd INTEGER,
  attempts INTEGER NOT NULL DEFAULT 0,
  queue_ms INTEGER NOT NULL DEFAULT 0,
  duration_ms INTEGER NOT NULL DEFAULT 0,
  error TEXT,
  answered_by INTEGER,
  created_at INTEGER NOT NULL,
  completed_at INTEGER
);

CREATE TABLE prompt (
  call_no INTEGER PRIMARY KEY,
  body BLOB NOT NULL
);

CREATE TABLE answer (
  call_no INTEGER PRIMARY KEY,
  text BLOB,
  value_json BLOB
);

CREATE TABLE changed_file (
  call_no INTEGER NOT NULL,
  position INTEGER NOT NULL,
  path TEXT NOT NULL,
  PRIMARY KEY (call_no, position)
) WITHOUT ROWID;

CREATE TABLE remembered (
  call_key BLOB NOT NULL,
  occurrence INTEGER NOT NULL,
  call_no INTEGER NOT NULL,
  PRIMARY KEY (call_key, occurrence)
) WITHOUT ROWID;

-- Numbered like calls: the run's number and the event's position.
CREATE TABLE event (
  no INTEGER PRIMARY KEY,
  run_no INTEGER AS (no >> 32) VIRTUAL,
  position INTEGER AS (no & 4294967295) VIRTUAL,
  type TEXT NOT NULL,
  message TEXT NOT NULL,
  phase TEXT,
  data_json TEXT NOT NULL,
  at INTEGER NOT NULL
);

-- call_index is 0 for a file that belongs to the whole run.
CREATE TABLE artifact (
  run_no INTEGER NOT NULL,
  call_index INTEGER NOT NULL,
  kind TEXT NOT NULL,
  path TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  PRIMARY KEY (run_no, call_index, kind)
) WITHOUT ROWID;
