#!/usr/bin/env bash
# The Prometheus exporter of OpenTelemetry JS names a histogram without its unit: a query that follows the conventions finds no series.
#
# Package:  @opentelemetry/exporter-prometheus 0.223.0 with @opentelemetry/sdk-metrics 2.12.1 (npm)
# Input:    a histogram `http.server.request.duration` with the unit `s`, as the semantic conventions for HTTP define it
# Expected: `http_server_request_duration_seconds_count`, which OpenTelemetry's rules for Prometheus require and which the exporters for Go and Java write
# Seen:     `http_server_request_duration_count`; a dashboard or an analysis for one language finds no requests of the other
#
# Exits 0 if the result is still the same, and 1 if it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @opentelemetry/exporter-prometheus@0.223.0 @opentelemetry/sdk-metrics@2.12.1
cat > page.mjs <<'JS'
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';

const exporter = new PrometheusExporter({ preventServerStart: true });
const meter = new MeterProvider({ readers: [exporter] }).getMeter('finding');
meter.createHistogram('http.server.request.duration', { unit: 's' }).record(0.2, { 'http.response.status_code': 200 });
await new Promise((resolve) => exporter.getMetricsRequestHandler({}, { setHeader() {}, end(page) { console.log(page); resolve(); } }));
JS
node page.mjs > page.txt
grep '_count{' page.txt
if grep -q '^http_server_request_duration_count{' page.txt && ! grep -q '_seconds' page.txt; then
  echo 'unchanged: the name has no unit'
else
  echo 'changed: the name is different now'
  exit 1
fi
