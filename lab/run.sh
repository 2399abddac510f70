#!/bin/sh
# Runs a command of the checkout's Python environment: lab/run.sh [--become] COMMAND ARGUMENT...
# --become: an Ansible playbook that does some things as root; asks for sudo's password where one is needed.
set -eu
. "$(dirname "$0")/settings.sh"

become=''
if [ "$1" = --become ]; then
  shift
  [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null || become=--ask-become-pass
fi

venv=$("$CHECKOUT/lab/venv.sh")
cd "$CHECKOUT"
PATH=$venv/bin:$PATH
ANSIBLE_CONFIG=$CHECKOUT/ansible.cfg
# Builders write what they are doing into this file; the line about a long step shows it.
MEDICAL_DIAGNOSIS_PROGRESS=$STATE/logs/progress
# The lab's own addresses are never behind a proxy.
no_proxy=${no_proxy:+$no_proxy,}127.0.0.1,localhost
NO_PROXY=$no_proxy
export LAB PATH ANSIBLE_CONFIG MEDICAL_DIAGNOSIS_PROGRESS no_proxy NO_PROXY
# Ansible starts many short Python processes: let them keep what they compile.
unset PYTHONDONTWRITEBYTECODE

exec "$@" $become
