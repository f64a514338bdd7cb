package dev.sluice.plan;

import java.util.List;

/**
 * Shares of traffic as weights of an edge. HAProxy takes whole numbers from 0 to 256 per server; only their relation
 * counts, so the largest share gets 256 and the resolution is best.
 */
final class Weights {
    private static final int LARGEST = 256;

    private Weights() {}

    /**
     * Gives each node its weight.
     *
     * @param serving nodes that share what the canaries do not get, equally
     * @param canaries nodes that share {@code canaryPercent}, equally
     * @param canaryPercent 0 to 100
     */
    static void share(List<NodeDraft> serving, List<NodeDraft> canaries, double canaryPercent) {
        double each = serving.isEmpty() ? 0 : (100 - canaryPercent) / serving.size();
        double eachCanary = canaries.isEmpty() ? 0 : canaryPercent / canaries.size();
        if (serving.isEmpty() && eachCanary > 0) {
            eachCanary = 100.0 / canaries.size();
        }
        double largest = Math.max(each, eachCanary);
        for (NodeDraft node : serving) {
            node.weight(weight(each, largest));
        }
        for (NodeDraft node : canaries) {
            node.weight(weight(eachCanary, largest));
        }
    }

    private static int weight(double share, double largest) {
        return share <= 0 ? 0 : (int) Math.max(1, Math.round(LARGEST * share / largest));
    }
}
