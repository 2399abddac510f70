{{/*
Labels of an object. Call with (dict "context" $ "name" "kafka").
*/}}
{{- define "common.labels" -}}
{{ include "common.selector" .name }}
app.kubernetes.io/component: {{ .context.Chart.Name }}
app.kubernetes.io/instance: {{ .context.Release.Name }}
app.kubernetes.io/version: {{ .context.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .context.Release.Service }}
{{- end }}

{{/*
Labels by which Services, policies and controllers find a pod. Selectors of workloads can't be changed later, so
neither the release's name nor a version may be among them. Call with the name.
*/}}
{{- define "common.selector" -}}
app.kubernetes.io/name: {{ . }}
app.kubernetes.io/part-of: medical-diagnosis
{{- end }}
