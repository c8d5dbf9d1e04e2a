/* entente-train: the feature file from labelled items, and the weights from the feature file. scripts/train runs it.
 *
 * usage: entente-train features LEXICON OUTPUT [news|stream|invented LABELS ITEMS]...
 *        entente-train weights FEATURES OUTPUT */
#include "lib/evaluate/training.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static bool write_file(const char *path, const struct buffer *bytes, struct error *error)
{
    FILE *file = fopen(path, "we");
    bool good = file && !bytes->failed && fwrite(bytes->bytes, 1, bytes->size, file) == bytes->size;
    if (file && fclose(file))
        good = false;
    return good || error_set_errno(error, errno, "%s", path);
}

static bool extract(struct teaching *teaching, const struct coder *coder, char **arguments, int count,
                    struct error *error)
{
    static const char *const kinds[] = {"news", "stream", "invented"};
    json_t *items[TEACHING_KINDS] = {NULL};
    bool good = true;
    for (int i = 0; good && i + 2 < count; i += 3) {
        int kind = 0;
        while (kind < TEACHING_KINDS && strcmp(kinds[kind], arguments[i]) != 0)
            kind++;
        if (kind == TEACHING_KINDS || items[kind]) {
            good = error_set(error, ERROR_INPUT, "%s: not news, stream or invented, or twice", arguments[i]);
            break;
        }
        json_t *labels = label_load(arguments[i + 1], error);
        good = labels && (items[kind] = label_load(arguments[i + 2], error)) &&
               teaching_extract(teaching, coder, labels, items[kind], (enum teaching_kind)kind, error);
        json_decref(labels);
    }
    good = good && teaching_group(teaching, items, error);
    for (int i = 0; i < TEACHING_KINDS; i++)
        json_decref(items[i]);
    return good;
}

static bool make_features(int count, char **arguments, struct error *error)
{
    struct teaching teaching;
    struct buffer text = BUFFER_INIT;
    struct coder *coder = coder_open(arguments[0], error);
    teaching_begin(&teaching);
    bool good = coder && extract(&teaching, coder, arguments + 2, count - 2, error);
    if (good) {
        teaching_write(&teaching, &text);
        good = write_file(arguments[1], &text, error);
        printf("%zu items, %zu candidates, %zu bytes\n", teaching.item_count, teaching.row_count, text.size);
    }
    buffer_free(&text);
    teaching_end(&teaching);
    coder_close(coder);
    return good;
}

static bool make_weights(char **arguments, struct error *error)
{
    struct teaching teaching;
    struct training_folds folds = {NULL, 0};
    struct buffer text = BUFFER_INIT;
    const struct training_choice choice = {TRAINING_NO_FOLD, 100};
    teaching_begin(&teaching);
    bool good = teaching_load(&teaching, arguments[0], error) &&
                (training_folds_make(&teaching, &folds) || error_set(error, ERROR_MEMORY, "out of memory")) &&
                training_run(&teaching, &folds, &choice, &text, error) && write_file(arguments[1], &text, error);
    buffer_free(&text);
    training_folds_end(&folds);
    teaching_end(&teaching);
    return good;
}

int main(int argc, char **argv)
{
    struct error error = ERROR_INIT;
    bool good;
    if (argc >= 4 && (argc - 4) % 3 == 0 && !strcmp(argv[1], "features"))
        good = make_features(argc - 2, argv + 2, &error);
    else if (argc == 4 && !strcmp(argv[1], "weights"))
        good = make_weights(argv + 2, &error);
    else {
        fputs("usage: entente-train features LEXICON OUTPUT [news|stream|invented LABELS ITEMS]...\n"
              "       entente-train weights FEATURES OUTPUT\n",
              stderr);
        return 2;
    }
    if (!good)
        fprintf(stderr, "entente-train: %s\n", error.text);
    return good ? 0 : 1;
}
