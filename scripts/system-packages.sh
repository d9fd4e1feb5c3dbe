#!/bin/sh
# Installs what only the tests and grading need beside Python. Quick, and silent, when all of it is there.
#   chromium              drives JupyterLab in the end-to-end test
#   hunspell, hunspell-hu judge the Hungarian of the embedded world
#   bubblewrap            the sandbox that grading runs submissions in
#   postgresql            the server of a gradebook for several graders; the tests start one of their own
#   user-mode-linux       a Linux as a process, whose control groups a test may use as it likes
set -eu

missing=
command -v chromium >/dev/null || missing="$missing chromium"
command -v bwrap >/dev/null || missing="$missing bubblewrap"
# Debian keeps the server itself out of the PATH
command -v pg_lsclusters >/dev/null || missing="$missing postgresql"
if ! command -v hunspell >/dev/null; then
    missing="$missing hunspell hunspell-hu"
elif ! hunspell -d hu_HU -l </dev/null >/dev/null 2>&1; then
    missing="$missing hunspell-hu"
fi
# Not every machine and not every system that has apt has this one: it is asked for apart
guest=
command -v linux.uml >/dev/null || guest=user-mode-linux
[ -n "$missing$guest" ] || exit 0

install() {
    # Package lists may be old or, in a container, absent.
    apt-get install --yes --quiet --no-install-recommends "$@" </dev/null || {
        apt-get update --quiet </dev/null
        apt-get install --yes --quiet --no-install-recommends "$@" </dev/null
    }
}

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    [ -z "$missing" ] || install $missing
    [ -z "$guest" ] || install "$guest" || echo "There is no $guest here, which one test wants." >&2
    exit 0
fi
missing="$missing${guest:+ $guest}"

echo "The tests and grading also need:$missing" >&2
if command -v apt-get >/dev/null; then
    echo "Type: sudo apt-get install$missing" >&2
else
    echo "Install them with your system's package manager (these are Debian's names)." >&2
fi
# On CI nothing is skipped: what is missing fails.
[ "${CI:-}" != true ]
