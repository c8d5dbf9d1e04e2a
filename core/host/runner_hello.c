#include "core/host/runner_hello.h"

#include <stdlib.h>

enum { PATHS_MAX = 100000 };

void runner_hello_put(struct buffer *buffer, const struct runner_hello *hello)
{
    wire_put_text(buffer, hello->object);
    wire_put_u64(buffer, hello->file);
    wire_put_u32(buffer, hello->isolation);
    wire_put_u32(buffer, hello->is_sandbox_required);
    wire_put_u32(buffer, hello->descriptors_max);
    wire_put_u64(buffer, (uint64_t)hello->memory_max);
    wire_put_u64(buffer, (uint64_t)hello->cpu_max_milli);
    wire_put_u64(buffer, hello->path_count);
    for (size_t i = 0; i < hello->path_count; i++) {
        wire_put_text(buffer, hello->paths[i].path);
        wire_put_u32(buffer, hello->paths[i].access);
    }
}

bool runner_hello_get(struct wire_reader *reader, struct runner_hello *hello)
{
    *hello = (struct runner_hello){.object = wire_get_text(reader)};
    hello->file = wire_get_u64(reader);
    uint32_t isolation = wire_get_u32(reader);
    hello->is_sandbox_required = wire_get_u32(reader) != 0;
    hello->descriptors_max = wire_get_u32(reader);
    hello->memory_max = (int64_t)wire_get_u64(reader);
    hello->cpu_max_milli = (int64_t)wire_get_u64(reader);
    hello->path_count = wire_get_count(reader, sizeof(uint64_t), PATHS_MAX);
    struct runner_path *paths = calloc(hello->path_count + 1, sizeof *paths);
    for (size_t i = 0; paths && i < hello->path_count; i++) {
        paths[i].path = wire_get_text(reader);
        paths[i].access = wire_get_u32(reader);
        reader->failed |= !paths[i].path;
    }
    hello->paths = paths;
    hello->isolation = isolation < ISOLATION_COUNT ? (enum isolation)isolation : ISOLATION_COUNT;
    if (paths && wire_is_done(reader) && hello->object && isolation < ISOLATION_COUNT)
        return true;
    free(paths);
    return false;
}
