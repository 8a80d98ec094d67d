-- In whose conversation a call goes on, as its script named it: the number of that call. And what the provider
-- calls the conversation that an answer ended, which belongs to the directory that the agent worked in. Going on
-- in one that session_once marks changes it: then it is taken away from the answer before.
ALTER TABLE call ADD COLUMN continues INTEGER;
ALTER TABLE answer ADD COLUMN session_id TEXT;
ALTER TABLE answer ADD COLUMN session_directory TEXT;
ALTER TABLE answer ADD COLUMN session_once INTEGER NOT NULL DEFAULT 0;
