package dev.sluice.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.node.NodeJson;
import dev.sluice.node.NodeOrders;
import dev.sluice.node.NodeOrders.ClientAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Operators and agents of different versions: each knows again what was ordered. */
class OrdersDeskTest {
    @TempDir
    private Path state;

    private final List<ReceivedOrders> taken = new ArrayList<>();

    private OrdersDesk desk() throws IOException {
        return new OrdersDesk("filter-1", new StateStore(state), taken::add);
    }

    private static NodeOrders orders() {
        return new NodeOrders(
                3,
                "filter-1",
                100,
                true,
                false,
                false,
                5,
                Map.of("message_size_limit", "1000000", "biff", "no"),
                ClientAddress.CONNECTION,
                List.of("10.20.0.0/24"),
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                1,
                false);
    }

    private static ObjectNode sent() {
        return NodeJson.mapper().valueToTree(orders());
    }

    private static ReceivedOrders received(ObjectNode json) throws IOException {
        return NodeJson.mapper().readValue(json.toString(), ReceivedOrders.class);
    }

    @Test
    void ordersAreKnownByTheNameThatTheirGiverGaveThem() throws IOException {
        assertThat(received(sent()).digest()).isEqualTo(NodeJson.digest(orders()));
        assertThat(received(sent().put("leaderEpoch", 4)).digest())
                .as("the name does not change with the leader")
                .isEqualTo(NodeJson.digest(orders()));
        assertThat(received(sent().put("weightPercent", 50)).digest()).isNotEqualTo(NodeJson.digest(orders()));
    }

    @Test
    void aNewerOperatorsOrdersAreNamedAndKeptByAllThatIsInThem() throws IOException {
        ObjectNode newer = sent().put("mood", "calm");

        desk().accept(received(newer));
        desk();

        assertThat(taken).hasSize(2).allSatisfy(orders -> {
            assertThat(orders.orders()).isEqualTo(orders());
            assertThat(orders.digest()).isEqualTo(NodeJson.digest(newer)).isNotEqualTo(NodeJson.digest(orders()));
        });
    }

    @Test
    void anOlderOperatorsOrdersAreNamedWithoutWhatItDoesNotKnow() throws IOException {
        ObjectNode older = sent();
        older.remove(List.of("lanes", "canBeSpared"));

        desk().accept(received(older));

        assertThat(taken).singleElement().satisfies(orders -> {
            assertThat(orders.orders()).isEqualTo(orders());
            assertThat(orders.digest()).isEqualTo(NodeJson.digest(older));
        });
    }

    @Test
    void whatOnlyANewerAgentUnderstandsIsNewsForTheNameToo() throws IOException {
        OrdersDesk desk = desk();
        desk.accept(received(sent().put("mood", "calm")));

        desk.accept(received(sent().put("mood", "bold")));
        desk.accept(received(sent().put("mood", "bold")));

        assertThat(taken).hasSize(2);
        assertThat(taken.get(1).digest()).isNotEqualTo(taken.get(0).digest());
    }

    @Test
    void theOrderOfFieldsDoesNotCount() throws IOException {
        ObjectNode turned = NodeJson.mapper().createObjectNode();
        List<String> names = new ArrayList<>();
        sent().fieldNames().forEachRemaining(name -> names.add(0, name));
        names.forEach(name -> turned.set(name, sent().get(name)));

        assertThat(received(turned).digest()).isEqualTo(NodeJson.digest(orders()));
    }
}
