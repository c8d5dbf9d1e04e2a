/* Blind second coding: what was coded of an event, who has coded what, and how far people and machine agree. */
#include "core/ask/question.h"
#include "core/store/codings.h"

enum { CODED_MAX = 5000 };

static bool put_coding(void *context, const struct coding_row *row)
{
    struct asking *asking = context;
    json_object_open(asking->json);
    ask_put_text(asking, "author", row->author);
    ask_put_text(asking, "field", row->field);
    ask_put_text(asking, "value", row->value);
    ask_put_text(asking, "machine", row->machine);
    ask_put_integer(asking, "made", row->made);
    json_object_close(asking->json);
    return true;
}

bool ask_codings(struct asking *asking)
{
    const char *id;
    if (!asking_require(asking, "id", &id))
        return false;
    json_key(asking->json, "codings");
    json_array_open(asking->json);
    bool ok = store_codings_of(asking->store, id, put_coding, asking, asking->error);
    json_array_close(asking->json);
    return ok;
}

static bool put_agreement(void *context, const struct coding_agreement *row)
{
    struct asking *asking = context;
    double observed = row->codings ? (double)row->agreed / (double)row->codings : 0;
    json_object_open(asking->json);
    ask_put_text(asking, "field", row->field);
    ask_put_integer(asking, "codings", row->codings);
    ask_put_integer(asking, "agreed", row->agreed);
    json_key(asking->json, "kappa"); /* where chance alone agrees always, there is none */
    if (row->expected < 1)
        json_put_number(asking->json, (observed - row->expected) / (1 - row->expected));
    else
        json_put_null(asking->json);
    json_object_close(asking->json);
    return true;
}

static bool put_id(void *context, const char *event)
{
    struct asking *asking = context;
    json_put_text(asking->json, event);
    return true;
}

/* With `author`: of this one, and the ids of what he or she has coded. */
bool ask_agreement(struct asking *asking)
{
    const char *author = asking_text(asking, "author");
    json_key(asking->json, "fields");
    json_array_open(asking->json);
    bool ok = store_codings_agreement(asking->store, author, put_agreement, asking, asking->error);
    json_array_close(asking->json);
    json_key(asking->json, "coded");
    json_array_open(asking->json);
    ok = ok && (!author || store_coded_events(asking->store, author, CODED_MAX, put_id, asking, asking->error));
    json_array_close(asking->json);
    return ok;
}
