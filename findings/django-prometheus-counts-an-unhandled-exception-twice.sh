#!/usr/bin/env bash
# django-prometheus observes the latency of a request with an unhandled exception twice: an error rate over that histogram is too high.
#
# Package:  django-prometheus 2.5.0 with Django 5.2.19 (PyPI)
# Input:    one request to a view that returns, one to a view that raises
# Expected: `django_http_requests_latency_seconds_by_view_method_count` is 1 for each view, because `django_http_responses_total_by_status_total` counts one response for each
# Seen:     1 for the view that returns, 2 for the view that raises: the middleware observes the request in process_exception and again in process_response
#
# Exits 0 if the result is still the same, and 1 if it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check django==5.2.19 django-prometheus==2.5.0
cat > "$folder/page.py" <<'PY'
import django
from django.conf import settings
from django.http import HttpResponse
from django.urls import path


def fine(request):
    return HttpResponse("ok")


def broken(request):
    raise RuntimeError("unhandled")


urlpatterns = [path("fine", fine, name="fine"), path("broken", broken, name="broken")]
settings.configure(
    SECRET_KEY="x",
    ROOT_URLCONF=__name__,
    ALLOWED_HOSTS=["*"],
    INSTALLED_APPS=["django_prometheus"],
    MIDDLEWARE=[
        "django_prometheus.middleware.PrometheusBeforeMiddleware",
        "django_prometheus.middleware.PrometheusAfterMiddleware",
    ],
    LOGGING_CONFIG=None,
)
django.setup()

from django.test import Client
from prometheus_client import REGISTRY, generate_latest

client = Client(raise_request_exception=False)
client.get("/fine")
client.get("/broken")
for line in generate_latest(REGISTRY).decode().splitlines():
    if line.startswith(("django_http_requests_latency_seconds_by_view_method_count{", "django_http_responses_total_by_status_total{")):
        print(line)
PY
"$folder/venv/bin/python" "$folder/page.py" | tee "$folder/page.txt"
latency() { sed -n "s/^django_http_requests_latency_seconds_by_view_method_count{.*view=\"$1\".*} //p" "$folder/page.txt"; }
if [ "$(latency fine)" = 1.0 ] && [ "$(latency broken)" = 2.0 ]; then
  echo 'unchanged: the count is 2 for one request with an unhandled exception'
else
  echo 'changed: the request is counted differently now'
  exit 1
fi
