#!/usr/bin/env bash
# go-http-metrics counts a handler that panics as a response with the code 200: the worst failures of a Go service look like successes.
#
# Package:  github.com/slok/go-http-metrics v0.13.0 with github.com/prometheus/client_golang v1.24.1 (Go modules)
# Input:    one request to a handler that panics, under net/http's own server, which closes the connection
# Expected: no count, or a count with an error code: the client gets no response
# Seen:     http_request_duration_seconds_count{code="200"} 1
#
# Exits 0 if the result is still the same, and 1 if it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'chmod -R u+w "$folder"; rm -rf "$folder"' EXIT
cd "$folder"
cat > go.mod <<'MOD'
module finding

go 1.24

require (
	github.com/prometheus/client_golang v1.24.1
	github.com/slok/go-http-metrics v0.13.0
)
MOD
cat > main.go <<'GO'
package main

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/prometheus/client_golang/prometheus/promhttp"
	metrics "github.com/slok/go-http-metrics/metrics/prometheus"
	"github.com/slok/go-http-metrics/middleware"
	"github.com/slok/go-http-metrics/middleware/std"
)

func main() {
	log.SetOutput(io.Discard)
	counted := middleware.New(middleware.Config{Recorder: metrics.NewRecorder(metrics.Config{})})
	app := httptest.NewServer(std.Handler("", counted, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("broken") })))
	defer app.Close()
	if response, err := http.Get(app.URL); err == nil {
		fmt.Println("the client got", response.Status)
	} else {
		fmt.Println("the client got no response")
	}
	page := httptest.NewRecorder()
	promhttp.Handler().ServeHTTP(page, httptest.NewRequest("GET", "/metrics", nil))
	for _, line := range strings.Split(page.Body.String(), "\n") {
		if strings.HasPrefix(line, "http_request_duration_seconds_count") {
			fmt.Println(line)
		}
	}
}
GO
GOFLAGS=-mod=mod go run . > page.txt 2> build.txt || { cat build.txt; exit 1; }
cat page.txt
if grep -q 'got no response' page.txt && grep -q '^http_request_duration_seconds_count{code="200".*} 1$' page.txt; then
  echo 'unchanged: a panic is counted as 200'
else
  echo 'changed: a panic is counted differently now'
  exit 1
fi
