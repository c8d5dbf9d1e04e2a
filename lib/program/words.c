#include "lib/program/words.h"

#include <stdlib.h>
#include <string.h>

/* Copies one word to `to` and ends it; the rest of the command, or NULL where a quote is left open. */
static const char *take_word(const char *from, char **to)
{
    char quote = '\0';
    for (; *from && (quote || (*from != ' ' && *from != '\t')); from++) {
        if (quote ? *from == quote : *from == '\'' || *from == '"')
            quote = quote ? '\0' : *from;
        else
            *(*to)++ = *from;
    }
    *(*to)++ = '\0';
    return quote ? NULL : from;
}

bool words_split(const char *command, struct words *words, struct error *error)
{
    size_t count = 0;
    *words = (struct words){.text = malloc(strlen(command) + 2)};
    char *to = words->text;
    if (!to)
        return error_set(error, ERROR_MEMORY, "no memory for the command");
    for (command += strspn(command, " \t"); *command; command += strspn(command, " \t")) {
        if (count == WORDS_MAX) {
            words_free(words);
            return error_set(error, ERROR_CONFIG, "command: more than %d words", WORDS_MAX);
        }
        words->list[count++] = to;
        command = take_word(command, &to);
        if (!command) {
            words_free(words);
            return error_set(error, ERROR_CONFIG, "command: a quote is not closed");
        }
    }
    if (count > 0)
        return true;
    words_free(words);
    return error_set(error, ERROR_CONFIG, "command: it is empty");
}

void words_free(struct words *words)
{
    free(words->text);
    *words = (struct words){.text = NULL};
}
