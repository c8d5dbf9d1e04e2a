/* Parts of token.h: what characters beyond ASCII are to words. For token.c and token_fold.c alone. */
#ifndef LIB_CODER_TOKEN_PARTS_H
#define LIB_CODER_TOKEN_PARTS_H

#include <stdint.h>

enum wide_class {
    WIDE_LETTER,
    WIDE_SPACE,
    WIDE_APOSTROPHE,
    WIDE_OPEN,
    WIDE_CLOSE,
    WIDE_DASH,
    WIDE_HYPHEN,
    WIDE_MONEY,
    WIDE_OTHER,
    WIDE_DROP
};

enum wide_class token_wide_class(uint32_t character);

#endif
