# Starts, describes and stops the quickstart's cluster. Source it after debian.sh.

DIR=${STOLON_QUICKSTART_DIR:-/var/tmp/stolon-quickstart}
PROXY_PORT=${STOLON_QUICKSTART_PORT:-25432}
ETCD_PORT=$((PROXY_PORT + 10))
NAME=quickstart
AGENTS=(sentinel1 sentinel2 keeper1 keeper2 keeper3 proxy1)

# The store of an existing cluster. Early versions had no choice: it was etcd.
existing_kind() { cat "$DIR/kind" 2>/dev/null || { [ ! -d "$DIR/etcd" ] || echo etcdv3; }; }

KIND=$(existing_kind)
KIND=${KIND:-${STOLON_QUICKSTART_STORE:-sqlite}}
case $KIND in
  sqlite)
    STORE=(--cluster-name "$NAME" --store-backend sqlite --store-endpoints "$DIR/store/store.db")
    STORE_PORTS=() PROCESSES=("${AGENTS[@]}") ;;
  etcdv3)
    STORE=(--cluster-name "$NAME" --store-backend etcdv3 --store-endpoints "http://127.0.0.1:$ETCD_PORT")
    STORE_PORTS=("$ETCD_PORT" $((ETCD_PORT + 1))) PROCESSES=(etcd "${AGENTS[@]}") ;;
  *) die "STOLON_QUICKSTART_STORE is \"$KIND\"; it must be sqlite or etcdv3" ;;
esac

keeper_port() { echo $((PROXY_PORT + $1)); }
READ_PORT=$((PROXY_PORT + 4))
# Runs as the ordinary user, who must own the store's file.
ctl() { (cd / && as_user "$DIR/bin/stolonctl" "$1" "${STORE[@]}" "${@:2}"); }

port_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Prints the pid of one of our processes if it runs.
pid_of() {
  local pid
  pid=$(cat "$DIR/run/$1.pid" 2>/dev/null) && [ -n "$pid" ] && [ -d "/proc/$pid" ] \
    && tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -qF "$DIR" && echo "$pid"
}

cluster_running() { local p; for p in "${PROCESSES[@]}"; do pid_of "$p" >/dev/null || return 1; done; }

# spawn NAME PROGRAM ARGUMENTS...: runs in the background, in its own session, with output to a log file.
spawn() {
  local name=$1; shift
  # From /: the ordinary user may have no access to the current directory.
  (cd / && as_user setsid bash -c 'echo $$ >"$1"; shift; exec "$@"' _ "$DIR/run/$name.pid" "$@") \
    >>"$DIR/log/$name.log" 2>&1 </dev/null &
  disown
}

start_etcd() {
  spawn etcd "$(command -v etcd)" --name "$NAME" --data-dir "$DIR/etcd" --log-level warn \
    --listen-client-urls "http://127.0.0.1:$ETCD_PORT" --advertise-client-urls "http://127.0.0.1:$ETCD_PORT" \
    --listen-peer-urls "http://127.0.0.1:$((ETCD_PORT + 1))" \
    --initial-advertise-peer-urls "http://127.0.0.1:$((ETCD_PORT + 1))" \
    --initial-cluster "$NAME=http://127.0.0.1:$((ETCD_PORT + 1))" \
    --auto-compaction-mode periodic --auto-compaction-retention 5m
}

start_sentinel() { spawn "sentinel$1" "$DIR/bin/stolon-sentinel" "${STORE[@]}"; }

start_keeper() {
  spawn "keeper$1" "$DIR/bin/stolon-keeper" "${STORE[@]}" --uid "keeper$1" --data-dir "$DIR/keeper$1" \
    --pg-bin-path "$(postgres_bin)" --pg-listen-address 127.0.0.1 --pg-port "$(keeper_port "$1")" \
    --pg-su-username postgres --pg-su-passwordfile "$DIR/secret/superuser" \
    --pg-repl-username repluser --pg-repl-passwordfile "$DIR/secret/replication"
}

start_proxy() { spawn proxy1 "$DIR/bin/stolon-proxy" "${STORE[@]}" --port "$PROXY_PORT" --ro-port "$READ_PORT"; }

make_directories() {
  mkdir -p "$DIR"/{bin,run,log,secret,store}
  # The program and the links to it.
  cp -ud dist/stolon* dist/libe_sqlite3.so "$DIR/bin/" 2>/dev/null || die "cannot copy the programs to $DIR/bin"
  echo "$KIND" >"$DIR/kind"
  local name
  for name in superuser replication; do
    [ -s "$DIR/secret/$name" ] || (umask 077; od -An -N12 -tx1 /dev/urandom | tr -d ' \n' >"$DIR/secret/$name")
  done
  (umask 077; printf '127.0.0.1:*:*:postgres:%s\n' "$(cat "$DIR/secret/superuser")" >"$DIR/secret/pgpass")
  if [ "$(id -u)" -eq 0 ]; then
    chown -R "$ORDINARY_USER" "$DIR"
  fi
}

# wait_for SECONDS WHAT COMMAND...: shows progress; at the timeout, prints the last lines of the logs and fails.
wait_for() {
  local limit=$1 what=$2; shift 2
  local start=$SECONDS
  printf '  %-58s' "$what"
  until "$@" >/dev/null 2>&1; do
    if [ $((SECONDS - start)) -ge "$limit" ]; then
      printf ' not after %s s\n' "$limit"
      tail -n 4 "$DIR"/log/*.log >&2
      return 1
    fi
    printf '.'
    sleep 0.3
  done
  printf ' ok\n'
}

# wait_healthy SECONDS KEEPERS WHAT: as wait_for; stolonctl waits, and names what is missing.
wait_healthy() {
  printf '  %-58s' "$3"
  if ! ctl status --wait healthy --timeout "$1s" --min-keepers "$2" >/dev/null 2>"$DIR/run/missing"; then
    printf ' not after %s s\n' "$1"
    cat "$DIR/run/missing" >&2
    tail -n 4 "$DIR"/log/*.log >&2
    return 1
  fi
  printf ' ok\n'
}

sql() {
  PGPASSFILE=$DIR/secret/pgpass PGCONNECT_TIMEOUT=3 \
    psql -h 127.0.0.1 -p "${PORT:-$PROXY_PORT}" -U postgres -d postgres -XAtq "$@"
}
etcd_answers() { port_taken "$ETCD_PORT"; }
cluster_known() { ctl spec; }

cluster_start() {
  [ "${STOLON_QUICKSTART_STORE:-$KIND}" = "$KIND" ] \
    || die "the cluster in $DIR uses the store $KIND: ./quickstart clean deletes it, or set STOLON_QUICKSTART_DIR"
  if cluster_running; then
    say "the cluster is already running in $DIR"
    return
  fi

  cluster_stop quietly
  local port
  for port in "$PROXY_PORT" "$(keeper_port 1)" "$(keeper_port 2)" "$(keeper_port 3)" "$READ_PORT" \
    "${STORE_PORTS[@]}"; do
    if port_taken "$port"; then
      die "port $port is in use by another program; set STOLON_QUICKSTART_PORT to the first of 12 free ports"
    fi
  done
  local begun=$SECONDS
  make_directories
  say "starting the cluster in $DIR"
  trap 'say "the start failed; stopping what was started"; cluster_stop quietly' ERR
  if [ "$KIND" = etcdv3 ]; then
    start_etcd
    wait_for 20 "etcd answers on port $ETCD_PORT" etcd_answers
  fi
  if ! cluster_known >/dev/null 2>&1; then
    ctl init -y '{"initMode":"new","usePgrewind":true}' 2>/dev/null >&2
  fi
  start_sentinel 1; start_sentinel 2
  start_keeper 1; start_keeper 2; start_keeper 3
  start_proxy
  wait_for 60 "the primary accepts writes through the proxy" sql -c 'create temporary table probe ()'
  wait_healthy 90 3 "all three PostgreSQL instances are healthy"
  trap - ERR
  say "ready after $((SECONDS - begun)) s"
}

explain_store() {
  case $KIND in
    sqlite) echo "the file $DIR/store/store.db (for one machine only; docs/reference/sqlite.md)" ;;
    etcdv3) echo "etcd, http://127.0.0.1:$ETCD_PORT" ;;
  esac
}

cluster_explain() {
  say ""
  ctl status
  local primary; primary=$(ctl status -f json | sed -n 's/.*"master_keeper_uid": "\(.*\)".*/\1/p')
  cat <<TEXT
Connect:  PGPASSFILE=$DIR/secret/pgpass psql -h 127.0.0.1 -p $PROXY_PORT -U postgres postgres
Read:     the same with -p $READ_PORT connects to the standbys (docs/manual/read-only-port.md)
Store:    $(explain_store)
Watch:    watch -n 1 ./quickstart status        logs: $DIR/log/
Break it: kill -9 $(pid_of "$primary") $(head -n 1 "$DIR/$primary/postgres/postmaster.pid")
          (the primary's keeper and PostgreSQL)
          or run the scenario: ./quickstart --scenario failover
Stop it:  ./quickstart stop                      (./quickstart clean also deletes the data)
TEXT
}

# Ends one process by its pid and waits until it has ended.
end_process() {
  local pid; pid=$(pid_of "$1") || return 0
  kill -CONT "$pid" 2>/dev/null || true
  kill -TERM "$pid" 2>/dev/null || true
  local i
  for i in $(seq 150); do
    [ -d "/proc/$pid" ] || break
    sleep 0.1
  done
  if [ -d "/proc/$pid" ]; then
    kill -KILL "$pid" 2>/dev/null || true
  fi
}

# Stops a PostgreSQL that still runs although its keeper was killed.
end_orphan() {
  local pidfile=$DIR/$1/postgres/postmaster.pid pid
  pid=$(head -n 1 "$pidfile" 2>/dev/null) || return 0
  [ -n "$pid" ] && [ "$(readlink "/proc/$pid/cwd" 2>/dev/null)" = "$DIR/$1/postgres" ] || return 0
  (cd / && as_user "$(postgres_bin)/pg_ctl" stop -D "$DIR/$1/postgres" -m fast -s) || true
}

cluster_stop() {
  [ -d "$DIR/run" ] || { [ -n "${1:-}" ] || say "nothing is running"; return 0; }
  [ -n "${1:-}" ] || say "stopping the cluster in $DIR"
  local name
  for name in proxy1 sentinel1 sentinel2; do end_process "$name" & done
  wait
  for name in keeper1 keeper2 keeper3; do { end_process "$name"; end_orphan "$name"; } & done
  wait
  end_process etcd
  rm -f "$DIR"/run/*.pid
  [ -n "${1:-}" ] || say "stopped; the data is in $DIR"
}

cluster_clean() {
  [ -d "$DIR/run" ] || return 0
  rm -rf "$DIR"
  say "deleted $DIR"
}
