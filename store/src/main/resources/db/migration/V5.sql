-- Runs are ordered by their numbers, which are given as they start: a clock that was set back changes
-- nothing. An index holds rows of one key in the order of their numbers.
DROP INDEX run_newest_parent;
DROP INDEX run_of_parent;
CREATE INDEX run_of_parent ON run (parent_run_id);
DROP INDEX run_of_script;
CREATE INDEX run_of_script ON run (script_path);
