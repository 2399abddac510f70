{{/*
How a user proves who it is: by the password that Ansible has written. Call with the user's name.
*/}}
{{- define "amq-streams.login" -}}
type: scram-sha-512
password:
  valueFrom:
    secretKeyRef:
      name: kafka-{{ . }}
      key: password
{{- end }}

{{- define "amq-streams.topic" -}}
type: topic
name: {{ . }}
patternType: literal
{{- end }}
