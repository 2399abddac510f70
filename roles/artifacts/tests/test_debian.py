"""Where Debian packages come from: this machine's own apt configuration."""

from lab_artifacts.debian import reaching, sources

TARGETS = """\
http://mirror.example/debian/\tDebian
http://mirror.example/debian/\tDebian
http://security.example/debian-security/\tDebian-Security
https://vendor.example/repo/\tSome Vendor
"""


def test_the_machines_mirrors_serve_every_suite() -> None:
    assert sources("trixie", TARGETS) == [
        "deb http://mirror.example/debian/ trixie main",
        "deb http://mirror.example/debian/ trixie-updates main",
        "deb http://security.example/debian-security/ trixie-security main",
    ]


def test_a_suite_that_is_not_released_has_no_updates_nor_security() -> None:
    assert sources("testing", TARGETS) == ["deb http://mirror.example/debian/ testing main"]


def test_a_machine_of_another_distribution_leaves_the_mirror_to_mmdebstrap() -> None:
    assert sources("trixie", "http://archive.example/ubuntu/\tUbuntu\n") == []


def test_what_reaches_the_mirrors_is_taken_over_and_nothing_else() -> None:
    configuration = """\
APT "";
APT::Architecture "amd64";
Acquire "";
Acquire::http::Proxy "http://proxy.example:3128";
Acquire::https::CAInfo "/etc/ssl/certs/own.pem";
Acquire::Check-Valid-Until "false";
Acquire::GzipIndexes "true";
Acquire::Languages:: "none";
"""
    assert reaching(configuration) == [
        'Acquire::http::Proxy "http://proxy.example:3128";',
        'Acquire::https::CAInfo "/etc/ssl/certs/own.pem";',
        'Acquire::Check-Valid-Until "false";',
    ]
