#!/usr/bin/env bash
# @echo-health/koa-prometheus-exporter counts no request that ends in an unhandled exception: an error rate over its counter is too low.
#
# Package:  @echo-health/koa-prometheus-exporter 1.0.4 with koa 3.3.0 (npm)
# Input:    one successful request, one to which the app's middleware responds with 500, one that ends in an exception; the exporter is registered as its README describes
# Expected: `http_requests_total` counts three requests, two of them with code="500", because the clients got 200, 500 and 500
# Seen:     two requests, one of them with code="500": the middleware counts after `await next()`, which an exception skips
#
# Exits 0 if the result is still the same, and 1 if it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts koa@3.3.0 @echo-health/koa-prometheus-exporter@1.0.4
cat > page.cjs <<'JS'
const Koa = require('koa');
const prometheus = require('@echo-health/koa-prometheus-exporter');

const app = new Koa();
app.silent = true;
app.use(prometheus.httpMetricMiddleware());
app.use(prometheus.middleware());
app.use((ctx) => {
  if (ctx.path === '/broken') throw new Error('unhandled');
  ctx.status = ctx.path === '/failed' ? 500 : 200;
  ctx.body = 'answer';
});
const server = app.listen(0, '127.0.0.1', async () => {
  const url = `http://127.0.0.1:${server.address().port}`;
  for (const path of ['/fine', '/failed', '/broken']) console.log(`the client got ${(await fetch(url + path)).status} from ${path}`);
  console.log(await (await fetch(`${url}/metrics`)).text());
  process.exit();
});
JS
node page.cjs > page.txt
grep -E '^(the client|http_requests_total\{)' page.txt
if grep -q 'got 500 from /broken' page.txt && grep -q '^http_requests_total{.*uri="/failed",code="500"} 1$' page.txt && ! grep -q 'uri="/broken"' page.txt; then
  echo 'unchanged: no counter counts the request with an unhandled exception'
else
  echo 'changed: the request is counted differently now'
  exit 1
fi
