{{/*
Egress rule: names are resolved by the cluster's DNS and nobody else. global.dns says where that is, if not where Kubernetes has it.
*/}}
{{- define "common.egressToDns" -}}
{{- $kubernetes := dict "namespace" "kube-system" "labels" (dict "k8s-app" "kube-dns") "port" 53 -}}
{{- $dns := dig "dns" $kubernetes (.Values.global | default dict) -}}
- to:
    - namespaceSelector:
        matchLabels:
          kubernetes.io/metadata.name: {{ $dns.namespace }}
      podSelector:
        matchLabels:
          {{- toYaml $dns.labels | nindent 10 }}
  ports:
    - port: {{ $dns.port }}
      protocol: UDP
    - port: {{ $dns.port }}
      protocol: TCP
{{- end }}

{{/*
Peer: pods of a given name. Call with (dict "name" "kafka"), and "namespace" where it is another one.
*/}}
{{- define "common.peer" -}}
{{- with .namespace -}}
namespaceSelector:
  matchLabels:
    kubernetes.io/metadata.name: {{ . }}
{{ end -}}
podSelector:
  matchLabels:
    app.kubernetes.io/name: {{ .name }}
{{- end }}
