package org.flowanchor.agent.boot;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** JSON for eyes: an object's simple values as lines, each list of objects as a table. */
final class TextTable {
    private TextTable() {}

    static void print(JsonNode object, PrintWriter out) {
        List<String> tables = new ArrayList<>();
        for (String key : object.propertyNames()) {
            JsonNode value = object.get(key);
            if (value.isArray()) {
                tables.add(key);
            } else {
                out.printf("%-28s %s%n", key, text(value));
            }
        }
        for (String key : tables) {
            if (!object.propertyNames().equals(Set.of(key))) {
                out.printf("%n%s%n", key);
            }
            rows(object.get(key), out);
        }
    }

    private static void rows(JsonNode list, PrintWriter out) {
        if (list.isEmpty()) {
            out.println("none");
            return;
        }
        Set<String> columns = new LinkedHashSet<>();
        list.forEach(row -> columns.addAll(row.propertyNames()));
        List<List<String>> lines = new ArrayList<>();
        lines.add(columns.stream().map(name -> name.toUpperCase(Locale.ROOT)).toList());
        list.forEach(row ->
                lines.add(columns.stream().map(name -> text(row.path(name))).toList()));
        int[] width = new int[columns.size()];
        for (List<String> line : lines) {
            for (int i = 0; i < width.length; i++) {
                width[i] = Math.max(width[i], line.get(i).length());
            }
        }
        for (List<String> line : lines) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < width.length; i++) {
                text.append(line.get(i)).repeat(' ', width[i] - line.get(i).length() + 2);
            }
            out.println(text.toString().stripTrailing());
        }
    }

    private static String text(JsonNode value) {
        if (value.isArray()) {
            List<String> elements = new ArrayList<>();
            value.forEach(element -> elements.add(text(element)));
            return String.join(",", elements);
        }
        return value.isString() ? value.stringValue() : value.isMissingNode() ? "" : value.toString();
    }
}
