# The operator. From the top of the checkout, after ./mvnw -DskipTests package:
#   docker build -f deploy/images/operator.Dockerfile -t registry.example.org/sluice:0.1.0 .
FROM eclipse-temurin:25-jre
COPY target/lib /opt/sluice/lib
COPY target/sluice.jar /opt/sluice/sluice.jar
USER 65532:65532
ENTRYPOINT ["java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:MaxRAMPercentage=50", "-XX:+ExitOnOutOfMemoryError", "-XX:-UsePerfData", "-Djava.io.tmpdir=/tmp", "-cp", "/opt/sluice/sluice.jar", "dev.sluice.cli.Sluice"]
CMD ["operator"]
