#!/bin/sh
# A detector in the shell (entente-exec(7)): finds events of a type.
#
#     [detector.arms]
#     plugin = /usr/share/doc/entente/exec/detector.sh
#     event  = arms_transfer
set -eu
echo '{"type":"hello","protocol":1,"name":"detector-sh","version":"1.0","summary":"Finds events of a type","kinds":["detector"],"options":[{"name":"event","type":"string","required":true,"help":"Type of event that is found."}]}'
read -r start || exit 0
type=${start#*'"event":"'}
type=${type%%'"'*}
# {"type":"event","id":7,"record":{"id":"5b1c…","type":"arms_transfer",…}}
while read -r event; do
    id=${event#*'"id":'}
    id=${id%%,*}
    event=${event#*'"record":'}
    name=${event#*'"id":"'}
    name=${name%%'"'*}
    case $event in
    *"\"type\":\"$type\""*) printf '{"type":"output","id":%s,"record":{"kind":"%s","text":"%s: %s","events":["%s"]}}\n' "$id" "$type" "$type" "$name" "$name" ;;
    esac
    printf '{"type":"result","id":%s,"result":"ok"}\n' "$id"
done
