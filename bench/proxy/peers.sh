# Starts and stops the compared proxies, PostgreSQL, and the connection server behind them. Source it after
# scripts/debian.sh, with DIR set.

STARTED=()

# Runs a program as the ordinary user, with output to a log file. Its pid is in PID and in DIR/NAME.pid.
#   spawn NAME PROGRAM ARGUMENTS...
spawn() {
  local name=$1; shift
  rm -f "$DIR/$name.pid"
  # From /: the ordinary user may have no access to the current directory.
  (cd / && as_user setsid bash -c 'echo $$ >"$1"; shift; exec "$@"' _ "$DIR/$name.pid" "$@") \
    >"$DIR/$name.log" 2>&1 </dev/null &
  disown
  until [ -s "$DIR/$name.pid" ]; do sleep 0.05; done
  PID=$(cat "$DIR/$name.pid")
  STARTED+=("$name")
}

# Ends a process started by spawn, by its pid, and waits until it has ended.
end() {
  local pid; pid=$(cat "$DIR/$1.pid" 2>/dev/null) || return 0
  rm -f "$DIR/$1.pid"
  kill -"${2:-TERM}" "$pid" 2>/dev/null || return 0
  local i
  for i in $(seq 100); do [ -d "/proc/$pid" ] || return 0; sleep 0.1; done
  kill -KILL "$pid" 2>/dev/null || true
}

# In reverse order of start: proxies before their servers.
end_all() {
  local i
  for ((i = ${#STARTED[@]} - 1; i >= 0; i--)); do
    # PostgreSQL: INT is "fast".
    if [ "${STARTED[i]}" = postgres ]; then end postgres INT; else end "${STARTED[i]}"; fi
  done
  STARTED=()
}

answers() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
wait_for_port() {
  local i
  for i in $(seq 200); do ! answers "$1" || return 0; sleep 0.05; done
  tail -n 5 "$DIR"/*.log >&2
  die "nobody listens on port $1"
}

# PostgreSQL must not be the bottleneck: everything in memory, nothing written or logged.
start_postgres() {
  local bin; bin=$(postgres_bin)
  as_user "$bin/initdb" -D "$DIR/data" -U bench -A trust --locale=C -E UTF8 --no-sync >"$DIR/initdb.log" 2>&1
  as_user tee -a "$DIR/data/postgresql.conf" >/dev/null <<CONF
listen_addresses = '127.0.0.1'
port = $1
unix_socket_directories = ''
max_connections = 300
shared_buffers = 256MB
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum = off
max_wal_size = 4GB
jit = off
log_min_messages = fatal
update_process_title = off
CONF
  spawn postgres "$bin/postgres" -D "$DIR/data"
  until psql_at "$1" -c 'select 1' >/dev/null 2>&1; do sleep 0.1; done
  psql_at "$1" -qc 'create unlogged table sink (line text)'
  "$bin/pgbench" -h 127.0.0.1 -p "$1" -U bench -iqs 10 -I dtgvp postgres >/dev/null 2>&1
}

psql_at() { "$(postgres_bin)/psql" -h 127.0.0.1 -p "$1" -U bench -d postgres -XAt "${@:2}"; }

# Starts a proxy of the given kind with the given number of threads. The names are those of the table; "-2" means two
# threads.
#   start_peer KIND-THREADS NAME PORT DESTINATION
start_peer() {
  local kind=${1%-*} threads=${1#*-}
  case $kind in
    haproxy | pgbouncer) "write_$kind" "$DIR/$2.cfg" "$threads" "$3" "$4" ;;&
    haproxy) spawn "$2" "$(command -v haproxy || echo /usr/sbin/haproxy)" -db -f "$DIR/$2.cfg" ;;
    pgbouncer) spawn "$2" "$(command -v pgbouncer || echo /usr/sbin/pgbouncer)" "$DIR/$2.cfg" ;;
    copyloop) spawn "$2" env GOMAXPROCS="$threads" "$DIR/bin/copyloop" "127.0.0.1:$3" "127.0.0.1:$4" ;;
    stolon | other) start_stolon "$2" "$3" "$4" "$threads" "$DIR/bin/$kind-proxy" ;;
  esac
  wait_for_port "$3"
}

write_haproxy() {
  cat >"$1" <<CFG
global
  nbthread $2
  maxconn $(((DESCRIPTORS - 300) / 2))
defaults
  mode tcp
  timeout connect 10s
  timeout client 1h
  timeout server 1h
listen bench
  bind 127.0.0.1:$3
  server destination 127.0.0.1:$4
CFG
}

write_pgbouncer() {
  cat >"$1" <<CFG
[databases]
postgres = host=127.0.0.1 port=$4 user=bench
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = $3
unix_socket_dir =
auth_type = any
pool_mode = session
max_client_conn = 1000
default_pool_size = 200
log_connections = 0
log_disconnections = 0
log_stats = 0
ignore_startup_parameters = extra_float_digits
CFG
}

stolonctl_at() { as_user "$DIR/bin/stolonctl" "$2" "$3" "${@:4}" "${STORE[@]}" --store-endpoints "$DIR/$1.db"; }
STORE=(--cluster-name bench --store-backend sqlite)

# Starts the real program with its own store. There is no sentinel: we write the cluster data that a sentinel would
# write once, with the destination's address as that of the primary.
#   start_stolon NAME PORT DESTINATION THREADS PROGRAM
start_stolon() {
  # A program without the option uses one thread per processor.
  local options=() believe=(env DOTNET_PROCESSOR_COUNT="$4")
  ! "$5" --help 2>&1 | grep -q -- --threads || options=(--threads "$4") believe=()
  stolon_route "$1" "$3" none
  spawn "$1" "${believe[@]}" "$5" "${STORE[@]}" --store-endpoints "$DIR/$1.db" --port "$2" "${options[@]}"
  until grep -q '"uid"' "$DIR/$1.log"; do sleep 0.05; done
  stolon_route "$1" "$3" "$(sed -n 's/.*proxy uid.*"uid": "\([^"]*\)".*/\1/p' "$DIR/$1.log")"
  until grep -q "forwarding to 127.0.0.1:$3" "$DIR/$1.log"; do sleep 0.05; done
}

#   stolon_route NAME DESTINATION UID OF THE PROXY
stolon_route() {
  local try
  for try in 1 2 3; do
    if (cd / && stolonctl_at "$1" clusterdata write -y >"$DIR/stolonctl.log" 2>&1) <<DATA
{"formatVersion": 1,
 "cluster": {"uid": "bench", "generation": 1, "spec": {"initMode": "new"},
  "status": {"phase": "normal", "master": "db"}},
 "keepers": {"keeper": {"uid": "keeper", "generation": 1, "spec": {}, "status": {"healthy": true}}},
 "dbs": {"db": {"uid": "db", "generation": 1, "spec": {"keeperUID": "keeper", "role": "master", "initMode": "none"},
  "status": {"healthy": true, "listenAddress": "127.0.0.1", "port": "$2"}}},
 "proxy": {"generation": 1, "spec": {"masterDbUid": "db", "enabledProxies": ["$3"]}, "status": {}}}
DATA
    then
      return
    fi
    sleep 1
  done
  die "cannot write the cluster data of $1: $(cat "$DIR/stolonctl.log")"
}
