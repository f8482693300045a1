# Cleans up after a launcher: "watchdog.sh RECORD watch" waits until the launcher closes standard input, willingly (its
# last line is "close") or by dying, then goes through the record backwards; "watchdog.sh RECORD sweep" does so at once.
# Doing it twice, or two of them at the same time, does no harm.
# Lines of the record, separated by tabs:
#   B boot-id                                  processes of another boot are nobody's business
#   W pid start                                the watchdog itself
#   P pid start group signal grace name        a process; neighbours of one group are stopped together
#   C word...                                  a cleanup command
set -uf
record=$1
tab=$(printf '\t')
trap '' INT TERM HUP QUIT PIPE
exec 3<"$record" || exit 1

# Of a process whose threads end one by one the first is a zombie before the last is gone.
launcher_lives() {
  { read -r stat <"/proc/$PPID/stat"; } 2>/dev/null || return 1
  set -- ${stat##*) }
  [ "$1" != Z ] && [ "$1" != X ] || [ "${18}" -gt 1 ]
}

if [ "$2" = watch ]; then
  word=
  while read -r line; do word=$line; done
  # A dying launcher loses its pipe before its children lose their parent: what they still write must be read, too.
  waited=0
  while [ "$word" != close ] && launcher_lives && [ "$waited" -lt 200 ]; do
    sleep 0.05
    waited=$((waited + 1))
  done
fi

say() { echo "$(date '+%H:%M:%S') $*"; }

# A process is ours when it started at the recorded tick; a zombie is gone already.
fields() { state=$1 begun=${20}; }
ours() {
  { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
  fields ${stat##*) }
  [ "$begun" = "$2" ] && [ "$state" != Z ] && [ "$state" != X ]
}

batch= batch_group= batch_grace=0
any_left() {
  for entry in $batch; do
    ours "${entry%:*}" "${entry#*:}" && return 0
  done
  return 1
}
finish_batch() {
  waited=0
  while any_left && [ "$waited" -lt $((batch_grace * 20)) ]; do
    sleep 0.05
    waited=$((waited + 1))
  done
  for entry in $batch; do
    if ours "${entry%:*}" "${entry#*:}"; then
      say "killing ${entry%:*}, which did not end within $batch_grace s"
      kill -KILL -- "-${entry%:*}" 2>/dev/null || kill -KILL "${entry%:*}" 2>/dev/null
    fi
  done
  waited=0
  while any_left && [ "$waited" -lt 100 ]; do
    sleep 0.05
    waited=$((waited + 1))
  done
  batch= batch_group= batch_grace=0
}
stop() { # pid start group signal grace name
  [ "$boot" = "$present_boot" ] && ours "$1" "$2" || return 0
  [ -z "$batch" ] || [ "$batch_group" = "$3" ] || finish_batch
  say "stopping $6 ($1)"
  # Each recorded process leads its own session and group; the group gets the signal, as from a terminal.
  kill -s "$4" -- "-$1" 2>/dev/null || kill -s "$4" "$1" 2>/dev/null
  batch="$batch $1:$2" batch_group=$3
  [ "$5" -le "$batch_grace" ] || batch_grace=$5
}
run() {
  [ -z "$batch" ] || finish_batch
  timeout -k 1 10 "$@" </dev/null && result=done || result="ended with $?"
  say "$*: $result"
}

read -r present_boot </proc/sys/kernel/random/boot_id
read -r first <&3
boot=${first#*"$tab"}
backwards=$(tac <&3)
IFS=$tab
while read -r kind rest; do
  case $kind in
    P) IFS=$tab; set -- $rest; IFS=' '; stop "$@" ;;
    C) IFS=$tab; set -- $rest; IFS=' '; run "$@" ;;
  esac
  IFS=$tab
done <<EOF
$backwards
EOF
IFS=' '
finish_batch
rm -f "$record"
say "cleaned up"
