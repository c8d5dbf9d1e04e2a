#include "lib/coder/model.h"

#include "lib/base/buffer.h"
#include "lib/base/digest.h"
#include "lib/coder/model_text.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MODEL_TEXT_MAX = 1024 * 1024, WORDS_MAX = 4 };

/* ---- reading ---- */
struct line {
    const char *words[WORDS_MAX];
    size_t sizes[WORDS_MAX];
    size_t count, number;
};

static void split_line(const char *text, size_t size, struct line *line)
{
    line->count = 0;
    for (size_t i = 0; i < size && line->count < WORDS_MAX;) {
        if (text[i] == ' ') {
            i++;
            continue;
        }
        if (text[i] == '#')
            return;
        size_t start = i;
        while (i < size && text[i] != ' ')
            i++;
        line->words[line->count] = text + start;
        line->sizes[line->count++] = i - start;
    }
}

static bool line_is(const struct line *line, const char *word, size_t count)
{
    return line->count == count && line->sizes[0] == strlen(word) && !memcmp(line->words[0], word, line->sizes[0]);
}

static bool line_number(const struct line *line, size_t index, int32_t *number)
{
    char text[16], *end;
    if (line->sizes[index] >= sizeof text)
        return false;
    memcpy(text, line->words[index], line->sizes[index]);
    text[line->sizes[index]] = 0;
    long value = strtol(text, &end, 10);
    *number = (int32_t)value;
    return !*end && end != text && value > -MODEL_WEIGHT_MAX && value < MODEL_WEIGHT_MAX;
}

static bool read_point(const struct line *line, struct model *model)
{
    struct model_point point, *last = model->point_count ? &model->points[model->point_count - 1] : NULL;
    if (model->point_count == MODEL_POINTS_MAX || !line_number(line, 1, &point.score) ||
        !line_number(line, 2, &point.probability) || point.probability < 0 || point.probability > MODEL_SURE)
        return false;
    if (last && (point.score <= last->score || point.probability < last->probability))
        return false;
    model->points[model->point_count++] = point;
    return true;
}

static bool read_line(const struct line *line, struct model *model)
{
    int32_t version;
    if (!line->count)
        return true;
    if (line_is(line, "version", 2))
        return line_number(line, 1, &version) && version == MODEL_VERSION;
    if (line_is(line, "bias", 2))
        return line_number(line, 1, &model->bias);
    if (line_is(line, "threshold", 2))
        return line_number(line, 1, &model->threshold);
    if (line_is(line, "point", 3))
        return read_point(line, model);
    if (line_is(line, "relevance_bias", 2))
        return line_number(line, 1, &model->relevance_bias);
    if (line_is(line, "relevance_threshold", 2))
        return line_number(line, 1, &model->relevance_threshold);
    if (line_is(line, "relevance", 3)) {
        enum relevance_mark mark = relevance_find(line->words[1], line->sizes[1]);
        return mark != RELEVANCE_COUNT && line_number(line, 2, &model->relevance_weights[mark]);
    }
    if (line_is(line, "weight", 3)) {
        enum feature feature = feature_find(line->words[1], line->sizes[1]);
        return feature != FEATURE_COUNT && line_number(line, 2, &model->weights[feature]);
    }
    return false;
}

bool model_read(const char *text, size_t size, struct model *model, struct error *error)
{
    struct line line = {.number = 0};
    *model = (struct model){.bias = 0};
    for (size_t at = 0; at < size;) {
        const char *end = memchr(text + at, '\n', size - at);
        size_t length = end ? (size_t)(end - text) - at : size - at;
        line.number++;
        split_line(text + at, length, &line);
        if (!read_line(&line, model))
            return error_set(error, ERROR_INPUT, "weights, line %zu: `%.*s` is no line of version %d", line.number,
                             length > 80 ? 80 : (int)length, text + at, MODEL_VERSION);
        at += length + 1;
    }
    digest_hex(model->digest, &(struct digest_part){text, size}, 1);
    return true;
}

bool model_load(const char *path, struct model *model, struct error *error)
{
    struct buffer text = {.limit = MODEL_TEXT_MAX};
    char block[16384];
    size_t got;
    FILE *file = fopen(path, "re");
    if (!file)
        return error_set_errno(error, errno, "%s", path);
    while ((got = fread(block, 1, sizeof block, file)) > 0)
        buffer_append(&text, block, got);
    bool good = !ferror(file) && !text.failed;
    fclose(file);
    if (!good)
        error_set(error, ERROR_INPUT, "%s: cannot be read whole (at most %d kB)", path, MODEL_TEXT_MAX / 1024);
    else if (!model_read(text.bytes ? text.bytes : "", text.size, model, error)) {
        error_prefix(error, "%s", path);
        good = false;
    }
    buffer_free(&text);
    return good;
}

/* ---- the one that is compiled in ---- */
static struct model builtin;

/* A text that the trainer wrote and the build compiled in: were it bad, every candidate would score 0, and the test of
 * the shipped weights says so. */
static void read_builtin(void)
{
    model_read(model_text, model_text_size, &builtin, NULL);
}

const struct model *model_builtin(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, read_builtin);
    return &builtin;
}

/* ---- using ---- */
int32_t model_score(const struct model *model, const struct feature_set *features)
{
    int32_t score = model->bias;
    for (uint16_t i = 0; i < features->count; i++)
        score += model->weights[features->ids[i]];
    return score;
}

bool model_relevant(const struct model *model, relevance_set marks)
{
    int32_t score = model->relevance_bias;
    for (int i = 0; i < RELEVANCE_COUNT; i++)
        score += marks >> i & 1 ? model->relevance_weights[i] : 0;
    return score >= model->relevance_threshold;
}

bool model_may_be_relevant_alone(const struct model *model)
{
    int32_t score = model->relevance_bias;
    for (int i = 0; i < RELEVANCE_WORDS; i++)
        score += model->relevance_weights[i] > 0 ? model->relevance_weights[i] : 0;
    return score >= model->relevance_threshold;
}

double model_confidence(const struct model *model, int32_t score)
{
    const struct model_point *points = model->points;
    uint32_t count = model->point_count, at = 0;
    if (!count)
        return 0;
    while (at < count && points[at].score < score)
        at++;
    if (!at || at == count)
        return (double)points[at ? count - 1 : 0].probability / MODEL_SURE;
    int64_t run = points[at].score - points[at - 1].score, rise = points[at].probability - points[at - 1].probability,
            far = score - points[at - 1].score;
    return (double)(points[at - 1].probability + rise * far / run) / MODEL_SURE;
}
