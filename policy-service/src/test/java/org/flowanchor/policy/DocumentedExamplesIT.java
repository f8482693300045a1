package org.flowanchor.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What an operator copies from the page about policies. */
class DocumentedExamplesIT {
    private static final Path PAGE = Path.of("..", "docs", "operations", "policies.md");
    private static final Pattern REQUEST =
            Pattern.compile("curl -s -i -X (\\w+) localhost:8080(\\S+)((?: -H '[^']+')*)(?: -d '([^']+)')?");
    private static final Pattern HEADER = Pattern.compile("-H '([^:]+): ([^']+)'");

    @Test
    void eachExampleDoesWhatItSaysInTheOrderOfThePage() throws IOException {
        RunningPolicyService.retireAll();
        RunningPolicyService.retireAllSubscribers();
        List<String> answers = new ArrayList<>();
        for (MatchResult request :
                REQUEST.matcher(Files.readString(PAGE)).results().toList()) {
            List<String> headers = new ArrayList<>();
            HEADER.matcher(request.group(3))
                    .results()
                    .forEach(header -> headers.addAll(List.of(header.group(1), header.group(2))));
            // A name that had revisions before goes on counting.
            String etag = RunningPolicyService.send("GET", "/api/v1/policies/evening", "")
                    .headers()
                    .firstValue("ETag")
                    .orElse("");
            headers.replaceAll(value -> value.equals("\"1\"") ? etag : value);
            HttpResponse<String> answer = RunningPolicyService.send(
                    request.group(1),
                    request.group(2),
                    request.group(4) == null ? "" : request.group(4),
                    headers.toArray(String[]::new));
            answers.add(request.group(1) + " " + answer.statusCode());
        }
        assertThat(answers).containsExactly("POST 201", "PUT 200", "POST 201", "POST 201", "DELETE 204");
        RunningPolicyService.retireAll();
        RunningPolicyService.retireAllSubscribers();
    }
}
