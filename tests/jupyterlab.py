"""JupyterLab as a student meets it: a server with nothing of the user's, and a notebook in Chromium."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import nbformat
from playwright.sync_api import Locator, Page, expect, sync_playwright

HOST = "127.0.0.1"
PATIENCE = 60  # seconds, for a slow machine; nothing waits longer than it must
# Nothing may reach the network: the browser does not look for updates and finds no other host.
QUIET_CHROMIUM = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
    f"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE {HOST}",
]


@contextmanager
def served(notebooks: Path, private: Path) -> Iterator[str]:
    """Serve a folder by JupyterLab on a free port, its own files in `private`; gives the address with {}
    for a notebook's name. Raises AssertionError with the server's log when it does not start."""
    private.mkdir()
    log = private / "server.log"
    options = ["--no-browser", f"--ServerApp.ip={HOST}", "--ServerApp.port=0", f"--notebook-dir={notebooks}"]
    options += ["--allow-root"] if os.name == "posix" and os.geteuid() == 0 else []
    with (
        log.open("w") as output,
        subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *options],
            env=_environment(private),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        ) as server,
    ):
        try:
            yield _address(server, private / "runtime", log)
        finally:
            server.terminate()  # it ends its kernels first


def _environment(private: Path) -> dict[str, str]:
    own = {
        "COURSE_DATA_DIR": "corpora",  # empty: the same lab wherever the test runs
        "COURSE_STATE_DIR": "state",
        "IPYTHONDIR": "ipython",
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
    }
    (private / "corpora").mkdir()
    # Outside an environment that `make setup` made, JupyterLab would ask about news and look for updates.
    (private / "config/labconfig").mkdir(parents=True)
    quiet = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}
    (private / "config/labconfig/page_config.json").write_text(json.dumps(quiet))
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")}
    return inherited | {name: str(private / folder) for name, folder in own.items()}


def _address(server: subprocess.Popen[bytes], runtime: Path, log: Path) -> str:
    deadline = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < deadline:
        for info in runtime.glob("jpserver-*.json"):
            try:
                known = json.loads(info.read_text())
            except ValueError:  # half written
                continue
            return f"{known['url']}lab/tree/{{}}?token={known['token']}"
        time.sleep(0.1)
    raise AssertionError(f"JupyterLab did not start:\n{log.read_text()}")


@contextmanager
def browser_page(chromium: str) -> Iterator[tuple[Page, list[str]]]:
    """A page of Chromium, and a list that grows with all that goes wrong on it."""
    with sync_playwright() as playwright:
        # Chromium's own sandbox does not start as root, nor in most containers; it meets our pages alone.
        browser = playwright.chromium.launch(
            executable_path=chromium, args=QUIET_CHROMIUM, chromium_sandbox=False
        )
        page = browser.new_page(viewport={"width": 1280, "height": 1200}, locale="en-US")
        page.set_default_timeout(PATIENCE * 1000)
        expect.set_options(timeout=PATIENCE * 1000)
        yield page, _problems(page)
        browser.close()


def _problems(page: Page) -> list[str]:
    problems: list[str] = []

    def note(wrong: object, text: str) -> None:
        if wrong:
            problems.append(text)

    page.on("console", lambda said: note(said.type == "error", f"console: {said.text} ({said.location})"))
    page.on("pageerror", lambda error: note(True, f"page: {error}"))
    page.on("response", lambda got: note(got.status >= 400, f"answer {got.status}: {got.url}"))
    page.on("request", lambda asked: note(_is_outside(asked.url), f"asks outside: {asked.url}"))
    page.on("websocket", lambda opened: note(_is_outside(opened.url), f"asks outside: {opened.url}"))
    return problems


def _is_outside(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "https", "ws", "wss") and parts.hostname != HOST


class OpenNotebook:
    """A notebook open in JupyterLab. Cells are named by their ids, which the page itself does not show."""

    def __init__(self, page: Page, address: str, path: Path) -> None:
        self.page, self.path = page, path
        self.ids = [cell.id for cell in self.saved().cells]
        page.goto(address.format(path.name))
        expect(page.locator(".jp-Notebook-cell")).to_have_count(len(self.ids))
        self.expect_status("Idle")

    def saved(self) -> nbformat.NotebookNode:
        """The notebook as it is on disk."""
        return nbformat.read(self.path, as_version=4)

    def cell(self, id: str) -> Locator:
        return self.page.locator(".jp-Notebook-cell").nth(self.ids.index(id))

    def output(self, id: str) -> Locator:
        return self.cell(id).locator(".jp-OutputArea")

    def expect_status(self, status: str) -> None:
        expect(self.page.locator("#jp-main-statusbar")).to_contain_text(f"| {status}")

    def menu(self, *path: str) -> None:
        """Choose from a menu: menu("Run", "Run All Cells")."""
        for item in path:
            self.page.locator(".lm-MenuBar, .lm-Menu").get_by_text(item, exact=True).click()

    def type(self, id: str, source: str) -> None:
        """Put `source` in the place of what stands in a cell's editor."""
        self.cell(id).locator(".cm-content").click()
        self.page.keyboard.press("ControlOrMeta+A")
        self.page.keyboard.insert_text(source)

    def run(self, id: str) -> None:
        self.cell(id).locator(".jp-InputPrompt").click()
        self.page.keyboard.press("Control+Enter")

    def run_all(self) -> None:
        """Run all cells, and see that the last one ran and that no traceback stopped them before."""
        self.menu("Run", "Run All Cells")
        tracebacks = self.page.get_by_text("Traceback (most recent call last)")
        last_output = self.output(self.ids[-1]).locator(".jp-OutputArea-output")
        last_output.or_(tracebacks).first.wait_for()
        assert tracebacks.all_inner_texts() == []

    def insert_below(self, id: str, new_id: str, source: str) -> None:
        self.cell(id).locator(".jp-InputPrompt").click()
        self.page.keyboard.press("b")
        self.ids.insert(self.ids.index(id) + 1, new_id)
        expect(self.page.locator(".jp-Notebook-cell")).to_have_count(len(self.ids))
        self.type(new_id, source)

    def restart_kernel(self) -> None:
        self.menu("Kernel", "Restart Kernel…")
        self.page.get_by_role("button", name="Confirm Kernel Restart").click()
        self.expect_status("Idle")

    def save(self) -> None:
        self.menu("File", "Save Notebook")
        expect(self.page.locator(".jp-mod-current.jp-mod-dirty")).to_have_count(0)

    def picture(self, file: Path, first: str, last: str) -> None:
        """Save what the page shows from one cell to another."""
        self.page.mouse.move(0, 0)
        self.cell(first).evaluate("cell => cell.scrollIntoView()")
        top, bottom = self.cell(first).bounding_box(), self.cell(last).bounding_box()
        assert top, f"cell {first} must be on the page"
        assert bottom, f"cell {last} must be on the page"
        height = bottom["y"] + bottom["height"] - top["y"]
        plain = ".jp-cell-toolbar { visibility: hidden }"
        self.page.screenshot(path=file, clip={**top, "height": height}, style=plain)
