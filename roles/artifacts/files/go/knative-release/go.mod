module medical-diagnosis.example/lab/knative-release

go 1.26

// Apart from the module that compiles Knative: the operator asks for another version of one of its libraries.
require knative.dev/operator v0.42.2

require (
	github.com/gogo/protobuf v1.3.2 // indirect
	k8s.io/apimachinery v0.29.2 // indirect
)
