package dev.sluice.api;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crd.generator.annotation.AdditionalSelectableField;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/**
 * Which messages a node had that was taken out, and what became of each. It names senders and recipients: a kind of its own,
 * so that the right to read it is one of its own, and in no category that people list by habit.
 */
@JsonClassDescription(
        "Which messages a node had that was taken out, and what became of each. Names senders and recipients: grant the right to read it with care. Written by Sluice.")
@Group(SluiceNames.GROUP)
@Version(SluiceNames.VERSION)
@Singular("messagereport")
@Plural("messagereports")
@ShortNames("mrep")
@AdditionalPrinterColumn(name = "Pool", jsonPath = ".spec.poolRef.name", type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(name = "Node", jsonPath = ".spec.node", type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(name = "Revision", jsonPath = ".spec.revision", type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(name = "Rollout", jsonPath = ".spec.rolloutName", type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(name = "Taken", jsonPath = ".status.takenTime", type = AdditionalPrinterColumn.Type.DATE)
@AdditionalPrinterColumn(
        name = "Age",
        jsonPath = ".metadata.creationTimestamp",
        type = AdditionalPrinterColumn.Type.DATE)
@AdditionalSelectableField(jsonPath = ".spec.poolRef.name")
public final class MessageReport extends CustomResource<MessageReportSpec, MessageReportStatus> implements Namespaced {
    private static final long serialVersionUID = 1L;
}
