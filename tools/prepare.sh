#!/bin/sh
# Prepares the virtual environment for `run`, `test` or `bench`: prepare.sh run|test|bench
# A second call with unchanged requirements does nothing and is fast.
set -eu
cd "$(dirname "$0")/.."
what=${1:-run}
case $what in
    run) wanted=requirements.txt ;;
    test) wanted=requirements-dev.txt ;;
    bench) wanted=requirements-bench.txt ;;
    *) echo "prepare.sh: run, test or bench" >&2; exit 2 ;;
esac

stop() { echo "huifang: $1" >&2; exit 1; }

# Installs Debian packages as root; tells anybody else the one command that does.
packages() {
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "huifang: installing $*"
        { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$@"; } \
            >/dev/null 2>"$log" </dev/null || { cat "$log" >&2; stop "could not install $*; the lines above say why."; }
    else
        stop "missing: $*. Install with: sudo apt-get install $*"
    fi
}

find_python() {
    for candidate in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
}

log=$(mktemp)
trap 'rm -f "$log"' EXIT

if [ "$what" != run ]; then
    lacking=
    command -v chromium >/dev/null || command -v google-chrome >/dev/null || lacking="$lacking chromium"
    fc-list 2>/dev/null | grep -qi 'cjk' || lacking="$lacking fontconfig fonts-noto-cjk"
    ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || command -v postgres >/dev/null || lacking="$lacking postgresql"
    [ "$what" != bench ] || command -v wrk >/dev/null || lacking="$lacking wrk"
    # shellcheck disable=SC2086  # a list of packages
    [ -z "$lacking" ] || packages $lacking
fi

sum=$(cat requirements*.txt | sha256sum | cut -c1-16)
stamp=.venv/prepared-$what
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$sum" ] && .venv/bin/python -c '' 2>/dev/null; then
    exit 0
fi

if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    python=$(find_python)
    [ -n "$python" ] || { packages python3 python3-venv; python=$(find_python); }
    [ -n "$python" ] || stop "Python 3.11 or newer is missing."
    "$python" -c 'import ensurepip, venv' 2>/dev/null || packages python3-venv
    echo "huifang: making the virtual environment .venv"
    "$python" -m venv --clear .venv 2>"$log" || { cat "$log" >&2; stop "cannot make .venv here; is the folder writable?"; }
fi
total=$(cat requirements*.txt | grep -c '==')
echo "huifang: installing $wanted (the first time takes a minute)"
{
    .venv/bin/python -m pip install --disable-pip-version-check --no-input --progress-bar off -r "$wanted" 2>"$log" </dev/null ||
        touch "$log.failed"
} | awk -v total="$total" '/^Collecting/ { printf "\r  %d of at most %d: %-40.40s", ++n, total, $2; fflush() } END { if (n) print "" }'
if [ -e "$log.failed" ]; then
    rm -f "$log.failed"
    cat "$log" >&2
    stop "installing $wanted failed; the lines above say why."
fi
echo "$sum" > "$stamp"
