/* Saved views of whoever asks. */
#include "core/ask/question.h"
#include "core/store/views.h"

static bool put_view(void *context, const struct view_row *row)
{
    struct asking *asking = context;
    json_object_open(asking->json);
    ask_put_text(asking, "name", row->name);
    ask_put_text(asking, "query", row->query);
    ask_put_integer(asking, "made", row->made);
    json_object_close(asking->json);
    return true;
}

bool ask_views(struct asking *asking)
{
    const char *owner;
    if (!asking_require(asking, "owner", &owner))
        return false;
    json_key(asking->json, "views");
    json_array_open(asking->json);
    bool ok = store_views_each(asking->store, owner, put_view, asking, asking->error);
    json_array_close(asking->json);
    return ok;
}
