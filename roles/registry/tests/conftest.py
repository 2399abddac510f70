"""Makes the role's Python importable the way Ansible ships it: `lab_registry` beside its siblings."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "module_utils"))
