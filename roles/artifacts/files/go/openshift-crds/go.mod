module medical-diagnosis.example/lab/openshift-crds

go 1.26

// Only their CRD files are read; nothing of these modules is compiled.
require (
	github.com/grafana/grafana-operator/v5 v5.18.0
	github.com/openshift/api v0.0.0-20250124212313-a770960d61e0
	github.com/operator-framework/api v0.30.0
	knative.dev/operator v0.42.2
	open-cluster-management.io/api v0.15.0
)
