package org.flowanchor.service.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** The operators' page of keys and defaults against what a service reads. */
public abstract class ConfigurationReference {
    private static final Path PAGE = Path.of("..", "docs", "operations", "configuration.md");
    private static final Pattern ROW = Pattern.compile("\\| `(flowanchor\\.[^`]+)` \\| ([^|]+) \\| [^|]+ \\|");

    private final String section;
    private final List<Class<?>> properties;

    /**
     * @param section of the page, besides the one of every service
     * @param properties records annotated with {@link ConfigurationProperties}, all that the service reads
     */
    protected ConfigurationReference(String section, Class<?>... properties) {
        this.section = section;
        this.properties = List.of(properties);
    }

    /** Key and default of each row. */
    private static Map<String, String> documented(String... sections) throws IOException {
        Map<String, String> rows = new TreeMap<>();
        String page = Files.readString(PAGE);
        for (String section : sections) {
            int begin = page.indexOf("\n## " + section + "\n");
            assertThat(begin).as(section).isNotNegative();
            int end = page.indexOf("\n## ", begin + 1);
            Matcher row = ROW.matcher(page.substring(begin, end < 0 ? page.length() : end));
            while (row.find()) {
                assertThat(rows.put(row.group(1), row.group(2)))
                        .as(row.group(1))
                        .isNull();
            }
        }
        return rows;
    }

    private Map<String, String> read() {
        Map<String, String> keys = new TreeMap<>();
        for (Class<?> each : properties) {
            ConfigurationProperties annotation =
                    Objects.requireNonNull(each.getAnnotation(ConfigurationProperties.class));
            collect(annotation.value(), each, keys);
        }
        return keys;
    }

    private static void collect(String prefix, Class<?> properties, Map<String, String> keys) {
        Parameter[] parameters = properties.getDeclaredConstructors()[0].getParameters();
        for (int i = 0; i < parameters.length; i++) {
            RecordComponent component = properties.getRecordComponents()[i];
            String key = prefix + "." + dashed(component.getName());
            Class<?> type = component.getType();
            if (type.isRecord()) {
                collect(key, type, keys);
            } else if (type == List.class && element(component).isRecord()) {
                collect(key + "[]", element(component), keys);
            } else if (type == Map.class) {
                keys.put(key + ".<>", "-");
            } else {
                DefaultValue otherwise = parameters[i].getAnnotation(DefaultValue.class);
                String none = type == List.class ? "none" : "-";
                if (otherwise == null) {
                    keys.put(key, "-");
                } else {
                    keys.put(
                            key,
                            otherwise.value().length == 0 ? none : otherwise.value()[0]);
                }
            }
        }
    }

    private static Class<?> element(RecordComponent list) {
        return (Class<?>) ((ParameterizedType) list.getGenericType()).getActualTypeArguments()[0];
    }

    private static String dashed(String name) {
        return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    @Test
    void everyKeyIsOnThePageWithItsDefaultAndNoneThatIsNotRead() throws IOException {
        Map<String, String> documented = new TreeMap<>();
        documented("Every service", section)
                .forEach((key, value) -> documented.put(key.replaceAll("<[^>]+>", "<>"), value));
        assertThat(documented).isEqualTo(read());
    }
}
