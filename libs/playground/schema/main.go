// Command schema prints the OpenAPI definitions of the kinds that the playground serves; see README.md.
package main

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"

	"alloy.dev/playground/schema/generated"
	"k8s.io/kube-openapi/pkg/validation/spec"
)

var roots = []string{
	"core.v1.Namespace", "core.v1.Node", "core.v1.Pod", "core.v1.Service", "core.v1.ConfigMap", "core.v1.Secret", "core.v1.ServiceAccount",
	"core.v1.Event", "core.v1.ResourceQuota", "core.v1.PersistentVolumeClaim", "apps.v1.Deployment", "apps.v1.ReplicaSet",
	"apps.v1.StatefulSet", "apps.v1.DaemonSet", "batch.v1.Job", "batch.v1.CronJob", "networking.v1.Ingress", "networking.v1.NetworkPolicy",
	"autoscaling.v1.Scale", "autoscaling.v2.HorizontalPodAutoscaler", "policy.v1.PodDisruptionBudget", "discovery.v1.EndpointSlice",
	"events.v1.Event", "authorization.v1.SelfSubjectAccessReview",
}
var reference = regexp.MustCompile(`"\$ref":"#/components/schemas/([^"]+)"`)

// friendly turns a Go package path into the name that API servers publish: k8s.io/api/core/v1.Pod is io.k8s.api.core.v1.Pod. Most types bear that name already.
func friendly(name string) string {
	if strings.HasPrefix(name, "io.k8s.") {
		return name
	}
	host, rest, _ := strings.Cut(name, "/")
	parts := strings.Split(host, ".")
	slices.Reverse(parts)
	return strings.Join(parts, ".") + "." + strings.ReplaceAll(rest, "/", ".")
}

// shorten keeps a description's first sentence: `kubectl explain` reads well with it, and the file stays small.
func shorten(schema map[string]any) {
	for key, value := range schema {
		if text, ok := value.(string); ok && key == "description" {
			text, _, _ = strings.Cut(text, "\n")
			if end := strings.Index(text, ". "); end > 0 {
				text = text[:end+1]
			}
			schema[key] = text
		}
		if nested, ok := value.(map[string]any); ok {
			shorten(nested)
		}
	}
	delete(schema, "x-kubernetes-v2-schema")
}

func main() {
	if len(os.Args) > 1 && os.Args[1] == "fields" {
		printFields()
		return
	}
	definitions := map[string]map[string]any{}
	for name, definition := range generated.GetOpenAPIDefinitions(func(name string) spec.Ref {
		return spec.MustCreateRef("#/components/schemas/" + friendly(name))
	}) {
		text, _ := json.Marshal(definition.Schema)
		var schema map[string]any
		if err := json.Unmarshal(text, &schema); err != nil {
			panic(err)
		}
		shorten(schema)
		definitions[friendly(name)] = schema
	}
	reached := map[string][]byte{}
	var reach func(string)
	reach = func(name string) {
		if _, seen := reached[name]; seen {
			return
		}
		reached[name], _ = json.Marshal(definitions[name])
		for _, match := range reference.FindAllSubmatch(reached[name], -1) {
			reach(string(match[1]))
		}
	}
	for _, root := range roots {
		reach("io.k8s.api." + root)
	}
	for _, name := range []string{"DeleteOptions", "Status", "ListMeta"} {
		reach("io.k8s.apimachinery.pkg.apis.meta.v1." + name)
	}
	names := make([]string, 0, len(reached))
	for name := range reached {
		names = append(names, name)
	}
	slices.Sort(names)
	printLines(names, reached)
}

// printLines writes one definition a line, so that a change shows as such.
func printLines(names []string, values map[string][]byte) {
	lines := make([]string, 0, len(names))
	for _, name := range names {
		lines = append(lines, `"`+name+`":`+string(values[name]))
	}
	os.Stdout.WriteString("{\n" + strings.Join(lines, ",\n") + "\n}\n")
}
