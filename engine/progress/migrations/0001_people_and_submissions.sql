-- Times are seconds since 1970 in UTC.

CREATE TABLE courses (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    began REAL NOT NULL -- when it was first held by this bot
) STRICT;

-- Who wrote to the bot. One who was forgotten and whose marks stay is a row of its id alone.
CREATE TABLE people (
    id INTEGER PRIMARY KEY, -- Telegram's
    shown_name TEXT NOT NULL,
    username TEXT,
    language TEXT, -- only if chosen
    since REAL,
    seen REAL -- the first time on the last day they wrote
) STRICT;

-- What instructors said: the lines of the file they sent.
CREATE TABLE roster (
    id INTEGER PRIMARY KEY AUTOINCREMENT, -- never used again: a button may still name it
    course INTEGER NOT NULL REFERENCES courses (id),
    name TEXT NOT NULL,
    study_group TEXT
) STRICT;

CREATE INDEX roster_of_course ON roster (course);

-- What people said of themselves to a course, and the line an instructor confirmed as theirs.
CREATE TABLE enrolments (
    course INTEGER NOT NULL REFERENCES courses (id),
    person INTEGER NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    study_group TEXT,
    listed INTEGER UNIQUE REFERENCES roster (id) ON DELETE SET NULL,
    PRIMARY KEY (course, person)
) STRICT, WITHOUT ROWID;

CREATE INDEX enrolments_of_person ON enrolments (person);

-- What is said to each person once, and in which answer it stands.
CREATE TABLE told (
    person INTEGER NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    key TEXT NOT NULL,
    answer TEXT NOT NULL,
    at REAL NOT NULL,
    PRIMARY KEY (person, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE submissions (
    number INTEGER PRIMARY KEY AUTOINCREMENT, -- told to students: never used again
    course INTEGER NOT NULL REFERENCES courses (id),
    person INTEGER NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    exercise TEXT NOT NULL,
    code TEXT, -- none once forgotten
    source TEXT NOT NULL UNIQUE, -- bot and update: redelivered, it is the same submission
    received REAL NOT NULL,
    verdict TEXT,
    points REAL,
    most REAL,
    judged REAL
) STRICT;

CREATE INDEX submissions_of_person ON submissions (person, course);
CREATE INDEX submissions_unjudged ON submissions (number) WHERE judged IS NULL;
