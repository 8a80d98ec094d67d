-- Batches whose results are counted in the table usage: each of them once, however often it is fetched.
CREATE TABLE billed_batch (
  id TEXT PRIMARY KEY,
  billed_at INTEGER NOT NULL
) WITHOUT ROWID;

-- A budget is for a job. Of a run: whether models without a price may be asked under a budget of money, and
-- what the attempts that it resumes had spent when it began.
ALTER TABLE run ADD COLUMN allow_unpriced INTEGER NOT NULL DEFAULT 0;
ALTER TABLE run ADD COLUMN earlier_spent_tokens INTEGER NOT NULL DEFAULT 0;
ALTER TABLE run ADD COLUMN earlier_spent_nano_usd INTEGER NOT NULL DEFAULT 0;
UPDATE run SET
  earlier_spent_tokens = (
    WITH RECURSIVE earlier(id) AS (
      SELECT run.resumed_from_run_id
      UNION SELECT one.resumed_from_run_id FROM run one JOIN earlier ON one.id = earlier.id)
    SELECT coalesce(sum(one.budget_spent_tokens), 0) FROM run one JOIN earlier ON one.id = earlier.id),
  earlier_spent_nano_usd = (
    WITH RECURSIVE earlier(id) AS (
      SELECT run.resumed_from_run_id
      UNION SELECT one.resumed_from_run_id FROM run one JOIN earlier ON one.id = earlier.id)
    SELECT coalesce(sum(one.budget_spent_nano_usd), 0) FROM run one JOIN earlier ON one.id = earlier.id)
WHERE resumed_from_run_id IS NOT NULL;
