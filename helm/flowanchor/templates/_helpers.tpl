{{- define "flowanchor.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "flowanchor.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: flowanchor
{{- end -}}

{{/* Arguments: root context, component. */}}
{{- define "flowanchor.selector" -}}
app.kubernetes.io/name: {{ default .root.Chart.Name .root.Values.nameOverride | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "flowanchor.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "flowanchor.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{/* Arguments: root context, component. */}}
{{- define "flowanchor.image" -}}
{{- printf "%s/%s:%s" .root.Values.image.repository .component (default .root.Chart.AppVersion .root.Values.image.tag) -}}
{{- end -}}

{{/* The three services: component, key of its values, ports. A port of 0: not offered. */}}
{{- define "flowanchor.services" -}}
- {component: policy-service, values: policyService, http: 8080, grpc: 0}
- {component: binding-service, values: bindingService, http: 8081, grpc: 9091}
- {component: flow-manager, values: flowManager, http: 8082, grpc: 9092}
{{- end -}}

{{/* Scheme of a service's REST. Arguments: root context, service. */}}
{{- define "flowanchor.restScheme" -}}
{{- if or (ne .root.Values.tls.mode "mutual") (index .root.Values .service.values).unauthenticated -}}http{{- else -}}https{{- end -}}
{{- end -}}

{{/* Name of the secret with a service's certificate. Arguments: root context, service. */}}
{{- define "flowanchor.tlsSecret" -}}
{{- default (printf "%s-%s-tls" (include "flowanchor.fullname" .root) .service.component) (index .root.Values.tls.secrets .service.values) -}}
{{- end -}}

{{/* Name of the secret with an agent's certificate. Arguments: root context, gateway. */}}
{{- define "flowanchor.agentTlsSecret" -}}
{{- default (printf "%s-agent-%s-tls" (include "flowanchor.fullname" .root) .gateway.name) .gateway.tlsSecret -}}
{{- end -}}

{{/* What a gateway is in its certificate. Arguments: gateway. */}}
{{- define "flowanchor.agentIdentity" -}}
{{- if eq .gateway.config.role "anchor" -}}
{{- printf "flowanchor://anchor/%s" (required (printf "agent.gateways: %s, an anchor, has no config.lmaAddress" .gateway.name) .gateway.config.lmaAddress) -}}
{{- else -}}
{{- printf "flowanchor://agent/%s" (required (printf "agent.gateways: %s, an access gateway, has no config.proxyCareOfAddress" .gateway.name) .gateway.config.proxyCareOfAddress) -}}
{{- end -}}
{{- end -}}

{{/* The agent's configuration with its tls. Arguments: root context, gateway. */}}
{{- define "flowanchor.agentConfiguration" -}}
{{- $identity := include "flowanchor.agentIdentity" . -}}
{{- $operations := default dict .gateway.config.operations -}}
{{- if ne (int (default 0 $operations.port)) (int .root.Values.agent.operationsPort) -}}
{{- fail (printf "agent.gateways: %s: config.operations.port must be agent.operationsPort, %d: probes ask there" .gateway.name (int .root.Values.agent.operationsPort)) -}}
{{- end -}}
{{- if or (not $operations.address) (eq $operations.address "::1") (eq $operations.address "localhost") (hasPrefix "127." $operations.address) -}}
{{- fail (printf "agent.gateways: %s: config.operations.address must be one that the kubelet reaches, for example \"::\"" .gateway.name) -}}
{{- end -}}
{{- $tls := dict "tls" "plaintext" -}}
{{- if eq .root.Values.tls.mode "mutual" -}}
{{- $tls = dict "tls" (dict "certificate" "/etc/flowanchor-tls/tls.crt" "privateKey" "/etc/flowanchor-tls/tls.key" "authorities" "/etc/flowanchor-tls/ca.crt") -}}
{{- end -}}
{{- toYaml (merge dict .gateway.config $tls) -}}
{{- end -}}

{{/* Environment of one service as a map. Arguments: root context, service. */}}
{{- define "flowanchor.environment" -}}
{{- $values := index .root.Values .service.values -}}
SERVER_ADDRESS: {{ .root.Values.listenAddress | quote }}
SERVER_PORT: {{ .service.http | quote }}
{{- if .service.grpc }}
FLOWANCHOR_GRPC_ADDRESS: {{ .root.Values.listenAddress | quote }}
FLOWANCHOR_GRPC_PORT: {{ .service.grpc | quote }}
{{- end }}
{{- if not (and $values.database.existingSecret $values.database.urlKey) }}
SPRING_DATASOURCE_URL: {{ $values.database.url | quote }}
{{- end }}
SPRING_KAFKA_BOOTSTRAP_SERVERS: {{ .root.Values.kafka.bootstrapServers | quote }}
{{- if $values.config }}
SPRING_CONFIG_ADDITIONAL_LOCATION: file:/etc/flowanchor/
{{- end }}
{{- if eq (include "flowanchor.restScheme" .) "http" }}
# Nothing but the network policy stands before REST.
FLOWANCHOR_REST_UNAUTHENTICATEDOFFLOOPBACK: "true"
{{- end }}
FLOWANCHOR_TLS_MODE: {{ .root.Values.tls.mode | quote }}
{{- $mutual := eq .root.Values.tls.mode "mutual" }}
{{- if $mutual }}
FLOWANCHOR_TLS_CERTIFICATE: /etc/flowanchor-tls/tls.crt
FLOWANCHOR_TLS_PRIVATEKEY: /etc/flowanchor-tls/tls.key
FLOWANCHOR_TLS_AUTHORITIES: /etc/flowanchor-tls/ca.crt
{{- end }}
{{- if eq .service.component "policy-service" }}
{{- $scheme := ternary "https" "http" $mutual }}
FLOWANCHOR_OWNERS_BINDINGSERVICE: {{ printf "%s://%s-binding-service:8081" $scheme (include "flowanchor.fullname" .root) | quote }}
FLOWANCHOR_OWNERS_FLOWMANAGER: {{ printf "%s://%s-flow-manager:8082" $scheme (include "flowanchor.fullname" .root) | quote }}
{{- end }}
{{- if eq .service.component "flow-manager" }}
FLOWANCHOR_BINDINGSERVICE_ADDRESSES: {{ printf "%s-binding-service:9091" (include "flowanchor.fullname" .root) | quote }}
{{- end }}
{{- if .root.Values.javaToolOptions }}
JAVA_TOOL_OPTIONS: {{ .root.Values.javaToolOptions | quote }}
{{- end }}
{{- end -}}
