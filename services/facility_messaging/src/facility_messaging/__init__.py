"""What the facility's services that talk to Kafka have in common."""
