{{- define "inference.bootstrapServers" -}}
{{ .Values.kafka.bootstrapServers | default (printf "xray-cluster-kafka-bootstrap.%s.svc.cluster.local:9092" .Release.Namespace) }}
{{- end }}

{{/*
Environment of a Kafka client. Call with (dict "context" $ "secret" "kafka-event-source").
*/}}
{{- define "inference.kafkaClient" -}}
{{- $kafka := .context.Values.kafka -}}
- name: KAFKA_BOOTSTRAP_SERVERS
  value: {{ include "inference.bootstrapServers" .context }}
- name: KAFKA_TOPIC
  value: {{ $kafka.topic }}
- name: KAFKA_SECURITY_PROTOCOL
  value: SASL_PLAINTEXT
- name: KAFKA_SASL_MECHANISM
  value: SCRAM-SHA-512
- name: KAFKA_USERNAME
  valueFrom:
    secretKeyRef:
      name: {{ .secret }}
      key: username
- name: KAFKA_PASSWORD
  valueFrom:
    secretKeyRef:
      name: {{ .secret }}
      key: password
{{- end }}
