# Shared by the ci/ programs: where the tree is, how to say things, how to become root.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
jobs=$(nproc)

# The build that ci/demo and ci/check-install use: release, or one that stands already.
preset=${RIGOR_PRESET:-release}
configure_preset() {
  [ "$preset" != release ] || set -- -DRIGOR_TESTS=OFF -DRIGOR_BENCHMARKS=OFF "$@"
  cmake --preset "$preset" "$@"
}

say() { printf '\n== %s\n' "$*"; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else die "packages are missing and neither root nor sudo is at hand; install them by hand: $*"
  fi
}

# A build made by root in a user's tree must not lock the user out of it.
give_back() {
  if [ "$(id -u)" -eq 0 ] && [ -n "${SUDO_UID:-}" ]; then
    for path in "$@"; do [ ! -e "$path" ] || chown -R "$SUDO_UID:${SUDO_GID:-$SUDO_UID}" "$path"; done
  fi
}
