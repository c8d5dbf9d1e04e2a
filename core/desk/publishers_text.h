/* data/publishers.txt, compiled in. */
#ifndef CORE_DESK_PUBLISHERS_TEXT_H
#define CORE_DESK_PUBLISHERS_TEXT_H

#include <stddef.h>

extern const char publishers_text[];
extern const size_t publishers_text_size;

#endif
