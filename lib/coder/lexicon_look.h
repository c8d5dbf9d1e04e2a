/* Lexicon look-up: what a word or phrase stands for, in small letters or in capitals, and where the sources say so. For
 * people who edit a lexicon; the coder itself reads the image (lexicon.h). One thread. */
#ifndef LIB_CODER_LEXICON_LOOK_H
#define LIB_CODER_LEXICON_LOOK_H

#include "lib/coder/lexicon_source.h"

enum { LEXICON_LONGER_MAX = 20 };

struct lexicon_sense {
    const struct source_entry *entry;
    enum lexicon_inflection inflection;
};

/* A frame's form, with the class of one of the senses as head or argument. */
struct lexicon_frame_use {
    const struct source_entry *entry;
    const char *form;
    size_t size;
    uint32_t at;
    bool is_head;
};

/* A form that begins with the words and goes on. */
struct lexicon_longer {
    const struct source_entry *entry;
    const char *form;
    size_t size;
    uint32_t at;
};

struct lexicon_look {
    struct lexicon_sense *senses;
    size_t sense_count;
    struct lexicon_frame_use *frames;
    size_t frame_count;
    struct lexicon_longer longer[LEXICON_LONGER_MAX];
    size_t longer_count, longer_more;
};

/* Builds the source for this; problems of the source do not matter. False with `error`, and nothing to end. */
bool lexicon_look_up(struct lexicon_source *source, const char *words, size_t size, struct lexicon_look *look,
                     struct error *error);
void lexicon_look_end(struct lexicon_look *look);

#endif
