CREATE TABLE updates (
    place INTEGER PRIMARY KEY, -- in order of arrival: Telegram's ids may start anew after a week
    bot INTEGER NOT NULL,
    id INTEGER NOT NULL,
    person INTEGER, -- NULL once it is done
    arrived REAL NOT NULL, -- seconds since 1970, UTC
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'done', 'aside')),
    tries INTEGER NOT NULL DEFAULT 0, -- how often it was begun again after a crash
    data TEXT, -- the update as JSON; NULL once it is done
    UNIQUE (bot, id)
) STRICT;

CREATE INDEX undone ON updates (bot, state) WHERE state <> 'done';
CREATE INDEX updates_of ON updates (person);

-- Where the answer to a message stands, so that an edit changes it after a restart too.
CREATE TABLE answers (
    bot INTEGER NOT NULL,
    address TEXT NOT NULL,
    person INTEGER NOT NULL,
    kept REAL NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (bot, address)
) STRICT, WITHOUT ROWID;

CREATE INDEX answers_of ON answers (person);
CREATE INDEX answers_by_age ON answers (kept);
