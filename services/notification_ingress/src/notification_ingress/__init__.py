"""Bucket notifications over HTTP into a Kafka topic."""
