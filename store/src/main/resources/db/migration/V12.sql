-- How long calls wait for a usage limit to reset, which a resume takes over; NULL for a run of an earlier version.
-- A file said so before, which the run's agents could write to.
ALTER TABLE run ADD COLUMN wait_for_limits_seconds INTEGER;
