-- Every part that an owner was shown with a draft: what was approved is what is sent.
CREATE TABLE approval_parts (
    approval TEXT NOT NULL REFERENCES approvals (report) ON DELETE CASCADE,
    part TEXT NOT NULL,
    report TEXT NOT NULL REFERENCES reports (id) ON DELETE CASCADE,
    PRIMARY KEY (approval, part)
) STRICT;
