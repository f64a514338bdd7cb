package dev.sluice.postfix;

import dev.sluice.node.NodeOrders;
import dev.sluice.node.NodeOrders.ClientAddress;
import dev.sluice.node.NodeOrders.Endpoint;
import dev.sluice.node.NodeOrders.HopRoute;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The files that make a Postfix behave as ordered. A pure function of orders and facts; the same input gives the same
 * text.
 *
 * @param mainCf {@code main.cf}
 * @param masterCf {@code master.cf}
 * @param transportMap recipient domain to next hop, read as {@code texthash}
 * @param deliveryStatusFilter which permanent refusals keep a message queued, read as {@code regexp}
 */
public record PostfixConfiguration(String mainCf, String masterCf, String transportMap, String deliveryStatusFilter) {

    /** The file name of {@link #transportMap} in the configuration directory. */
    public static final String TRANSPORT_FILE = "transport";
    /** The file name of {@link #deliveryStatusFilter} in the configuration directory. */
    public static final String FILTER_FILE = "delivery_status_filter";
    /** The name of the handover listener in the log: mail that came in by it was handed over by a peer. */
    public static final String HANDOVER_LISTENER = "handover";
    /** The name of the inspection listener in the log. */
    public static final String INSPECTION_LISTENER = "inspection";

    private static final Pattern PARAMETER_NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_-]*");
    private static final Pattern DOMAIN = Pattern.compile("\\.?[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?");
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._:-]+");

    /** Parameters that a template may not set, with what to use instead. */
    private static final Map<String, String> RESERVED = reserved();

    /** How deliveries are treated beside what the orders say. */
    public enum Delivery {
        /** Deliver. */
        NORMAL,
        /** Attempt nothing new: what is under way ends, the rest waits. */
        SUSPENDED
    }

    /**
     * Renders the files.
     *
     * @throws UnusableOrders when the orders hold a value that would change the meaning of the files, a parameter that
     *     is not the template's to set, or networks that would make an open relay
     */
    public static PostfixConfiguration render(NodeOrders orders, NodeFacts facts, Delivery delivery)
            throws UnusableOrders {
        checkSettings(orders.settings());
        for (HopRoute hop : orders.nextHops()) {
            checkHop(hop);
        }
        List<String> relayNetworks = Network.checked("relayNetworks", orders.relayNetworks());
        List<String> handoverFrom = Network.checked("handoverFrom", orders.handoverFrom());
        return new PostfixConfiguration(
                mainCf(orders, facts, delivery, relayNetworks),
                masterCf(facts, handoverFrom),
                transportMap(orders, facts),
                DeliveryStatusFilter.TEXT);
    }

    private static String mainCf(NodeOrders orders, NodeFacts facts, Delivery delivery, List<String> relayNetworks) {
        Map<String, String> main = new LinkedHashMap<>();
        defaults(main, orders, facts);
        main.putAll(new TreeMap<>(orders.settings()));
        owned(main, orders, facts, delivery, relayNetworks);
        return main.entrySet().stream()
                .map(entry -> entry.getKey() + " =" + (entry.getValue().isEmpty() ? "" : " " + entry.getValue()))
                .collect(Collectors.joining("\n", "# Written by the Sluice agent from its orders.\n", "\n"));
    }

    /** What a template may change. */
    private static void defaults(Map<String, String> main, NodeOrders orders, NodeFacts facts) {
        boolean ownTierOnly = orders.nextHops().stream().allMatch(HopRoute::ownTier);
        main.put("compatibility_level", "3.6");
        main.put("inet_protocols", "ipv4");
        main.put("myhostname", facts.hostName());
        main.put("mydestination", "");
        main.put("relay_domains", "");
        main.put("local_recipient_maps", "");
        main.put("local_transport", "error:5.1.1 no local delivery on this node");
        main.put("alias_maps", "");
        main.put("alias_database", "");
        main.put("biff", "no");
        main.put("append_dot_mydomain", "no");
        main.put("notify_classes", "");
        main.put("message_size_limit", "52428800");
        main.put("mailbox_size_limit", "0");
        main.put("smtpd_peername_lookup", "no");
        main.put("smtpd_client_connection_count_limit", "0");
        main.put("smtpd_client_connection_rate_limit", "0");
        main.put("in_flow_delay", "0");
        main.put("maximal_queue_lifetime", "5d");
        main.put("bounce_queue_lifetime", "5d");
        // Towards an own tier silence is a fault that must show soon; strangers are given more time.
        main.put("smtp_connect_timeout", ownTierOnly ? "4s" : "10s");
        main.put("smtp_helo_timeout", ownTierOnly ? "10s" : "60s");
        main.put("smtp_mail_timeout", "30s");
        main.put("smtp_rcpt_timeout", ownTierOnly ? "30s" : "120s");
        main.put("smtp_data_init_timeout", "60s");
        main.put("smtp_data_xfer_timeout", "120s");
        // With Postfix's default the first refused connections stop all further attempts for a while, and so the
        // evidence:
        // a node on trial would show one failure where it has twenty.
        main.put("default_destination_concurrency_failed_cohort_limit", orders.keepOnNextHopFailure() ? "10" : "1");
        main.put("minimal_backoff_time", orders.keepOnNextHopFailure() ? "10s" : "60s");
        main.put("maximal_backoff_time", orders.keepOnNextHopFailure() && ownTierOnly ? "60s" : "600s");
        main.put("queue_run_delay", orders.keepOnNextHopFailure() ? "5s" : "60s");
        if (facts.tellRefusedClients()) {
            main.put("smtpd_reject_footer", "\\c; client=$client_address server=$server_name");
        }
    }

    /** What safety and bookkeeping rest on. */
    private static void owned(
            Map<String, String> main,
            NodeOrders orders,
            NodeFacts facts,
            Delivery delivery,
            List<String> relayNetworks) {
        main.put("multi_instance_name", "postfix-" + facts.node());
        main.put("syslog_name", "postfix");
        main.put("queue_directory", facts.queueDirectory().toString());
        main.put("data_directory", facts.dataDirectory().toString());
        main.put("maillog_file", facts.logFile().toString());
        main.put("maillog_file_prefixes", facts.logFile().getParent().toString());
        main.put("enable_long_queue_ids", "yes");
        main.put("inet_interfaces", "all");
        if (!facts.bindsToAnyAddress()) {
            main.put("smtp_bind_address", facts.bindAddress());
            main.put("smtp_bind_address_enforce", "yes");
        }
        if (orders.nextHops().stream().noneMatch(hop -> hop.endpoints().isEmpty())) {
            main.put("smtp_host_lookup", "native");
            main.put("smtp_dns_support_level", "disabled");
        }
        main.put(
                "smtpd_upstream_proxy_protocol",
                orders.clientAddress() == ClientAddress.PROXY_PROTOCOL ? "haproxy" : "");
        main.put("mynetworks", String.join(" ", relayNetworks));
        main.put("smtpd_relay_restrictions", "permit_mynetworks, reject_unauth_destination");
        String restrictions = orders.settings().getOrDefault("smtpd_recipient_restrictions", "");
        main.put(
                "smtpd_recipient_restrictions",
                "check_policy_service unix:" + facts.policySocket()
                        + (restrictions.isBlank() ? "" : ", " + restrictions));
        // An agent that restarts must not cost mail.
        main.put("smtpd_policy_service_default_action", "DUNNO");
        main.put("smtpd_policy_service_timeout", "3s");
        main.put("smtpd_policy_service_try_limit", "1");
        main.put("relayhost", defaultRoute(orders, facts));
        main.put(
                "transport_maps",
                orders.handoverTo().isPresent()
                        ? ""
                        : "texthash:" + facts.configDirectory().resolve(TRANSPORT_FILE));
        // A peer's refusal must never bounce what this node could not deliver.
        boolean keep = orders.keepOnNextHopFailure() || orders.handoverTo().isPresent();
        main.put(
                "smtp_delivery_status_filter",
                keep ? "regexp:" + facts.configDirectory().resolve(FILTER_FILE) : "");
        main.put("defer_transports", delivery == Delivery.SUSPENDED ? "smtp, relay" : "");
    }

    private static String defaultRoute(NodeOrders orders, NodeFacts facts) {
        if (orders.handoverTo().isPresent()) {
            return destination(orders.handoverTo().get().endpoint());
        }
        return orders.nextHops().stream()
                .filter(hop -> hop.recipientDomains().isEmpty())
                .findFirst()
                .map(hop -> destinations(hop, facts))
                .orElse("");
    }

    private static String transportMap(NodeOrders orders, NodeFacts facts) {
        Map<String, String> routes = new TreeMap<>();
        for (HopRoute hop : orders.nextHops()) {
            for (String domain : hop.recipientDomains()) {
                routes.putIfAbsent(domain.toLowerCase(java.util.Locale.ROOT), "smtp:" + destinations(hop, facts));
            }
        }
        return routes.entrySet().stream()
                .map(route -> route.getKey() + " " + route.getValue() + "\n")
                .collect(Collectors.joining());
    }

    /** The nodes of a pool begin at different endpoints, so that none of a hop's endpoints takes all their mail. */
    private static String destinations(HopRoute hop, NodeFacts facts) {
        List<Endpoint> endpoints = new ArrayList<>(hop.endpoints());
        if (!endpoints.isEmpty()) {
            Collections.rotate(endpoints, -Math.floorMod(facts.node().hashCode(), endpoints.size()));
        }
        return endpoints.stream().map(PostfixConfiguration::destination).collect(Collectors.joining(", "));
    }

    private static String destination(Endpoint endpoint) {
        return "[" + endpoint.host() + "]:" + endpoint.port();
    }

    private static String masterCf(NodeFacts facts, List<String> handoverFrom) {
        String address = facts.bindsToAnyAddress() ? "" : facts.bindAddress() + ":";
        return """
                # Written by the Sluice agent.
                # service type  private unpriv  chroot  wakeup  maxproc command
                %1$s%2$d inet n - n - - smtpd
                %1$s%3$d inet n - n - - smtpd
                  -o syslog_name=postfix/%4$s
                  -o smtpd_upstream_proxy_protocol=
                  -o { mynetworks = %5$s }
                  -o { smtpd_client_restrictions = permit_mynetworks, reject }
                  -o { smtpd_relay_restrictions = permit_mynetworks, reject }
                  -o smtpd_helo_restrictions=
                  -o smtpd_sender_restrictions=
                  -o smtpd_recipient_restrictions=
                  -o smtpd_data_restrictions=
                  -o smtpd_end_of_data_restrictions=
                  -o smtpd_milters=
                  -o content_filter=
                127.0.0.1:%6$d inet n - n - 4 smtpd
                  -o syslog_name=postfix/%7$s
                  -o smtpd_upstream_proxy_protocol=
                  -o smtpd_authorized_xclient_hosts=127.0.0.1
                  -o smtpd_tls_security_level=none
                  -o smtpd_client_restrictions=
                  -o smtpd_helo_restrictions=
                  -o smtpd_sender_restrictions=
                  -o smtpd_recipient_restrictions=
                  -o smtpd_data_restrictions=reject
                  -o smtpd_milters=
                pickup    unix  n       -       n       60      1       pickup
                cleanup   unix  n       -       n       -       0       cleanup
                qmgr      unix  n       -       n       10      1       qmgr
                tlsmgr    unix  -       -       n       1000?   1       tlsmgr
                rewrite   unix  -       -       n       -       -       trivial-rewrite
                bounce    unix  -       -       n       -       0       bounce
                defer     unix  -       -       n       -       0       bounce
                trace     unix  -       -       n       -       0       bounce
                verify    unix  -       -       n       -       1       verify
                flush     unix  n       -       n       1000?   0       flush
                proxymap  unix  -       -       n       -       -       proxymap
                proxywrite unix -       -       n       -       1       proxymap
                smtp      unix  -       -       n       -       -       smtp
                relay     unix  -       -       n       -       -       smtp
                showq     unix  n       -       n       -       -       showq
                error     unix  -       -       n       -       -       error
                retry     unix  -       -       n       -       -       error
                discard   unix  -       -       n       -       -       discard
                lmtp      unix  -       -       n       -       -       lmtp
                anvil     unix  -       -       n       -       1       anvil
                scache    unix  -       -       n       -       1       scache
                postlog   unix-dgram n  -       n       -       1       postlogd
                """.formatted(
                        address,
                        facts.smtpPort(),
                        facts.handoverPort(),
                        HANDOVER_LISTENER,
                        String.join(" ", handoverFrom),
                        facts.inspectionPort(),
                        INSPECTION_LISTENER);
    }

    private static void checkSettings(Map<String, String> settings) throws UnusableOrders {
        for (Map.Entry<String, String> setting : settings.entrySet()) {
            String name = setting.getKey();
            if (!PARAMETER_NAME.matcher(name).matches()) {
                throw new UnusableOrders("settings: \"" + printable(name)
                        + "\" is no name of a Postfix parameter; write letters, digits and underscores");
            }
            if (setting.getValue().chars().anyMatch(c -> c < ' ')) {
                throw new UnusableOrders(
                        "settings: the value of " + name + " holds a line break or control character; write one line");
            }
            Optional<String> instead = Optional.ofNullable(RESERVED.get(name));
            if (instead.isPresent()) {
                throw new UnusableOrders("settings: " + name + " is set by Sluice; " + instead.get());
            }
        }
    }

    private static void checkHop(HopRoute hop) throws UnusableOrders {
        for (Endpoint endpoint : hop.endpoints()) {
            if (!HOST.matcher(endpoint.host()).matches() || endpoint.port() < 1 || endpoint.port() > 65_535) {
                throw new UnusableOrders("nextHops: " + hop.name() + ": \"" + printable(endpoint.toString())
                        + "\" is no endpoint; write a host name or IP address and a port from 1 to 65535");
            }
        }
        for (String domain : hop.recipientDomains()) {
            if (!DOMAIN.matcher(domain).matches()) {
                throw new UnusableOrders("nextHops: " + hop.name() + ": \"" + printable(domain)
                        + "\" is no domain; write it as example.org, or as .example.org for all its subdomains");
            }
        }
    }

    private static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }

    private static Map<String, String> reserved() {
        String nothing = "leave it out";
        Map<String, String> reserved = new TreeMap<>();
        for (String name : List.of(
                "multi_instance_name",
                "syslog_name",
                "queue_directory",
                "data_directory",
                "config_directory",
                "command_directory",
                "daemon_directory",
                "maillog_file",
                "maillog_file_prefixes",
                "enable_long_queue_ids",
                "inet_interfaces",
                "smtp_bind_address",
                "smtp_bind_address_enforce",
                "smtpd_policy_service_default_action",
                "smtpd_policy_service_timeout",
                "smtpd_policy_service_try_limit",
                "defer_transports",
                "import_environment")) {
            reserved.put(name, nothing);
        }
        reserved.put("mynetworks", "declare the networks in the pool's relay access");
        reserved.put("mynetworks_style", "declare the networks in the pool's relay access");
        reserved.put("smtpd_relay_restrictions", "declare the networks in the pool's relay access");
        reserved.put("smtpd_authorized_xclient_hosts", "it would let others claim an admitted address");
        reserved.put("relayhost", "declare it as a next hop of the pool");
        reserved.put("transport_maps", "declare recipient domains at the pool's next hops");
        reserved.put("smtp_fallback_relay", "declare further endpoints at the next hop");
        reserved.put("smtp_delivery_status_filter", "it follows the node's place in the rollout");
        reserved.put("smtpd_upstream_proxy_protocol", "it follows the pool's traffic router");
        reserved.put("soft_bounce", "a trial keeps mail by smtp_delivery_status_filter instead");
        return reserved;
    }
}
