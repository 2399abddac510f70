"""A Kubernetes API server of one's own: etcd and kube-apiserver as the lab's nodes have them, on this machine, without nodes.

It stores and validates whatever its CRDs describe and does nothing with it: no controller runs, so a deployment makes no
pods, a deleted namespace stays in phase Terminating, and what a test writes stays as it wrote it.

    with api_server() as server:
        server.install_crds(Path("managedclusters.crd.yaml"))
        server.kubectl("get", "managedclusters")
        ...  # server.kubeconfig, server.context, server.url, server.token
"""

from __future__ import annotations

import datetime
import ipaddress
import json
import secrets
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

ADDRESS = "127.0.0.1"
#: Seconds until a server has to answer, and until one that was asked to end is killed: the machine may be busy.
START_TIMEOUT = 120
STOP_TIMEOUT = 20
#: How often to try other ports when somebody else has taken one between our look and the server's start.
ATTEMPTS = 3


class ApiServerError(Exception):
    """The API server can't be had; the message is for people."""


@dataclass(frozen=True)
class ApiServer:
    """A running API server, and ways into it, all as ``system:masters``."""

    url: str
    token: str
    context: str
    #: Everything the server keeps; gone when it ends.
    folder: Path
    kubectl_program: Path
    #: Name of the program -> process id, for measurements.
    processes: Mapping[str, int]

    @property
    def kubeconfig(self) -> Path:
        """A kubeconfig file with one context, which is its current one."""
        return self.folder / "kubeconfig"

    @property
    def ca_cert(self) -> Path:
        """The certificate authority of the server's certificate."""
        return self.folder / "tls.crt"

    def kubectl(self, *arguments: str | Path, stdin: str | None = None) -> str:
        """Run kubectl; return what it printed, raise ApiServerError with what it said where it failed."""
        done = subprocess.run(
            [self.kubectl_program, f"--kubeconfig={self.kubeconfig}", *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise ApiServerError(f"kubectl {' '.join(map(str, arguments))}: {done.stderr.strip()}")
        return done.stdout

    def install_crds(self, *files: Path) -> None:
        """Install custom resource definitions and return when their objects can be written."""
        named = [f"--filename={file}" for file in files]
        self.kubectl("apply", "--server-side", *named)
        deadline = time.monotonic() + START_TIMEOUT
        # Not `kubectl wait`, which fails on a definition that has no condition yet.
        while not all(_is_established(crd) for crd in self._read("get", "customresourcedefinitions", "--output=json")):
            if time.monotonic() > deadline:
                raise ApiServerError(f"Not all definitions of {files} are established within {START_TIMEOUT} s.")
            time.sleep(0.1)

    def _read(self, *arguments: str) -> list[dict[str, Any]]:
        """The objects that a kubectl command prints as JSON."""
        items: list[dict[str, Any]] = json.loads(self.kubectl(*arguments))["items"]
        return items


def _is_established(crd: Mapping[str, Any]) -> bool:
    """Whether objects of a custom resource definition can be written."""
    conditions = crd.get("status", {}).get("conditions") or []
    return any(each["type"] == "Established" and each["status"] == "True" for each in conditions)


@contextmanager
def api_server(context: str = "server") -> Iterator[ApiServer]:
    """An API server with nothing in it; both processes and all they kept are gone afterwards.

    :param context: name of the context in its kubeconfig.
    :raises ApiServerError: where its programs aren't built, or when it doesn't start.
    """
    programs = _programs()
    with tempfile.TemporaryDirectory(prefix="api-server-") as name, ExitStack() as running:
        yield _start(Path(name), programs, context, running)


def _programs() -> Path:
    """The newest folder with the programs that the lab has built."""
    artifacts = Path.home() / ".cache/medical-diagnosis/artifacts"
    built = sorted(artifacts.glob("kubernetes-binaries/*/manifest.json"), key=lambda manifest: manifest.stat().st_mtime)
    if not built:
        raise ApiServerError(f"There is no kube-apiserver in {artifacts}. Run `make site`, which builds it.")
    return built[-1].parent / "content"


def _start(folder: Path, programs: Path, context: str, running: ExitStack) -> ApiServer:
    """Start both servers, with other ports where one was taken; they end with ``running``."""
    _write_certificate(folder)
    token = secrets.token_urlsafe(24)
    (folder / "tokens.csv").write_text(f"{token},admin,admin,system:masters\n")
    for attempt in range(1, ATTEMPTS + 1):
        ports = _free_ports(3)
        try:
            with ExitStack() as attempted:
                processes = _start_on(folder, programs, ports, token, attempted)
                running.push(attempted.pop_all())
            break
        except ApiServerError as error:
            if attempt == ATTEMPTS or "address already in use" not in str(error):
                raise
    url = f"https://{ADDRESS}:{ports[2]}"
    server = ApiServer(url, token, context, folder, programs / "kubectl", processes)
    server.kubeconfig.write_text(_kubeconfig(server))
    server.kubeconfig.chmod(0o600)
    return server


def _start_on(folder: Path, programs: Path, ports: list[int], token: str, running: ExitStack) -> dict[str, int]:
    """Start both servers on given ports and wait for each; return their process ids."""
    client_port, peer_port, port = ports
    etcd_url = f"http://{ADDRESS}:{client_port}"
    etcd = _Process(
        programs / "etcd",
        folder / "etcd.log",
        f"--data-dir={folder / f'etcd-{client_port}'}",
        f"--listen-client-urls={etcd_url}",
        f"--advertise-client-urls={etcd_url}",
        f"--listen-peer-urls=http://{ADDRESS}:{peer_port}",
        # What it stores is thrown away with it.
        "--unsafe-no-fsync",
        "--log-level=warn",
    )
    running.callback(etcd.stop)
    etcd.wait_until_ready(f"{etcd_url}/readyz")
    server = _Process(
        programs / "kube-apiserver",
        folder / "kube-apiserver.log",
        f"--etcd-servers={etcd_url}",
        f"--bind-address={ADDRESS}",
        f"--advertise-address={ADDRESS}",
        f"--secure-port={port}",
        f"--tls-cert-file={folder / 'tls.crt'}",
        f"--tls-private-key-file={folder / 'tls.key'}",
        f"--cert-dir={folder}",
        f"--token-auth-file={folder / 'tokens.csv'}",
        "--authorization-mode=RBAC",
        "--allow-privileged=true",
        "--service-account-issuer=https://kubernetes.default.svc",
        f"--service-account-key-file={folder / 'tls.key'}",
        f"--service-account-signing-key-file={folder / 'tls.key'}",
        "--service-cluster-ip-range=10.0.0.0/24",
        # It wants a service account in each namespace, which a controller would make.
        "--disable-admission-plugins=ServiceAccount",
    )
    running.callback(server.stop)
    server.wait_until_ready(f"https://{ADDRESS}:{port}/readyz", folder / "tls.crt", token)
    return {"etcd": etcd.pid, "kube-apiserver": server.pid}


class _Process:
    """A server of ours: started on construction, ended by its own process id."""

    def __init__(self, program: Path, log: Path, *arguments: str) -> None:
        self._program, self._log = program, log
        # It ends with us, also where nobody is left to end it.
        command: list[str | Path] = ["setpriv", "--pdeathsig", "TERM", program, *arguments]
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
            )

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def wait_until_ready(self, url: str, ca: Path | None = None, token: str = "") -> None:
        """Return when ``url`` answers 200; raise ApiServerError with the end of its log where that doesn't happen."""
        deadline = time.monotonic() + START_TIMEOUT
        session = requests.Session()
        # What listens on this machine is never behind a proxy.
        session.trust_env = False
        while self._process.poll() is None and time.monotonic() < deadline:
            try:
                answer = session.get(
                    url, headers={"Authorization": f"Bearer {token}"}, verify=str(ca) if ca else True, timeout=5
                )
                if answer.ok:
                    return
            except requests.RequestException:
                pass
            time.sleep(0.1)
        code = self._process.poll()
        what = f"doesn't answer within {START_TIMEOUT} s" if code is None else f"ended with code {code}"
        tail = "\n".join(self._log.read_text(errors="replace").splitlines()[-20:])
        raise ApiServerError(f"{self._program.name} {what}:\n{tail}")

    def stop(self) -> None:
        """End it and return when it is gone."""
        self._process.terminate()
        try:
            self._process.wait(STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _free_ports(count: int) -> list[int]:
    """Ports that nobody listens on now."""
    with ExitStack() as open_sockets:
        sockets = [open_sockets.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind((ADDRESS, 0))
        return [each.getsockname()[1] for each in sockets]


def _write_certificate(folder: Path) -> None:
    """Write ``tls.key`` and ``tls.crt``, an authority and server certificate in one for a few days."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "medical-diagnosis-test-api-server")])
    now = datetime.datetime.now(datetime.UTC)
    usage = x509.KeyUsage(
        digital_signature=True, key_cert_sign=True, key_encipherment=True,
        content_commitment=False, data_encipherment=False, key_agreement=False,
        crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=3))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(ADDRESS))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(identifier, critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    (folder / "tls.key").touch(mode=0o600)
    (folder / "tls.key").write_bytes(pem)
    (folder / "tls.crt").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))


def _kubeconfig(server: ApiServer) -> str:
    """A kubeconfig for ``server``; JSON is YAML, too."""
    cluster = {"server": server.url, "certificate-authority": str(server.ca_cert)}
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": server.context,
            "clusters": [{"name": server.context, "cluster": cluster}],
            "users": [{"name": "admin", "user": {"token": server.token}}],
            "contexts": [{"name": server.context, "context": {"cluster": server.context, "user": "admin"}}],
        },
        indent=1,
    )
