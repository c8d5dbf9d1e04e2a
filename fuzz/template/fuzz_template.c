/* Templates: any text compiles or is refused, and what compiles renders within the buffer's limit. */
#include "lib/template/template.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static json_t *values;
    if (!values)
        values =
            json_loads("{\"a\":\"<&>\",\"b\":{\"a\":1,\"c\":[1,2,[3]]},\"c\":[{\"a\":\"x\"},{\"b\":false}]}", 0, NULL);
    if (size == 0)
        return 0;
    struct error error = ERROR_INIT;
    struct template *template =
        template_compile((const char *)data + 1, size - 1, (enum template_escape)(data[0] & 3), &error);
    struct buffer out = {.limit = 1 << 20};
    if (template)
        template_render(template, values, &out);
    buffer_free(&out);
    template_destroy(template);
    return 0;
}
