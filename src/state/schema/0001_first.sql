-- Written in SQLite's words; for PostgreSQL, INTEGER becomes BIGINT and STRICT goes (migrate.rs).
-- Times are microseconds since 1970-01-01 UTC; yes is 1 and no is 0; lists and payloads are JSON as text.

-- Numbers that only grow: run numbers, and the store's idempotency number of every application.
CREATE TABLE counters (
    name TEXT NOT NULL PRIMARY KEY,
    last INTEGER NOT NULL
) STRICT;

CREATE TABLE runs (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    started INTEGER NOT NULL,
    finished INTEGER,
    outcome TEXT,
    summary TEXT
) STRICT;
CREATE INDEX runs_by_time ON runs (started);

CREATE TABLE channel_runs (
    run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    channel TEXT NOT NULL,
    platform TEXT NOT NULL,
    started INTEGER NOT NULL,
    finished INTEGER NOT NULL,
    complete INTEGER NOT NULL,
    calls INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    retries INTEGER NOT NULL,
    throttled INTEGER NOT NULL,
    values_new INTEGER NOT NULL,
    restated INTEGER NOT NULL,
    settled INTEGER NOT NULL,
    unchanged INTEGER NOT NULL,
    posts_new INTEGER NOT NULL,
    source TEXT NOT NULL,
    problems TEXT NOT NULL,
    PRIMARY KEY (run, channel)
) STRICT;
CREATE INDEX channel_runs_by_channel ON channel_runs (channel, finished);

-- One row per number handed out for the store; committed when the store has taken it.
CREATE TABLE versions (
    application TEXT NOT NULL,
    version INTEGER NOT NULL,
    run TEXT NOT NULL,
    allocated INTEGER NOT NULL,
    committed INTEGER,
    PRIMARY KEY (application, version)
) STRICT;

CREATE TABLE tokens (
    subject TEXT NOT NULL PRIMARY KEY,
    valid INTEGER NOT NULL,
    expires INTEGER,
    never_expires INTEGER NOT NULL,
    data_access_expires INTEGER,
    scopes TEXT NOT NULL,
    checked INTEGER NOT NULL,
    last_success INTEGER,
    warned TEXT,
    warned_at INTEGER
) STRICT;

CREATE TABLE secrets (
    name TEXT NOT NULL PRIMARY KEY,
    sealed TEXT NOT NULL,
    stored INTEGER NOT NULL
) STRICT;

CREATE TABLE imports (
    hash TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    channel TEXT,
    format TEXT NOT NULL,
    imported INTEGER NOT NULL,
    taken INTEGER NOT NULL,
    skipped INTEGER NOT NULL,
    run TEXT NOT NULL
) STRICT;

CREATE TABLE reports (
    id TEXT NOT NULL PRIMARY KEY,
    spec TEXT NOT NULL,
    kind TEXT NOT NULL,
    period_start TEXT NOT NULL,
    period_end TEXT NOT NULL,
    period_code TEXT NOT NULL,
    unit TEXT,
    language TEXT NOT NULL,
    hash TEXT NOT NULL,
    made INTEGER NOT NULL,
    draft INTEGER NOT NULL,
    preliminary INTEGER NOT NULL,
    folder TEXT NOT NULL,
    known_at INTEGER NOT NULL,
    config_digest TEXT NOT NULL
) STRICT;
CREATE INDEX reports_by_time ON reports (made);

-- What became of every report on every way to every recipient. The unique key is what keeps anything from going twice.
CREATE TABLE deliveries (
    id TEXT NOT NULL PRIMARY KEY,
    report TEXT NOT NULL REFERENCES reports (id),
    spec TEXT NOT NULL,
    part TEXT NOT NULL,
    instant INTEGER NOT NULL,
    recipient TEXT NOT NULL,
    way TEXT NOT NULL,
    copy INTEGER NOT NULL,
    status TEXT NOT NULL,
    retry_at INTEGER,
    message_id TEXT NOT NULL,
    answer TEXT,
    attempts INTEGER NOT NULL,
    worker TEXT,
    sending_until INTEGER,
    resend_of TEXT,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    UNIQUE (spec, part, instant, recipient, way, copy)
) STRICT;
CREATE INDEX deliveries_by_report ON deliveries (report);
CREATE INDEX deliveries_by_status ON deliveries (status);

CREATE TABLE approvals (
    report TEXT NOT NULL PRIMARY KEY REFERENCES reports (id) ON DELETE CASCADE,
    spec TEXT NOT NULL,
    instant INTEGER NOT NULL,
    owner TEXT NOT NULL,
    pass_hash TEXT NOT NULL UNIQUE,
    deadline INTEGER NOT NULL,
    on_deadline TEXT NOT NULL,
    state TEXT NOT NULL,
    asked INTEGER NOT NULL,
    decided_by TEXT,
    decided_at INTEGER
) STRICT;

CREATE TABLE slots (
    schedule TEXT NOT NULL,
    instant INTEGER NOT NULL,
    fate TEXT NOT NULL,
    claimed INTEGER NOT NULL,
    PRIMARY KEY (schedule, instant)
) STRICT;

CREATE TABLE jobs (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    same_as TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    priority INTEGER NOT NULL,
    run_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    max_attempts INTEGER NOT NULL,
    claims INTEGER NOT NULL,
    worker TEXT,
    lease_until INTEGER,
    error TEXT,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    finished INTEGER
) STRICT;
CREATE INDEX jobs_by_turn ON jobs (state, run_at);

CREATE TABLE alerts (
    id TEXT NOT NULL PRIMARY KEY,
    same_as TEXT NOT NULL,
    gravity TEXT NOT NULL,
    subject TEXT NOT NULL,
    what TEXT NOT NULL,
    cool_down INTEGER NOT NULL,
    raised INTEGER NOT NULL,
    last_raised INTEGER NOT NULL,
    times INTEGER NOT NULL,
    notices INTEGER NOT NULL,
    noticed_gravity TEXT,
    last_notified INTEGER,
    acknowledged_by TEXT,
    acknowledged_at INTEGER,
    resolved INTEGER
) STRICT;
CREATE UNIQUE INDEX alerts_once_while_open ON alerts (same_as) WHERE resolved IS NULL;

-- An empty report means every report.
CREATE TABLE unsubscribes (
    address TEXT NOT NULL,
    spec TEXT NOT NULL,
    how TEXT NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY (address, spec)
) STRICT;

CREATE TABLE settings (
    name TEXT NOT NULL PRIMARY KEY,
    content TEXT NOT NULL,
    stored INTEGER NOT NULL
) STRICT;

CREATE TABLE audit (
    id TEXT NOT NULL PRIMARY KEY,
    happened INTEGER NOT NULL,
    who TEXT NOT NULL,
    what TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL
) STRICT;
CREATE INDEX audit_by_time ON audit (happened);

CREATE TABLE users (
    id TEXT NOT NULL PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    units TEXT NOT NULL,
    password_hash TEXT,
    oidc_subject TEXT UNIQUE,
    active INTEGER NOT NULL,
    created INTEGER NOT NULL,
    last_login INTEGER
) STRICT;

CREATE TABLE sessions (
    pass_hash TEXT NOT NULL PRIMARY KEY,
    holder TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created INTEGER NOT NULL,
    last_seen INTEGER NOT NULL,
    expires INTEGER NOT NULL
) STRICT;

-- Failed attempts at a door, by whatever is counted: an address, an account.
CREATE TABLE login_failures (
    id TEXT NOT NULL PRIMARY KEY,
    subject TEXT NOT NULL,
    happened INTEGER NOT NULL
) STRICT;
CREATE INDEX login_failures_by_subject ON login_failures (subject, happened);

CREATE TABLE invitations (
    id TEXT NOT NULL PRIMARY KEY,
    pass_hash TEXT NOT NULL UNIQUE,
    email TEXT NOT NULL,
    role TEXT NOT NULL,
    units TEXT NOT NULL,
    invited_by TEXT NOT NULL,
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    used INTEGER
) STRICT;

CREATE TABLE api_tokens (
    id TEXT NOT NULL PRIMARY KEY,
    pass_hash TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    units TEXT NOT NULL,
    made_by TEXT NOT NULL,
    created INTEGER NOT NULL,
    expires INTEGER,
    last_used INTEGER,
    revoked INTEGER
) STRICT;

CREATE TABLE share_links (
    id TEXT NOT NULL PRIMARY KEY,
    pass_hash TEXT NOT NULL UNIQUE,
    report TEXT NOT NULL REFERENCES reports (id) ON DELETE CASCADE,
    made_by TEXT NOT NULL,
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    opened INTEGER NOT NULL,
    revoked INTEGER
) STRICT;
