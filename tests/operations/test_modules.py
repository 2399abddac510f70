"""The modules' integration targets, against the real servers of the lab."""

from __future__ import annotations

from pathlib import Path
from string import Template

import pytest
import yaml

from tests.collection import COLLECTION, ansible_test, install
from tests.conftest import STATE, Facility

TARGETS = sorted(
    path.parent.name
    for path in COLLECTION.glob("tests/integration/targets/*/aliases")
    if not path.parent.name.startswith("setup_")
)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory, facility: Facility) -> Path:
    """The collection with the lab's addresses and keys in its test configuration."""
    folder = install(tmp_path_factory.mktemp("integration"))
    lab = yaml.safe_load((STATE / "lab.yml").read_text())
    published = yaml.safe_load((STATE / "images.yml").read_text())
    environment = facility.environment | {
        "RGW_ADMIN_ACCESS_KEY_ID": "admin",
        "RGW_ADMIN_SECRET_ACCESS_KEY": (STATE / "secrets" / facility.name / "rgw-admin").read_text().strip(),
        "KAFKA_SECURITY_PROTOCOL": "SASL_PLAINTEXT",
        "KAFKA_SASL_MECHANISM": "SCRAM-SHA-512",
        "GIT_PUSH_URL": "http://lab:{password}@127.0.0.1:{port}/medical-diagnosis.git".format(
            password=(STATE / "secrets/git").read_text().strip(), port=lab["ports"]["git"]
        ),
        "GIT_PULL_URL": "http://git-server.git.svc.cluster.local/medical-diagnosis.git",
        "HELM": published["lab_artifacts"]["helm"],
        "KLUSTERLET_CHART": published["lab_artifacts"]["ocm-charts"] + "/klusterlet",
        "KLUSTERLET_IMAGE": published["lab_images"]["ocm-registration-operator"],
    }
    template = folder / "tests/integration/integration_config.yml.template"
    configuration = Template(template.read_text()).substitute(environment)
    template.with_suffix("").write_text(configuration)
    return folder


@pytest.mark.parametrize("target", TARGETS)
def test_target(installed: Path, target: str) -> None:
    ansible_test(installed, "integration", target)
