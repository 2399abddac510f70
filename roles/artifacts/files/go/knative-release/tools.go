//go:build tools

// Package tools names a package of the module whose release files are copied, so that `go mod tidy` keeps it.
package tools

import _ "knative.dev/operator/pkg/apis/operator"
