package dev.sluice.local;

/** What the volume of a claim is on this machine. */
public enum VolumeKind {
    /** A directory: as much room as this machine has. */
    DIRECTORIES,
    /** A memory file system of the size that the claim asks for: it can be full. */
    OF_THEIR_SIZE
}
