package dev.sluice.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a receiver of notifications understands. */
public enum ReceiverType {
    /** CloudEvents 1.0 in JSON over HTTP, signed when there is a key. */
    @JsonProperty("CloudEvents")
    CLOUD_EVENTS,
    /** An incoming webhook of Slack or of a chat that takes the same. */
    @JsonProperty("Slack")
    SLACK,
    /** The API, version 2, of Prometheus' Alertmanager. */
    @JsonProperty("Alertmanager")
    ALERTMANAGER
}
