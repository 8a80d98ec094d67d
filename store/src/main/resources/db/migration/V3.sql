-- What was paid, by day (days since 1970-01-01, UTC, on which calls ended), provider and model ('' where
-- nobody named one): so that looking at it takes as long after a million calls as after a hundred. A removed
-- run's share stays. Calls whose provider was never asked do not count.
CREATE TABLE usage (
  day INTEGER NOT NULL,
  provider TEXT NOT NULL,
  model TEXT NOT NULL,
  calls INTEGER NOT NULL,
  unpriced_calls INTEGER NOT NULL,
  input_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  cache_read_tokens INTEGER NOT NULL,
  cache_write_tokens INTEGER NOT NULL,
  cost_nano_usd INTEGER NOT NULL,
  PRIMARY KEY (day, provider, model)
) WITHOUT ROWID;
INSERT INTO usage
SELECT completed_at / 86400000000, provider, coalesce(model, ''), count(*),
  sum(estimated_cost_nano_usd IS NULL), coalesce(sum(input_tokens), 0),
  coalesce(sum(output_tokens), 0), coalesce(sum(cache_read_tokens), 0),
  coalesce(sum(cache_write_tokens), 0), coalesce(sum(estimated_cost_nano_usd), 0)
FROM call WHERE attempts > 0 AND completed_at IS NOT NULL
GROUP BY 1, 2, 3;

-- How many runs were started, by day.
CREATE TABLE started_runs (
  day INTEGER PRIMARY KEY,
  runs INTEGER NOT NULL
);
INSERT INTO started_runs SELECT created_at / 86400000000, count(*) FROM run GROUP BY 1;
