# The reference node: Debian's Postfix, rspamd as its milter, and the agent that renders Postfix's configuration and runs
# it. From the top of the checkout, after ./mvnw -DskipTests package:
#   docker build -f deploy/images/node.Dockerfile -t registry.example.org/sluice-node:0.1.0 .
# A pool has its mail filtered with these settings:
#   spec: {template: {postfix: {smtpd_milters: "inet:127.0.0.1:11332", milter_default_action: tempfail}}}
FROM debian:12-slim
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        ca-certificates default-jre-headless postfix procps rspamd tini \
    && rm -rf /var/lib/apt/lists/* /etc/postfix/main.cf
COPY deploy/images/rspamd/ /etc/rspamd/local.d/
COPY --chmod=755 deploy/images/node /usr/local/bin/node
COPY target/lib /opt/sluice/lib
COPY target/sluice.jar /opt/sluice/sluice.jar
EXPOSE 25 2526 9100 9102 9443
# Runs as root: Postfix binds port 25 and changes user. docs/security.md lists the capabilities that its Pod keeps.
ENTRYPOINT ["/usr/bin/tini", "--", "/usr/local/bin/node"]
CMD ["agent"]
