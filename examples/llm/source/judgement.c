#include "judgement.h"

#include "shape.h"

#include <stdio.h>
#include <string.h>

int judgement_check(const struct codebook *codebook, const json_t *answer, size_t reports, char *fault,
                    size_t fault_size)
{
    unsigned seen = 0;
    size_t index;
    json_t *verdict;
    if (!shape_check(codebook->answer, answer, fault, fault_size))
        return 0;
    json_array_foreach(json_object_get(answer, "verdicts"), index, verdict)
    {
        json_int_t report = json_integer_value(json_object_get(verdict, "report"));
        const char *word = json_string_value(json_object_get(verdict, "verdict"));
        if (reports == 0)
            break; /* nobody asked for verdicts; they are passed over */
        if ((size_t)report > reports || (seen >> report & 1)) {
            snprintf(fault, fault_size, "verdicts[%zu]: there is no report %lld, or it is judged twice", index,
                     (long long)report);
            return 0;
        }
        seen |= 1u << report;
        if (strcmp(word, "replace") == 0 && !json_is_object(json_object_get(verdict, "event"))) {
            snprintf(fault, fault_size, "verdicts[%zu]: replace needs the whole event", index);
            return 0;
        }
        if (strcmp(word, "confirm") == 0 && json_array_size(json_object_get(verdict, "quotes")) == 0) {
            snprintf(fault, fault_size, "verdicts[%zu]: confirm needs a quote", index);
            return 0;
        }
    }
    return 1;
}
