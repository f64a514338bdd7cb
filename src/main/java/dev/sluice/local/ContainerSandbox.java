package dev.sluice.local;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * The script that turns a process of this machine into a container: its own view of the file system, where every change
 * outside the mounts goes to memory and is gone with it; its own processes, all of which end with the first.
 */
final class ContainerSandbox {
    /** Where mail servers and this program write beside the declared mounts. */
    private static final List<String> ALWAYS_OWN = List.of("etc", "run", "tmp", "var");

    private ContainerSandbox() {}

    /**
     * A directory or file of this machine that the container sees at another place.
     *
     * @param source on this machine
     * @param target an absolute path in the container
     * @param file whether it is a file
     * @param readOnly whether the container may only read it
     */
    record Mount(Path source, String target, boolean file, boolean readOnly) {}

    /**
     * A command line that enters the namespaces and runs the container's command there. SIGTERM for the container has to
     * be sent to the only child of the process that it starts; killing the process itself kills everything.
     *
     * @param namespace the network namespace
     * @param scratch an empty directory, for mount points
     * @param hostName the container's host name
     * @param address the container's address
     * @param mounts what the container sees
     * @param workingDirectory where the command starts
     * @param command what runs
     */
    static List<String> command(
            NetworkNamespace namespace,
            Path scratch,
            String hostName,
            String address,
            List<Mount> mounts,
            String workingDirectory,
            List<String> command) {
        List<String> whole = new ArrayList<>(namespace.inside(List.of(
                "unshare",
                "--mount",
                "--uts",
                "--ipc",
                "--pid",
                "--fork",
                "--kill-child",
                "--mount-proc",
                "sh",
                "-c",
                script(scratch, hostName, address, mounts, workingDirectory),
                "container")));
        whole.addAll(command);
        return whole;
    }

    private static String script(
            Path scratch, String hostName, String address, List<Mount> mounts, String workingDirectory) {
        StringBuilder script = new StringBuilder();
        line(script, "set -e");
        line(script, "mount -t tmpfs -o mode=0755 sluice " + quoted(scratch.toString()));
        // Everything below is relative: the overlays may hide the way by which this directory was reached.
        line(script, "cd " + quoted(scratch.toString()));
        line(script, "mkdir s u w");
        for (int index = 0; index < mounts.size(); index++) {
            Mount mount = mounts.get(index);
            line(script, (mount.file() ? "touch" : "mkdir") + " s/" + index);
            line(script, "mount --bind " + quoted(mount.source().toString()) + " s/" + index);
        }
        TreeSet<String> own = new TreeSet<>(ALWAYS_OWN);
        mounts.forEach(mount -> own.add(firstComponent(mount.target())));
        for (String top : own) {
            line(script, "mkdir u/%1$s w/%1$s".formatted(quoted(top)));
            line(
                    script,
                    "mount -t overlay overlay -o lowerdir=/%1$s,upperdir=u/%1$s,workdir=w/%1$s /%1$s"
                            .formatted(quoted(top)));
        }
        for (int index = 0; index < mounts.size(); index++) {
            Mount mount = mounts.get(index);
            String target = quoted(mount.target());
            line(
                    script,
                    mount.file() ? "mkdir -p \"$(dirname " + target + ")\"; touch " + target : "mkdir -p " + target);
            line(script, "mount -c --bind s/" + index + " " + target);
            if (mount.readOnly()) {
                line(script, "mount -o remount,bind,ro " + target);
            }
        }
        line(script, "hostname " + quoted(hostName));
        line(
                script,
                "printf '127.0.0.1 localhost\\n%s %s\\n' " + quoted(address) + " " + quoted(hostName)
                        + " > /etc/hosts");
        line(script, "cd " + quoted(workingDirectory));
        // The first process of a process namespace has to collect orphans and gets no signal that it does not handle.
        line(script, "set +e");
        // A shell gives what runs in its background no input unless it is told to.
        line(script, "exec 3<&0");
        line(script, "\"$@\" <&3 3<&- &");
        line(script, "child=$!");
        line(script, "trap 'kill -TERM $child 2>/dev/null' TERM");
        line(script, "wait $child; code=$?");
        line(script, "while kill -0 $child 2>/dev/null; do wait $child; code=$?; done");
        line(script, "exit $code");
        return script.toString();
    }

    private static void line(StringBuilder script, String line) {
        script.append(line).append('\n');
    }

    private static String firstComponent(String target) {
        Path path = Path.of(target).normalize();
        if (!path.isAbsolute() || path.getNameCount() == 0) {
            throw new LocalRuntimeException(
                    "mountPath " + target + " is not a directory below /; write an absolute path");
        }
        String top = path.getName(0).toString();
        if (!Path.of("/", top).toFile().isDirectory()) {
            throw new LocalRuntimeException("mountPath " + target + " lies in /" + top
                    + ", which this machine does not have; choose a path in /var, /etc, /opt or /srv");
        }
        return top;
    }

    private static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }
}
