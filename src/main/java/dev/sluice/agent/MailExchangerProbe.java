package dev.sluice.agent;

import dev.sluice.agent.SmtpProbe.Conversation;
import dev.sluice.agent.SmtpProbe.Finding;
import dev.sluice.node.NodeReport.Probe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Hashtable;
import java.util.List;
import java.util.Optional;
import javax.naming.Context;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.directory.DirContext;
import javax.naming.directory.InitialDirContext;

/**
 * For a hop that delivers by MX: the resolver answers, and a mail exchanger of the domain can be reached on port 25. No
 * recipient is asked for: the server is a stranger's.
 */
final class MailExchangerProbe {
    private static final String KIND = "mail-exchanger";
    private static final int SMTP = 25;
    private static final int MOST_EXCHANGERS = 3;
    private static final List<String> NO_MAIL = List.of("");

    private MailExchangerProbe() {}

    static Probe ask(String hop, String recipient, Optional<String> source, String helloName, Duration limit) {
        String domain = recipient.substring(recipient.lastIndexOf('@') + 1);
        long begin = System.nanoTime();
        try {
            List<String> exchangers = exchangers(domain, limit);
            if (exchangers.equals(NO_MAIL)) {
                return failed(hop, domain, "the domain takes no mail (null MX, RFC 7505)", begin);
            }
            // Without an exchanger the domain is its own (RFC 5321, 5.1).
            return reachable(hop, exchangers.isEmpty() ? List.of(domain) : exchangers, source, helloName, limit);
        } catch (NamingException e) {
            return failed(hop, domain, "name service: " + e.getMessage(), begin);
        }
    }

    /** As a mail server would: the next one when the preferred one cannot be reached, but not for ever. */
    private static Probe reachable(
            String hop, List<String> exchangers, Optional<String> source, String helloName, Duration limit) {
        List<String> tried = exchangers.subList(0, Math.min(MOST_EXCHANGERS, exchangers.size()));
        SmtpProbe smtp = new SmtpProbe(source, limit.dividedBy(tried.size()));
        Probe last = null;
        for (String exchanger : tried) {
            Finding finding = smtp.ask(exchanger, SMTP, new Conversation("", helloName, "", "", ""));
            last = new Probe(
                    hop,
                    exchanger + ":" + SMTP,
                    KIND,
                    finding.accepted(),
                    finding.stage(),
                    finding.reply(),
                    finding.milliseconds());
            if (last.passed()) {
                break;
            }
        }
        return last;
    }

    private static Probe failed(String hop, String domain, String reason, long begin) {
        return new Probe(hop, domain, KIND, false, "connect", reason, (System.nanoTime() - begin) / 1_000_000);
    }

    // JNDI asks for a Hashtable. Its danger, objects made from what a directory holds, is not in its DNS provider,
    // which
    // gives strings only; the provider is fixed here.
    @SuppressWarnings({"JdkObsolete", "BanJNDI"})
    private static List<String> exchangers(String domain, Duration limit) throws NamingException {
        Hashtable<String, String> environment = new Hashtable<>();
        environment.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.dns.DnsContextFactory");
        environment.put("com.sun.jndi.dns.timeout.initial", Long.toString(Math.max(500, limit.toMillis() / 4)));
        environment.put("com.sun.jndi.dns.timeout.retries", "2");
        DirContext context = new InitialDirContext(environment);
        try {
            Attribute records =
                    context.getAttributes(domain, new String[] {"MX"}).get("MX");
            List<String> found = new ArrayList<>();
            if (records != null) {
                NamingEnumeration<?> values = records.getAll();
                while (values.hasMore()) {
                    found.add(values.next().toString());
                }
            }
            return found.stream()
                    .sorted(Comparator.comparingInt(MailExchangerProbe::preference))
                    .map(record -> record.substring(record.indexOf(' ') + 1).replaceAll("\\.$", ""))
                    .toList();
        } finally {
            context.close();
        }
    }

    private static int preference(String record) {
        try {
            return Integer.parseInt(record.substring(0, Math.max(0, record.indexOf(' '))));
        } catch (NumberFormatException e) {
            return Integer.MAX_VALUE;
        }
    }
}
