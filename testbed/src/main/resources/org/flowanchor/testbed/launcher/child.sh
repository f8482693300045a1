# Writes this process into the cleanup record, then becomes the command. Arguments: RECORD LAUNCHER-PID GROUP SIGNAL
# GRACE-SECONDS NAME COMMAND...
# The order closes the race with a launcher that dies meanwhile: whoever still has its launcher as parent after the
# line was written is in time for the watchdog, everybody else gives up.
set -uf
record=$1 launcher=$2 group=$3 signal=$4 grace=$5 name=$6
shift 6
fields() { parent=$2 start=${20}; }
read -r stat </proc/$$/stat
fields ${stat##*) }
printf 'P\t%s\t%s\t%s\t%s\t%s\t%s\n' $$ "$start" "$group" "$signal" "$grace" "$name" >>"$record" || exit 126
read -r stat </proc/$$/stat
fields ${stat##*) }
[ "$parent" = "$launcher" ] || exit 126
exec "$@"
