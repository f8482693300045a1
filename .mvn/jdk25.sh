# Sourced by mvnw and run: points JAVA_HOME at a JDK 25 when the default java is another version.
flowanchor_is_jdk25() {
  [ -x "$1/bin/javac" ] && grep -qs '^JAVA_VERSION="25' "$1/release"
}
if ! flowanchor_is_jdk25 "${JAVA_HOME:-/nonexistent}"; then
  for flowanchor_jdk in /usr/lib/jvm/* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* /opt/java/* /opt/jdk*; do
    if flowanchor_is_jdk25 "$flowanchor_jdk"; then
      JAVA_HOME=$flowanchor_jdk
      export JAVA_HOME
      break
    fi
  done
fi
if ! flowanchor_is_jdk25 "${JAVA_HOME:-/nonexistent}"; then
  echo "FlowAnchor needs a JDK 25 and found none in JAVA_HOME, /usr/lib/jvm, SDKMAN or /opt: install one (for example the package temurin-25-jdk) or set JAVA_HOME." >&2
  exit 1
fi
unset flowanchor_jdk
