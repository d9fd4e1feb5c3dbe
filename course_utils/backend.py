"""Loads Keras and TensorFlow without the page of notes about CUDA and oneDNN that would open every notebook.

The notes come from compiled code before any log level is read, so for the time of the import the
process's error stream leads nowhere. An import that fails still raises.
"""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

STDERR = 2  # the file descriptor: compiled code knows nothing of sys.stderr


@contextmanager
def _silenced() -> Iterator[None]:
    sys.stderr.flush()
    kept, nowhere = os.dup(STDERR), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, STDERR)
    try:
        yield
    finally:
        os.dup2(kept, STDERR)
        os.close(kept)
        os.close(nowhere)


os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # it calls a missing graphics card an error
with _silenced():
    import keras  # noqa: F401

# A loop over models of several sizes is what a lab is for; TensorFlow warns of it at length.
logging.getLogger("tensorflow").setLevel(logging.ERROR)
