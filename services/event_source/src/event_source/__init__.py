"""Records of a Kafka topic as CloudEvents to a Knative sink."""
