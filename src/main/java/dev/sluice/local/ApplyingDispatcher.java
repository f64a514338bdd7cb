package dev.sluice.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.fabric8.mockwebserver.crud.AttributeSet;
import io.fabric8.mockwebserver.dsl.HttpMethod;
import io.fabric8.mockwebserver.http.Buffer;
import io.fabric8.mockwebserver.http.Headers;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Adds to Fabric8's in-memory API what it refuses: server-side apply, and binding a pod to a node. */
final class ApplyingDispatcher extends KubernetesCrudDispatcher {
    private static final Pattern MANAGER = Pattern.compile("[?&]fieldManager=([^&]*)");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectMapper YAML = new YAMLMapper();
    private static final String BINDING = "/binding";
    private static final String STATUS = "/status";

    private final Map<String, JsonNode> lastApplied = new ConcurrentHashMap<>();

    @Override
    public MockResponse handlePatch(RecordedRequest request) {
        String type = String.valueOf(request.getHeader("Content-Type")).toLowerCase(Locale.ROOT);
        return type.contains("apply-patch") ? apply(request) : super.handlePatch(request);
    }

    @Override
    public MockResponse handleCreate(RecordedRequest request) {
        String path = withoutQuery(request.getPath());
        if (!path.endsWith(BINDING)) {
            return super.handleCreate(request);
        }
        String pod = path.substring(0, path.length() - BINDING.length());
        try {
            String node = JSON.readTree(request.getUtf8Body())
                    .path("target")
                    .path("name")
                    .asText();
            MockResponse patched = super.handlePatch(request(
                    HttpMethod.PATCH,
                    pod,
                    "application/merge-patch+json",
                    Serialization.asJson(Map.of("spec", Map.of("nodeName", node)))));
            return patched.code() < 300
                    ? new MockResponse()
                            .setResponseCode(201)
                            .setBody("{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Success\"}")
                    : patched;
        } catch (JsonProcessingException e) {
            return new MockResponse().setResponseCode(400);
        }
    }

    private synchronized MockResponse apply(RecordedRequest request) {
        String path = withoutQuery(request.getPath());
        JsonNode wanted;
        try {
            wanted = YAML.readTree(request.getUtf8Body());
        } catch (JsonProcessingException e) {
            return new MockResponse().setResponseCode(400);
        }
        boolean status = path.endsWith(STATUS);
        String objectPath = status ? path.substring(0, path.length() - STATUS.length()) : path;
        Map.Entry<AttributeSet, String> present = findResource(getKey(objectPath));
        String owner = manager(request.getPath()) + " " + path;
        if (present == null) {
            if (status) {
                return new MockResponse().setResponseCode(404);
            }
            lastApplied.put(owner, wanted);
            return super.handleCreate(request(
                    HttpMethod.POST,
                    objectPath.substring(0, objectPath.lastIndexOf('/')),
                    "application/json",
                    wanted.toString()));
        }
        try {
            JsonNode before = JSON.readTree(present.getValue());
            String version = wanted.path("metadata").path("resourceVersion").asText("");
            if (!version.isEmpty()
                    && !version.equals(
                            before.path("metadata").path("resourceVersion").asText())) {
                return new MockResponse().setResponseCode(409);
            }
            JsonNode after = merge(before.deepCopy(), wanted, lastApplied.get(owner));
            lastApplied.put(owner, wanted);
            if (after.equals(before)) {
                return new MockResponse().setResponseCode(200).setBody(present.getValue());
            }
            return super.handleUpdate(request(HttpMethod.PUT, path, "application/json", after.toString()));
        } catch (JsonProcessingException e) {
            return new MockResponse().setResponseCode(500);
        }
    }

    /**
     * What applying means for one value: take what is wanted, drop what the same manager wanted before and does not any
     * more, leave the rest.
     *
     * @param last what the manager applied last, or null
     */
    static JsonNode merge(JsonNode present, JsonNode wanted, JsonNode last) {
        if (!(present instanceof ObjectNode object) || !wanted.isObject()) {
            return wanted;
        }
        if (last != null && last.isObject()) {
            last.fieldNames().forEachRemaining(name -> {
                if (!wanted.has(name)) {
                    object.remove(name);
                }
            });
        }
        wanted.properties().forEach(field -> {
            JsonNode old = object.get(field.getKey());
            JsonNode before = last == null ? null : last.get(field.getKey());
            object.set(
                    field.getKey(),
                    field.getKey().equals("finalizers")
                            ? union(old, field.getValue(), before)
                            : old == null ? field.getValue() : merge(old, field.getValue(), before));
        });
        return object;
    }

    /** A list that several managers share. */
    private static JsonNode union(JsonNode present, JsonNode wanted, JsonNode last) {
        List<JsonNode> all = new ArrayList<>();
        if (present != null) {
            present.forEach(all::add);
        }
        if (last != null) {
            last.forEach(all::remove);
        }
        wanted.forEach(item -> {
            if (!all.contains(item)) {
                all.add(item);
            }
        });
        ArrayNode array = JSON.createArrayNode();
        return array.addAll(all);
    }

    private static String manager(String path) {
        Matcher matcher = MANAGER.matcher(path);
        return matcher.find() ? matcher.group(1) : "";
    }

    private static String withoutQuery(String path) {
        int query = path.indexOf('?');
        return query < 0 ? path : path.substring(0, query);
    }

    private static RecordedRequest request(HttpMethod method, String path, String type, String body) {
        return new RecordedRequest(
                "HTTP/1.1",
                method,
                path,
                Headers.builder().add("Content-Type", type).build(),
                new Buffer().writeUtf8(body));
    }
}
