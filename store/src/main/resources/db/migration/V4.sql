-- What scripts asked people, in the order of asking; kept by the run that a person started, also what its
-- children asked. Numbered like calls: the run's number and the question's position.
CREATE TABLE approval (
  no INTEGER PRIMARY KEY,
  question TEXT NOT NULL,
  label TEXT,
  phase TEXT,
  status TEXT NOT NULL,
  answered_by TEXT,
  asked_at INTEGER NOT NULL,
  answered_at INTEGER
);
