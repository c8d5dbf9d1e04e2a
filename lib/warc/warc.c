#include "lib/warc/warc.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <zlib.h>

enum { CHUNK = 64 * 1024 };

struct warc {
    warc_read read;
    void *context;
    struct warc_place place; /* of the next record */
    uint64_t skip;           /* records still to be passed over, to come to the place that was asked for */
    uint64_t member_start, member_records;
    uint64_t raw_offset; /* of the file: what raw[raw_at] is */
    unsigned char raw[CHUNK];
    size_t raw_at, raw_size;
    bool is_gzip, is_in_member, has_inflater, member_ended;
    z_stream inflater;
    unsigned char plain[CHUNK]; /* after decompression */
    size_t plain_at, plain_size;
    const char *why; /* reading ended badly; NULL: not */
};

/* ---- bytes ---- */

/* False at the end of the file, or where it cannot be read. */
static bool fill_raw(struct warc *warc)
{
    if (warc->raw_at < warc->raw_size)
        return true;
    int64_t got = warc->read(warc->context, warc->raw_offset, warc->raw, sizeof warc->raw);
    if (got < 0)
        warc->why = "the file cannot be read";
    warc->raw_at = 0;
    warc->raw_size = got > 0 ? (size_t)got : 0;
    return got > 0;
}

static void take_raw(struct warc *warc, size_t size)
{
    warc->raw_at += size;
    warc->raw_offset += size;
}

static bool begin_member(struct warc *warc)
{
    int status = warc->has_inflater ? inflateReset(&warc->inflater) : inflateInit2(&warc->inflater, 15 + 16);
    if (status != Z_OK) {
        warc->why = "no memory to decompress";
        return false;
    }
    warc->has_inflater = warc->is_in_member = warc->is_gzip = true;
    warc->member_ended = false;
    warc->member_start = warc->raw_offset;
    warc->member_records = 0;
    return true;
}

/* Decompresses some more of the member; false at its end or where it is broken. */
static bool fill_from_member(struct warc *warc)
{
    warc->plain_at = warc->plain_size = 0;
    while (warc->plain_size == 0) {
        if (warc->member_ended || !fill_raw(warc)) {
            if (!warc->member_ended && !warc->why)
                warc->why = "the file ends in the middle of a compressed record";
            return false;
        }
        warc->inflater.next_in = warc->raw + warc->raw_at;
        warc->inflater.avail_in = (uInt)(warc->raw_size - warc->raw_at);
        warc->inflater.next_out = warc->plain;
        warc->inflater.avail_out = sizeof warc->plain;
        int status = inflate(&warc->inflater, Z_NO_FLUSH);
        take_raw(warc, warc->raw_size - warc->raw_at - warc->inflater.avail_in);
        warc->plain_size = sizeof warc->plain - warc->inflater.avail_out;
        warc->member_ended = status == Z_STREAM_END;
        if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR) {
            warc->why = "the compressed data is broken";
            return false;
        }
    }
    return true;
}

static bool fill_plain(struct warc *warc)
{
    if (warc->plain_at < warc->plain_size)
        return true;
    if (warc->is_gzip)
        return fill_from_member(warc);
    if (!fill_raw(warc))
        return false;
    size_t size = warc->raw_size - warc->raw_at;
    memcpy(warc->plain, warc->raw + warc->raw_at, size);
    take_raw(warc, size);
    warc->plain_at = 0;
    warc->plain_size = size;
    return true;
}

/* The next line without its line end. False where there is none; *is_long where it passes WARC_HEADER_MAX. */
static bool read_line(struct warc *warc, struct buffer *line, bool *is_long)
{
    bool is_any = false;
    buffer_clear(line);
    *is_long = false;
    while (fill_plain(warc)) {
        const unsigned char *start = warc->plain + warc->plain_at;
        size_t left = warc->plain_size - warc->plain_at;
        const unsigned char *end = memchr(start, '\n', left);
        size_t size = end ? (size_t)(end - start) : left;
        is_any = true;
        if (line->size + size > WARC_HEADER_MAX) {
            *is_long = true;
            return false;
        }
        buffer_append(line, start, size);
        warc->plain_at += size + (end != NULL);
        if (end)
            break;
    }
    while (line->size > 0 && line->bytes[line->size - 1] == '\r')
        line->bytes[--line->size] = '\0';
    return is_any && !line->failed;
}

/* ---- records ---- */

struct headers {
    uint64_t length;
    bool has_length;
};

static void take_header(struct warc_record *record, struct headers *headers, const struct buffer *line)
{
    const char *colon = line->size ? strchr(line->bytes, ':') : NULL;
    if (!colon)
        return;
    size_t name = (size_t)(colon - line->bytes);
    const char *value = colon + 1 + strspn(colon + 1, " \t");
    const struct {
        const char *name;
        struct buffer *to;
    } fields[] = {
        {"WARC-Type", &record->type}, {"WARC-Target-URI", &record->uri}, {"Content-Type", &record->content_type}};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (strlen(fields[i].name) == name && strncasecmp(line->bytes, fields[i].name, name) == 0) {
            buffer_clear(fields[i].to);
            /* Version 1.0 wrote the address in angle brackets. */
            size_t size = strlen(value);
            bool is_bracketed = size > 1 && value[0] == '<' && value[size - 1] == '>';
            buffer_append(fields[i].to, value + is_bracketed, size - 2 * (size_t)is_bracketed);
        }
    if (name == strlen("Content-Length") && strncasecmp(line->bytes, "Content-Length", name) == 0) {
        char *end;
        headers->length = strtoull(value, &end, 10);
        headers->has_length = *value >= '0' && *value <= '9' && !*end;
    }
}

/* Takes `length` bytes, into `block` unless it is NULL. False where the file ends before. */
static bool read_block(struct warc *warc, uint64_t length, struct buffer *block)
{
    while (length > 0 && fill_plain(warc)) {
        size_t left = warc->plain_size - warc->plain_at;
        size_t size = length < left ? (size_t)length : left;
        if (block)
            buffer_append(block, warc->plain + warc->plain_at, size);
        warc->plain_at += size;
        length -= size;
    }
    return length == 0;
}

static enum warc_outcome bad(struct warc *warc, struct error *error, const char *why)
{
    error_set(error, ERROR_INPUT, "the record at byte %llu: %s", (unsigned long long)warc->place.offset,
              warc->why ? warc->why : why);
    return WARC_BAD;
}

/* Skips what separates records. False at the end of the file or member. */
static bool skip_line_ends(struct warc *warc)
{
    while (fill_plain(warc)) {
        if (warc->plain[warc->plain_at] != '\r' && warc->plain[warc->plain_at] != '\n')
            return true;
        warc->plain_at++;
    }
    return false;
}

static uint64_t position(const struct warc *warc)
{
    return warc->raw_offset - (warc->plain_size - warc->plain_at);
}

/* Moves to where a record begins. WARC_RECORD: there is one. */
static enum warc_outcome seek_record(struct warc *warc, struct error *error)
{
    while (!warc->why) {
        bool has_more = (warc->is_in_member || warc->plain_at < warc->plain_size) && skip_line_ends(warc);
        if (has_more)
            return WARC_RECORD;
        warc->is_in_member = false;
        if (warc->why || !fill_raw(warc))
            break;
        if (warc->raw[warc->raw_at] != 0x1f) {
            warc->is_gzip = false;
            return skip_line_ends(warc) ? WARC_RECORD : warc->why ? bad(warc, error, "") : WARC_END;
        }
        if (!begin_member(warc))
            break;
    }
    return warc->why ? bad(warc, error, "") : WARC_END;
}

/* After a record: where the next one begins. A member's end shows only when more is asked for. */
static void note_place(struct warc *warc)
{
    warc->member_records++;
    if (!warc->is_gzip)
        warc->place = (struct warc_place){position(warc), 0};
    else if (skip_line_ends(warc))
        warc->place = (struct warc_place){warc->member_start, warc->member_records};
    else
        warc->place = (struct warc_place){warc->raw_offset, 0};
}

static enum warc_outcome read_record(struct warc *warc, struct warc_record *record, struct buffer *line,
                                     struct error *error)
{
    struct headers headers = {0, false};
    bool is_long;
    if (!read_line(warc, line, &is_long) || line->size < 5 || memcmp(line->bytes, "WARC/", 5) != 0)
        return bad(warc, error, is_long ? "a header line without end" : "it does not begin with WARC/");
    size_t total = 0;
    while (read_line(warc, line, &is_long) && line->size > 0) {
        total += line->size;
        if (total > WARC_HEADER_MAX)
            return bad(warc, error, "more headers than a record can have");
        take_header(record, &headers, line);
    }
    if (is_long || line->failed)
        return bad(warc, error, is_long ? "a header line without end" : "no memory");
    if (!headers.has_length)
        return bad(warc, error, "it has no Content-Length");
    record->is_too_large = headers.length > WARC_BLOCK_MAX;
    if (!read_block(warc, headers.length, record->is_too_large ? NULL : &record->block))
        return bad(warc, error, "the file ends in the middle of it");
    return record->block.failed ? bad(warc, error, "no memory") : WARC_RECORD;
}

static enum warc_outcome next_record(struct warc *warc, struct warc_record *record, struct buffer *line,
                                     struct error *error)
{
    buffer_clear(&record->type);
    buffer_clear(&record->uri);
    buffer_clear(&record->content_type);
    buffer_clear(&record->block);
    enum warc_outcome outcome = seek_record(warc, error);
    if (outcome == WARC_RECORD)
        outcome = read_record(warc, record, line, error);
    if (outcome == WARC_RECORD)
        note_place(warc);
    return outcome;
}

enum warc_outcome warc_next(struct warc *warc, struct warc_record *record, struct error *error)
{
    struct buffer line = BUFFER_INIT;
    enum warc_outcome outcome = next_record(warc, record, &line, error);
    for (; warc->skip > 0 && outcome == WARC_RECORD; warc->skip--)
        outcome = next_record(warc, record, &line, error);
    buffer_free(&line);
    return outcome;
}

/* ---- the reader ---- */

struct warc *warc_open(warc_read read, void *context, const struct warc_place *place, struct error *error)
{
    struct warc *warc = calloc(1, sizeof *warc);
    if (!warc) {
        error_set(error, ERROR_MEMORY, "no memory to read the archive");
        return NULL;
    }
    warc->read = read;
    warc->context = context;
    if (place)
        warc->place = *place;
    warc->raw_offset = warc->place.offset;
    warc->skip = warc->place.skip;
    return warc;
}

void warc_close(struct warc *warc)
{
    if (!warc)
        return;
    if (warc->has_inflater)
        inflateEnd(&warc->inflater);
    free(warc);
}

struct warc_place warc_place(const struct warc *warc)
{
    return warc->place;
}

void warc_record_clear(struct warc_record *record)
{
    buffer_free(&record->type);
    buffer_free(&record->uri);
    buffer_free(&record->content_type);
    buffer_free(&record->block);
}
