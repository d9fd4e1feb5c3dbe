#!/usr/bin/env bash
# Every test, or with "quick" the ones to run while working (under a minute). Ends with pytest's closing lines.
set -uo pipefail

BIN=${BIN:-.venv/bin}
mode=${1:-all}
table=
closing=
status=0

# step NAME COMMAND...: run it, note how long it took and whether it failed. All steps run, whichever fails:
# one run tells everything.
step() {
    local name=$1 start=$SECONDS said=ok
    shift
    echo "--- $name"
    "$@" </dev/null || { said=FAILED status=1; }
    table+=$(printf '%-12s %5d s  %s' "$name" $((SECONDS - start)) "$said")$'\n'
}

# pytest_step NAME ARGUMENTS...: as step, and keep pytest's closing line.
pytest_step() {
    local name=$1 log
    shift
    log=$(mktemp)
    step "$name" run_pytest "$log" "$@"
    # A kernel may still print something after it; a pytest that did not start has none.
    closing+=$(grep -E '^=+ .* in [0-9.]+s' "$log" | tail -n 1 || tail -n 1 "$log")$'\n'
    rm -f "$log"
}

# Two at a time: each worker takes half, in order, and then from the other what that has not begun. TensorFlow
# alone keeps no two cores busy, and each worker needs up to 2 GB, so there are not more on a larger machine.
run_pytest() {
    local log=$1
    shift
    "$BIN/pytest" --color=no --numprocesses=2 "$@" 2>&1 | tee "$log"
}

step "ruff" "$BIN/ruff" check .
step "format" "$BIN/ruff" format --check .
if [ "$mode" = quick ]; then
    pytest_step "tests" --dist=worksteal -m "not slow and not browser" tests
else
    step "mypy" "$BIN/mypy"
    step "build" "$BIN/course" build --check
    pytest_step "tests" --dist=worksteal tests
    # nbval runs each solution's kernel in the notebook's own folder. Without pytest's python plugin the
    # sources beside the notebooks cannot be taken for tests.
    pytest_step "solutions" --dist=loadfile --nbval -p no:python solutions
fi
printf '\n%s%s' "$table" "$closing"
exit "$status"
