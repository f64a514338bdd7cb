package dev.sluice.local;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Where this user's programs keep what can be made again (XDG Base Directory Specification). */
public final class UserCache {
    private UserCache() {}

    /** Sluice's part of it; need not exist. */
    public static Path directory() {
        return directory(System.getenv(), Path.of(System.getProperty("user.home")));
    }

    static Path directory(Map<String, String> environment, Path home) {
        return Optional.ofNullable(environment.get("XDG_CACHE_HOME"))
                .filter(path -> !path.isBlank())
                .map(Path::of)
                .orElseGet(() -> home.resolve(".cache"))
                .resolve("sluice");
    }
}
