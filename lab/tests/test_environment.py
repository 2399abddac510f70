"""What `make env` prints."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

SCRIPT = Path(__file__).resolve().parent.parent / "environment.py"
PORTS = {"hub_api": 1, "facility_east_s3": 5, "facility_east_kafka": 6, "facility_east_postgresql": 7}


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """The folder of a lab with one facility; a password of it needs quoting."""
    (tmp_path / "lab.yml").write_text(yaml.safe_dump({"name": "lab", "ports": PORTS}))
    secrets = tmp_path / "secrets/facility-east"
    secrets.mkdir(parents=True)
    for name, value in {"s3-xraylab-1": "it's", "kafka-admin": "kafka", "database": "data"}.items():
        (secrets / name).write_text(f"{value}\n")
    return tmp_path


def run(state: Path, facility: str = "facility-east") -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, SCRIPT, state, facility], capture_output=True, text=True, check=False)


def test_a_shell_takes_the_lines(state: Path) -> None:
    names = [
        "S3_ENDPOINT",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "KAFKA_BOOTSTRAP",
        "KAFKA_USERNAME",
        "KAFKA_PASSWORD",
        "DATABASE_URL",
        "KUBECONFIG",
    ]
    script = run(state).stdout + "".join(f'echo "${name}"\n' for name in names)
    values = subprocess.run(["sh", "-eu"], input=script, capture_output=True, text=True, check=True).stdout.splitlines()
    assert dict(zip(names, values, strict=True)) == {
        "S3_ENDPOINT": "http://127.0.0.1:5",
        "AWS_ACCESS_KEY_ID": "xraylab-1",
        "AWS_SECRET_ACCESS_KEY": "it's",
        "KAFKA_BOOTSTRAP": "127.0.0.1:6",
        "KAFKA_USERNAME": "admin",
        "KAFKA_PASSWORD": "kafka",
        "DATABASE_URL": "postgresql://xraylab:data@127.0.0.1:7/xraylabdb",
        "KUBECONFIG": str(state / "kubeconfig"),
    }


@pytest.mark.parametrize(
    ("folder", "facility", "message"),
    [("none", "facility-east", "There is no lab in"), (".", "facility-west", "The facility facility-west")],
)
def test_what_is_not_there_is_told_and_nothing_printed(state: Path, folder: str, facility: str, message: str) -> None:
    done = run(state / folder, facility)
    assert (done.returncode, done.stdout) == (1, "")
    assert message in done.stderr
    assert "make site" in done.stderr
