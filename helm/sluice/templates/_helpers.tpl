{{- define "sluice.name" -}}
{{- $name := default .Release.Name .Values.nameOverride -}}
{{- $name | trunc 53 | trimSuffix "-" -}}
{{- end -}}

{{- define "sluice.selector" -}}
app.kubernetes.io/name: sluice
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "sluice.labels" -}}
{{ include "sluice.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/component: operator
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "sluice.serviceAccount" -}}
{{- if .Values.serviceAccount.name -}}
{{- .Values.serviceAccount.name -}}
{{- else if .Values.serviceAccount.create -}}
{{- include "sluice.name" . -}}
{{- else -}}
{{- fail "serviceAccount.create is false: write the name of an existing account into serviceAccount.name" -}}
{{- end -}}
{{- end -}}

{{- define "sluice.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ default .Chart.AppVersion .Values.image.tag }}
{{- end -}}
{{- end -}}

{{/* What the operator does in the namespaces of pools; docs/security.md says why, verb by verb. */}}
{{- define "sluice.rules" -}}
- apiGroups: [sluice.dev]
  resources: [filterpools, transportpools, poolactions, rolloutpolicies]
  verbs: [get, list, watch, patch, update]
- apiGroups: [sluice.dev]
  resources: [mailnodes, poolrollouts]
  verbs: [get, list, watch, create, patch, update, delete]
- apiGroups: [sluice.dev]
  resources: [filterpools/status, transportpools/status, mailnodes/status, poolrollouts/status, poolactions/status, rolloutpolicies/status]
  verbs: [get, patch, update]
- apiGroups: [sluice.dev]
  resources: [filterpools/finalizers, transportpools/finalizers, mailnodes/finalizers]
  verbs: [update]
- apiGroups: [""]
  resources: [pods]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [""]
  resources: [persistentvolumeclaims]
  verbs: [get, create, patch, delete]
- apiGroups: [""]
  resources: [secrets]
  verbs: [get, create, patch, delete]
- apiGroups: [""]
  resources: [services]
  verbs: [get]
- apiGroups: [discovery.k8s.io]
  resources: [endpointslices]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [networking.k8s.io]
  resources: [networkpolicies]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create, patch]
{{- end -}}
