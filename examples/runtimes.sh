#!/bin/sh
# Installs the distribution's runtimes, which stand for those of instances on the local cloud, and says what is there.
set -eu
packages="golang-go openjdk-17-jdk-headless maven ruby bundler ruby-dev php-cli php-mbstring php-xml php-pgsql composer"

if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
  apt-get -qq update
  for package in $packages; do
    DEBIAN_FRONTEND=noninteractive apt-get -qq -y install --no-install-recommends "$package" >/dev/null ||
      echo "not installed: $package"
  done
else
  echo "Nothing is installed: that takes root, and apt-get. By hand: apt-get install $packages"
fi

row() {
  said=none
  if command -v "$1" >/dev/null; then
    said=$("$@" 2>&1 | grep -m 1 '[0-9]' | sed 's/\x1b\[[0-9]*m//g')
  fi
  printf '  %-8s %s\n' "$1" "$said"
}
row python3 --version
row node --version
row go version
row java -version
row mvn --version
row ruby --version
row php --version
row cargo --version
row dotnet --version
