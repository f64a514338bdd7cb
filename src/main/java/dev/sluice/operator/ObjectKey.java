package dev.sluice.operator;

import io.fabric8.kubernetes.api.model.HasMetadata;

/**
 * An object's namespace and name.
 *
 * @param namespace where it is
 * @param name what it is called
 */
record ObjectKey(String namespace, String name) {
    static ObjectKey of(HasMetadata object) {
        return new ObjectKey(
                object.getMetadata().getNamespace(), object.getMetadata().getName());
    }

    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
