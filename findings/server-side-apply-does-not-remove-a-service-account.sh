#!/usr/bin/env bash
# A manager that applied `serviceAccountName` by server-side apply and then omits it does not remove it: the Deployment keeps the service account, and then no manager owns it.
#
# Package:  k8s.io/kubernetes v1.37.2 (Go module): the field manager, types, conversions and defaults of kube-apiserver, without its server
# Input:    one manager applies a Deployment whose pods have a `serviceAccountName`, and then the same Deployment without it
# Expected: the second apply removes the field, or sets it to its default, as it does with every other field that only this manager has applied (`terminationGracePeriodSeconds` in the third apply)
# Seen:     the pods keep the service account: the server has stored a copy under its older name, `serviceAccount`, without an owner, and restores the field from it. Later applies that omit the
#           field cannot remove it either, and no entry of `managedFields` tells who has set it
#
# Exits 0 if the result is still the same, and 1 if it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'chmod -R u+w "$folder"; rm -rf "$folder"' EXIT
cd "$folder"
cat > go.mod <<'MOD'
module finding

go 1.26.0

require (
	k8s.io/apimachinery v0.37.2
	k8s.io/client-go v0.37.2
	k8s.io/kubernetes v1.37.2
)
MOD
# k8s.io/kubernetes names its own modules without a version.
for module in api apiextensions-apiserver apimachinery apiserver cli-runtime client-go cloud-provider cluster-bootstrap code-generator component-base component-helpers controller-manager cri-api \
  cri-client cri-streaming csi-translation-lib dynamic-resource-allocation endpointslice externaljwt kms kube-aggregator kube-controller-manager kube-proxy kube-scheduler kubectl kubelet metrics mount-utils \
  pod-security-admission sample-apiserver sample-cli-plugin sample-controller streaming; do
  echo "replace k8s.io/$module => k8s.io/$module v0.37.2" >> go.mod
done
cat > main.go <<'GO'
package main

import (
	"encoding/json"
	"fmt"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/managedfields"
	"k8s.io/client-go/applyconfigurations"
	clientscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	"k8s.io/kubernetes/pkg/apis/apps"
	_ "k8s.io/kubernetes/pkg/apis/apps/install"
	_ "k8s.io/kubernetes/pkg/apis/core/install"
)

const manifest = `{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "namespace": "shop"}, "spec": {
  "selector": {"matchLabels": {"app": "web"}},
  "template": {"metadata": {"labels": {"app": "web"}}, "spec": {%s"containers": [{"name": "web", "image": "shop:v1"}]}}}}`

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func main() {
	kind := appsv1.SchemeGroupVersion.WithKind("Deployment")
	hub := schema.GroupVersion{Group: "apps", Version: runtime.APIVersionInternal}
	scheme := legacyscheme.Scheme
	manager := must(managedfields.NewDefaultFieldManager(
		applyconfigurations.NewTypeConverter(clientscheme.Scheme), scheme, scheme, scheme, kind, hub, "", nil))
	var live runtime.Object = &apps.Deployment{}
	for _, account := range []string{`"serviceAccountName": "web", `, `"terminationGracePeriodSeconds": 5, `, ``} {
		applied := &unstructured.Unstructured{}
		if err := json.Unmarshal([]byte(fmt.Sprintf(manifest, account)), applied); err != nil {
			panic(err)
		}
		live = must(manager.Apply(live, applied, "deployer", true))
		stored := &appsv1.Deployment{}
		if err := scheme.Convert(live, stored, nil); err != nil {
			panic(err)
		}
		owned := 0
		for _, entry := range stored.ManagedFields {
			owned += strings.Count(string(entry.FieldsV1.Raw), "f:serviceAccount")
		}
		spec := stored.Spec.Template.Spec
		fmt.Printf("applied {%s}: service account %q, with an owner: %v; grace period %d s\n",
			strings.TrimSuffix(account, ", "), spec.ServiceAccountName, owned > 0, *spec.TerminationGracePeriodSeconds)
	}
}
GO
GOFLAGS=-mod=mod go run . > page.txt 2> build.txt || { cat build.txt; exit 1; }
cat page.txt
if [ "$(grep -c 'service account "web"' page.txt)" = 3 ] && [ "$(grep -c 'with an owner: false' page.txt)" = 2 ] && tail -1 page.txt | grep -q 'grace period 30 s$'; then
  echo 'unchanged: the omitted service account stays, without an owner'
else
  echo 'changed: an omitted service account is removed now'
  exit 1
fi
