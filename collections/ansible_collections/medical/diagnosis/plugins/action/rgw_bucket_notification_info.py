# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.medical.diagnosis.plugins.modules import rgw_bucket_notification_info
from ansible_collections.medical.diagnosis.plugins.plugin_utils.in_process import InProcessAction


class ActionModule(InProcessAction):
    """Runs rgw_bucket_notification_info where Ansible runs."""

    module = rgw_bucket_notification_info
