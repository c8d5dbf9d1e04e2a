/* Scanner: cuts an XML document, however broken, into tags and text. A pull parser without a tree.
 *
 * It reads UTF-8 in memory and hands out tokens that point into it: nothing is copied, nothing decoded. It keeps no
 * stack: whether tags match is the caller's business. Declarations, processing instructions and comments are passed
 * over; so is the DOCTYPE, of which only short entities of plain text are noted: external entities and those made of
 * others, as in bombs, do not exist here. A '<' that begins no tag is text.
 *
 * Linear in the input. One thread per scanner; the document must outlive it. */
#ifndef LIB_FEED_SCANNER_H
#define LIB_FEED_SCANNER_H

#include <stdbool.h>
#include <stddef.h>

struct slice {
    const char *bytes;
    size_t size;
};

enum { SCANNER_ATTRIBUTES_MAX = 64, SCANNER_ENTITIES_MAX = 32, SCANNER_ENTITY_SIZE_MAX = 256 };

struct scanner_entity {
    struct slice name, value; /* the value holds no markup, and no reference unless it is one to a character */
};

struct scanner_attribute {
    struct slice name;  /* with its prefix */
    struct slice value; /* between the quotes, references not decoded */
};

enum scanner_kind {
    SCANNER_END,   /* of the document */
    SCANNER_TEXT,  /* references not decoded */
    SCANNER_CDATA, /* the content of a CDATA section */
    SCANNER_OPEN,  /* <name ...> and <name/> */
    SCANNER_CLOSE, /* </name> */
};

struct scanner_token {
    enum scanner_kind kind;
    struct slice text; /* of SCANNER_TEXT and SCANNER_CDATA */
    struct slice name; /* of a tag, with its prefix */
    bool empty;        /* <name/> */
    size_t start, end; /* where the token stands in the document */
    size_t attribute_count;
    struct scanner_attribute attributes[SCANNER_ATTRIBUTES_MAX]; /* the first ones; more are passed over */
};

/* Faults met so far, as a set. */
enum scanner_fault {
    SCANNER_BARE_LESS = 1, /* a '<' that begins no tag */
    SCANNER_ATTRIBUTE = 2, /* no quotes, no value, given twice, too many */
    SCANNER_TRUNCATED = 4, /* the document ends inside a tag, comment or CDATA section */
};

struct scanner {
    const char *bytes;
    size_t size;
    size_t at; /* the next token's start; may be set back to the `end` or `start` of an earlier token */
    unsigned faults;
    size_t entities; /* declared in a DOCTYPE */
    struct scanner_entity plain[SCANNER_ENTITIES_MAX]; /* the first of them that are short and plain text */
    size_t plain_count;
    struct scanner_token token; /* the last one read */
};

void scanner_init(struct scanner *scanner, const char *bytes, size_t size);

/* Reads the next token into scanner->token and returns its kind. */
enum scanner_kind scanner_next(struct scanner *scanner);

/* The value of the attribute `name` (exact, with prefix); bytes NULL where the token lacks it. */
struct slice scanner_attribute(const struct scanner_token *token, const char *name);

/* Case-insensitive comparison with a lower-case ASCII text. */
bool slice_is(struct slice slice, const char *text);
bool slice_equal(struct slice a, struct slice b);
struct slice slice_trim(struct slice slice);
/* The part after the prefix's colon; the prefix goes to *prefix, which may be NULL, size 0 where there is none. */
struct slice slice_local_name(struct slice name, struct slice *prefix);

#endif
