package dev.sluice.api;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/** By which steps and on what evidence nodes enter; for any number of pools. */
@JsonClassDescription("By which steps and on what evidence nodes enter; for any number of pools of the namespace.")
@Group(SluiceNames.GROUP)
@Version(SluiceNames.VERSION)
@Singular("rolloutpolicy")
@Plural("rolloutpolicies")
@ShortNames("rp")
@Categories(SluiceNames.CATEGORY)
@AdditionalPrinterColumn(
        name = "Ready",
        jsonPath = ".status.conditions[?(@.type==\"Ready\")].status",
        type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
        name = "Age",
        jsonPath = ".metadata.creationTimestamp",
        type = AdditionalPrinterColumn.Type.DATE)
public final class RolloutPolicy extends CustomResource<RolloutPolicySpec, RolloutPolicyStatus> implements Namespaced {
    private static final long serialVersionUID = 1L;
}
