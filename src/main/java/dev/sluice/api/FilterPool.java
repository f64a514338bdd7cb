package dev.sluice.api;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crd.generator.annotation.AdditionalSelectableField;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/** A tier of nodes that accept mail, filter it and hand it to a next hop. */
@JsonClassDescription("A tier of nodes that accept mail, filter it and hand it to a next hop.")
@Group(SluiceNames.GROUP)
@Version(SluiceNames.VERSION)
@Singular("filterpool")
@Plural("filterpools")
@ShortNames("fp")
@Categories(SluiceNames.CATEGORY)
@AdditionalPrinterColumn(
        name = "Ready",
        jsonPath = ".status.conditions[?(@.type==\"Ready\")].status",
        type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
        name = "Revision",
        jsonPath = ".status.revisions.stable",
        type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
        name = "Candidate",
        jsonPath = ".status.revisions.candidate",
        type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(name = "Step", jsonPath = ".status.summary.step", type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
        name = "Weight",
        jsonPath = ".status.summary.weightPercent",
        type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
        name = "Nodes",
        jsonPath = ".status.summary.nodesReady",
        type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
        name = "Verdict",
        jsonPath = ".status.summary.verdict",
        type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
        name = "Available",
        jsonPath = ".status.conditions[?(@.type==\"Available\")].status",
        type = AdditionalPrinterColumn.Type.STRING,
        priority = 1)
@AdditionalPrinterColumn(
        name = "Message",
        jsonPath = ".status.summary.message",
        type = AdditionalPrinterColumn.Type.STRING,
        priority = 1)
@AdditionalPrinterColumn(
        name = "Age",
        jsonPath = ".metadata.creationTimestamp",
        type = AdditionalPrinterColumn.Type.DATE)
@AdditionalSelectableField(jsonPath = ".status.summary.verdict")
public final class FilterPool extends CustomResource<FilterPoolSpec, PoolStatus> implements Pool {
    private static final long serialVersionUID = 1L;

    @Override
    public PoolKind kind() {
        return PoolKind.FILTER_POOL;
    }
}
