# What the scripts of this folder have in common; read by them, not run.
: "${LAB:=lab}"
CHECKOUT=$(cd "$(dirname "$0")/.." && pwd)
CACHE=$HOME/.cache/medical-diagnosis
export UV_CACHE_DIR="$CACHE/uv"
# Trust whom the machine trusts, not only whom uv was built to.
export UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS:-true}"
STATE=$HOME/.local/state/medical-diagnosis/$LAB

# Gigabytes that building everything takes, with the clusters; and what the clusters take when everything is built.
DISK_COLD=30
DISK_WARM=15

# What ansible-core 2.19 runs on.
PYTHON_VERSIONS='3.11 to 3.13'

# Print the first Python of a version that will do; fail if there is none.
find_python() {
  for candidate in python3 python3.13 python3.12 python3.11; do
    if "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then
      command -v "$candidate"
      return
    fi
  done
  return 1
}

# Debian and Ubuntu keep what a new environment needs in a package of its own.
has_venv() { "$1" -c 'import ensurepip, venv' 2>/dev/null; }

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
