#include "lib/evaluate/teaching.h"

#include "lib/base/digest.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROW_DIGITS = (FEATURE_COUNT + 3) / 4 };

static const char *const kinds[TEACHING_KINDS] = {"news", "stream", "invented"};

void teaching_begin(struct teaching *teaching)
{
    *teaching = (struct teaching){.item_count = 0};
}

void teaching_end(struct teaching *teaching)
{
    free(teaching->items);
    free(teaching->rows);
    *teaching = (struct teaching){.item_count = 0};
}

void teaching_id(const char *id, char digest[TEACHING_ID_SIZE])
{
    char hex[DIGEST_HEX_SIZE];
    digest_texts(hex, "teaching", id, NULL);
    memcpy(digest, hex, TEACHING_ID_SIZE - 1);
    digest[TEACHING_ID_SIZE - 1] = 0;
}

const struct teaching_item *teaching_find(const struct teaching *teaching, const char *id)
{
    char digest[TEACHING_ID_SIZE];
    teaching_id(id, digest);
    for (size_t i = 0; i < teaching->item_count; i++)
        if (!strcmp(teaching->items[i].id, digest))
            return &teaching->items[i];
    return NULL;
}

/* ---- writing ---- */
static void write_row(const struct teaching_row *row, struct buffer *out)
{
    static const char labels[] = "-01";
    uint8_t digits[ROW_DIGITS] = {0};
    for (uint16_t i = 0; i < row->features.count; i++)
        digits[row->features.ids[i] / 4] |= (uint8_t)(1u << row->features.ids[i] % 4);
    buffer_append_char(out, labels[row->label + 1]);
    buffer_append_text(out, row->fact ? " f " : " n ");
    if (row->event == TEACHING_NO_EVENT)
        buffer_append_char(out, '-');
    else
        buffer_printf(out, "%u", row->event);
    buffer_printf(out, " %u ", row->telling);
    for (size_t i = 0; i < ROW_DIGITS; i++)
        buffer_append_char(out, "0123456789abcdef"[digits[i]]);
    buffer_append_char(out, '\n');
}

void teaching_write(const struct teaching *teaching, struct buffer *out)
{
    buffer_append_text(out,
                       "# Candidates of labelled items as marks and labels, without any text: docs/model.md. Made by "
                       "scripts/train.\nversion 1\n");
    for (int i = 0; i < FEATURE_COUNT; i++)
        buffer_printf(out, "mark %s\n", feature_name((enum feature)i));
    for (int i = 0; i < RELEVANCE_WORDS; i++)
        buffer_printf(out, "relevance %s\n", relevance_name((enum relevance_mark)i));
    for (size_t i = 0; i < teaching->item_count; i++) {
        const struct teaching_item *item = &teaching->items[i];
        buffer_printf(out, "item %s %u %s %s %u %u %llx\n", item->id, item->group, kinds[item->kind],
                      !item->relevance_counts ? "either"
                      : item->relevant        ? "relevant"
                                              : "none",
                      item->facts, item->nonfacts, (unsigned long long)item->marks);
        for (uint32_t k = 0; k < item->row_count; k++)
            write_row(&teaching->rows[item->first_row + k], out);
    }
}

/* ---- reading ---- */
static bool grow(void **rows, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return true;
    size_t larger = *capacity ? *capacity * 2 : 256;
    void *moved = realloc(*rows, larger * size);
    if (!moved)
        return false;
    *rows = moved;
    *capacity = larger;
    return true;
}

struct teaching_item *teaching_add_item(struct teaching *teaching)
{
    void *items = teaching->items;
    if (!grow(&items, teaching->item_count, &teaching->item_capacity, sizeof *teaching->items))
        return NULL;
    teaching->items = items;
    struct teaching_item *item = &teaching->items[teaching->item_count++];
    *item = (struct teaching_item){.first_row = (uint32_t)teaching->row_count};
    return item;
}

struct teaching_row *teaching_add_row(struct teaching *teaching)
{
    void *rows = teaching->rows;
    if (!teaching->item_count || !grow(&rows, teaching->row_count, &teaching->row_capacity, sizeof *teaching->rows))
        return NULL;
    teaching->rows = rows;
    struct teaching_row *row = &teaching->rows[teaching->row_count++];
    *row = (struct teaching_row){.item = (uint32_t)teaching->item_count - 1, .event = TEACHING_NO_EVENT};
    teaching->items[teaching->item_count - 1].row_count++;
    return row;
}

static bool read_item(struct teaching *teaching, const char *line)
{
    char id[TEACHING_ID_SIZE], kind[16], relevance[16];
    unsigned long long marks;
    struct teaching_item *item = teaching_add_item(teaching);
    if (!item || sscanf(line, "item %16s %u %15s %15s %u %u %llx", id, &item->group, kind, relevance, &item->facts,
                        &item->nonfacts, &marks) != 7)
        return false;
    item->marks = marks;
    memcpy(item->id, id, sizeof id);
    item->relevance_counts = strcmp(relevance, "either") != 0;
    item->relevant = !strcmp(relevance, "relevant");
    for (item->kind = 0; item->kind < TEACHING_KINDS && strcmp(kinds[item->kind], kind);)
        item->kind++;
    return item->kind < TEACHING_KINDS;
}

static int digit(char c)
{
    return c <= '9' ? c - '0' : c - 'a' + 10;
}

static bool read_row(struct teaching *teaching, const char *line)
{
    char label, fact, event[8];
    unsigned telling;
    int at = 0;
    struct teaching_row *row = teaching_add_row(teaching);
    if (!row || sscanf(line, "%c %c %7s %u %n", &label, &fact, event, &telling, &at) != 4 || !at)
        return false;
    const char *marks = line + at;
    if (strspn(marks, "0123456789abcdef") != ROW_DIGITS)
        return false;
    row->label = label == '-' ? TEACHING_NEUTRAL : label == '1' ? TEACHING_RIGHT : TEACHING_WRONG;
    row->fact = fact == 'f';
    row->event = *event == '-' ? TEACHING_NO_EVENT : (uint8_t)strtoul(event, NULL, 10);
    row->telling = (uint16_t)telling;
    for (int i = 0; i < FEATURE_COUNT; i++) {
        int value = digit(marks[i / 4]);
        if (value >> i % 4 & 1 && row->features.count < FEATURES_OF_EVENT_MAX)
            row->features.ids[row->features.count++] = (uint16_t)i;
    }
    return true;
}

/* The marks must be those of this program, in this order: else the digits mean something else. */
static bool read_mark(const char *line, int *marks, struct error *error)
{
    size_t size = strcspn(line + 5, "\r\n");
    if (*marks < FEATURE_COUNT && strlen(feature_name((enum feature) * marks)) == size &&
        !memcmp(feature_name((enum feature) * marks), line + 5, size)) {
        ++*marks;
        return true;
    }
    return error_set(error, ERROR_INPUT, "it was made with other marks than this program's (%.*s): run scripts/train",
                     (int)size, line + 5);
}

static bool read_item_mark(const char *line, int *marks, struct error *error)
{
    size_t size = strcspn(line + 10, "\r\n");
    if (*marks == (int)relevance_find(line + 10, size) && *marks < RELEVANCE_WORDS) {
        ++*marks;
        return true;
    }
    return error_set(error, ERROR_INPUT, "it was made with other marks than this program's (%.*s): run scripts/train",
                     (int)size, line + 10);
}

bool teaching_load(struct teaching *teaching, const char *path, struct error *error)
{
    FILE *file = fopen(path, "re");
    char *line = NULL;
    size_t capacity = 0, number = 0;
    int marks = 0, item_marks = 0;
    bool good = file || error_set_errno(error, errno, "%s", path);
    while (good && getline(&line, &capacity, file) >= 0) {
        number++;
        if (*line == '#' || !strncmp(line, "version 1", 9))
            continue;
        if (!strncmp(line, "mark ", 5)) {
            good = read_mark(line, &marks, error);
            continue;
        }
        if (!strncmp(line, "relevance ", 10)) {
            good = read_item_mark(line, &item_marks, error);
            continue;
        }
        if (marks != FEATURE_COUNT || item_marks != RELEVANCE_WORDS)
            good = error_set(error, ERROR_INPUT, "it was made with other marks than this program's: run scripts/train");
        else if (!strncmp(line, "item ", 5) ? !read_item(teaching, line) : !read_row(teaching, line))
            good = error_set(error, ERROR_INPUT, "line %zu cannot be read", number);
    }
    if (!good && file)
        error_prefix(error, "%s", path);
    free(line);
    if (file)
        fclose(file);
    return good;
}
