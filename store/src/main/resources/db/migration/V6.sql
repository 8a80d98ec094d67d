-- Where in its script's structure a call was made, as its shim said, and whether its answer may stand in for
-- the call at that place of a later run; and where a question was asked.
ALTER TABLE call ADD COLUMN place INTEGER;
ALTER TABLE call ADD COLUMN reusable INTEGER NOT NULL DEFAULT 0;
ALTER TABLE approval ADD COLUMN place INTEGER;
