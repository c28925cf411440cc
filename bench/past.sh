#!/usr/bin/env bash
# How long the past of the demo takes to come in, and what happens to the present meanwhile.
#
#   bench/past.sh [PROGRAM] [words of `millwright demo`...]
#
# Starts the demo in a new folder below $TMPDIR and asks the view `sources` twice a second until the past has
# ended. `lag`: of the slowest live source, median of its last batches. `MiB`: resident, the greatest so far.
set -euo pipefail

program=${1:-build/release/millwright}
shift || true
folder=$(mktemp -d "${TMPDIR:-/tmp}/millwright-past-XXXXXX")
cleanup() {
  kill "$demo" 2>/dev/null || true
  wait "$demo" 2>/dev/null || true
  [ -n "${KEEP:-}" ] || rm -rf "$folder"
}

now() { date +%s%N; }
began=$(now)
"$program" demo --data "$folder" --listen 127.0.0.1:0 --trust-loopback "$@" >"$folder/line" 2>"$folder/log" &
demo=$!
trap cleanup EXIT
until grep -q http "$folder/line"; do
  kill -0 "$demo"
  sleep 0.02
done
base=$(grep -o 'http://[^ ]*' "$folder/line" | head -1)
ready=$(now)
echo "start until the line with the address: $(((ready - began) / 1000000)) ms"
plant=$(pgrep -P "$demo")

mib() { awk '/^VmHWM/ { printf "%d", $2 / 1024 }' "/proc/$1/status"; }
cpu() { awk -v tick="$(getconf CLK_TCK)" '{ printf "%.1f s", ($14 + $15) / tick }' "/proc/$1/stat"; }
row() { curl -sf "$base/api/v1/views/sources" | tr '{' '\n'; }
progress=$folder/connect/recording/past.progress
shown=
until [ "$(cut -d' ' -f6 "$progress" 2>/dev/null)" = 1 ]; do
  rows=$(row)
  text=$(grep -o '"progress_text":"[^"]*"' <<<"$rows" | cut -d'"' -f4 || true)
  lag=$(grep '"kind":"opcua"' <<<"$rows" | grep -o '"lag":[0-9.e-]*' | cut -d: -f2 | sort -g | tail -1 || true)
  if [ "$text" != "$shown" ]; then
    shown=$text
    echo "$((($(now) - ready) / 1000000)) ms  $text  lag ${lag:-?} s  server $(mib "$demo") MiB"
  fi
  sleep 0.5
done
took=$((($(now) - ready) / 1000000))
read -r _ _ _ readings events _ <"$progress"
rows=$((readings + events))
echo "past: $took ms, $readings readings, $events events, $((rows * 1000 / took)) a second"
echo "resident, the greatest: server $(mib "$demo") MiB, plant $(mib "$plant") MiB"
echo "CPU: server $(cpu "$demo"), plant $(cpu "$plant")"
sleep 5
history=$(du -sb "$folder/history" | cut -f1)
echo "disk: history $((history / 1000000)) MB = $((history * 100 / rows)) bytes for 100 readings," \
  "journal $(($(du -sb "$folder/journal" | cut -f1) / 1000000)) MB"
day=$((($(date +%s) - 15 * 86400) * 1000))
for span in 1 29; do
  from=$((day - (span > 1 ? 14 : 0) * 86400000))
  curl -sf -o /dev/null -w "$span d of a tag as 1000 buckets: %{time_total} s, %{size_download} bytes\n" \
    "$base/api/v1/buckets?tag=velo/berlin/frames/machining/cnc3/spindle/vibration&from=$from&to=$((from + span * 86400000))&count=1000"
done
