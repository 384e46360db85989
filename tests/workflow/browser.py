"""A page as a reader sees it: opened in headless Chromium, with a script run in it."""

import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any, NamedTuple

PROGRAM = shutil.which("chromium")
# Nothing that the browser asks for by itself, and no host that a page could reach but ours.
OPTIONS = (
    *(
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
    ),
    *("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--window-size=1200,900"),
)
# Choose each source and each verdict, and unfold all readings, as a reader does.
CHOOSE = """
const form = document.querySelector("form"), rows = [...document.querySelectorAll("tbody tr")];
const seen = (elements) => elements.filter((element) => element.checkVisibility());
const chosen = {};
for (const name of ["source", "verdict"]) {
  const menu = form.elements[name];
  for (const {value} of menu.options) {
    menu.value = value;
    menu.dispatchEvent(new Event("input", {bubbles: true}));
    chosen[name + " " + value] = seen(rows).map((row) => row.id);
  }
  menu.value = "";
}
form.dispatchEvent(new Event("input"));
const folded = seen([...document.querySelectorAll("details li")]).length;
document.querySelectorAll("summary").forEach((summary) => summary.click());
return {
  chosen, folded, unfolded: seen([...document.querySelectorAll("details li")]).length,
  too_wide: document.documentElement.scrollWidth - innerWidth,
  unlabelled: [...document.querySelectorAll("select")].filter((menu) => !menu.labels.length).length,
  out_of_reach: [...document.querySelectorAll("select, summary")].filter((part) => part.tabIndex < 0).length,
  bare_headers: [...document.querySelectorAll("th")].filter((header) => !header.scope).length,
};
"""
# Load every picture, and read every table and page.
LOAD = """
const bad = [];
for (const [path, {data_uri, mime_type}] of Object.entries(results)) {
  const picture = new Image();
  picture.src = data_uri;
  const loaded = mime_type.startsWith("image/") ? picture.decode()
    : fetch(data_uri).then((answer) => answer.text()).then((text) => text.length || Promise.reject());
  await loaded.catch(() => bad.push(path));
}
app.showCategory("Figures");
await new Promise((then) => setTimeout(then, 500));
return {
  bad, paths: Object.keys(results), shown: document.querySelector("#app").innerText,
  scripts: Object.fromEntries(Object.entries(results).map(([path, {labels}]) => [path, labels.script])),
  commands: Object.fromEntries(Object.entries(results).map(
    ([path, {job_properties}]) => [path, rules[job_properties.rule].code])),
};
"""


class Seen(NamedTuple):
    """What a script found in a page, and the addresses that the page asked for."""

    found: Any
    asked: set[str]


def see(page: Path, script: str, folder: Path) -> Seen:
    """Open a page, run the body of an asynchronous function in it, and return what that returns."""
    told = f"""<script type="module">
const found = await (async () => {{ {script} }})().catch((error) => "failed: " + error);
await fetch("/found", {{method: "POST", body: JSON.stringify(found)}});
</script>"""
    folder.mkdir()
    log = folder / "requests.json"
    assert PROGRAM is not None
    with _served(page.read_bytes() + told.encode()) as (address, answers):
        command = [PROGRAM, *OPTIONS, f"--user-data-dir={folder / 'profile'}", f"--log-net-log={log}"]
        browser = subprocess.Popen([*command, address], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            Thread(target=lambda: answers.put(b'"closed"' if browser.wait() else b""), daemon=True).start()
            found = json.loads(answers.get())
            while browser.poll() is None and f"{address}found" not in _asked(log):  # is written with a delay
                time.sleep(0.1)
        finally:
            browser.terminate()
            browser.wait()
    return Seen(found, {url for url in _asked(log) if not url.startswith((address, "data:", "blob:"))})


@contextmanager
def _served(page: bytes) -> Iterator[tuple[str, "Queue[bytes]"]]:
    """Serve a page on this machine; yield its address, and what is posted to it."""
    answers: Queue[bytes] = Queue()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = self.path == "/"
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(page if found else b"")

        def do_POST(self) -> None:
            answers.put(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/", answers
        finally:
            server.shutdown()


def _asked(log: Path) -> set[str]:
    """Return the addresses that a page asked for: what the browser itself asks for has no origin."""
    asked = set()
    for line in log.read_text().splitlines():
        with suppress(json.JSONDecodeError):  # the last one may not be written to its end
            event = json.loads(line.rstrip(","))
            given = event.get("params", {}) if isinstance(event, dict) else {}
            if given.get("initiator", "not an origin") != "not an origin" and "url" in given:
                asked.add(given["url"])
    return asked
