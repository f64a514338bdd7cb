package dev.sluice.operator;

import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** One verb on one resource: the smallest thing that a role can grant. */
record Right(String verb, String group, String resource) implements Comparable<Right> {
    /** What rules grant, taken apart. */
    static Set<Right> of(Collection<PolicyRule> rules) {
        return rules.stream()
                .flatMap(rule -> rule.getApiGroups().stream()
                        .flatMap(group -> rule.getResources().stream()
                                .flatMap(resource ->
                                        rule.getVerbs().stream().map(verb -> new Right(verb, group, resource)))))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Override
    public int compareTo(Right other) {
        return toString().compareTo(other.toString());
    }

    @Override
    public String toString() {
        return (group.isEmpty() ? "" : group + "/") + resource + " " + verb;
    }
}
