# shellcheck shell=bash
# What ./quickstart, ./check and the scripts beside this file share. Sourced, never run. Requires `top`, the folder of
# the clone, to be set.
: "${top:?}"

# What building the program needs. An entry PACKAGE=COMMAND is met by the command alone, whoever installed it.
# shellcheck disable=SC2034  # used by the scripts that source this file
build_packages=(
  g++ cmake ninja-build=ninja ccache=ccache pkg-config=pkg-config
  libcli11-dev libtomlplusplus-dev nlohmann-json3-dev libfmt-dev libexpected-dev librandom123-dev libboost-dev
  libnetcdf-dev libsqlite3-dev libzstd-dev zlib1g-dev libbz2-dev liblzma-dev libisal-dev libsimdjson-dev libhyperscan-dev
  libre2-dev libxxhash-dev libssl-dev libc-ares-dev libmaxminddb-dev
  tor-geoipdb gnuplot-nox=gnuplot librsvg2-bin=rsvg-convert fonts-dejavu-core
)
# What the tests need beyond that.
# shellcheck disable=SC2034
test_packages=(
  libgtest-dev libgmock-dev librapidcheck-dev libbenchmark-dev libeigen3-dev
  clang-16 libclang-rt-16-dev clang-format-16 shellcheck=shellcheck jq=jq zstd=zstd python3-minimal=python3 tzdata
)

say() { printf '%s\n' "$*" >&2; }

# die MESSAGE [REMEDY]: ends the script with exit code 1.
die() {
  say "${0##*/}: $1"
  if [[ $# -gt 1 ]]; then say "  $2"; fi
  exit 1
}

# Prints those of the given packages that are not installed, one a line.
missing_packages() {
  local entry package command
  for entry in "$@"; do
    package=${entry%%=*}
    command=${entry#*=}
    if [[ $entry == *=* ]] && command -v "$command" >/dev/null 2>&1; then continue; fi
    if [[ $(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) != installed ]]; then
      printf '%s\n' "$package"
    fi
  done
}

# install_missing PACKAGE...: installs what is not there and nothing else, after saying what. Never asks, never removes.
install_missing() {
  if ! command -v dpkg-query >/dev/null 2>&1 || ! command -v apt-get >/dev/null 2>&1; then
    die "this is not Debian (no dpkg-query or no apt-get), so nothing can be installed here." \
      "Install by your own means what these Debian packages give, then run again with --no-install: ${*%%=*}"
  fi
  local distribution
  distribution=$(. /etc/os-release 2>/dev/null && printf '%s %s' "${ID:-unknown}" "${VERSION_ID:-}")
  if [[ $distribution != "debian 12" ]]; then
    say "Note: this is ${distribution:-an unknown system}; secondwave is tested on Debian 12 only. Going on."
  fi

  local -a missing
  mapfile -t missing < <(missing_packages "$@")
  if [[ ${#missing[@]} -eq 0 ]]; then
    say "Everything needed is installed already."
    return
  fi
  say "These Debian packages are missing and will be installed now with apt-get (nothing is removed):"
  printf '%s\n' "${missing[@]}" | fold_words >&2

  local -a as_root=()
  if [[ $(id -u) -ne 0 ]]; then
    if ! command -v sudo >/dev/null 2>&1 || ! sudo -n true 2>/dev/null; then
      die "installing needs root, and sudo is absent or would ask for a password." \
        "Run this once, then start again: sudo apt-get install --no-install-recommends ${missing[*]}"
    fi
    as_root=(sudo -n)
  fi
  local -a apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -y -q
    -o DPkg::Lock::Timeout=120 -o Acquire::Retries=3 -o Acquire::http::Timeout=30 -o APT::Update::Error-Mode=any)
  local log=$top/build/apt.log
  mkdir -p "$top/build"
  if ! "${apt[@]}" update >"$log" 2>&1; then
    # A list of a mirror that the user added may be broken; the packages may be known and in reach all the same.
    say "Note: apt-get update failed (log: build/apt.log); trying with the package lists that are here."
  fi
  if ! "${apt[@]}" install --no-install-recommends --no-remove "${missing[@]}" >>"$log" 2>&1; then
    tail -n 5 "$log" >&2
    die "apt-get could not install the packages (whole log: build/apt.log)." \
      "Most often there is no network, or no Debian mirror in /etc/apt/sources.list. Mend that, or install them by hand and use --no-install."
  fi
  say "Installed."
}

# Words from stdin, one a line, as indented lines of at most 100 characters.
fold_words() { tr '\n' ' ' | fold -s -w 96 | sed 's/^/  /; s/ *$//' && printf '\n'; }

# How many compilers may run at once: one per core, and 1.5 GB of memory for each. SECONDWAVE_JOBS overrides.
build_jobs() {
  local cores memory_kb by_memory
  if [[ -n ${SECONDWAVE_JOBS:-} ]]; then
    printf '%s' "$SECONDWAVE_JOBS"
    return
  fi
  cores=$(nproc)
  memory_kb=$(awk '/^MemAvailable:/ {print $2}' /proc/meminfo 2>/dev/null)
  by_memory=$((${memory_kb:-1500000} / 1500000))
  if [[ $by_memory -lt 1 ]]; then by_memory=1; fi
  printf '%s' "$((cores < by_memory ? cores : by_memory))"
}

# Everything that builds and tests write stays inside the clone.
keep_inside() {
  mkdir -p "$top/build/tmp"
  export TMPDIR=$top/build/tmp
  export CCACHE_DIR=${CCACHE_DIR:-$top/build/ccache}
}

# A duration in seconds as "3 min 05 s".
duration() {
  if [[ $1 -lt 60 ]]; then printf '%d s' "$1"; else printf '%d min %02d s' "$(($1 / 60))" "$(($1 % 60))"; fi
}
