//go:build tools

// Package tools names the commands that this module is there to build, so that `go mod tidy` keeps what they need.
package tools

import (
	_ "open-cluster-management.io/managed-serviceaccount/cmd"
	_ "open-cluster-management.io/ocm/cmd/addon"
	_ "open-cluster-management.io/ocm/cmd/placement"
	_ "open-cluster-management.io/ocm/cmd/registration"
	_ "open-cluster-management.io/ocm/cmd/registration-operator"
	_ "open-cluster-management.io/ocm/cmd/work"
)
