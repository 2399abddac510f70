"""Let ansible-test make its virtual environments without its download server.

ansible-test fetches a `get-pip` script from a server of its own, although Python brings pip along. This puts a script
of the same use where ansible-test looks first. A script that was really downloaded is left alone.
"""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path

CACHE = Path.home() / ".ansible/test/cache"

STAND_IN = '''\
"""Written by tests/ansible_test_bootstrap.py of medical.diagnosis: installs pip from the ensurepip of this Python."""

import subprocess
import sys

subprocess.check_call([sys.executable, "-m", "ensurepip", "--default-pip"])
# Options of the real script that pip itself doesn't know.
options = [option for option in sys.argv[1:] if option not in ("--no-setuptools", "--no-wheel")]
sys.exit(subprocess.call([sys.executable, "-m", "pip", "install", *options]))
'''


def pip_version() -> str:
    """The version of pip that the installed ansible-test asks for, such as ``24.2``."""
    found = importlib.util.find_spec("ansible_test")
    if found is None or not found.submodule_search_locations:
        sys.exit("ansible-test isn't installed for this Python: install ansible-core first")
    source = Path(found.submodule_search_locations[0]) / "_internal/python_requirements.py"
    version = re.search(r"""pip=['"]([\d.]+)['"]""", source.read_text(encoding="utf-8"))
    if version is None:
        sys.exit(f"This ansible-test doesn't say which pip it wants (looked into {source})")
    return version[1]


def main() -> None:
    """Put the script there, unless there is one."""
    script = CACHE / f"get_pip_{pip_version().replace('.', '_')}.py"
    if not script.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        script.write_text(STAND_IN, encoding="utf-8")


if __name__ == "__main__":
    main()
