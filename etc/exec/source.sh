#!/bin/sh
# A source in the shell (entente-exec(7)): each line of a file that is new since the last fetch becomes an item.
#
#     [source.notes]
#     plugin = /usr/share/doc/entente/exec/source.sh
#     path   = /var/lib/notes.txt
set -eu
printf '%s\n' '{"type":"hello","protocol":1,"name":"source-sh","version":"1.0","summary":"Items from the lines of a file",
    "kinds":["source"],"options":[{"name":"path","type":"path","read":true,"required":true,"help":"File to read."}]}' |
    tr -d '\n'
echo
# {"type":"start",…,"options":{"path":"/var/lib/notes.txt"},"state":12}
read -r start || exit 0
path=${start#*'"path":"'}
path=${path%%'"'*}
read_so_far=${start##*'"state":'}
read_so_far=${read_so_far%'}'}
[ "$read_so_far" != null ] || read_so_far=0
# {"type":"fetch","id":7}
while read -r fetch; do
    id=${fetch#*'"id":'}
    id=${id%%[,\}]*}
    lines=$(wc -l <"$path") || {
        printf '{"type":"result","id":%s,"result":"retry","text":"the file cannot be read"}\n' "$id"
        continue
    }
    sed -n "$((read_so_far + 1)),${lines}p" "$path" | tr -d '\r' | sed 's/[\\"]/\\&/g; s/[[:cntrl:]]/ /g' |
        sed "/[^ ]/!d; s/.*/{\"type\":\"output\",\"id\":$id,\"record\":{\"title\":\"&\"}}/"
    read_so_far=$lines
    printf '{"type":"result","id":%s,"result":"ok","state":%s}\n' "$id" "$read_so_far"
done
