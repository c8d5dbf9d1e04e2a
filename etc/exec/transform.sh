#!/bin/sh
# A transform in the shell (entente-exec(7)): lets only those items go on that hold a word.
#
#     [transform.patrols]
#     plugin = /usr/share/doc/entente/exec/transform.sh
#     word   = patrol
set -eu
echo '{"type":"hello","protocol":1,"name":"transform-sh","version":"1.0","summary":"Lets items go on that hold a word","kinds":["transform"],"options":[{"name":"word","type":"string","required":true,"help":"What an item must hold."}]}'
read -r start || exit 0
word=${start#*'"word":"'}
word=${word%%'"'*}
# {"type":"item","id":7,"record":{"title":"…","body":"…"}}
while read -r item; do
    id=${item#*'"id":'}
    id=${id%%,*}
    case $item in
    *"$word"*) printf '{"type":"result","id":%s,"result":"ok","pass":true}\n' "$id" ;;
    *) printf '{"type":"result","id":%s,"result":"ok"}\n' "$id" ;;
    esac
done
