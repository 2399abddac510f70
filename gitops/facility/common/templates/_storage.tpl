{{/*
Init container that gives a volume to the pod's user, for storage classes that ignore fsGroup (host paths): the one
container of a facility that runs as root, for one command. Call with (dict "image" … "user" 999 "volume" "data").
*/}}
{{- define "common.takeOwnership" -}}
- name: take-ownership
  image: {{ .image }}
  command:
    - chown
    - {{ printf "%v:%v" .user .user | quote }}
    - /volume
  securityContext:
    runAsNonRoot: false
    runAsUser: 0
    runAsGroup: 0
    allowPrivilegeEscalation: false
    readOnlyRootFilesystem: true
    capabilities:
      drop:
        - ALL
      add:
        - CHOWN
  resources:
    requests:
      cpu: 10m
      memory: 8Mi
    limits:
      memory: 32Mi
  volumeMounts:
    - name: {{ .volume }}
      mountPath: /volume
{{- end }}

{{/*
Claim of a StatefulSet's only volume. apiVersion, kind and volumeMode are what the API server fills in: left out, Argo CD
would see a difference for ever. Call with (dict "name" "data" "storage" .Values.storage).
*/}}
{{- define "common.claim" -}}
- apiVersion: v1
  kind: PersistentVolumeClaim
  metadata:
    name: {{ .name }}
  spec:
    accessModes:
      - ReadWriteOnce
    {{- with .storage.className }}
    storageClassName: {{ . }}
    {{- end }}
    volumeMode: Filesystem
    resources:
      requests:
        storage: {{ .storage.size }}
{{- end }}
