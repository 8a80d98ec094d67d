-- What a running call waits for before it goes out to its provider, since when, and until when where that is
-- known. Written when it takes longer than a moment.
ALTER TABLE call ADD COLUMN waiting_for TEXT;
ALTER TABLE call ADD COLUMN waiting_since INTEGER;
ALTER TABLE call ADD COLUMN waiting_until INTEGER;
