-- Providers that were to answer a call and could not, and why, as a JSON array. `provider` and `model` are those
-- of the provider that is asked after them.
ALTER TABLE call ADD COLUMN tried_json TEXT;
