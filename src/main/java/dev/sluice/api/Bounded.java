package dev.sluice.api;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Bounds that the schema generator has no annotation for. Every text, list and map of the API has one, because the
 * server estimates the cost of a validation rule from them.
 */
@Target(ElementType.FIELD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Bounded {
    /** The longest text, or for a list or map of texts the longest element; 0 where there is none. */
    int length() default 0;

    /** The most elements of a list or entries of a map; 0 where there is none. */
    int items() default 0;

    /** The fewest elements of a list. */
    int least() default 0;

    /** The pattern of a text, or of each element of a list of texts; empty for any. */
    String pattern() default "";

    /** How the server merges a list. */
    ListType list() default ListType.ATOMIC;

    /** The fields that tell the elements of a {@link ListType#MAP} apart. */
    String[] keys() default {};

    /** How the server merges a list, {@code x-kubernetes-list-type}. */
    enum ListType {
        /** Replaced as a whole. */
        ATOMIC,
        /** Each element at most once. */
        SET,
        /** Elements are told apart by keys. */
        MAP
    }
}
