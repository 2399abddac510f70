#!/bin/sh
# Makes the Python environment that requirements.lock asks for, if it isn't there, and prints its folder. Another lock gets
# another folder, so two checkouts can share the cache; one that was interrupted is completed.
set -eu
. "$(dirname "$0")/settings.sh"

lock=$CHECKOUT/requirements.lock
python=$(find_python) || { echo "There is no Python of version $PYTHON_VERSIONS." >&2; exit 1; }
version=$("$python" -c 'import sys; print(*sys.version_info[:2], sep=".")')
venv=$CACHE/venv/$(sha256sum <"$lock" | cut -c1-16)-$version

install_venv_package() {
  package=python$version-venv
  echo "Installing the package $package ..."
  as_root apt-get update -qq >/dev/null
  # On record before it happens, as the role `packages` does it.
  mkdir -p "$CACHE/packages"
  apt-get --simulate --no-install-recommends install "$package" |
    sed -n 's/^Inst \([^ ]*\) (.*/- \1/p' >"$CACHE/packages/$package.yml"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package" >/dev/null
}

make_venv() {
  mkdir -p "$CACHE/venv"
  exec 8>"$CACHE/venv/.lock"
  flock 8
  [ ! -e "$venv/complete" ] || return 0 # somebody else has made it meanwhile
  echo "Making the Python environment $venv (about 1 minute) ..."
  has_venv "$python" || install_venv_package
  [ -x "$venv/bin/pip" ] || "$python" -m venv --clear "$venv"
  # uv, at the version and hashes of the lock, installs the rest several times faster than pip.
  awk '/^uv==/ { found = 1 } found { print } found && !/\\$/ { exit }' "$lock" >"$venv/uv.lock"
  "$venv/bin/pip" install -q --no-cache-dir --disable-pip-version-check --require-hashes --no-deps -r "$venv/uv.lock"
  # Compiled once here, not by each of Ansible's many short processes.
  unset PYTHONDONTWRITEBYTECODE
  "$venv/bin/uv" pip sync -q --python "$venv/bin/python" --compile-bytecode --require-hashes "$lock"
  touch "$venv/complete"
}

# The folder alone goes to standard output.
[ -e "$venv/complete" ] || make_venv >&2
echo "$venv"
