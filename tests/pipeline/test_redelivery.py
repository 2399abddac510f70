"""An event that comes again, and one that can't be read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition

from tests.pipeline.conftest import (
    DEAD_LETTERS,
    GROUP,
    TOPIC,
    Sender,
    end_offsets,
    eventually,
    records_since,
    variation,
)


def committed(kafka_options: dict[str, Any], partition: TopicPartition) -> int:
    """Up to where the event source has read ``partition``."""
    admin = KafkaAdminClient(**kafka_options)
    try:
        offsets = admin.list_group_offsets([GROUP])[GROUP]
        return int(offsets[partition].offset)
    finally:
        admin.close()


def test_the_same_event_twice_makes_one_row(
    sender: Sender,
    real_films: list[Path],
    consumer: KafkaConsumer,
    producer: KafkaProducer,
    kafka_options: dict[str, Any],
) -> None:
    before = end_offsets(consumer, TOPIC)
    key = sender.put("film.jpeg", variation(real_films[0], 7))
    first = sender.row(key)
    [event] = [record for record in records_since(consumer, before) if sender.prefix.encode() in record.value]
    again = producer.send(TOPIC, key=event.key, value=event.value).get(timeout=30)
    partition = TopicPartition(TOPIC, again.partition)
    eventually(
        lambda: committed(kafka_options, partition) > again.offset, 60, "the event source has read the event again"
    )
    assert sender.rows(key) == [first]


def test_a_text_file_is_a_dead_letter_and_the_next_film_is_read(
    sender: Sender, real_films: list[Path], consumer: KafkaConsumer
) -> None:
    before = end_offsets(consumer, DEAD_LETTERS)
    bad = sender.put("not-a-film.jpeg", b"This is a text file, whatever its name says.\n")
    good = sender.put("film.jpeg", variation(real_films[1], 8))
    sender.row(good)
    letters = eventually(
        lambda: [record for record in records_since(consumer, before, 1) if sender.prefix.encode() in record.value],
        60,
        "a dead letter",
    )
    [letter] = letters
    headers = {name: value.decode() for name, value in letter.headers}
    assert headers["ce-knativeerrorcode"] == "422"
    reason = json.loads(headers["ce-knativeerrordata"])["unreadable"][0]
    assert reason["key"] == bad
    assert "no JPEG, PNG or DICOM file" in reason["reason"]
    assert json.loads(letter.value)["Records"]
    assert sender.rows(bad) == []
