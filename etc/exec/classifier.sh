#!/bin/sh
# A classifier in the shell (entente-exec(7)): where a phrase stands in an item, it reports an agreement of two actors.
#
#     [classifier.pacts]
#     plugin = /usr/share/doc/entente/exec/classifier.sh
#     word   = patrol boats
#     first  = NOR
#     second = MDA
set -eu
echo '{"type":"hello","protocol":1,"name":"classifier-sh","version":"1.0","summary":"Reports an agreement where a phrase stands","kinds":["classifier"],"options":[{"name":"word","type":"string","required":true,"help":"Phrase that tells of it."},{"name":"first","type":"string","required":true,"help":"Who agrees: a code as NOR."},{"name":"second","type":"string","required":true,"help":"With whom."}]}'
read -r start || exit 0
option() {
    value=${start#*"\"$1\":\""}
    printf '%s' "${value%%'"'*}"
}
word=$(option word)
report=$(printf '{"type":"agreement","subtype":"framework","status":"announced","modality":"confirmed","scope":"current","confidence":0.6,"actors":[{"id":"%s","role":"participant"},{"id":"%s","role":"participant"}]}' "$(option first)" "$(option second)")
# {"type":"item","id":7,"record":{"title":"…","body":"…"},"reports":[],"remarks":[]}
while read -r item; do
    id=${item#*'"id":'}
    id=${id%%,*}
    case $item in
    *"$word"*) printf '{"type":"output","id":%s,"record":%s}\n' "$id" "$report" ;;
    esac
    printf '{"type":"result","id":%s,"result":"ok"}\n' "$id"
done
