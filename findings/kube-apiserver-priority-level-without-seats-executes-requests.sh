#!/usr/bin/env bash
# A priority level of kube-apiserver without seats that rejects excess requests still executes requests, one at a time: it blocks no client.
#
# Package:  k8s.io/apiserver v0.37.2 (Go module), the code of API priority and fairness
# Input:    a priority level with a concurrency limit of 0 and no queues, which `nominalConcurrencyShares: 0`, `lendablePercent: 0` and `limitResponse: {type: Reject}` configure; three requests of one seat each
# Expected: each is rejected with 429: "`type` \"Reject\" means that requests that can not be executed upon arrival are rejected", and no seat is available for any of them;
#           with queues (`type: Queue`) the same level holds every request in its queue, which the API's documentation calls a "jail" (k8s.io/api/flowcontrol/v1)
# Seen:     a request is executed if no other request is in execution; only requests that arrive during an execution are rejected
#
# Exits 0 if the result is still the same, and 1 if it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'chmod -R u+w "$folder"; rm -rf "$folder"' EXIT
cd "$folder"
cat > go.mod <<'MOD'
module finding

go 1.26.0

require k8s.io/apiserver v0.37.2
MOD
cat > main.go <<'GO'
package main

import (
	"context"
	"fmt"

	"k8s.io/apiserver/pkg/util/flowcontrol/fairqueuing"
	"k8s.io/apiserver/pkg/util/flowcontrol/fairqueuing/eventclock"
	"k8s.io/apiserver/pkg/util/flowcontrol/fairqueuing/queueset"
	"k8s.io/apiserver/pkg/util/flowcontrol/metrics"
	"k8s.io/apiserver/pkg/util/flowcontrol/request"
)

func main() {
	level := []string{"closed"}
	completer, err := queueset.NewQueueSetFactory(eventclock.Real{}).BeginConstruction(
		fairqueuing.QueuingConfig{Name: "closed"},
		metrics.RatioedGaugeVecPhasedElementPair(metrics.PriorityLevelConcurrencyGaugeVec, 1, 1, level),
		metrics.PriorityLevelExecutionSeatsGaugeVec.NewForLabelValuesSafe(0, 1, level),
		metrics.ApiserverSeatDemands.NewForLabelValuesSafe(0, 1, level),
	)
	if err != nil {
		panic(err)
	}
	level0 := completer.Complete(fairqueuing.DispatchingConfig{ConcurrencyLimit: 0, ConcurrencyDenominator: 1})
	firstRuns, firstMayEnd := make(chan struct{}), make(chan struct{})
	firstHasEnded := make(chan struct{})
	start := func(name string, execute func()) {
		admitted, _ := level0.StartRequest(context.Background(), &request.WorkEstimate{InitialSeats: 1}, 0, "flow", "schema", name, "", func(bool) {})
		if admitted == nil {
			fmt.Println("the", name, "request is rejected")
			return
		}
		admitted.Finish(func() {
			fmt.Println("the", name, "request is executed")
			execute()
		})
	}
	go func() {
		start("first", func() { close(firstRuns); <-firstMayEnd })
		close(firstHasEnded)
	}()
	<-firstRuns
	start("second", func() {})
	close(firstMayEnd)
	<-firstHasEnded
	start("third", func() {})
}
GO
GOFLAGS=-mod=mod go run . > page.txt 2> build.txt || { cat build.txt; exit 1; }
cat page.txt
if [ "$(cat page.txt)" = "$(printf 'the %s request is %s\n' first executed second rejected third executed)" ]; then
  echo 'unchanged: a priority level without seats executes one request at a time'
else
  echo 'changed: the priority level limits requests differently now'
  exit 1
fi
