#!/usr/bin/env bash
# Every test, or with "quick" the ones to run while working (under a minute). Ends with pytest's closing lines.
set -uo pipefail

BIN=${BIN:-.venv/bin}
mode=${1:-all}
table=
closing=
status=0

# step NAME COMMAND...: run it, and note how long it took. Its exit status is the command's.
step() {
    local name=$1 start=$SECONDS result=0
    shift
    echo "--- $name"
    "$@" || result=$?
    table+=$(printf '%-12s %5d s  %s' "$name" $((SECONDS - start)) "$([ "$result" = 0 ] && echo ok || echo FAILED)")$'\n'
    return "$result"
}

# pytest_step NAME ARGUMENTS...: as step, and keep pytest's closing line.
pytest_step() {
    local name=$1 log result=0
    shift
    log=$(mktemp)
    step "$name" tee_pytest "$log" "$@" || result=$?
    # A kernel may still print something after it; a pytest that did not start has none.
    closing+=$(grep -E '^=+ .* in [0-9.]+s' "$log" | tail -n 1 || tail -n 1 "$log")$'\n'
    rm -f "$log"
    [ "$result" = 0 ] || status=1
}

tee_pytest() {
    local log=$1
    shift
    "$BIN/pytest" --color=no "$@" 2>&1 </dev/null | tee "$log"
}

finish() {
    printf '\n%s%s' "$table" "$closing"
    exit "$status"
}

# The cheap steps come first, and the first that fails ends the run.
cheap() {
    step "$@" || { status=1; finish; }
}

cheap "ruff" "$BIN/ruff" check .
cheap "format" "$BIN/ruff" format --check .
if [ "$mode" = quick ]; then
    pytest_step "tests" -m "not slow and not browser" tests
    finish
fi
cheap "mypy" "$BIN/mypy"
cheap "build" "$BIN/course" build --check
pytest_step "tests" tests
# nbval runs each solution's kernel in the notebook's own folder. Without pytest's python plugin the
# sources beside the notebooks cannot be taken for tests.
pytest_step "solutions" --nbval -p no:python solutions
finish
