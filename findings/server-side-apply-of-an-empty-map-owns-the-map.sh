#!/usr/bin/env bash
# A manager that applies an empty map (`labels: {}`) by server-side apply owns the whole map: every other manager that applies one key of it gets a conflict.
#
# Package:  sigs.k8s.io/structured-merge-diff/v6 v6.4.2 (Go module), the code of server-side apply in Kubernetes 1.37
# Input:    a granular map, such as labels and annotations: one manager applies it empty, another one applies one key of it. Between the two, the object is as an API server stores it:
#           the Go types of labels, annotations and data (`omitempty`) omit an empty map
# Expected: both succeed, as they do if the first manager omits the map or applies another key: each key of a granular map has its own owner
# Seen:     the second manager gets a conflict about the whole map, which the stored object does not have
#
# Exits 0 if the result is still the same, and 1 if it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'chmod -R u+w "$folder"; rm -rf "$folder"' EXIT
cd "$folder"
cat > go.mod <<'MOD'
module finding

go 1.25

require sigs.k8s.io/structured-merge-diff/v6 v6.4.2
MOD
cat > main.go <<'GO'
package main

import (
	"fmt"

	"sigs.k8s.io/structured-merge-diff/v6/fieldpath"
	"sigs.k8s.io/structured-merge-diff/v6/merge"
	"sigs.k8s.io/structured-merge-diff/v6/typed"
)

const schema = `types:
- name: object
  map:
    fields:
    - name: labels
      type:
        map:
          elementType:
            scalar: string
`

// There is one version only.
type sameVersion struct{}

func (sameVersion) Convert(object *typed.TypedValue, _ fieldpath.APIVersion) (*typed.TypedValue, error) {
	return object, nil
}
func (sameVersion) IsMissingVersionError(error) bool { return false }

func main() {
	parser, err := typed.NewParser(schema)
	if err != nil {
		panic(err)
	}
	of := func(yaml string) *typed.TypedValue {
		value, err := parser.Type("object").FromYAML(typed.YAMLObject(yaml))
		if err != nil {
			panic(err)
		}
		return value
	}
	for _, each := range []struct{ applied, stored string }{{"{}", "{}"}, {"{labels: {app: web}}", "{labels: {app: web}}"}, {"{labels: {}}", "{}"}} {
		updater := (&merge.UpdaterBuilder{Converter: sameVersion{}}).BuildUpdater()
		_, managers, err := updater.Apply(of("{}"), of(each.applied), "v1", fieldpath.ManagedFields{}, "deployer", true)
		if err != nil {
			panic(err)
		}
		_, _, err = updater.Apply(of(each.stored), of("{labels: {team: shop}}"), "v1", managers, "team", false)
		fmt.Printf("deployer applies %s, team applies {labels: {team: shop}}: %v\n", each.applied, err)
	}
}
GO
GOFLAGS=-mod=mod go run . > page.txt 2> build.txt || { cat build.txt; exit 1; }
cat page.txt
if [ "$(grep -c ': <nil>$' page.txt)" = 2 ] && grep -q 'deployer applies {labels: {}}, .*: conflict with "deployer": .labels$' page.txt; then
  echo 'unchanged: the applier of an empty map owns the whole map'
else
  echo 'changed: the ownership is different now'
  exit 1
fi
