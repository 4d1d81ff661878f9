#!/usr/bin/env bash
# Contour accepts an HTTPRoute that mirrors 30 % of the requests, and configures Envoy to mirror all of them; the share of a backend whose Service is missing goes to the other backends.
#
# Package:  github.com/projectcontour/contour v1.33.8 (Go module): its translation of Gateway API objects to Envoy's routes, without a cluster
# Input:    two HTTPRoutes of sigs.k8s.io/gateway-api v1.3.0: one with a RequestMirror filter of `percent: 30`, one with the weights 50 and 50 for a Service that exists and one that does not
# Expected: a mirror of 30 %, or a route that is not accepted because the field is not supported; and, as the Gateway API requires, a 500 for the half of the requests whose backend does not exist
# Seen:     `Accepted` and `ResolvedRefs` are true, and the mirror has no limit of its share; the missing backend is left out, so that the other one gets all requests (`ResolvedRefs` is false)
#
# Exits 0 if the result is still the same, and 1 if it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'chmod -R u+w "$folder"; rm -rf "$folder"' EXIT
cd "$folder"
# Its packages are internal, so the program is a command of a copy of the module.
cp -r "$(go mod download -json github.com/projectcontour/contour@v1.33.8 | sed -n 's/.*"Dir": "\(.*\)",\{0,1\}/\1/p')" contour
chmod -R u+w contour
mkdir -p contour/cmd/finding
cd contour
cat > cmd/finding/main.go <<'GO'
package main

import (
	"fmt"
	"io"
	"sort"

	"github.com/sirupsen/logrus"
	core_v1 "k8s.io/api/core/v1"
	meta_v1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
	gatewayapi_v1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/projectcontour/contour/internal/dag"
	envoy_v3 "github.com/projectcontour/contour/internal/envoy/v3"
)

const namespace = "shop"

func meta(name string) meta_v1.ObjectMeta { return meta_v1.ObjectMeta{Namespace: namespace, Name: name} }

func service(name string) gatewayapi_v1.BackendObjectReference {
	return gatewayapi_v1.BackendObjectReference{
		Group: ptr.To(gatewayapi_v1.Group("")), Kind: ptr.To(gatewayapi_v1.Kind("Service")), Name: gatewayapi_v1.ObjectName(name), Port: ptr.To(gatewayapi_v1.PortNumber(80)),
	}
}

func backend(name string, weight int32) gatewayapi_v1.HTTPBackendRef {
	return gatewayapi_v1.HTTPBackendRef{BackendRef: gatewayapi_v1.BackendRef{BackendObjectReference: service(name), Weight: &weight}}
}

func route(name string, rule gatewayapi_v1.HTTPRouteRule) *gatewayapi_v1.HTTPRoute {
	rule.Matches = []gatewayapi_v1.HTTPRouteMatch{{Path: &gatewayapi_v1.HTTPPathMatch{Type: ptr.To(gatewayapi_v1.PathMatchPathPrefix), Value: ptr.To("/")}}}
	parent := gatewayapi_v1.ParentReference{
		Group: ptr.To(gatewayapi_v1.Group(gatewayapi_v1.GroupName)), Kind: ptr.To(gatewayapi_v1.Kind("Gateway")),
		Namespace: ptr.To(gatewayapi_v1.Namespace(namespace)), Name: "public",
	}
	return &gatewayapi_v1.HTTPRoute{ObjectMeta: meta(name), Spec: gatewayapi_v1.HTTPRouteSpec{
		CommonRouteSpec: gatewayapi_v1.CommonRouteSpec{ParentRefs: []gatewayapi_v1.ParentReference{parent}},
		Hostnames:       []gatewayapi_v1.Hostname{gatewayapi_v1.Hostname(name + ".example.com")},
		Rules:           []gatewayapi_v1.HTTPRouteRule{rule},
	}}
}

func main() {
	logger := logrus.New()
	logger.SetOutput(io.Discard)
	builder := dag.Builder{
		Source: dag.KubernetesCache{FieldLogger: logger},
		Processors: []dag.Processor{
			&dag.ListenerProcessor{HTTPAddress: "0.0.0.0", HTTPSAddress: "0.0.0.0"}, &dag.GatewayAPIProcessor{FieldLogger: logger},
		},
	}
	accepted := meta_v1.Condition{Type: string(gatewayapi_v1.GatewayClassConditionStatusAccepted), Status: meta_v1.ConditionTrue}
	objects := []any{
		&gatewayapi_v1.GatewayClass{
			ObjectMeta: meta_v1.ObjectMeta{Name: "contour"}, Spec: gatewayapi_v1.GatewayClassSpec{ControllerName: "projectcontour.io/contour"},
			Status: gatewayapi_v1.GatewayClassStatus{Conditions: []meta_v1.Condition{accepted}},
		},
		&gatewayapi_v1.Gateway{ObjectMeta: meta("public"), Spec: gatewayapi_v1.GatewaySpec{
			GatewayClassName: "contour",
			Listeners: []gatewayapi_v1.Listener{{
				Name: "http", Port: 80, Protocol: gatewayapi_v1.HTTPProtocolType,
				AllowedRoutes: &gatewayapi_v1.AllowedRoutes{Namespaces: &gatewayapi_v1.RouteNamespaces{From: ptr.To(gatewayapi_v1.NamespacesFromAll)}},
			}},
		}},
		&core_v1.Namespace{ObjectMeta: meta_v1.ObjectMeta{Name: namespace}},
		route("mirrored", gatewayapi_v1.HTTPRouteRule{
			BackendRefs: []gatewayapi_v1.HTTPBackendRef{backend("web", 1)},
			Filters: []gatewayapi_v1.HTTPRouteFilter{{
				Type:          gatewayapi_v1.HTTPRouteFilterRequestMirror,
				RequestMirror: &gatewayapi_v1.HTTPRequestMirrorFilter{BackendRef: service("next"), Percent: ptr.To(int32(30))},
			}},
		}),
		route("divided", gatewayapi_v1.HTTPRouteRule{BackendRefs: []gatewayapi_v1.HTTPBackendRef{backend("web", 50), backend("missing", 50)}}),
	}
	for _, name := range []string{"web", "next"} {
		port := core_v1.ServicePort{Name: "http", Protocol: core_v1.ProtocolTCP, Port: 80}
		objects = append(objects, &core_v1.Service{ObjectMeta: meta(name), Spec: core_v1.ServiceSpec{Ports: []core_v1.ServicePort{port}}})
	}
	for _, object := range objects {
		builder.Source.Insert(object)
	}
	built := builder.Build()
	var lines []string
	for _, update := range built.StatusCache.GetRouteUpdates() {
		for _, parent := range update.RouteParentStatuses {
			for _, condition := range parent.Conditions {
				lines = append(lines, fmt.Sprintf("%s: %s is %s", update.FullName.Name, condition.Type, condition.Status))
			}
		}
	}
	for _, listener := range built.Listeners {
		for _, host := range listener.VirtualHosts {
			for _, one := range host.Routes {
				action := envoy_v3.VirtualHostAndRoutes(host, []*dag.Route{one}, false).Routes[0].GetRoute()
				lines = append(lines, fmt.Sprintf("%s: Envoy's cluster is %q", host.Name, action.GetCluster()))
				for _, mirror := range action.GetRequestMirrorPolicies() {
					share := mirror.GetRuntimeFraction().GetDefaultValue()
					lines = append(lines, fmt.Sprintf("%s: Envoy mirrors %d per %s", host.Name, share.GetNumerator(), share.GetDenominator()))
				}
				for _, cluster := range action.GetWeightedClusters().GetClusters() {
					lines = append(lines, fmt.Sprintf("%s: Envoy's cluster %s has the weight %d", host.Name, cluster.GetName(), cluster.GetWeight().GetValue()))
				}
			}
		}
	}
	sort.Strings(lines)
	for _, line := range lines {
		fmt.Println(line)
	}
}
GO
GOFLAGS=-mod=mod go run ./cmd/finding > page.txt 2> build.txt || { cat build.txt; exit 1; }
cat page.txt
if grep -q 'Envoy mirrors 100 per HUNDRED' page.txt && grep -q '^mirrored: Accepted is True' page.txt && grep -q "^divided.example.com: Envoy's cluster is \"shop/web/" page.txt; then
  echo 'unchanged: every request is mirrored, and the share of the missing backend goes to the other one'
else
  echo 'changed: the share of a mirror or of a missing backend is another one now'
  exit 1
fi
