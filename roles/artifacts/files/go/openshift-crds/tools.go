//go:build tools

// Package tools names a package of each module whose CRDs are copied, so that `go mod tidy` keeps them.
package tools

import (
	_ "github.com/grafana/grafana-operator/v5/api/v1beta1"
	_ "github.com/openshift/api/route/v1"
	_ "github.com/operator-framework/api/crds"
	_ "knative.dev/operator/pkg/apis/operator"
	_ "open-cluster-management.io/api/cluster/v1"
)
