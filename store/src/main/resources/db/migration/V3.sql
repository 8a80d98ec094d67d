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

-- Triggers, because they cost a call's end a fraction of what statements of our own would. They fire when
-- an end is written, which alone sets attempts; an end that replaces another is counted in its place.
CREATE TRIGGER call_counted AFTER UPDATE OF attempts ON call
WHEN new.attempts > 0 AND new.completed_at IS NOT NULL
BEGIN
  INSERT INTO usage VALUES (new.completed_at / 86400000000, new.provider, coalesce(new.model, ''), 1,
    new.estimated_cost_nano_usd IS NULL, coalesce(new.input_tokens, 0), coalesce(new.output_tokens, 0),
    coalesce(new.cache_read_tokens, 0), coalesce(new.cache_write_tokens, 0),
    coalesce(new.estimated_cost_nano_usd, 0))
  ON CONFLICT (day, provider, model) DO UPDATE SET
    calls = calls + 1,
    unpriced_calls = unpriced_calls + excluded.unpriced_calls,
    input_tokens = input_tokens + excluded.input_tokens,
    output_tokens = output_tokens + excluded.output_tokens,
    cache_read_tokens = cache_read_tokens + excluded.cache_read_tokens,
    cache_write_tokens = cache_write_tokens + excluded.cache_write_tokens,
    cost_nano_usd = cost_nano_usd + excluded.cost_nano_usd;
END;
CREATE TRIGGER call_counted_before BEFORE UPDATE OF attempts ON call
WHEN old.attempts > 0 AND old.completed_at IS NOT NULL
BEGIN
  UPDATE usage SET
    calls = calls - 1,
    unpriced_calls = unpriced_calls - (old.estimated_cost_nano_usd IS NULL),
    input_tokens = input_tokens - coalesce(old.input_tokens, 0),
    output_tokens = output_tokens - coalesce(old.output_tokens, 0),
    cache_read_tokens = cache_read_tokens - coalesce(old.cache_read_tokens, 0),
    cache_write_tokens = cache_write_tokens - coalesce(old.cache_write_tokens, 0),
    cost_nano_usd = cost_nano_usd - coalesce(old.estimated_cost_nano_usd, 0)
  WHERE day = old.completed_at / 86400000000 AND provider = old.provider
    AND model = coalesce(old.model, '');
END;

-- How many runs were started, by day.
CREATE TABLE started_runs (
  day INTEGER PRIMARY KEY,
  runs INTEGER NOT NULL
);
INSERT INTO started_runs SELECT created_at / 86400000000, count(*) FROM run GROUP BY 1;
