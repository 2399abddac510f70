#!/bin/sh
# Looks whether this machine can hold the lab, before anything is touched: says what is missing, all of it at once, or what
# is going to happen. Changes nothing.
set -eu
. "$(dirname "$0")/settings.sh"

problems=''
refuse() { problems="$problems
  - $1"; }

[ "$(uname -s)-$(uname -m)" = Linux-x86_64 ] || refuse "It is a $(uname -s) machine of type $(uname -m); the lab needs Linux on x86-64."

[ "$(id -u)" = 0 ] || command -v sudo >/dev/null || refuse 'You are not root and there is no sudo.'

command -v apt-get >/dev/null ||
  refuse 'There is no apt-get: the lab installs and builds from Debian packages, so it needs Debian or Ubuntu.'

cores=$(nproc 2>/dev/null || echo 0)
[ "$cores" -ge 2 ] || refuse "It has $cores processor core; the lab needs 2."

# What a machine of 16 GiB has left after its firmware has taken its part.
memory=$(awk '$1 == "MemTotal:" { print int($2 / 1024) }' /proc/meminfo 2>/dev/null || echo 0)
[ "$memory" -ge 15200 ] || refuse "It has $memory MiB of memory; the lab needs 16 GiB."

# A folder that does not exist yet will be on the disk of its nearest parent.
free_gigabytes() {
  folder=$1
  while [ ! -e "$folder" ]; do folder=$(dirname "$folder"); done
  df -Pk "$folder" | awk 'NR == 2 { print int($4 / 1048576) }'
}
if [ -d "$CACHE/artifacts" ]; then needed=$DISK_WARM; else needed=$DISK_COLD; fi
for folder in "$CACHE" /var/lib/medical-diagnosis; do
  free=$(free_gigabytes "$folder")
  [ "$free" -ge "$needed" ] || refuse "The disk of $folder has $free GB free; the lab needs $needed GB."
done

python=$(find_python) || refuse "There is no Python of version $PYTHON_VERSIONS: install one, for example the package python3."
if [ -n "${python:-}" ] && ! has_venv "$python" && ! command -v apt-get >/dev/null; then
  refuse "$python has no module venv."
fi

case ${LAB_IMAGES:-build} in
  build | upstream) ;;
  *) refuse "LAB_IMAGES is '$LAB_IMAGES'; it can be build or upstream." ;;
esac

if [ -n "$problems" ]; then
  printf 'This machine cannot hold the lab. Nothing was changed.%s\n' "$problems" >&2
  exit 1
fi

if [ -e "$STATE/images.yml" ]; then duration='about 1 minute: the lab was up before'
elif [ -d "$CACHE/artifacts/node" ]; then duration='about 4 minutes: everything is built'
else duration='about 20 minutes: nothing is built yet. It can be interrupted at any time and then goes on where it was'
fi
cat <<TEXT
The lab '$LAB': a hub and two facilities, Kubernetes clusters on this machine, and everything in them.
  needs     2 cores, 16 GiB of memory, $needed GB of disk (this machine: $cores cores, $((memory / 1024)) GiB, $free GB free)
  installs  Debian packages that are missing (a container engine unless Docker runs, tools that build images), listed as they
            come; a Python environment and all that is built in $CACHE
  publishes on 127.0.0.1 only
  takes     $duration
  leaves    nothing after \`make clean\` but that folder and the packages; not those after \`make distclean\`
TEXT
