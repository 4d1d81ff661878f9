#!/bin/sh
# Writes ../src/api/schema/{definitions,protobuf-fields}.json anew from the Go types of k8s.io/api; needs Go.
set -eu
cd "$(dirname "$0")"
mkdir -p generated
echo 'package generated' > generated/doc.go
packages=""
for each in core/v1 apps/v1 batch/v1 networking/v1 autoscaling/v1 autoscaling/v2 policy/v1 discovery/v1 events/v1 authorization/v1; do packages="$packages k8s.io/api/$each"; done
for each in apis/meta/v1 api/resource util/intstr runtime; do packages="$packages k8s.io/apimachinery/pkg/$each"; done
go run k8s.io/kube-openapi/cmd/openapi-gen --output-dir generated --output-pkg alloy.dev/playground/schema/generated --output-file openapi.go \
  --go-header-file /dev/null --report-filename /dev/null $packages
mkdir -p ../src/api/schema
go run . > ../src/api/schema/definitions.json
go run . fields > ../src/api/schema/protobuf-fields.json
rm -r generated
