# Copyright: (c) 2026, the medical.diagnosis project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A gateway's user: what is to become of it, and the calls of the Admin Ops API that lead there. No network here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible.module_utils.common.text.formatters import human_to_bytes
from ansible_collections.medical.diagnosis.plugins.module_utils.errors import DiagnosisError
from ansible_collections.medical.diagnosis.plugins.module_utils.results import Change

State = dict[str, Any]

UNLIMITED = -1
QUOTAS = {"user_quota": "user", "bucket_quota": "bucket"}
_NO_QUOTA = {"enabled": False, "max_size": UNLIMITED, "max_objects": UNLIMITED}
# Option -> parameter of the Admin Ops API.
_FIELDS = {
    "display_name": "display-name",
    "email": "email",
    "suspended": "suspended",
    "max_buckets": "max-buckets",
}


@dataclass(frozen=True)
class User:
    """A user as the gateway has it.

    :param state: in the module's options, without secrets.
    :param secrets: access key -> secret key, of the user itself and not of its subusers.
    """

    uid: str
    state: State
    secrets: Mapping[str, str]

    @classmethod
    def from_admin(cls, uid: str, told: Mapping[str, Any]) -> User:
        """The user that GET /admin/user tells about."""
        secrets = {key["access_key"]: key["secret_key"] for key in told.get("keys", ()) if key["user"] == uid}
        state: State = {
            "display_name": told.get("display_name", ""),
            "email": told.get("email", ""),
            "suspended": bool(told.get("suspended")),
            "max_buckets": told.get("max_buckets"),
            "keys": sorted(secrets),
            "caps": {cap["type"]: cap["perm"] for cap in told.get("caps", ())},
        }
        for option in QUOTAS:
            state[option] = {name: told.get(option, {}).get(name, default) for name, default in _NO_QUOTA.items()}
        return cls(uid=uid, state=state, secrets=secrets)


@dataclass(frozen=True)
class AdminCall:
    """One request to /admin/user; ``doing`` says what it does, for an error."""

    method: str
    params: Mapping[str, str]
    doing: str


def plan_present(
    wanted: Sequence[Mapping[str, Any]], current: Mapping[str, User], own_key: str, purge_keys: bool
) -> list[Change]:
    """What is to become of users that should be as ``wanted`` (module options; one that is None stays as it is).

    :param own_key: the access key that the module acts with, whose user must not be locked out.
    :returns: changes in the order of ``wanted``; the payload is a list of AdminCall.
    """
    return [_plan_one(options, current.get(options["uid"]), own_key, purge_keys) for options in wanted]


def plan_absent(wanted: Sequence[Mapping[str, Any]], current: Mapping[str, User], own_key: str) -> list[Change]:
    """What is to become of users that should not be there."""
    changes = []
    for options in wanted:
        uid = options["uid"]
        user = current.get(uid)
        if user:
            _refuse_lockout(user, own_key, "remove it")
        changes.append(Change(name=uid, before=user.state if user else None, after=None, result={"uid": uid}))
    return changes


def _plan_one(options: Mapping[str, Any], user: User | None, own_key: str, purge_keys: bool) -> Change:
    uid = options["uid"]
    if user is None and not options.get("display_name"):
        raise DiagnosisError(
            f"User '{uid}'", "it doesn't exist and has no display_name", "Give the name to create it with"
        )
    _check_name(uid, options.get("display_name") or "")
    after = _wanted_state(options, user, purge_keys)
    secrets = {key["access_key"]: key["secret_key"] for key in options.get("keys") or ()}
    if user and after["suspended"] and not user.state["suspended"]:
        _refuse_lockout(user, own_key, "suspend it")
    if user and own_key not in after["keys"]:
        _refuse_lockout(user, own_key, "take this key from it")
    renewed = [key for key in secrets if user and key in user.secrets and user.secrets[key] != secrets[key]]
    written = sorted(key for key in secrets if user is None or user.secrets.get(key) != secrets[key])
    return Change(
        name=uid,
        before=user.state if user else None,
        after=after,
        result={"uid": uid, **after},
        hidden=tuple(f"keys.{key}.secret_key" for key in renewed),
        payload=_calls(uid, user.state if user else None, after, {key: secrets[key] for key in written}),
    )


def _check_name(uid: str, display_name: str) -> None:
    """Raise for a name that the gateway takes, and that makes the access lists of the user's buckets broken XML."""
    if set(display_name) & set("&<"):
        raise DiagnosisError(
            f"User '{uid}'",
            "display_name has a & or a <, which makes its buckets' access lists unreadable for S3 clients",
            "Write the name without them",
        )


def _wanted_state(options: Mapping[str, Any], user: User | None, purge_keys: bool) -> State:
    if user:
        state = dict(user.state)
    else:
        state = {"email": "", "suspended": False, "max_buckets": None, "keys": [], "caps": {}}
        state |= {option: dict(_NO_QUOTA) for option in QUOTAS}
    for option in (*_FIELDS, "caps"):
        if options.get(option) is not None:
            state[option] = options[option]
    for option in QUOTAS:
        given = options.get(option) or {}
        state[option] = {**state[option], **{name: value for name, value in given.items() if value is not None}}
        state[option]["max_size"] = size_in_bytes(f"User '{options['uid']}'", option, state[option]["max_size"])
    if options.get("keys") is not None:
        names = {key["access_key"] for key in options["keys"]}
        state["keys"] = sorted(names if purge_keys else names | set(state["keys"]))
    return state


def size_in_bytes(subject: str, option: str, size: str | int) -> int:
    """Bytes of a size such as ``500G``; any negative number is no limit, as it is for the gateway."""
    text = str(size)
    if text.startswith("-"):
        return UNLIMITED
    try:
        return int(human_to_bytes(text))
    except ValueError as error:
        raise DiagnosisError(
            subject, f"max_size '{text}' of {option} is no size", "Write bytes, or a number with K, M, G or T"
        ) from error


def _refuse_lockout(user: User, own_key: str, doing: str) -> None:
    if own_key in user.secrets:
        raise DiagnosisError(
            f"User '{user.uid}'",
            f"the module acts as this user (access key '{own_key}') and would lock itself out to {doing}",
            "Act as another user with the capability 'users=*'",
        )


def _calls(uid: str, before: State | None, after: State, secrets: Mapping[str, str]) -> list[AdminCall]:
    calls = [*_field_calls(uid, before, after), *_key_calls(uid, before["keys"] if before else [], after, secrets)]
    calls += _cap_calls(uid, before["caps"] if before else {}, after["caps"])
    for option, kind in QUOTAS.items():
        if after[option] != (before[option] if before else _NO_QUOTA):
            calls.append(_quota_call(uid, kind, after[option]))
    return calls


def _key_calls(uid: str, before: Sequence[str], after: State, secrets: Mapping[str, str]) -> list[AdminCall]:
    """New keys first, so that one is there before the old one goes."""
    key = {"uid": uid, "key": ""}
    writes = [
        AdminCall(
            "PUT",
            {**key, "access-key": access_key, "secret-key": secret_key, "generate-key": "false"},
            f"write key '{access_key}'",
        )
        for access_key, secret_key in secrets.items()
    ]
    removals = [
        AdminCall("DELETE", {**key, "access-key": access_key}, f"remove key '{access_key}'")
        for access_key in before
        if access_key not in after["keys"]
    ]
    return writes + removals


def _field_calls(uid: str, before: State | None, after: State) -> list[AdminCall]:
    fields = {
        parameter: _word(after[option])
        for option, parameter in _FIELDS.items()
        if after[option] != (before or {}).get(option) and after[option] not in (None, "")
    }
    if before is None:
        return [AdminCall("PUT", {"uid": uid, **fields, "generate-key": "false"}, "create it")]
    if before["email"] and not after["email"]:
        fields["email"] = ""
    return [AdminCall("POST", {"uid": uid, **fields}, "change it")] if fields else []


def _cap_calls(uid: str, before: Mapping[str, str], after: Mapping[str, str]) -> list[AdminCall]:
    """Giving a capability only ever adds to what there is, so one that changes is taken away first."""
    gone = {kind: perm for kind, perm in before.items() if after.get(kind) != perm}
    new = {kind: perm for kind, perm in after.items() if before.get(kind) != perm}
    calls = []
    for method, caps, doing in (("DELETE", gone, "take capabilities from it"), ("PUT", new, "give it capabilities")):
        if caps:
            text = ";".join(f"{kind}={perm}" for kind, perm in sorted(caps.items()))
            calls.append(AdminCall(method, {"uid": uid, "caps": "", "user-caps": text}, f"{doing} ({text})"))
    return calls


def _quota_call(uid: str, kind: str, quota: Mapping[str, Any]) -> AdminCall:
    params = {
        "uid": uid,
        "quota": "",
        "quota-type": kind,
        "enabled": _word(quota["enabled"]),
        "max-size": str(quota["max_size"]),
        "max-objects": str(quota["max_objects"]),
    }
    return AdminCall("PUT", params, f"set its {kind} quota")


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
