-- What `a2z list` tells of a claim that is over: derived, filled by the next fetch, reindex or command on the claim.
ALTER TABLE queue ADD COLUMN outcome   TEXT;
ALTER TABLE queue ADD COLUMN funded_by TEXT;
ALTER TABLE queue ADD COLUMN odr       TEXT;
ALTER TABLE queue ADD COLUMN late      INTEGER NOT NULL DEFAULT 0;
ALTER TABLE queue ADD COLUMN disagree  INTEGER NOT NULL DEFAULT 0;
