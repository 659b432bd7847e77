# The scenario "failover": kills the primary and checks that no acknowledged row is lost. Source it after cluster.sh.

now_ms() { local t=${EPOCHREALTIME/[.,]/}; echo $((t / 1000)); }
status_field() { ctl status -f json | sed -n "s/.*\"$1\": \"\(.*\)\".*/\1/p"; }

# Writes rows one after another and records each acknowledged row with its time.
write_rows() {
  local id=0
  while [ -e "$DIR/run/writing" ]; do
    id=$((id + 1))
    if sql -v ON_ERROR_STOP=1 -c "set statement_timeout = '3s'; insert into samples values ($id)" >/dev/null 2>&1; then
      echo "$id $(now_ms)" >>"$DIR/run/acknowledged"
    fi
  done
}

rows_acknowledged() { [ "$(wc -l <"$DIR/run/acknowledged")" -ge "$1" ]; }
# True once a synchronous standby is set (the primary's spec) and confirmed (its status). Before that the sentinel
# elects no new primary, because it does not know whether the standby has every acknowledged row.
in_sync() {
  [ "$(ctl clusterdata read | grep -o '"synchronousStandbys":\["[0-9a-f]' | wc -l)" -ge 2 ] \
    && [ "$(sync_count)" -ge 1 ]
}
sync_count() { sql -c "select count(*) from pg_stat_replication where sync_state = 'sync'"; }
primary_changed() { local p; p=$(status_field master_keeper_uid); [ -n "$p" ] && [ "$p" != "$1" ]; }
is_standby() { [ "$(PORT=$(keeper_port "${1#keeper}") sql -c 'select pg_is_in_recovery()')" = t ]; }
writes_after() { [ "$(awk -v t="$1" '$2 > t' "$DIR/run/acknowledged" | wc -l)" -ge 5 ]; }

# The longest time between two acknowledged rows, in milliseconds.
longest_gap() {
  awk 'NR > 1 && $2 - last > gap { gap = $2 - last } { last = $2 } END { print gap + 0 }' "$DIR/run/acknowledged"
}

lost_rows() {
  sql -c 'select id from samples order by id' | sort >"$DIR/run/present"
  cut -d' ' -f1 "$DIR/run/acknowledged" | sort | comm -23 - "$DIR/run/present" | wc -l
}

scenario_failover() {
  say ""
  say "1. enable synchronous replication: a commit is acknowledged only when a standby has it"
  ctl update --patch '{"synchronousReplication":true}'
  wait_for 60 "a standby is in sync" in_sync
  sql -c 'drop table if exists samples; create table samples (id integer primary key)'
  : >"$DIR/run/acknowledged"; : >"$DIR/run/writing"
  trap 'rm -f "$DIR/run/writing"' EXIT
  say "2. write rows through the proxy, one after another"
  write_rows &
  local writer=$!
  wait_for 30 "rows are acknowledged" rows_acknowledged 20
  local old; old=$(status_field master_keeper_uid)
  say "3. kill -9 of the primary: $old and its PostgreSQL"
  local killed; killed=$(now_ms)
  kill -9 "$(pid_of "$old")" "$(head -n 1 "$DIR/$old/postgres/postmaster.pid")"
  wait_for 120 "another primary is elected" primary_changed "$old"
  wait_for 60 "the new primary accepts writes through the proxy" writes_after "$killed"
  say "   time without writes: $(($(longest_gap) / 1000)).$(printf '%03d' $(($(longest_gap) % 1000))) s;" \
    "new primary: $(status_field master_keeper_uid)"
  say "4. start the keeper of the old primary again"
  start_keeper "${old#keeper}"
  wait_for 120 "$old is back as a standby" is_standby "$old"
  wait_healthy 60 3 "all three PostgreSQL instances are healthy"
  rm -f "$DIR/run/writing"; wait "$writer" || true
  local lost total; lost=$(lost_rows); total=$(wc -l <"$DIR/run/acknowledged")
  say ""
  ctl status
  say "acknowledged rows: $total, lost: $lost"
  ctl update --patch '{"synchronousReplication":false}'
  [ "$lost" -eq 0 ] || die "$lost acknowledged rows were lost"
  say "the failover succeeded; the cluster is still running (./quickstart stop)"
}
