#!/bin/sh
# A sink of Entente in the shell (entente-exec(7)), started for each alert: appends what it is given to the file that is
# named, unless the alert is there already.
#
#     [sink.log]
#     plugin  = exec
#     mode    = once
#     command = /usr/share/doc/entente/exec/sink-once.sh /var/log/alerts.jsonl
set -eu
file=$1
read -r alert
# {"delivery":"ID", …
id=${alert#'{"delivery":"'}
id=${id%%'"'*}
touch "$file" || exit 75 # EX_TEMPFAIL: try again later
grep -q "$id" "$file" || printf '%s\n' "$alert" >>"$file"
echo "line $(wc -l <"$file")" # kept with the delivery as its receipt
