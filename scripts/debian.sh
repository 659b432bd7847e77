# Shared by quickstart, test and .ci/run: installs missing Debian packages without starting their services. Source it.

say() { printf '%s\n' "$*"; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }

# Prints the program directory of the newest PostgreSQL on this machine.
postgres_bin() {
  local bin
  bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
  [ -n "$bin" ] && [ -x "$bin/initdb" ] && printf '%s\n' "$bin"
}

# Installs Debian packages. Their services do not start, and Debian creates no database cluster.
install_packages() {
  [ "$(id -u)" -eq 0 ] \
    || die "missing Debian packages: $*. Install them as root (apt-get install $*), then run this again"
  command -v apt-get >/dev/null \
    || die "missing: $*. This is not a Debian machine: install the equivalents, then run this again"
  say "installing from Debian: $*"
  local policy=/usr/sbin/policy-rc.d made=
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod 755 "$policy" && made=yes
  fi
  mkdir -p /etc/postgresql-common/createcluster.d
  printf 'create_main_cluster = false\n' >/etc/postgresql-common/createcluster.d/stolon.conf
  local log; log=$(mktemp)
  local failed=
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@"; } >"$log" 2>&1 || failed=yes
  [ -z "$made" ] || rm -f "$policy"
  if [ -n "$failed" ]; then
    tail -n 20 "$log" >&2
    die "apt-get could not install $*"
  fi
  rm -f "$log"
}

# Prints which of the needed packages are missing.
#   missing_packages PROGRAM:PACKAGE ...
missing_packages() {
  local pair
  for pair in "$@"; do
    case ${pair%%:*} in
      postgres) postgres_bin >/dev/null || printf '%s\n' "${pair#*:}" ;;
      /*) [ -e "${pair%%:*}" ] || printf '%s\n' "${pair#*:}" ;;
      *) command -v "${pair%%:*}" >/dev/null || [ -x "/usr/sbin/${pair%%:*}" ] || printf '%s\n' "${pair#*:}" ;;
    esac
  done
}

# Installs what is missing of the needed packages. A program may also be a file, with its whole path.
#   need_packages PROGRAM:PACKAGE ...
need_packages() {
  local missing
  mapfile -t missing < <(missing_packages "$@")
  [ ${#missing[@]} -eq 0 ] || install_packages "${missing[@]}"
}

need_dotnet() {
  command -v dotnet >/dev/null || die "the .NET SDK 10 is needed (program dotnet not found): https://dot.net"
  dotnet --list-sdks | grep -q '^10\.' \
    || die "the .NET SDK 10 is needed; found only: $(dotnet --list-sdks | tr '\n' ' ')"
}

# The ordinary user that runs PostgreSQL, which refuses root. Created if missing.
ORDINARY_USER=${STOLON_USER:-stolon}
need_user() {
  [ "$(id -u)" -eq 0 ] || return 0
  id "$ORDINARY_USER" >/dev/null 2>&1 || useradd --system --no-create-home --shell /bin/sh "$ORDINARY_USER" \
    || die "cannot create the user $ORDINARY_USER, who runs PostgreSQL"
}

# Runs a command as the ordinary user if we are root, otherwise as the current user.
as_user() {
  if [ "$(id -u)" -eq 0 ]; then
    setpriv --reuid="$ORDINARY_USER" --regid="$ORDINARY_USER" --clear-groups -- env HOME="${USER_HOME:-/tmp}" "$@"
  else
    "$@"
  fi
}
