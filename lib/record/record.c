#include "lib/record/record.h"

#include "lib/base/utf8.h"
#include "lib/record/schema.h"

#include <stdlib.h>
#include <string.h>

static const struct ent_record_header *header_of(struct record_view view)
{
    return (const struct ent_record_header *)(const void *)view.bytes;
}

static const struct ent_record_entry *entries_of(struct record_view view)
{
    return (const struct ent_record_entry *)(const void *)(view.bytes + sizeof(struct ent_record_header));
}

/* ---- owning ---- */

static struct ent_record *record_allocate(size_t size, unsigned char **bytes)
{
    size_t head = (sizeof(struct ent_record) + ENT_RECORD_ALIGNMENT - 1) & ~(size_t)(ENT_RECORD_ALIGNMENT - 1);
    struct ent_record *record = malloc(head + size);
    if (!record)
        return NULL;
    *bytes = (unsigned char *)record + head;
    record->view.bytes = *bytes;
    record->view.size = size;
    atomic_init(&record->references, 1);
    return record;
}

struct ent_record *record_from_bytes(const void *bytes, size_t size, struct error *error)
{
    unsigned char *copy;
    if (size > ENT_RECORD_SIZE_MAX) {
        error_set(error, ERROR_LIMIT, "record of %zu bytes is larger than %d", size, ENT_RECORD_SIZE_MAX);
        return NULL;
    }
    struct ent_record *record = record_allocate(size, &copy);
    if (!record) {
        error_set(error, ERROR_MEMORY, "no memory for a record of %zu bytes", size);
        return NULL;
    }
    if (size)
        memcpy(copy, bytes, size);
    if (!record_verify(copy, size, error)) {
        free(record);
        return NULL;
    }
    return record;
}

struct ent_record *record_hold(const struct ent_record *record)
{
    struct ent_record *held = (struct ent_record *)record;
    atomic_fetch_add_explicit(&held->references, 1, memory_order_relaxed);
    return held;
}

void record_release(struct ent_record *record)
{
    if (record && atomic_fetch_sub_explicit(&record->references, 1, memory_order_acq_rel) == 1)
        free(record);
}

/* ---- verifying ---- */

static bool refuse(struct error *error, const char *why)
{
    return error_set(error, ERROR_INPUT, "record refused: %s", why);
}

static bool verify_block(const unsigned char *bytes, size_t size, int depth, struct error *error);

static bool verify_entry(const unsigned char *bytes, size_t size, size_t values_start,
                         const struct ent_record_header *header, const struct ent_record_entry *entry, int depth,
                         struct error *error)
{
    const struct schema_field *field = schema_field(header->kind, entry->field);
    if (field && (unsigned)field->type != entry->type)
        return error_set(error, ERROR_INPUT, "record refused: field %s has the wrong type", field->name);
    if (entry->reserved1 != 0 || entry->field == 0)
        return refuse(error, "an entry is malformed");
    switch (entry->type) {
    case ENT_INT:
    case ENT_NUM:
    case ENT_FLAG:
    case ENT_TIME:
        return entry->length == 0 || refuse(error, "a number has a length");
    case ENT_STR:
        if (entry->value < values_start || entry->value >= size || entry->length >= size - entry->value)
            return refuse(error, "text lies outside the record");
        if (bytes[entry->value + entry->length] != '\0')
            return refuse(error, "text is not terminated");
        if (memchr(bytes + entry->value, 0, entry->length))
            return refuse(error, "text holds a NUL");
        return utf8_is_valid((const char *)bytes + entry->value, entry->length) || refuse(error, "text is not UTF-8");
    case ENT_REC:
        if (entry->value < values_start || entry->value >= size || entry->length > size - entry->value)
            return refuse(error, "a record within lies outside");
        if (entry->value % ENT_RECORD_ALIGNMENT)
            return refuse(error, "a record within is not aligned");
        if (!verify_block(bytes + entry->value, entry->length, depth + 1, error))
            return false;
        const struct ent_record_header *inner = (const struct ent_record_header *)(const void *)(bytes + entry->value);
        return !field || inner->kind == field->kind || refuse(error, "a record within is of the wrong kind");
    default:
        return refuse(error, "a field's type is unknown");
    }
}

static bool verify_block(const unsigned char *bytes, size_t size, int depth, struct error *error)
{
    if (depth > ENT_RECORD_DEPTH_MAX)
        return refuse(error, "records are nested too deeply");
    if (size < sizeof(struct ent_record_header) || size > ENT_RECORD_SIZE_MAX || size % ENT_RECORD_ALIGNMENT ||
        (uintptr_t)bytes % ENT_RECORD_ALIGNMENT)
        return refuse(error, "its size or alignment is impossible");
    struct record_view view = {bytes, size};
    const struct ent_record_header *header = header_of(view);
    if (header->magic != ENT_RECORD_MAGIC)
        return refuse(error, "it does not begin as a record does");
    if (header->format != ENT_RECORD_FORMAT)
        return refuse(error, "its format is unknown");
    if (header->size != size)
        return refuse(error, "its stated size is not its size");
    if (!schema_kind(header->kind))
        return refuse(error, "its kind is unknown");
    if (header->count > (size - sizeof *header) / sizeof(struct ent_record_entry))
        return refuse(error, "it states more fields than fit");
    size_t values_start = sizeof *header + header->count * sizeof(struct ent_record_entry);
    const struct ent_record_entry *entries = entries_of(view);
    for (uint32_t i = 0; i < header->count; i++) {
        if (i > 0 && entries[i].field < entries[i - 1].field)
            return refuse(error, "its fields are not in order");
        if (!verify_entry(bytes, size, values_start, header, &entries[i], depth, error))
            return false;
    }
    return true;
}

bool record_verify(const void *bytes, size_t size, struct error *error)
{
    return verify_block(bytes, size, 1, error);
}

struct record_view record_view_of(const void *bytes, size_t size)
{
    struct record_view view = {bytes, size};
    return view;
}

/* ---- reading ---- */

unsigned record_kind(struct record_view view)
{
    return header_of(view)->kind;
}

/* Index of the first entry with this field, by bisection; the count of entries if there is none. */
static uint32_t first_entry(struct record_view view, unsigned field)
{
    const struct ent_record_entry *entries = entries_of(view);
    uint32_t low = 0, high = header_of(view)->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (entries[middle].field < field)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static const struct ent_record_entry *find_entry(struct record_view view, unsigned field, size_t index)
{
    uint32_t count = header_of(view)->count;
    size_t at = first_entry(view, field) + index;
    if (at >= count || entries_of(view)[at].field != field)
        return NULL;
    return &entries_of(view)[at];
}

size_t record_count(struct record_view view, unsigned field)
{
    uint32_t first = first_entry(view, field), at = first;
    while (at < header_of(view)->count && entries_of(view)[at].field == field)
        at++;
    return at - first;
}

bool record_get_str(struct record_view view, unsigned field, size_t index, struct text *value)
{
    const struct ent_record_entry *entry = find_entry(view, field, index);
    if (!entry || entry->type != ENT_STR)
        return false;
    value->bytes = (const char *)view.bytes + entry->value;
    value->size = entry->length;
    return true;
}

bool record_get_int(struct record_view view, unsigned field, size_t index, int64_t *value)
{
    const struct ent_record_entry *entry = find_entry(view, field, index);
    if (!entry || (entry->type != ENT_INT && entry->type != ENT_FLAG && entry->type != ENT_TIME))
        return false;
    memcpy(value, &entry->value, sizeof *value);
    return true;
}

bool record_get_num(struct record_view view, unsigned field, size_t index, double *value)
{
    const struct ent_record_entry *entry = find_entry(view, field, index);
    if (!entry || entry->type != ENT_NUM)
        return false;
    memcpy(value, &entry->value, sizeof *value);
    return true;
}

bool record_get_view(struct record_view view, unsigned field, size_t index, struct record_view *value)
{
    const struct ent_record_entry *entry = find_entry(view, field, index);
    if (!entry || entry->type != ENT_REC)
        return false;
    value->bytes = view.bytes + entry->value;
    value->size = entry->length;
    return true;
}

const char *record_text(struct record_view view, unsigned field)
{
    struct text text;
    return record_get_str(view, field, 0, &text) ? text.bytes : NULL;
}

int64_t record_int(struct record_view view, unsigned field, int64_t absent)
{
    int64_t value;
    return record_get_int(view, field, 0, &value) ? value : absent;
}

double record_num(struct record_view view, unsigned field, double absent)
{
    double value;
    return record_get_num(view, field, 0, &value) ? value : absent;
}

/* ---- building ---- */

/* One record under construction; records within stack up on it. Entry values hold offsets into `values` until
 * frame_lay_out turns them into offsets from the block's start. */
struct frame {
    unsigned kind;
    unsigned outer_field;
    struct ent_record_entry *entries;
    size_t count, capacity;
    unsigned char *values;
    size_t values_size, values_capacity;
};

struct ent_builder {
    struct frame frames[ENT_RECORD_DEPTH_MAX];
    int depth; /* index of the open frame */
    struct error error;
};

static void frame_clear(struct frame *frame)
{
    free(frame->entries);
    free(frame->values);
    memset(frame, 0, sizeof *frame);
}

struct ent_builder *record_build(unsigned kind)
{
    struct ent_builder *builder = calloc(1, sizeof *builder);
    if (!builder)
        return NULL;
    builder->frames[0].kind = kind;
    if (!schema_kind(kind))
        error_set(&builder->error, ERROR_INPUT, "there is no record kind %u", kind);
    return builder;
}

void record_discard(struct ent_builder *builder)
{
    if (!builder)
        return;
    for (int i = 0; i < ENT_RECORD_DEPTH_MAX; i++)
        frame_clear(&builder->frames[i]);
    free(builder);
}

static bool grow(void **array, size_t *capacity, size_t needed, size_t item)
{
    if (needed <= *capacity)
        return true;
    size_t wanted = *capacity ? *capacity : 16;
    while (wanted < needed)
        wanted *= 2;
    void *grown = realloc(*array, wanted * item);
    if (!grown)
        return false;
    *array = grown;
    *capacity = wanted;
    return true;
}

static size_t aligned(size_t size)
{
    return (size + ENT_RECORD_ALIGNMENT - 1) & ~(size_t)(ENT_RECORD_ALIGNMENT - 1);
}

static bool out_of_memory(struct ent_builder *builder)
{
    return error_set(&builder->error, ERROR_MEMORY, "no memory to build a record");
}

/* Room for a value of `size` bytes, which the caller fills; zeroes from there to the alignment. Its offset in *offset. */
static unsigned char *frame_place(struct ent_builder *builder, size_t size, uint64_t *offset)
{
    struct frame *frame = &builder->frames[builder->depth];
    if (size > ENT_RECORD_SIZE_MAX || frame->values_size > ENT_RECORD_SIZE_MAX) {
        error_set(&builder->error, ERROR_LIMIT, "record would be larger than %d bytes", ENT_RECORD_SIZE_MAX);
        return NULL;
    }
    size_t needed = frame->values_size + aligned(size);
    if (!grow((void **)&frame->values, &frame->values_capacity, needed, 1)) {
        out_of_memory(builder);
        return NULL;
    }
    unsigned char *place = frame->values + frame->values_size;
    memset(place + size, 0, aligned(size) - size);
    *offset = frame->values_size;
    frame->values_size = needed;
    return place;
}

/* Checks a put against the schema. */
static const struct schema_field *builder_field(struct ent_builder *builder, unsigned field, unsigned types)
{
    if (!builder || builder->error.kind != ERROR_NONE)
        return NULL;
    const struct frame *frame = &builder->frames[builder->depth];
    const struct schema_field *row = schema_field(frame->kind, field);
    const char *kind_name = schema_kind(frame->kind)->name;
    if (!row)
        error_set(&builder->error, ERROR_INPUT, "%s has no field %u", kind_name, field);
    else if (!(types >> row->type & 1))
        error_set(&builder->error, ERROR_INPUT, "field %s of %s takes another type of value", row->name, kind_name);
    else
        return row;
    return NULL;
}

static void frame_add(struct ent_builder *builder, unsigned field, unsigned type, size_t length, uint64_t value)
{
    struct frame *frame = &builder->frames[builder->depth];
    const struct schema_field *row = schema_field(frame->kind, field);
    if (row && !row->repeated)
        for (size_t i = 0; i < frame->count; i++)
            if (frame->entries[i].field == field) {
                error_set(&builder->error, ERROR_INPUT, "field %s was put twice", row->name);
                return;
            }
    if (!grow((void **)&frame->entries, &frame->capacity, frame->count + 1, sizeof *frame->entries)) {
        out_of_memory(builder);
        return;
    }
    struct ent_record_entry *entry = &frame->entries[frame->count++];
    memset(entry, 0, sizeof *entry);
    entry->field = (uint16_t)field;
    entry->type = (uint8_t)type;
    entry->length = (uint32_t)length;
    entry->value = value;
}

void record_put_str(struct ent_builder *builder, unsigned field, const char *bytes, size_t size)
{
    const struct schema_field *row = builder_field(builder, field, 1u << ENT_STR);
    if (!row)
        return;
    if (size && (!utf8_is_valid(bytes, size) || memchr(bytes, 0, size))) {
        error_set(&builder->error, ERROR_INPUT, "field %s is not UTF-8 text", row->name);
        return;
    }
    uint64_t offset;
    unsigned char *place = frame_place(builder, size + 1, &offset);
    if (!place)
        return;
    if (size)
        memcpy(place, bytes, size);
    place[size] = '\0';
    frame_add(builder, field, ENT_STR, size, offset);
}

void record_put_text(struct ent_builder *builder, unsigned field, const char *text)
{
    if (text && *text)
        record_put_str(builder, field, text, strlen(text));
}

void record_put_int(struct ent_builder *builder, unsigned field, int64_t value)
{
    const struct schema_field *row = builder_field(builder, field, 1u << ENT_INT | 1u << ENT_FLAG);
    if (!row)
        return;
    if (row->type == ENT_FLAG)
        value = value != 0;
    frame_add(builder, field, row->type, 0, (uint64_t)value);
}

void record_put_num(struct ent_builder *builder, unsigned field, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    if (builder_field(builder, field, 1u << ENT_NUM))
        frame_add(builder, field, ENT_NUM, 0, bits);
}

void record_put_time(struct ent_builder *builder, unsigned field, int64_t milliseconds)
{
    if (builder_field(builder, field, 1u << ENT_TIME))
        frame_add(builder, field, ENT_TIME, 0, (uint64_t)milliseconds);
}

void record_put_view(struct ent_builder *builder, unsigned field, struct record_view view)
{
    const struct schema_field *row = builder_field(builder, field, 1u << ENT_REC);
    if (!row)
        return;
    if (row->kind != record_kind(view)) {
        error_set(&builder->error, ERROR_INPUT, "field %s takes another kind of record", row->name);
        return;
    }
    uint64_t offset;
    unsigned char *place = frame_place(builder, view.size, &offset);
    if (!place)
        return;
    memcpy(place, view.bytes, view.size);
    frame_add(builder, field, ENT_REC, view.size, offset);
}

static bool is_listed(const unsigned *fields, unsigned field)
{
    for (; fields && *fields; fields++)
        if (*fields == field)
            return true;
    return false;
}

void record_put_all(struct ent_builder *builder, struct record_view view, const unsigned *except)
{
    const struct ent_record_entry *entries = entries_of(view);
    for (uint32_t i = 0; i < header_of(view)->count; i++) {
        const struct ent_record_entry *entry = &entries[i];
        if (is_listed(except, entry->field) || !builder_field(builder, entry->field, 1u << entry->type))
            continue;
        uint64_t value = entry->value;
        if (entry->type == ENT_STR || entry->type == ENT_REC) {
            size_t size = entry->length + (entry->type == ENT_STR ? 1u : 0u);
            unsigned char *place = frame_place(builder, size, &value);
            if (!place)
                return;
            memcpy(place, view.bytes + entry->value, size);
        }
        frame_add(builder, entry->field, entry->type, entry->length, value);
    }
}

void record_put_same(struct ent_builder *builder, struct record_view view, const unsigned *except)
{
    if (!builder || builder->error.kind != ERROR_NONE)
        return;
    if (builder->frames[builder->depth].kind == record_kind(view))
        record_put_all(builder, view, except);
    else
        error_set(&builder->error, ERROR_INPUT, "the fields of another kind of record cannot be copied");
}

void record_open(struct ent_builder *builder, unsigned field, unsigned kind)
{
    const struct schema_field *row = builder_field(builder, field, 1u << ENT_REC);
    if (!row)
        return;
    if (row->kind != kind)
        error_set(&builder->error, ERROR_INPUT, "field %s takes another kind of record", row->name);
    else if (builder->depth + 1 == ENT_RECORD_DEPTH_MAX)
        error_set(&builder->error, ERROR_LIMIT, "records are nested too deeply");
    else {
        struct frame *frame = &builder->frames[++builder->depth];
        frame->kind = kind;
        frame->outer_field = field;
    }
}

static size_t frame_size(const struct frame *frame)
{
    return sizeof(struct ent_record_header) + frame->count * sizeof(struct ent_record_entry) + frame->values_size;
}

/* Entries by field id, keeping the order of equal ones. Insertion sort: builders put fields nearly in order. */
static void frame_sort(struct frame *frame)
{
    for (size_t i = 1; i < frame->count; i++) {
        struct ent_record_entry entry = frame->entries[i];
        size_t at = i;
        for (; at > 0 && frame->entries[at - 1].field > entry.field; at--)
            frame->entries[at] = frame->entries[at - 1];
        frame->entries[at] = entry;
    }
}

static void frame_lay_out(struct frame *frame, unsigned char *bytes)
{
    frame_sort(frame);
    size_t entries_size = frame->count * sizeof(struct ent_record_entry);
    struct ent_record_header header = {.magic = ENT_RECORD_MAGIC,
                                       .format = ENT_RECORD_FORMAT,
                                       .kind = (uint16_t)frame->kind,
                                       .size = (uint32_t)frame_size(frame),
                                       .count = (uint32_t)frame->count};
    for (size_t i = 0; i < frame->count; i++)
        if (frame->entries[i].type == ENT_STR || frame->entries[i].type == ENT_REC)
            frame->entries[i].value += sizeof header + entries_size;
    memcpy(bytes, &header, sizeof header);
    if (entries_size)
        memcpy(bytes + sizeof header, frame->entries, entries_size);
    if (frame->values_size)
        memcpy(bytes + sizeof header + entries_size, frame->values, frame->values_size);
}

void record_close(struct ent_builder *builder)
{
    if (!builder || builder->error.kind != ERROR_NONE)
        return;
    if (builder->depth == 0) {
        error_set(&builder->error, ERROR_INPUT, "close without open");
        return;
    }
    struct frame *inner = &builder->frames[builder->depth--];
    size_t size = frame_size(inner);
    uint64_t offset;
    unsigned char *place = frame_place(builder, size, &offset);
    if (place) {
        frame_lay_out(inner, place);
        frame_add(builder, inner->outer_field, ENT_REC, size, offset);
    }
    frame_clear(inner);
}

struct ent_record *record_seal(struct ent_builder *builder, struct error *error)
{
    struct ent_record *record = NULL;
    unsigned char *bytes;
    if (!builder) {
        error_set(error, ERROR_MEMORY, "no memory to build a record");
        return NULL;
    }
    if (builder->error.kind == ERROR_NONE && builder->depth > 0)
        error_set(&builder->error, ERROR_INPUT, "a record within was not closed");
    size_t size = frame_size(&builder->frames[0]);
    if (builder->error.kind == ERROR_NONE && size > ENT_RECORD_SIZE_MAX)
        error_set(&builder->error, ERROR_LIMIT, "record would be larger than %d bytes", ENT_RECORD_SIZE_MAX);
    if (builder->error.kind != ERROR_NONE)
        error_set(error, builder->error.kind, "%s", builder->error.text);
    else if (!(record = record_allocate(size, &bytes)))
        error_set(error, ERROR_MEMORY, "no memory for a record of %zu bytes", size);
    else
        frame_lay_out(&builder->frames[0], bytes);
    record_discard(builder);
    return record;
}
