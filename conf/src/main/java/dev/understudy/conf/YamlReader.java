package dev.understudy.conf;

import dev.understudy.conf.Problems.Location;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Text → {@link YamlNode}. Only the structure is taken from SnakeYAML, never its objects, so a file cannot name a
 * class. Size, depth, aliases and the number of nodes after aliases are expanded are bounded.
 */
final class YamlReader {
    static final int MAX_CHARACTERS = 1 << 20;
    private static final int MAX_DEPTH = 40;
    private static final int MAX_ALIASES = 20;
    private static final int MAX_NODES = 200_000;

    private final Location start;
    private final Problems problems;
    private final Set<Node> open = Collections.newSetFromMap(new IdentityHashMap<>());
    private int nodes;

    private YamlReader(Location start, Problems problems) {
        this.start = start;
        this.problems = problems;
    }

    /** The one document in {@code text}; empty if it cannot be read, and then the reason is among the problems. */
    static Optional<YamlNode> read(String text, Location start, Problems problems) {
        YamlReader reader = new YamlReader(start, problems);
        try {
            Node root = new Yaml(limits()).compose(new StringReader(text));
            return Optional.of(root == null ? new YamlNode.Scalar("", true, start) : reader.convert(root));
        } catch (MarkedYAMLException e) {
            Mark mark = e.getProblemMark();
            problems.add(
                    mark == null ? start : reader.locate(mark),
                    "not YAML: " + oneLine(e.getProblem() == null ? e.getContext() : e.getProblem()));
        } catch (YAMLException | TooMuch e) {
            problems.add(start, "not YAML that can be read: " + oneLine(e.getMessage()));
        }
        return Optional.empty();
    }

    private static LoaderOptions limits() {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(MAX_CHARACTERS);
        options.setNestingDepthLimit(MAX_DEPTH);
        options.setMaxAliasesForCollections(MAX_ALIASES);
        return options;
    }

    private YamlNode convert(Node node) {
        if (++nodes > MAX_NODES) {
            throw new TooMuch("more than " + MAX_NODES + " values once its aliases are written out");
        }
        if (!open.add(node)) {
            throw new TooMuch("an alias inside the very thing it stands for");
        }
        try {
            Location location = locate(node.getStartMark());
            if (node instanceof MappingNode mapping) {
                return mapping(mapping, location);
            }
            if (node instanceof SequenceNode sequence) {
                List<YamlNode> items = new ArrayList<>();
                sequence.getValue().forEach(item -> items.add(convert(item)));
                return new YamlNode.Sequence(items, location);
            }
            ScalarNode scalar = (ScalarNode) node;
            return new YamlNode.Scalar(scalar.getValue(), scalar.isPlain(), location);
        } finally {
            open.remove(node);
        }
    }

    private YamlNode mapping(MappingNode node, Location location) {
        Map<String, YamlNode.Mapping.Entry> entries = new LinkedHashMap<>();
        for (NodeTuple tuple : node.getValue()) {
            Location at = locate(tuple.getKeyNode().getStartMark());
            if (!(tuple.getKeyNode() instanceof ScalarNode key) || Tag.MERGE.equals(key.getTag())) {
                problems.add(at, "a key must be a simple name");
                continue;
            }
            YamlNode.Mapping.Entry entry = new YamlNode.Mapping.Entry(at, convert(tuple.getValueNode()));
            YamlNode.Mapping.Entry first = entries.putIfAbsent(key.getValue(), entry);
            if (first != null) {
                problems.add(
                        at, "key " + YamlNode.shown(key.getValue()) + " is already at " + first.key() + "; keep one");
            }
        }
        return new YamlNode.Mapping(entries, location);
    }

    private Location locate(Mark mark) {
        return start.at(mark.getLine() + 1, mark.getColumn() + 1);
    }

    private static String oneLine(String message) {
        return String.valueOf(message).replaceAll("\\s+", " ").strip();
    }

    private static final class TooMuch extends RuntimeException {
        TooMuch(String message) {
            super(message);
        }
    }
}
