# Shared by scripts/postgres and scripts/consul: unpacks packages of another Debian suite without installing them. The
# archive is that of the machine's apt sources. Source it after scripts/debian.sh.

# Creates an empty directory for the unpacked files, with an apt configuration in it that has one suite only.
#   suite_begin DIRECTORY SUITE
suite_begin() {
  root=$1 apt=$1/apt
  rm -rf "$root"
  mkdir -p "$apt"/{lists/partial,archives/partial}
  : >"$apt/status"
  # The first Debian archive of the machine's sources; security updates have another archive.
  local archive
  archive=$({ cat /etc/apt/sources.list.d/*.sources /etc/apt/sources.list 2>/dev/null || true; } \
    | sed -nE 's/^URIs: *([^ ]+\/debian\/?).*/\1/p; s/^deb (\[[^]]*\] )?([^ ]+\/debian\/?) .*/\2/p' | head -n 1)
  [ -n "$archive" ] || die "no Debian archive in this machine's apt sources (/etc/apt): cannot load $root"
  printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main\n' "$archive" "$2" \
    >"$apt/sources.list"
  apt_of_suite update
}

apt_of_suite() {
  apt-get -qq -o Dir::Etc::sourcelist="$apt/sources.list" -o Dir::Etc::sourceparts=/dev/null \
    -o Dir::State::lists="$apt/lists" -o Dir::State::status="$apt/status" -o Dir::Cache="$apt" \
    -o Dir::Cache::archives="$apt/archives" -o APT::Sandbox::User=root -o APT::Install-Recommends=false "$@"
}

# Downloads packages and unpacks them into the directory, then deletes its apt configuration.
#   suite_unpack PACKAGE ...
suite_unpack() {
  (cd "$apt/archives" && apt_of_suite download "$@")
  local package
  for package in "$apt"/archives/*.deb; do dpkg-deb -x "$package" "$root"; done
  rm -rf "$apt"
}
