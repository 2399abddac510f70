{{/*
Egress rule: names are resolved by the cluster's DNS and nobody else.
*/}}
{{- define "common.egressToDns" -}}
- to:
    - namespaceSelector:
        matchLabels:
          kubernetes.io/metadata.name: kube-system
      podSelector:
        matchLabels:
          k8s-app: kube-dns
  ports:
    - port: 53
      protocol: UDP
    - port: 53
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
