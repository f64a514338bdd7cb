package dev.sluice.sim;

import dev.sluice.gate.Evidence;
import dev.sluice.gate.Evidence.NodeCounters;
import dev.sluice.gate.Lanes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.AliasMethodDiscreteSampler;
import org.apache.commons.rng.sampling.distribution.PoissonSampler;
import org.apache.commons.rng.sampling.distribution.SharedStateDiscreteSampler;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;

/** Mail through a pool, tick by tick: some nodes on trial, and the nodes that serve counted as one. */
final class MailFlow {
    static final Instant START = Instant.parse("2022-12-01T05:30:00Z");
    /** Within this time a recipient is to be delivered. */
    static final long OBJECTIVE_SECONDS = 60;
    /** How many nodes serve beside the canaries: into so many lane counts their share is divided. */
    private static final int SERVING = 3;

    private static final double MEAN_BULK = 100;
    private static final int LEAST_BULK = 10;
    private static final double LARGEST_RATE = 0.97;

    private final World world;
    private final WeightPlan weights;
    private final double tickSeconds;
    private final UniformRandomProvider random;
    private final ZigguratSampler.Exponential exponential;
    private final SharedStateDiscreteSampler stratumOf;
    private final double[] rates = Strata.rates();
    private final double[] leaning = new double[Strata.COUNT];
    private final Senders senders;
    private final Outages outages;
    private final NodeTally[] canaries;
    private final NodeTally serving;
    private final Ailment[] ailments;
    private final List<Bulk> bulks = new ArrayList<>();
    private final MinuteCounts minute = new MinuteCounts();
    private long ticks;
    private double ailingSince;
    private long toCanaries;

    /** One bulk mailing that is under way. */
    private static final class Bulk {
        private final int stratum;
        private final int sender;
        private final double perSecond;
        private final double ends;
        private final boolean fails;
        private final boolean failsForRecipient;
        /** Where between 0 and 1 it stands among what an ailment lets fail. */
        private final double susceptibility;

        private final boolean[] seenByCanary;
        private final boolean[] seenByLane;

        private Bulk(
                int stratum,
                int sender,
                double perSecond,
                double ends,
                boolean fails,
                boolean failsForRecipient,
                double susceptibility,
                int canaries,
                int lanes) {
            this.stratum = stratum;
            this.sender = sender;
            this.perSecond = perSecond;
            this.ends = ends;
            this.fails = fails;
            this.failsForRecipient = failsForRecipient;
            this.susceptibility = susceptibility;
            this.seenByCanary = new boolean[canaries];
            this.seenByLane = new boolean[lanes];
        }
    }

    MailFlow(World world, WeightPlan weights, int canaries, Duration tick, UniformRandomProvider random) {
        this.world = world;
        this.weights = weights;
        this.tickSeconds = tick.toMillis() / 1000.0;
        this.random = random;
        this.exponential = ZigguratSampler.Exponential.of(random);
        this.stratumOf = AliasMethodDiscreteSampler.of(random, Strata.shares());
        this.senders = new Senders(world, random);
        this.outages = new Outages(world, random);
        ZigguratSampler.NormalizedGaussian normal = ZigguratSampler.NormalizedGaussian.of(random);
        for (int stratum = 0; stratum < Strata.COUNT; stratum++) {
            leaning[stratum] = Math.exp(world.destinationLeaning() * normal.sample());
        }
        int ticksToMature = (int) Math.ceil(OBJECTIVE_SECONDS / tickSeconds);
        this.canaries = new NodeTally[canaries];
        this.ailments = new Ailment[canaries];
        Arrays.fill(ailments, new Ailment.None());
        for (int node = 0; node < canaries; node++) {
            this.canaries[node] = new NodeTally("canary-" + (node + 1), ticksToMature);
        }
        this.serving = new NodeTally("serving", ticksToMature);
    }

    /** From now on this ails one of the canaries. */
    void ails(int canary, Ailment ailment) {
        ailments[canary] = ailment;
        ailingSince = seconds();
    }

    double seconds() {
        return ticks * tickSeconds;
    }

    /** Messages that the canaries got. */
    long toCanaries() {
        return toCanaries;
    }

    /** What a watcher of plain counts sees of the present minute. */
    MinuteCounts minute() {
        return minute;
    }

    void advance() {
        double now = seconds();
        outages.pass(now, tickSeconds);
        double expected = world.messagesPerMinute() / 60 * world.rateAt(now) * tickSeconds;
        double share = weights.at(now);
        singles(expected * (1 - world.bulkShare()), share, now);
        if (world.bulkShare() > 0) {
            bulk(expected * world.bulkShare(), share, now);
        }
        for (NodeTally canary : canaries) {
            canary.tick();
        }
        serving.tick();
        ticks++;
    }

    private int poisson(double mean) {
        return mean <= 0 ? 0 : PoissonSampler.of(random, mean).sample();
    }

    private void singles(double expected, double share, double now) {
        int arrivals = poisson(expected);
        for (int i = 0; i < arrivals; i++) {
            int stratum = stratumOf.sample();
            int sender = senders.any();
            double rate = rate(stratum, sender, 1);
            boolean fails = random.nextDouble() < rate;
            boolean forRecipient = !fails && random.nextDouble() < world.recipientFaults();
            if (random.nextDouble() < toCanary(share, stratum, sender)) {
                toCanaries++;
                int node = canaries.length == 1 ? 0 : random.nextInt(canaries.length);
                boolean bad =
                        onCanary(node, stratum, sender, fails, forRecipient, rate, random.nextDouble(), now, true);
                minute.canary(bad);
            } else {
                count(serving, stratum, sender, fails, forRecipient);
                minute.baseline(fails);
            }
        }
    }

    private double rate(int stratum, int sender, double factor) {
        double usual = Math.min(LARGEST_RATE, rates[stratum] * senders.failureFactor(sender) * factor);
        double outage = outages.share(stratum);
        return outage == 0 ? usual : usual + (1 - usual) * outage;
    }

    private double toCanary(double share, int stratum, int sender) {
        double odds = share / (1 - share) * leaning[stratum] * senders.leaning(sender);
        return share >= 1 ? 1 : odds / (1 + odds);
    }

    private void count(NodeTally node, int stratum, int sender, boolean fails, boolean forRecipient) {
        if (fails) {
            boolean path = outages.share(stratum) > 0 && outages.onThePath(stratum);
            node.failed(stratum, senders.classOf(sender), path);
        } else if (forRecipient) {
            node.failedByRecipient(stratum);
        } else {
            node.delivered(stratum, senders.classOf(sender));
        }
    }

    /** Mail on a canary; whether it failed. */
    private boolean onCanary(
            int node,
            int stratum,
            int sender,
            boolean fails,
            boolean forRecipient,
            double rate,
            double susceptibility,
            double now,
            boolean counts) {
        NodeTally tally = canaries[node];
        Ailment ailment = ailments[node];
        if (ailment instanceof Ailment.Failures failures && failures.hits(stratum) && !fails) {
            // On top of the usual rate, so that the rate as a whole is higher by exactly the share where that is
            // possible.
            if (susceptibility < failures.share() / (1 - rate)) {
                if (counts) {
                    tally.failed(stratum, senders.classOf(sender), failures.onThePath());
                }
                return true;
            }
        } else if (ailment instanceof Ailment.Silence) {
            if (counts) {
                tally.tooLate(stratum, senders.classOf(sender));
            }
            return false;
        } else if (ailment instanceof Ailment.Delays delays && !fails && !forRecipient) {
            double delay = exponential.sample() * delays.growth() * (now - ailingSince);
            boolean late = delay > OBJECTIVE_SECONDS;
            if (!counts) {
                return late;
            }
            int later = (int) (delay / tickSeconds);
            if (late) {
                tally.tooLate(stratum, senders.classOf(sender));
            } else if (later == 0) {
                tally.delivered(stratum, senders.classOf(sender));
            } else {
                tally.deliveredLater(stratum, senders.classOf(sender), later);
            }
            return late;
        } else if (ailment instanceof Ailment.RecipientFaults faults && !fails) {
            if (counts) {
                count(tally, stratum, sender, false, susceptibility < faults.share());
            }
            return false;
        }
        if (counts) {
            count(tally, stratum, sender, fails, forRecipient);
        }
        return fails;
    }

    private void bulk(double expected, double share, double now) {
        int begun = poisson(expected / (MEAN_BULK + LEAST_BULK));
        for (int i = 0; i < begun; i++) {
            bulks.add(begin(share, now));
        }
        for (int i = bulks.size() - 1; i >= 0; i--) {
            Bulk bulk = bulks.get(i);
            if (now >= bulk.ends) {
                bulks.set(i, bulks.get(bulks.size() - 1));
                bulks.remove(bulks.size() - 1);
            } else {
                send(bulk, share, now);
            }
        }
    }

    private Bulk begin(double share, double now) {
        int stratum = stratumOf.sample();
        int sender = senders.any();
        double size = LEAST_BULK + MEAN_BULK * exponential.sample();
        double lasts = Math.max(tickSeconds, 10 + 230 * random.nextDouble());
        boolean fails = random.nextDouble() < rate(stratum, sender, world.bulkFailures());
        boolean forRecipient = !fails && random.nextDouble() < world.recipientFaults();
        int lanes = SERVING * Lanes.of((1 - share) / SERVING, share / canaries.length);
        return new Bulk(
                stratum,
                sender,
                size / lasts,
                now + lasts,
                fails,
                forRecipient,
                random.nextDouble(),
                canaries.length,
                lanes);
    }

    private void send(Bulk bulk, double share, double now) {
        int messages = poisson(bulk.perSecond * tickSeconds);
        double rate = rate(bulk.stratum, bulk.sender, world.bulkFailures());
        for (int i = 0; i < messages; i++) {
            if (random.nextDouble() < toCanary(share, bulk.stratum, bulk.sender)) {
                toCanaries++;
                int node = random.nextInt(canaries.length);
                boolean bad = onCanary(
                        node,
                        bulk.stratum,
                        bulk.sender,
                        bulk.fails,
                        bulk.failsForRecipient,
                        rate,
                        bulk.susceptibility,
                        now,
                        !bulk.seenByCanary[node]);
                bulk.seenByCanary[node] = true;
                minute.canary(bad);
            } else {
                int lane = random.nextInt(bulk.seenByLane.length);
                if (!bulk.seenByLane[lane]) {
                    bulk.seenByLane[lane] = true;
                    count(serving, bulk.stratum, bulk.sender, bulk.fails, bulk.failsForRecipient);
                }
                minute.baseline(bulk.fails);
            }
        }
    }

    /** All canaries against the serving nodes. */
    Evidence evidence(boolean bySender) {
        Instant now = START.plusMillis((long) (seconds() * 1000));
        List<NodeCounters> onTrial = new ArrayList<>(canaries.length);
        for (NodeTally canary : canaries) {
            onTrial.add(canary.counters(now, bySender));
        }
        return new Evidence(
                now,
                weights.at(Math.max(0, seconds() - tickSeconds)),
                onTrial,
                List.of(serving.counters(now, bySender)));
    }
}
