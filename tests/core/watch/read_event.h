/* An event from JSON in which ' stands for ", for the tests of rules and watches. Behind cmocka.h. */
#ifndef TESTS_CORE_WATCH_READ_EVENT_H
#define TESTS_CORE_WATCH_READ_EVENT_H

#include "lib/record/record_json.h"

#include <stdlib.h>
#include <string.h>

static inline struct ent_record *read_event(const char *text)
{
    struct error error = ERROR_INIT;
    char *copy = strdup(text);
    for (char *at = copy; *at; at++)
        if (*at == '\'')
            *at = '"';
    json_t *object = json_loads(copy, 0, NULL);
    assert_non_null(object);
    struct ent_record *event = record_from_json(ENT_EVENT, object, &error);
    if (!event)
        fail_msg("%s", error.text);
    json_decref(object);
    free(copy);
    return event;
}

#endif
