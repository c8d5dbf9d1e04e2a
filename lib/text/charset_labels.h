/* Charset labels: which encoding a label means, and what iconv calls it. Use charset.h. */
#ifndef LIB_TEXT_CHARSET_LABELS_H
#define LIB_TEXT_CHARSET_LABELS_H

#include <stdbool.h>
#include <stddef.h>

struct charset_encoding {
    const char *name;   /* of the WHATWG Encoding Standard */
    const char *iconv;  /* of glibc */
    bool double_bytes;  /* characters of two bytes and more */
    const char *labels; /* separated by spaces, lower case */
};

/* NULL for an unknown label. White space and quotes around it do not matter, nor does case. */
const struct charset_encoding *charset_find_encoding(const char *label, size_t size);

#endif
