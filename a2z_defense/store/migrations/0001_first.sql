-- Durable: evidence, the seller's entries, the journal, and what a2z did.

CREATE TABLE evidence (
    seq        INTEGER PRIMARY KEY AUTOINCREMENT,
    id         TEXT NOT NULL UNIQUE,
    kind       TEXT NOT NULL,
    subject    TEXT NOT NULL,
    sha256     TEXT NOT NULL,
    size       INTEGER NOT NULL,
    media_type TEXT NOT NULL,
    blob       TEXT,                 -- name of the blob; NULL once purged
    provenance BLOB,                 -- encrypted: file names and folders may name people
    first_seen TEXT NOT NULL,
    last_seen  TEXT NOT NULL,
    purged_at  TEXT
);
CREATE INDEX evidence_subject ON evidence (kind, subject);
CREATE INDEX evidence_blob ON evidence (blob);

CREATE TABLE sighting (
    evidence   TEXT NOT NULL,
    at         TEXT NOT NULL,
    provenance BLOB NOT NULL
);
CREATE INDEX sighting_evidence ON sighting (evidence);

CREATE TABLE entry (
    id       TEXT PRIMARY KEY,       -- evidence id of the entry itself
    claim_id TEXT NOT NULL,
    kind     TEXT NOT NULL,
    at       TEXT NOT NULL
);
CREATE INDEX entry_claim ON entry (claim_id);

CREATE TABLE claim (
    claim_id   TEXT PRIMARY KEY,
    order_id   TEXT NOT NULL,
    number     INTEGER NOT NULL,
    opened_by  TEXT,                 -- evidence id of the notice or entry
    opened_at  TEXT,                 -- that notice's own instant
    first_seen TEXT NOT NULL,
    UNIQUE (order_id, number)
);

CREATE TABLE failure (
    source  TEXT NOT NULL,
    subject TEXT NOT NULL,
    trouble TEXT NOT NULL,
    why     TEXT NOT NULL,
    remedy  TEXT NOT NULL,
    needed  INTEGER NOT NULL,
    at      TEXT NOT NULL,
    PRIMARY KEY (source, subject)
);

CREATE TABLE mailbox (
    name       TEXT PRIMARY KEY,     -- keyed digest of the mailbox's name
    cursor     BLOB,                 -- encrypted
    fetched_at TEXT NOT NULL,
    first_mail TEXT,
    last_mail  TEXT
);

CREATE TABLE journal (
    chain   TEXT NOT NULL,           -- inputs, acts
    seq     INTEGER NOT NULL,
    at      TEXT NOT NULL,
    clock   TEXT,
    actor   TEXT NOT NULL,
    what    TEXT NOT NULL,
    claim   TEXT,
    subject TEXT NOT NULL,
    digest  TEXT NOT NULL,
    hash    TEXT NOT NULL,
    PRIMARY KEY (chain, seq)
);
CREATE INDEX journal_subject ON journal (chain, subject);
CREATE INDEX journal_claim ON journal (claim);

CREATE TABLE build (
    claim_id   TEXT NOT NULL,
    version    INTEGER NOT NULL,
    inputs     TEXT NOT NULL,        -- digest of all inputs
    draft      INTEGER NOT NULL,
    manifest   TEXT NOT NULL,        -- SHA-256 of build.json
    result     TEXT NOT NULL,        -- JSON: files with digests, sizes, pages
    built_at   TEXT NOT NULL,
    PRIMARY KEY (claim_id, version),
    UNIQUE (claim_id, inputs)
);

CREATE TABLE build_path (
    claim_id TEXT NOT NULL,
    version  INTEGER NOT NULL,
    path     BLOB NOT NULL,          -- encrypted
    written  TEXT NOT NULL
);

CREATE TABLE note (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

-- Derived: rebuilt by `a2z reindex`. Ids, instants, money and kinds; no personal data.

CREATE TABLE mail_index (
    evidence    TEXT PRIMARY KEY,
    kind        TEXT NOT NULL,
    trust       TEXT NOT NULL,
    trust_why   TEXT NOT NULL,
    sent_at     TEXT,
    message_key TEXT,                -- keyed digest of the Message-ID
    content_key TEXT NOT NULL,       -- keyed digest
    alias_key   TEXT                 -- keyed digest of the relay alias
);
CREATE INDEX mail_alias ON mail_index (alias_key);
CREATE INDEX mail_message ON mail_index (message_key);

CREATE TABLE mail_order (
    evidence TEXT NOT NULL,
    order_id TEXT NOT NULL,
    PRIMARY KEY (order_id, evidence)
);

CREATE TABLE mail_reference (
    evidence TEXT NOT NULL,
    message_key TEXT NOT NULL
);
CREATE INDEX mail_reference_key ON mail_reference (message_key);

CREATE TABLE queue (
    claim_id       TEXT PRIMARY KEY,
    order_id       TEXT NOT NULL,
    account        TEXT NOT NULL,
    marketplace    TEXT,
    marketplace_id TEXT,
    reason         TEXT NOT NULL,
    reason_source  TEXT NOT NULL,
    amount         TEXT,
    currency       TEXT,
    status         TEXT NOT NULL,
    decision       TEXT NOT NULL,
    ready          INTEGER NOT NULL,
    blockers       INTEGER NOT NULL,
    deadline_kind  TEXT NOT NULL,
    deadline_at    TEXT,
    act_by         TEXT,
    rule           TEXT,
    rule_source    TEXT,
    started_at     TEXT,
    started_by     TEXT,
    first_seen     TEXT NOT NULL,
    unanswered     INTEGER NOT NULL,
    latest_version INTEGER,
    built_not_sent INTEGER,
    clocks         TEXT NOT NULL,    -- JSON [[kind, act_by]]
    assignee       TEXT,
    tags           TEXT NOT NULL     -- JSON
);

CREATE TABLE quarantine (
    evidence TEXT PRIMARY KEY,
    order_id TEXT,
    why      TEXT NOT NULL,
    act_by   TEXT,
    released INTEGER NOT NULL
);
