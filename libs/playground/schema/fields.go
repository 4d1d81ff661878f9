package main

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	autoscalingv1 "k8s.io/api/autoscaling/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	eventsv1 "k8s.io/api/events/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

var typed = []any{
	corev1.Namespace{}, corev1.Node{}, corev1.Pod{}, corev1.Service{}, corev1.ConfigMap{}, corev1.Secret{}, corev1.ServiceAccount{}, corev1.Event{},
	corev1.ResourceQuota{}, corev1.PersistentVolumeClaim{},
	appsv1.Deployment{}, appsv1.ReplicaSet{}, appsv1.StatefulSet{}, appsv1.DaemonSet{}, batchv1.Job{}, batchv1.CronJob{},
	networkingv1.Ingress{}, networkingv1.NetworkPolicy{}, autoscalingv1.Scale{},
	autoscalingv2.HorizontalPodAutoscaler{}, policyv1.PodDisruptionBudget{}, discoveryv1.EndpointSlice{}, eventsv1.Event{}, authorizationv1.SelfSubjectAccessReview{}, metav1.DeleteOptions{},
}

// field says which JSON field a protobuf field number is: [name, whether a zero means something, message of an embedded structure].
type field []any

// printFields writes the protobuf field numbers of everything that the served kinds are made of.
func printFields() {
	messages := map[string][]byte{}
	var visit func(reflect.Type)
	visit = func(each reflect.Type) {
		for each.Kind() == reflect.Pointer || each.Kind() == reflect.Slice || each.Kind() == reflect.Map {
			each = each.Elem()
		}
		name := nameOf(each)
		if _, seen := messages[name]; seen || each.Kind() != reflect.Struct || !strings.HasPrefix(each.PkgPath(), "k8s.io/") {
			return
		}
		messages[name] = nil
		fields := map[string]field{}
		for at := 0; at < each.NumField(); at++ {
			number, described, ok := describe(each.Field(at))
			if !ok {
				continue
			}
			fields[number] = described
			visit(each.Field(at).Type)
		}
		messages[name], _ = json.Marshal(fields)
	}
	for _, each := range typed {
		visit(reflect.TypeOf(each))
	}
	names := make([]string, 0, len(messages))
	for name := range messages {
		names = append(names, name)
	}
	slices.Sort(names)
	printLines(names, messages)
}

func describe(each reflect.StructField) (string, field, bool) {
	protobuf := strings.Split(each.Tag.Get("protobuf"), ",")
	if len(protobuf) < 2 {
		return "", nil, false
	}
	tag := each.Tag.Get("json")
	name, options, _ := strings.Cut(tag, ",")
	if name == "" {
		return protobuf[1], field{"", false, nameOf(each.Type)}, true
	}
	return protobuf[1], field{name, each.Type.Kind() == reflect.Pointer || !strings.Contains(options, "omitempty")}, true
}

func nameOf(each reflect.Type) string { return friendly(each.PkgPath() + "." + each.Name()) }
