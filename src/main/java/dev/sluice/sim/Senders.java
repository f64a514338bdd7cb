package dev.sluice.sim;

import dev.sluice.gate.Evidence.StratumCount;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.AliasMethodDiscreteSampler;
import org.apache.commons.rng.sampling.distribution.SharedStateDiscreteSampler;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;

/** Who sends: a few that send much and many that send little, some of them with more failures than others. */
final class Senders {
    static final int COUNT = 400;
    /** The standard deviation of the logarithm of a sender's failure rate. */
    private static final double UNLIKENESS = 0.7;

    private final double[] failureFactor = new double[COUNT];
    private final double[] leaning = new double[COUNT];
    private final int[] senderClass = new int[COUNT];
    private final SharedStateDiscreteSampler sampler;

    Senders(World world, UniformRandomProvider random) {
        ZigguratSampler.NormalizedGaussian normal = ZigguratSampler.NormalizedGaussian.of(random);
        double[] volume = new double[COUNT];
        double all = 0;
        double failing = 0;
        for (int sender = 0; sender < COUNT; sender++) {
            volume[sender] = 1 / (sender + 10.0);
            failureFactor[sender] = Math.exp(UNLIKENESS * normal.sample());
            leaning[sender] = Math.exp(world.senderLeaning() * normal.sample());
            senderClass[sender] = classOf("sender-" + sender + ".example");
            all += volume[sender];
            failing += volume[sender] * failureFactor[sender];
        }
        for (int sender = 0; sender < COUNT; sender++) {
            failureFactor[sender] *= all / failing;
        }
        sampler = AliasMethodDiscreteSampler.of(random, volume);
    }

    private static int classOf(String domain) {
        CRC32 checksum = new CRC32();
        checksum.update(domain.getBytes(StandardCharsets.UTF_8));
        return (int) (checksum.getValue() % StratumCount.SENDER_CLASSES);
    }

    int any() {
        return sampler.sample();
    }

    double failureFactor(int sender) {
        return failureFactor[sender];
    }

    double leaning(int sender) {
        return leaning[sender];
    }

    int classOf(int sender) {
        return senderClass[sender];
    }
}
