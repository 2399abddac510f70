"""The table of assessments, and the views that dashboards of existing installations query."""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None

UPGRADE = (
    """
    CREATE TABLE assessments (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        bucket text NOT NULL,
        key text NOT NULL,
        version_id text NOT NULL DEFAULT '',
        etag text NOT NULL,
        risk double precision NOT NULL CHECK (risk BETWEEN 0 AND 1),
        label text NOT NULL CHECK (label IN ('Pneumonia', 'Normal', 'Unsure')),
        thresholds_version text NOT NULL,
        model_name text NOT NULL,
        model_version text NOT NULL,
        model_digest text NOT NULL,
        revision text NOT NULL,
        processed_key text NOT NULL,
        anonymized_key text NOT NULL,
        film_format text NOT NULL,
        uploaded_at timestamptz NOT NULL,
        received_at timestamptz NOT NULL,
        assessed_at timestamptz NOT NULL,
        latency_ms integer NOT NULL,
        -- A film that is announced again, however often, stays one row.
        UNIQUE (bucket, key, version_id, etag)
    )
    """,
    "CREATE INDEX assessments_uploaded_at ON assessments (uploaded_at)",
    "CREATE INDEX assessments_label ON assessments (label, assessed_at)",
    "CREATE VIEW images_uploaded AS SELECT uploaded_at AS time, key AS name FROM assessments",
    """
    CREATE VIEW images_processed AS
    SELECT assessed_at AS time, processed_key AS name, model_version AS model, label FROM assessments
    """,
    "CREATE VIEW images_anonymized AS SELECT assessed_at AS time, anonymized_key AS name FROM assessments",
)
DOWNGRADE = (
    "DROP VIEW images_anonymized",
    "DROP VIEW images_processed",
    "DROP VIEW images_uploaded",
    "DROP TABLE assessments",
)


def upgrade() -> None:
    """Create the table and the views."""
    for statement in UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    """Drop them, with everything in them."""
    for statement in DOWNGRADE:
        op.execute(statement)
