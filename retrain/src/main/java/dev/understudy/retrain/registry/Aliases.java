package dev.understudy.retrain.registry;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which version is what: the content of {@code aliases.json}.
 *
 * @param champion in use
 * @param challenger the last that was proposed
 * @param previous the champion before; what a rollback goes back to
 * @param auditLength bytes of the log up to the end of the entry that these aliases came from
 * @param auditSha256 of those bytes
 */
public record Aliases(
        @Nullable String champion,
        @Nullable String challenger,
        @Nullable String previous,
        long auditLength,
        String auditSha256) {
    static final List<String> ALL = List.of("champion", "challenger", "previous");
    static final Aliases NONE = new Aliases(null, null, null, 0, AuditLog.NOTHING);

    public Aliases {
        for (String name : new @Nullable String[] {champion, challenger, previous}) {
            if (name != null && !name.matches(ModelVersion.NAME)) {
                throw new IllegalArgumentException("an alias for '" + name + "', which is no version's name");
            }
        }
        if (auditLength < 0) {
            throw new IllegalArgumentException("a log of " + auditLength + " bytes");
        }
    }

    /** The version that {@code alias} stands for; null if it stands for none or is no alias. */
    public @Nullable String of(String alias) {
        return switch (alias) {
            case "champion" -> champion;
            case "challenger" -> challenger;
            case "previous" -> previous;
            default -> null;
        };
    }

    static boolean isAlias(String name) {
        return ALL.contains(name);
    }

    boolean names(String version) {
        return version.equals(champion) || version.equals(challenger) || version.equals(previous);
    }

    Aliases to(@Nullable String newChampion, @Nullable String newChallenger, @Nullable String newPrevious) {
        return new Aliases(newChampion, newChallenger, newPrevious, auditLength, auditSha256);
    }

    Aliases at(long length, String sha256) {
        return new Aliases(champion, challenger, previous, length, sha256);
    }
}
