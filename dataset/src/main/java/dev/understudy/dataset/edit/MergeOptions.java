package dev.understudy.dataset.edit;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to put together.
 *
 * @param inputs in the order in which their frames shall come
 * @param out the folder of the new manifest. Files of inputs inside it stay where they are, others are copied
 * @param classes a joint class space that every input's space must be a part of; if not given, nothing is asked
 * @param nameSplits whether a split {@code train} of input {@code nyud} becomes {@code nyud-train}, so that frames of
 *     one input can be chosen by their split; frames without one get the input's name
 */
public record MergeOptions(
        List<Input> inputs,
        Path out,
        @Nullable String classes,
        @Default("false") boolean nameSplits) {

    /**
     * @param name put before every id, with a {@code /}, unless it is there already; empty for nothing
     * @param manifest a file or its folder
     */
    public record Input(String name, Path manifest) {
        public Input {
            new Checks()
                    .that(
                            name.isEmpty() || name.matches("[A-Za-z0-9_][A-Za-z0-9._-]*"),
                            "name",
                            "must be of letters, digits, '.', '_' and '-', found '" + name + "'")
                    .verify();
        }
    }

    public MergeOptions {
        long names = inputs.stream().map(Input::name).distinct().count();
        new Checks()
                .notEmpty("inputs", inputs)
                .that(names == inputs.size(), "inputs", "must have different names")
                .that(
                        !nameSplits
                                || inputs.stream()
                                        .noneMatch(input -> input.name().isEmpty()),
                        "nameSplits",
                        "needs a name for every input")
                .verify();
        inputs = List.copyOf(inputs);
    }
}
