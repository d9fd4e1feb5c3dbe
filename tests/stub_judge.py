"""A judge for tests: does what a submission's digest says, and imports next to nothing."""

from __future__ import annotations

import json
import os
import sys
import time
from multiprocessing.connection import Connection
from pathlib import Path


def answer(connection: Connection, **parts: object) -> None:
    connection.send_bytes(json.dumps(parts).encode())


def main() -> None:
    connection = Connection(int(sys.argv[1]))
    connection.recv()
    try:
        while True:
            obey(connection, connection.recv().digest)
    except EOFError:
        pass


def obey(connection: Connection, order: str) -> None:
    """`order` is a word and, after a colon, its argument."""
    word, _, argument = order.partition(":")
    if word == "die":
        os._exit(1)
    elif word == "die once" and not Path(argument).exists():
        Path(argument).touch()
        os._exit(1)
    elif word == "raise":
        raise RuntimeError(argument)
    elif word == "half":
        os.write(connection.fileno(), b"\0\0\x10\0{")  # of a message of 4,096 bytes
        os._exit(1)
    elif word == "wait":
        time.sleep(0.2)
        answer(connection, result={"earned": 2, "points": 3, "outcomes": [], "notes": [order]})
    elif word == "hang":
        time.sleep(1_000)
    elif word == "cannot":
        answer(connection, **{"cannot work": argument})
    elif word == "break":
        answer(connection, problem=argument)
    else:
        answer(connection, result={"earned": 2, "points": 3, "outcomes": [], "notes": [order]})


if __name__ == "__main__":
    main()
