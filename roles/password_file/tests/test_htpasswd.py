"""Lines of an htpasswd file."""

import bcrypt
from htpasswd import htpasswd_line


def test_the_hash_is_of_the_password_and_of_no_other() -> None:
    user, _, digest = htpasswd_line("lab", "secret").partition(":")
    assert user == "lab"
    assert bcrypt.checkpw(b"secret", digest.encode())
    assert not bcrypt.checkpw(b"Secret", digest.encode())


def test_every_making_has_a_salt_of_its_own() -> None:
    assert htpasswd_line("lab", "secret") != htpasswd_line("lab", "secret")
