{{- define "sluice.name" -}}
{{- $name := default .Release.Name .Values.nameOverride -}}
{{- $name | trunc 46 | trimSuffix "-" -}}
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

{{/* What the operator does in the namespaces of pools; docs/security.md says why, right by right. */}}
{{- define "sluice.rules" -}}
- apiGroups: [sluice.dev]
  resources: [filterpools, transportpools]
  verbs: [get, list, watch, patch]
- apiGroups: [sluice.dev]
  resources: [mailnodes]
  verbs: [list, watch, create, patch, delete]
- apiGroups: [sluice.dev]
  resources: [poolrollouts]
  verbs: [list, watch, create, delete]
- apiGroups: [sluice.dev]
  resources: [poolactions]
  verbs: [list, watch, delete]
- apiGroups: [sluice.dev]
  resources: [rolloutpolicies]
  verbs: [list, watch]
- apiGroups: [sluice.dev]
  resources: [messagereports]
  verbs: [list, create, patch]
- apiGroups: [sluice.dev]
  resources: [messagereports/status]
  verbs: [patch]
- apiGroups: [sluice.dev]
  resources: [filterpools/status, transportpools/status, mailnodes/status, poolrollouts/status, poolactions/status, rolloutpolicies/status]
  verbs: [patch]
- apiGroups: [""]
  resources: [pods]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [""]
  resources: [persistentvolumeclaims]
  verbs: [create, patch, delete]
- apiGroups: [""]
  resources: [secrets]
  verbs: [get, create, patch, delete]
- apiGroups: [discovery.k8s.io]
  resources: [endpointslices]
  verbs: [list, watch, create, patch, delete]
- apiGroups: [networking.k8s.io]
  resources: [networkpolicies]
  verbs: [list, watch, create, patch, delete]
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create]
{{- end -}}

{{/* Leadership: one Lease, by its name; a name cannot be asked of what does not exist yet. */}}
{{- define "sluice.leaderRules" -}}
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  verbs: [create]
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  resourceNames: [sluice-operator]
  verbs: [get, patch, update]
{{- end -}}

{{/* What people may do, by role. */}}
{{- define "sluice.viewRules" -}}
- apiGroups: [sluice.dev]
  resources: [filterpools, transportpools, mailnodes, rolloutpolicies, poolrollouts, poolactions]
  verbs: [get, list, watch]
- apiGroups: [sluice.dev]
  resources: [filterpools/status, transportpools/status, mailnodes/status, rolloutpolicies/status, poolrollouts/status, poolactions/status, filterpools/scale, transportpools/scale]
  verbs: [get]
{{- end -}}

{{- define "sluice.editRules" -}}
- apiGroups: [sluice.dev]
  resources: [filterpools, transportpools, mailnodes, rolloutpolicies]
  verbs: [create, update, patch, delete, deletecollection]
- apiGroups: [sluice.dev]
  resources: [filterpools/scale, transportpools/scale]
  verbs: [update, patch]
{{- end -}}

{{- define "sluice.adminRules" -}}
- apiGroups: [sluice.dev]
  resources: [poolrollouts, poolactions]
  verbs: [delete, deletecollection]
{{- end -}}

{{- define "sluice.releaseManagerRules" -}}
{{ include "sluice.viewRules" . }}
- apiGroups: [sluice.dev]
  resources: [poolactions]
  verbs: [create]
{{- end -}}

{{/* Who may see which addresses of senders and recipients met a bad node. */}}
{{- define "sluice.postmasterRules" -}}
{{ include "sluice.viewRules" . }}
- apiGroups: [sluice.dev]
  resources: [messagereports]
  verbs: [get]
{{- end -}}
