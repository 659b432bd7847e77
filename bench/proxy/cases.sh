# The measurements of one peer in one round. Each writes one line to RESULTS: what, peer, round, value. Source it after
# peers.sh.

put() { printf '%s %s %s %s\n' "$1" "$2" "${round:-1}" "$3" >>"$RESULTS"; }
calculate() { awk "BEGIN { printf \"%.6g\", $1 }"; }

# Prints the CPU time of a process so far in ms: utime and stime of all threads, including ended ones. The kernel counts
# exactly but shows hundredths of a second.
cpu_of() {
  local stat; stat=$(cat "/proc/$1/stat")
  read -ra stat <<<"${stat##*) }"
  echo $(((stat[11] + stat[12]) * 10))
}
pid_of() { cat "$DIR/$1.pid" 2>/dev/null || true; }

# Runs a command and records the peer's CPU time per unit of work.
#   with_cpu WHAT PEER NAME OF THE PROCESS COMMAND...: the command sets UNITS.
with_cpu() {
  local what=$1 peer=$2 pid before; pid=$(pid_of "$3"); shift 3
  [ -z "$pid" ] || before=$(cpu_of "$pid")
  "$@"
  [ -z "$pid" ] || put "$what" "$peer" "$(calculate "($(cpu_of "$pid") - $before) / $UNITS")"
}

bench() { "$(postgres_bin)/pgbench" -h 127.0.0.1 -U bench -nS "$@" postgres >"$DIR/pgbench.out" 2>"$DIR/pgbench.err" \
  || { tail -n 5 "$DIR/pgbench.err" >&2; die "pgbench $* failed"; }; }
figure() { sed -nE "s/^$1 = ([0-9.]+).*/\1/p" "$DIR/pgbench.out"; }
transactions() { UNITS=$(calculate "$(sed -nE 's/^number of transactions .*processed: ([0-9]+).*/\1/p' \
  "$DIR/pgbench.out") / 1000"); }

prepare_cases() {
  # Rows that fill a table, created once: the measurement is about forwarding them.
  awk -v rows="$UPLOAD_ROWS" -v width="$((UPLOAD_ROW_BYTES - 1))" \
    'BEGIN { line = sprintf("%" width "s", ""); gsub(/ /, "x", line); while (rows--) print line }' >"$DIR/lines"
  local peer
  for peer in $PEERS; do bench -M prepared -p "${TO_POSTGRES[$peer]}" -c 8 -T 1; done
}

case_clients() { with_cpu "cpu$2" "$1" "$1" measure_clients "$1" "$2"; }
measure_clients() {
  bench -M prepared -p "${TO_POSTGRES[$1]}" -c "$2" -j "$(($2 < 2 ? 1 : 2))" -T "$SECONDS_EACH"
  transactions
  put "tps$2" "$1" "$(figure tps)"
  put "latency$2" "$1" "$(figure 'latency average')"
}

# The latency of each transaction from its scheduled time, 99th percentile.
case_rate() {
  rm -f "$DIR"/log.*
  bench -M prepared -p "${TO_POSTGRES[$1]}" -c 16 -j 2 -R "$RATE" -T "$SECONDS_EACH" -l --log-prefix="$DIR/log"
  put p99 "$1" "$(cat "$DIR"/log.* | cut -d' ' -f3 | sort -n \
    | awk '{ t[NR] = $1 } END { print t[int(NR * 0.99 + 0.5)] / 1000 }')"
}

case_login() { with_cpu cpulogin "$1" "$1" measure_login "$1"; }
measure_login() {
  bench -C -p "${TO_POSTGRES[$1]}" -c 8 -j 2 -T "$SECONDS_EACH"
  transactions
  put login "$1" "$(figure tps)"
}

# In MB/s; gigabytes are 10^9 bytes.
case_download() { with_cpu cpudownload "$1" "$1" timed download "$1" $((ROWS * ROW_BYTES)) download "$1"; }
download() {
  psql_at "${TO_POSTGRES[$1]}" >/dev/null \
    -c "copy (select repeat('x', $ROW_BYTES - 1) from generate_series(1, $ROWS)) to stdout"
}

case_upload() {
  with_cpu cpuupload "$1" "$1" timed upload "$1" $((UPLOAD_ROWS * UPLOAD_ROW_BYTES)) upload "$1"
}
# The server reads and discards the data.
upload() { psql_at "${TO_POSTGRES[$1]}" -qc 'copy sink from stdin where false' <"$DIR/lines"; }

timed() {
  local what=$1 peer=$2 bytes=$3 began=$EPOCHREALTIME; shift 3
  "$@"
  put "$what" "$peer" "$(calculate "$bytes / 1e6 / ($EPOCHREALTIME - $began)")"
  UNITS=$(calculate "$bytes / 1e9")
}

case_connect() {
  [ -n "${TO_SERVER[$1]:-}" ] || return 0
  with_cpu cpuconnect "$1" "$1-server" measure_connect "$1"
}
measure_connect() {
  local out; out=$("$DIR/bin/load" connect "${TO_SERVER[$1]}" 32 "$SECONDS_EACH")
  put connect "$1" "$(sed -E 's/.*rate ([0-9]+).*/\1/' <<<"$out")"
  put failed "$1" "$(sed -E 's/.*failed ([0-9]+).*/\1/' <<<"$out")"
  UNITS=$(calculate "$(sed -E 's/.*connections ([0-9]+).*/\1/' <<<"$out") / 1000")
}

# Each peer is restarted first, so that earlier measurements do not count in its memory.
end_all_but_server() {
  local keep=() name
  for name in "${STARTED[@]}"; do
    case $name in postgres | server) keep+=("$name") ;; *) end "$name" ;; esac
  done
  STARTED=("${keep[@]}")
}

pss_of() { awk '/^Pss:/ { print $2 }' "/proc/$1/smaps_rollup"; }

# Memory of the proxy with 0, 2,000 and 10,000 connections (or as many as the descriptor limit allows), each of
# which has carried a byte both ways; and the time until a change of the destination has closed them all.
case_idle() {
  local peer=$1 most=10000 each=2 proxy
  case $peer in direct | pgbouncer-*) return ;; copyloop-*) each=6 ;; esac
  [ $((most * each + 300)) -le "$DESCRIPTORS" ] || most=$(((DESCRIPTORS - 300) / each / 100 * 100))
  note "idle connections, $peer"
  start_peer "$peer" idle "$MEMORY" "$SERVER"; proxy=$PID
  "$DIR/bin/load" connect "$MEMORY" 1 1 >/dev/null
  local base; base=$(pss_of "$proxy")
  put pss0 "$peer" "$base"
  spawn clients "$DIR/bin/load" idle "$MEMORY" 2000 "$most"
  opened 2000 && put pss2000 "$peer" "$(pss_of "$proxy")"
  kill -USR1 "$PID"
  if opened "$most"; then
    put many "$peer" "$most"
    put pssmany "$peer" "$(pss_of "$proxy")"
    put peridle "$peer" "$(calculate "($(pss_of "$proxy") - $base) / $most")"
    [[ $peer != stolon-* && $peer != other-* ]] || measure_cut "$peer"
  fi
  end clients
  end idle
}

opened() {
  local i
  for i in $(seq 300); do
    ! grep -q "^open $1 in" "$DIR/clients.log" || { sleep 1; return 0; }
    sleep 0.1
  done
  note "not $1 connections: $(cat "$DIR/clients.log")"
  return 1
}

measure_cut() {
  local i
  stolon_route idle "$POSTGRES" "$(sed -n 's/.*proxy uid.*"uid": "\([^"]*\)".*/\1/p' "$DIR/idle.log")"
  for i in $(seq 100); do
    if grep -q '^cut' "$DIR/clients.log"; then
      put cut "$1" "$(sed -n 's/^cut .* in \([0-9.]*\) ms/\1/p' "$DIR/clients.log")"
      return
    fi
    sleep 0.1
  done
  note "not cut: $(cat "$DIR/clients.log")"
}
