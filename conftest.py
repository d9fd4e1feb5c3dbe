"""For every test run, those of the solutions under nbval too: what the kernels and children inherit."""

import os
import shutil
import tempfile

STATE_FOLDER = tempfile.mkdtemp(prefix="course-state-")

# The checks keep progress in a file: a test run must neither read nor change the developer's own.
os.environ["COURSE_STATE_DIR"] = STATE_FOLDER
# nbval compares stderr, and TensorFlow's start-up messages hold times and addresses.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# PYTHONHASHSEED stays unset: a solution whose output hangs on the order of a set must fail here, before
# a student meets it. MPLBACKEND too: a forced one would keep figures out of the notebooks.


def pytest_unconfigure():
    shutil.rmtree(STATE_FOLDER, ignore_errors=True)
