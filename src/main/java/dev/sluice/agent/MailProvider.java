package dev.sluice.agent;

import java.util.Map;

/**
 * Groups recipient domains by who runs their mailboxes, the same on every node, so that strata of two nodes can be
 * compared and their number stays small.
 */
final class MailProvider {
    private static final String OTHER = "other";
    private static final Map<String, String> BY_DOMAIN = Map.ofEntries(
            Map.entry("gmail.com", "google"),
            Map.entry("googlemail.com", "google"),
            Map.entry("outlook.com", "microsoft"),
            Map.entry("hotmail.com", "microsoft"),
            Map.entry("live.com", "microsoft"),
            Map.entry("msn.com", "microsoft"),
            Map.entry("yahoo.com", "yahoo"),
            Map.entry("ymail.com", "yahoo"),
            Map.entry("aol.com", "yahoo"),
            Map.entry("icloud.com", "apple"),
            Map.entry("me.com", "apple"),
            Map.entry("mac.com", "apple"),
            Map.entry("gmx.de", "gmx"),
            Map.entry("gmx.net", "gmx"),
            Map.entry("web.de", "gmx"),
            Map.entry("t-online.de", "telekom"),
            Map.entry("orange.fr", "orange"),
            Map.entry("comcast.net", "comcast"),
            Map.entry("mail.ru", "mail.ru"),
            Map.entry("qq.com", "tencent"));

    private MailProvider() {}

    static String of(String domain) {
        return BY_DOMAIN.getOrDefault(domain, OTHER);
    }
}
