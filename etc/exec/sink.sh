#!/bin/sh
# A sink in the shell (entente-exec(7)): appends what it is given to a file, unless it is there already.
#
#     [sink.log]
#     plugin = /usr/share/doc/entente/exec/sink.sh
#     path   = /var/log/alerts.jsonl
set -eu
echo '{"type":"hello","protocol":1,"name":"sink-sh","version":"1.0","summary":"Appends deliveries to a file","kinds":["sink"],"options":[{"name":"path","type":"path","write":true,"required":true,"help":"File to append to."}]}'
read -r start || exit 0
path=${start#*'"path":"'}
path=${path%%'"'*}
# {"type":"delivery","id":7,"record":{"delivery":"5b1c…","headline":"…",…}}
while read -r line; do
    id=${line#*'"id":'}
    id=${id%%,*}
    delivery=${line#*'"record":'}
    name=${delivery#*'"delivery":"'}
    name=${name%%'"'*}
    # A delivery may come again after a crash; its name is then the same.
    if grep -qs "$name" "$path" || printf '%s\n' "${delivery%'}'}" >>"$path"; then
        printf '{"type":"result","id":%s,"result":"ok","text":"line %s"}\n' "$id" "$(wc -l <"$path")"
    else
        printf '{"type":"result","id":%s,"result":"retry","text":"the file cannot be written"}\n' "$id"
    fi
done
