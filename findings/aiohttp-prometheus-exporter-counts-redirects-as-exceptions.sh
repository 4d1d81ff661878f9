#!/usr/bin/env bash
# aiohttp-prometheus-exporter counts every redirect and 404 as an exception: an alert on aiohttp_exceptions_total fires on ordinary traffic.
#
# Package:  aiohttp-prometheus-exporter 0.2.4 with aiohttp 3.14.5 and prometheus-client 0.26.0 (PyPI)
# Input:    one request to a handler that raises `web.HTTPFound`, which is aiohttp's way to redirect, and one to a path that does not exist
# Expected: no exception, because nothing failed: the clients got 302 and 404
# Seen:     aiohttp_exceptions_total counts one HTTPFound and one HTTPNotFound, in addition to aiohttp_responses_total with 302 and 404
#
# Exits 0 if the result is still the same, and 1 if it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check aiohttp==3.14.5 aiohttp-prometheus-exporter==0.2.4 prometheus-client==0.26.0
cat > "$folder/page.py" <<'PY'
import asyncio

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from aiohttp_prometheus_exporter.handler import metrics
from aiohttp_prometheus_exporter.middleware import prometheus_middleware_factory


async def moved(request):
    raise web.HTTPFound("/elsewhere")


async def main():
    app = web.Application(middlewares=[prometheus_middleware_factory()])
    app.router.add_get("/metrics", metrics())
    app.router.add_get("/moved", moved)
    async with TestClient(TestServer(app)) as client:
        for path in ("/moved", "/missing"):
            print("the client got", (await client.get(path, allow_redirects=False)).status, "from", path)
        print(await (await client.get("/metrics")).text())


asyncio.run(main())
PY
"$folder/venv/bin/python" "$folder/page.py" > "$folder/page.txt"
grep -E '^(the client|aiohttp_(exceptions|responses)_total\{)' "$folder/page.txt"
counted() { grep -Eq "^aiohttp_exceptions_total\{exception_type=\"$1\".*\} 1.0$" "$folder/page.txt"; }
if grep -q 'got 302 from /moved' "$folder/page.txt" && counted HTTPFound && counted HTTPNotFound; then
  echo 'unchanged: a redirect and a 404 are exceptions'
else
  echo 'changed: the exporter counts them differently now'
  exit 1
fi
