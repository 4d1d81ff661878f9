#!/usr/bin/env bash
# js-yaml 5 refuses a list in brackets whose closing bracket stands below its key, which js-yaml 4, the package yaml and kubectl's parser read: an update of js-yaml refuses manifests that everything else accepts.
#
# Package:  js-yaml 5.5.0 and 4.1.0, yaml 2.8.1 (npm), sigs.k8s.io/yaml v1.6.0 (Go module), with which kubectl reads manifests
# Input:    a flow sequence over three lines whose last line, the bracket, is not indented more than its key; formatters and Helm charts write it this way
# Expected: all of them read it
# Seen:     js-yaml 5 throws "deficient indentation"; the others return the list. YAML 1.2.2 (8.2.2, 7.4) asks for the indentation, so that js-yaml 5 is right by the letter
#
# Exits 0 if the result is still the same, and 1 if it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'chmod -R u+w "$folder"; rm -rf "$folder"' EXIT
cd "$folder"
printf 'container:\n  name: web\n  args: [\n    --verbose\n  ]\n' > manifest.yaml
npm init --yes > /dev/null
npm install --no-audit --no-fund --loglevel=error five@npm:js-yaml@5.5.0 four@npm:js-yaml@4.1.0 yaml@2.8.1 > /dev/null
cat > read.mjs <<'JS'
import { readFileSync } from 'node:fs';
const text = readFileSync('manifest.yaml', 'utf8');
for (const [name, parse] of [['five', 'load'], ['four', 'load'], ['yaml', 'parse']]) {
  const library = await import(name);
  try {
    console.log(`${name}: ${JSON.stringify((library[parse] ?? library.default[parse])(text))}`);
  } catch (error) {
    console.log(`${name}: ${error.name}: ${error.reason ?? error.message}`);
  }
}
JS
node read.mjs > page.txt
cat > go.mod <<'MOD'
module finding

go 1.25

require sigs.k8s.io/yaml v1.6.0
MOD
cat > main.go <<'GO'
package main

import (
	"fmt"
	"os"

	"sigs.k8s.io/yaml"
)

func main() {
	text, _ := os.ReadFile("manifest.yaml")
	json, err := yaml.YAMLToJSON(text)
	fmt.Println("kubectl:", string(json), err)
}
GO
GOFLAGS=-mod=mod go run . >> page.txt 2> build.txt || { cat build.txt; exit 1; }
cat page.txt
if grep -q '^five: YAMLException: deficient indentation$' page.txt && [ "$(grep -c -- '--verbose' page.txt)" = 3 ]; then
  echo 'unchanged: only js-yaml 5 refuses the bracket below its key'
else
  echo 'changed: the parsers differ in another way now'
  exit 1
fi
