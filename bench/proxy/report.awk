# Prints the tables of docs/performance.md from lines "what peer round value". Figures are medians of the rounds. A ratio
# is computed within each round, where both measurements are seconds apart; the table has the median of the rounds.

{ value[$1, $2, $3] = $4; if ($3 > rounds) rounds = $3 }

function median_of(list, n,    i, j, x) {
  for (i = 2; i <= n; i++) {
    x = list[i]
    for (j = i - 1; j > 0 && list[j] > x; j--) list[j + 1] = list[j]
    list[j + 1] = x
  }
  return n % 2 ? list[(n + 1) / 2] : (list[n / 2] + list[n / 2 + 1]) / 2
}

function median(what, peer,    r, n, list) {
  for (r = 1; r <= rounds; r++) if ((what, peer, r) in value) list[++n] = value[what, peer, r] + 0
  return n ? median_of(list, n) : ""
}

# Sets lowest and highest.
function ratio(what, peer, other,    r, n, list, m) {
  for (r = 1; r <= rounds; r++)
    if ((what, peer, r) in value && value[what, other, r] > 0)
      list[++n] = value[what, peer, r] / value[what, other, r]
  if (!n) return ""
  m = median_of(list, n)
  lowest = list[1]; highest = list[n]
  return m
}

function shown(what, peer, format,    m) {
  m = median(what, peer)
  return m == "" ? "–" : sprintf(format, m)
}

function name_of(peer,    part) {
  split(peer, part, "-")
  if (peer == "direct") return "no proxy"
  return title[part[1]] \
    (part[1] == "pgbouncer" ? "" : part[2] == 1 ? ", 1 thread" : ", " part[2] " threads")
}

# Omits columns and data paths that were not measured.
function table(columns,    n, i, p, column, part, head, line, width, cells, any) {
  n = split(columns, column, "|")
  head = "| data path"; line = "| ---"
  for (i = 1; i <= n; i++) {
    split(column[i], part, "=")
    for (p = 1; p <= peer_count && median(part[2], peer_list[p]) == ""; p++) { }
    if (p > peer_count) continue
    what[++width] = part[2]; format[width] = part[3]
    head = head " | " part[1]; line = line " | ---"
  }
  if (!width) return
  print head " |\n" line " |"
  for (p = 1; p <= peer_count; p++) {
    cells = any = ""
    for (i = 1; i <= width; i++) {
      cells = cells " | " shown(what[i], peer_list[p], format[i])
      if (median(what[i], peer_list[p]) != "") any = 1
    }
    if (any) print "| " name_of(peer_list[p]) cells " |"
  }
  print ""
}

function bar(ours, what, text, threads, kind, limit, amount,    r, other, good) {
  other = kind "-" threads
  r = ratio(what, ours "-" threads, other)
  if (r == "") return
  good = limit ~ /^at least/ ? r >= amount : r <= amount
  printf "| %s%s | %s | %s | %.2f (%.2f–%.2f) | %s %.2f | %s |\n", ours == "other" ? "the other: " : "", text, \
    threads, title[kind], r, lowest, highest, limit, amount, good ? "met" : "**missed**"
}

function bars(ours, threads) {
  bar(ours, "tps16", "transactions a second, 16 clients", threads, "haproxy", "at least", 1.00)
  bar(ours, "tps64", "transactions a second, 64 clients", threads, "haproxy", "at least", 1.00)
  bar(ours, "cpu16", "processor time of a transaction, 16 clients", threads, "haproxy", "at most", 0.85)
  bar(ours, "cpu64", "processor time of a transaction, 64 clients", threads, "haproxy", "at most", 0.85)
  bar(ours, "cpu16", "processor time of a transaction, 16 clients", threads, "copyloop", "at most", 0.60)
  bar(ours, "cpu64", "processor time of a transaction, 64 clients", threads, "copyloop", "at most", 0.60)
  bar(ours, "cpudownload", "processor time of a gigabyte", threads, "haproxy", "at most", 0.90)
  bar(ours, "connect", "connections a second", threads, "haproxy", "at least", 1.10)
  bar(ours, "peridle", "memory of an idle connection", threads, "haproxy", "at most", 1.00)
  bar(ours, "latency1", "latency, one client", threads, "haproxy", "at most", 1.02)
}

END {
  title["haproxy"] = "HAProxy"; title["pgbouncer"] = "PgBouncer, session mode"; title["copyloop"] = "copy loop in Go"
  title["stolon"] = "**stolon-proxy**"; title["other"] = "the other stolon-proxy"
  peer_count = split(peers, peer_list, " ")

  table("1 client: tps=tps1=%d|ms=latency1=%.3f|CPU=cpu1=%.1f|16 clients: tps=tps16=%d|CPU=cpu16=%.1f|" \
    "64 clients: tps=tps64=%d|CPU=cpu64=%.1f|p99 at a fixed rate, ms=p99=%.2f")
  table("download: MB/s=download=%d|CPU=cpudownload=%d|upload: MB/s=upload=%d|CPU=cpuupload=%d|" \
    "connections a second=connect=%d|CPU=cpuconnect=%.1f|logins a second=login=%d|CPU=cpulogin=%.1f")
  table("nothing connected, KiB=pss0=%d|2,000 idle, KiB=pss2000=%d|most idle=many=%d|KiB=pssmany=%d|" \
    "KiB each=peridle=%.2f|all cut within, ms=cut=%.0f")
  print "| stolon-proxy | threads | beside | ratio (lowest–highest round) | bar | |"
  print "| --- | --- | --- | --- | --- | --- |"
  bars("stolon", 2); bars("stolon", 1); bars("other", 2); bars("other", 1)
  for (r in value) if (r ~ /^failed/ && value[r] > 0) failures += value[r]
  if (failures) print "\n" failures " connections failed."
}
