# The reference node: Debian's Postfix and the agent that renders its configuration and runs it. Add your filter to it.
# From the top of the checkout, after ./mvnw -DskipTests package:
#   docker build -f deploy/images/node.Dockerfile -t registry.example.org/sluice-node:0.1.0 .
FROM debian:13-slim
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        ca-certificates openjdk-21-jre-headless postfix procps \
    && rm -rf /var/lib/apt/lists/* /etc/postfix/main.cf
COPY target/lib /opt/sluice/lib
COPY target/sluice.jar /opt/sluice/sluice.jar
EXPOSE 25 2526 9100 9102 9443
# Runs as root: Postfix binds port 25 and changes user. docs/security.md lists the capabilities that its Pod keeps.
ENTRYPOINT ["java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:MaxRAMPercentage=25", "-XX:+ExitOnOutOfMemoryError", "-XX:-UsePerfData", "-cp", "/opt/sluice/sluice.jar", "dev.sluice.cli.Sluice"]
CMD ["agent"]
