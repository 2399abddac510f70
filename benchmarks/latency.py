"""PUT -> row: how long a film takes through a warm pipeline, and where the time goes.

Reads the variables that `make env` prints. Films are sent one at a time at a fixed rate, so that none waits for another.
The clock starts before the PUT and stops when a second connection sees the row.
"""

from __future__ import annotations

import argparse
import io
import os
import statistics
import time
import uuid
from pathlib import Path

import boto3
import psycopg
from PIL import Image

BUCKET = "xray-source"
WARM_UP = 10
#: Seconds after which a film counts as lost.
GIVE_UP = 60


def film(source: Path, number: int) -> bytes:
    """A full-size film of its own, brighter than ``source`` by an amount that ``number`` sets."""
    content = io.BytesIO()
    with Image.open(source) as image:
        image.convert("L").point(lambda value: min(255, value + number % 32)).save(
            content, "JPEG", quality=88 + number % 8, comment=str(number).encode()
        )
    return content.getvalue()


def percentile(values: list[float], share: float) -> float:
    """The value that ``share`` (0 to 1) of ``values`` don't exceed."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def main() -> None:
    """Send the films and print the figures in milliseconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--films", type=int, default=100, help="films to measure, after 10 to warm up")
    parser.add_argument("--per-second", type=float, default=2.0, help="films sent in a second")
    parser.add_argument("--from", dest="folder", type=Path, required=True, help="folder with JPEG films")
    options = parser.parse_args()

    sources = sorted(options.folder.rglob("*.jpeg"))
    prefix = f"bench-{uuid.uuid4().hex[:12]}"
    store = boto3.client("s3", endpoint_url=os.environ["S3_ENDPOINT"], region_name="default")
    put: list[float] = []
    total: list[float] = []
    parts: dict[str, list[float]] = {"upload to function": [], "in the function": []}
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as database:
        for number in range(WARM_UP + options.films):
            key, body = f"{prefix}/{number}.jpeg", film(sources[number % len(sources)], number)
            started = time.perf_counter()
            store.put_object(Bucket=BUCKET, Key=key, Body=body)
            stored = time.perf_counter()
            row = None
            while row is None and time.perf_counter() - started < GIVE_UP:
                row = database.execute(
                    "SELECT uploaded_at, received_at, assessed_at FROM assessments WHERE bucket = %s AND key = %s",
                    [BUCKET, key],
                ).fetchone()
                if row is None:
                    time.sleep(0.004)
            if row is None:
                raise SystemExit(f"{key} was not read within {GIVE_UP} s: is the pipeline up? `make status` tells")
            seen = time.perf_counter()
            if number >= WARM_UP:
                put.append(1000 * (stored - started))
                total.append(1000 * (seen - started))
                parts["upload to function"].append(1000 * (row[1] - row[0]).total_seconds())
                parts["in the function"].append(1000 * (row[2] - row[1]).total_seconds())
            time.sleep(max(0, 1 / options.per_second - (time.perf_counter() - started)))
        rows = database.execute(
            "DELETE FROM assessments WHERE starts_with(key, %s) RETURNING key, processed_key, anonymized_key",
            [f"{prefix}/"],
        ).fetchall()
    for key, processed, anonymized in rows:
        store.delete_object(Bucket=BUCKET, Key=key)
        store.delete_object(Bucket=f"{BUCKET}-processed", Key=processed)
        store.delete_object(Bucket=f"{BUCKET}-anonymized", Key=anonymized)

    print(f"{len(total)} films, {options.per_second:g} a second, milliseconds:")
    for name, values in {"PUT -> row": total, "the PUT itself": put, **parts}.items():
        print(
            f"  {name:20} p50 {statistics.median(values):6.0f}   p95 {percentile(values, 0.95):6.0f}"
            f"   max {max(values):6.0f}"
        )


if __name__ == "__main__":
    main()
