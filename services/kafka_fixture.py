"""A real Kafka broker for tests: KRaft, one node, SCRAM users, 127.0.0.1 only."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

ARTIFACTS = Path.home() / ".cache/medical-diagnosis/artifacts"
#: Above the lab's; below those that the kernel gives to outgoing connections, lest a retry loop connects to itself.
PORTS = range(26000, 32000)
USER = "services"
START_TIMEOUT = 60.0

# A killed broker is let in again only once its former life has timed out, 9 s unless configured.
CONFIGURATION = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller_port}
listeners=CLIENT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}
listener.security.protocol.map=CLIENT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT
controller.listener.names=CONTROLLER
inter.broker.listener.name=CLIENT
sasl.mechanism.inter.broker.protocol=SCRAM-SHA-512
sasl.enabled.mechanisms=SCRAM-SHA-512
listener.name.client.scram-sha-512.sasl.jaas.config=\
org.apache.kafka.common.security.scram.ScramLoginModule required username="{user}" password="{password}";
log.dirs={data}
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
"""
CLIENT_CONFIGURATION = """\
security.protocol=SASL_PLAINTEXT
sasl.mechanism=SCRAM-SHA-512
sasl.jaas.config=\
org.apache.kafka.common.security.scram.ScramLoginModule required username="{user}" password="{password}";
"""
LOGGING = """\
rootLogger.level=WARN
rootLogger.appenderRef.console.ref=console
appender.console.type=Console
appender.console.name=console
appender.console.layout.type=PatternLayout
appender.console.layout.pattern=%d %p %c %m%n
"""


def _libraries() -> Path:
    """The folder with Kafka's jars: what the lab's own broker runs on, or another that MEDICAL_DIAGNOSIS_KAFKA_LIBS names."""
    if given := os.environ.get("MEDICAL_DIAGNOSIS_KAFKA_LIBS"):
        return Path(given)
    built = sorted(ARTIFACTS.glob("kafka-libs/*/content"), key=lambda folder: folder.stat().st_mtime)
    if not built:
        pytest.fail("Kafka's jars are missing: `ansible-playbook playbooks/tests.yml` (or `make test`) fetches them")
    return built[-1]


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    for port in random.sample(PORTS, 100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port
    raise RuntimeError("no free port")


class KafkaServer:
    """A broker that can be killed, stopped in its tracks and started again on the same port with its data."""

    def __init__(self, folder: Path) -> None:
        """Format the broker's storage in ``folder``."""
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._port = free_port()
        self._password = uuid.uuid4().hex
        (folder / "log4j2.properties").write_text(LOGGING)
        (folder / "server.properties").write_text(
            CONFIGURATION.format(
                port=self._port,
                controller_port=free_port(),
                user=USER,
                password=self._password,
                data=folder / "data",
            )
        )
        (folder / "client.properties").write_text(CLIENT_CONFIGURATION.format(user=USER, password=self._password))
        self._run(
            *("kafka.tools.StorageTool", "format", "--cluster-id", "bWVkaWNhbC1kaWFnbm9zaQ"),
            *("--config", "server.properties"),
            *("--add-scram", f"SCRAM-SHA-512=[name={USER},password={self._password}]"),
        )

    @property
    def environment(self) -> dict[str, str]:
        """The broker as the services' environment variables."""
        return {
            "KAFKA_BOOTSTRAP_SERVERS": f"127.0.0.1:{self._port}",
            "KAFKA_SECURITY_PROTOCOL": "SASL_PLAINTEXT",
            "KAFKA_SASL_MECHANISM": "SCRAM-SHA-512",
            "KAFKA_USERNAME": USER,
            "KAFKA_PASSWORD": self._password,
        }

    def add_user(self, name: str, password: str) -> None:
        """Let ``name`` in, which the running broker didn't know before."""
        self._run(
            *("kafka.admin.ConfigCommand", "--bootstrap-server", f"127.0.0.1:{self._port}"),
            *("--command-config", "client.properties", "--alter", "--entity-type", "users", "--entity-name", name),
            *("--add-config", f"SCRAM-SHA-512=[password={password}]"),
        )

    def start(self) -> None:
        """Return once clients can connect."""
        with (self._folder / "broker.log").open("ab") as log:
            self._process = subprocess.Popen(
                [*self._java(), "kafka.Kafka", "server.properties"], cwd=self._folder, stdout=log, stderr=log
            )
        deadline = time.monotonic() + START_TIMEOUT
        while time.monotonic() < deadline and self._process.poll() is None:
            with socket.socket() as probe:
                if not probe.connect_ex(("127.0.0.1", self._port)):
                    return
            time.sleep(0.1)
        pytest.fail(f"the broker doesn't start:\n{(self._folder / 'broker.log').read_text()[-4000:]}")

    def kill(self) -> None:
        """End the broker as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def freeze(self) -> None:
        """Keep the broker's connections open without an answer."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let a frozen broker go on."""
        self._signal(signal.SIGCONT)

    def ensure_running(self) -> None:
        """Start the broker unless it runs."""
        if self._process is None:
            self.start()

    def _run(self, *command: str) -> None:
        """Run one of Kafka's own programs to its end."""
        subprocess.run([*self._java(), *command], check=True, cwd=self._folder, capture_output=True)

    def _signal(self, number: signal.Signals) -> None:
        if self._process is None:
            raise RuntimeError("the broker isn't running")
        self._process.send_signal(number)

    def _java(self) -> list[str]:
        return [
            *("java", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"),
            *("-Dlog4j2.configurationFile=log4j2.properties", "-cp", f"{_libraries()}/*"),
        ]


@pytest.fixture(scope="session")
def kafka_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaServer]:
    """One broker for all tests; some kill it, so ask for ``kafka`` instead."""
    server = KafkaServer(tmp_path_factory.mktemp("kafka"))
    try:
        yield server
    finally:
        server.kill()


@pytest.fixture
def kafka(kafka_server: KafkaServer) -> KafkaServer:
    """The broker, running."""
    kafka_server.ensure_running()
    return kafka_server
