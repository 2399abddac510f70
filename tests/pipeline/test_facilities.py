"""Films through two facilities at once: each reads its own, and nothing of one is ever in the other."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.pipeline.conftest import SOURCE, Sender, eventually, variation

FILMS = 20


def test_both_read_their_films_and_neither_has_the_other_s(
    sender: Sender, other_sender: Sender, real_films: list[Path]
) -> None:
    def send(to: Sender, first: int) -> set[str]:
        return {
            to.put(f"film-{number:03}.jpeg", variation(real_films[number % len(real_films)], number))
            for number in range(first, first + FILMS)
        }

    with ThreadPoolExecutor(2) as pool:
        own, others = pool.map(send, (sender, other_sender), (0, 100))
    eventually(lambda: {row["key"] for row in sender.rows()} == own, 60, "the films of the one facility read")
    eventually(lambda: {row["key"] for row in other_sender.rows()} == others, 60, "those of the other read")

    for side, keys in ((sender, own), (other_sender, others)):
        assert len(side.rows()) == FILMS
        stored = side.s3.list_objects_v2(Bucket=SOURCE, Prefix=f"{side.prefix}/")["Contents"]
        assert {entry["Key"] for entry in stored} == keys


def test_the_same_film_has_another_name_in_the_other_facility(
    sender: Sender, other_sender: Sender, real_films: list[Path]
) -> None:
    film = variation(real_films[0], 0)
    rows = [side.row(side.put("film.jpeg", film)) for side in (sender, other_sender)]
    assert rows[0]["etag"] == rows[1]["etag"]
    assert rows[0]["anonymized_key"] != rows[1]["anonymized_key"]
