package dev.sluice.sim.replay;

import java.util.List;

/**
 * What was read and what could not be, so that nothing is dropped in silence.
 *
 * @param lines all lines, or rows of a file of counts
 * @param silent lines that say nothing of a message's fate, such as connections
 * @param unreadable lines that should have said something and could not be read
 * @param examples the first unreadable ones, each with its place, without addresses of people
 * @param beginningUnseen recipients that were left out because their message arrived before the recording begins
 */
public record ReadingNotes(long lines, long silent, long unreadable, List<String> examples, long beginningUnseen) {
    /** Of something that was made up and not read. */
    public static final ReadingNotes NONE = new ReadingNotes(0, 0, 0, List.of(), 0);

    public ReadingNotes {
        examples = List.copyOf(examples);
    }
}
