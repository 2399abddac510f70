# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.medical.diagnosis.plugins.modules import gitops_cluster
from ansible_collections.medical.diagnosis.plugins.plugin_utils.in_process import InProcessAction


class ActionModule(InProcessAction):
    """Runs gitops_cluster where Ansible runs."""

    module = gitops_cluster
