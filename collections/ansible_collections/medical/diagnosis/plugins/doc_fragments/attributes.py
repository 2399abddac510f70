# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """What every module of the collection keeps: a module that writes, one that reads, and the groups for module_defaults."""

    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Can run in check mode and tell what would change without changing it.
    support: full
  diff_mode:
    description: Returns what changed, object by object, when in diff mode.
    support: full
  platform:
    description: Where the module runs.
    support: full
    platforms: posix
"""

    INFO = r"""
options: {}
attributes:
  check_mode:
    description: Can run in check mode. The module only reads.
    support: full
  diff_mode:
    description: Returns what changed when in diff mode.
    support: N/A
    details: The module never changes anything.
  platform:
    description: Where the module runs.
    support: full
    platforms: posix
"""

    RGW = r"""
options: {}
attributes:
  action_group:
    description: Takes the defaults of C(group/medical.diagnosis.rgw) in C(module_defaults).
    support: full
    membership:
      - medical.diagnosis.rgw
"""

    KAFKA = r"""
options: {}
attributes:
  action_group:
    description: Takes the defaults of C(group/medical.diagnosis.kafka) in C(module_defaults).
    support: full
    membership:
      - medical.diagnosis.kafka
"""

    KUBERNETES = r"""
options: {}
attributes:
  action_group:
    description: Takes the defaults of C(group/medical.diagnosis.kubernetes) in C(module_defaults).
    support: full
    membership:
      - medical.diagnosis.kubernetes
"""
