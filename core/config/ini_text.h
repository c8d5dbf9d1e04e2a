/* INI text: writing values so that iniparser reads them back unchanged. For suggestions and sample configurations. */
#ifndef CORE_CONFIG_INI_TEXT_H
#define CORE_CONFIG_INI_TEXT_H

#include "lib/base/buffer.h"

#include <stdbool.h>
#include <stddef.h>

/* The longest line, without its end, that iniparser 4.1 takes: it reads with fgets into 1,024 bytes. */
enum { INI_LINE_MAX = 1022 };

/* White space as iniparser's isspace() sees it in the C locale. */
bool ini_is_space(char byte);
/* Whether `value` may stand in a file at all: not where it holds both kinds of quotes and needs them. */
bool ini_can_hold(const char *value, size_t size);
/* Appends the value, in quotes where it needs them: in double ones unless it holds any. */
void ini_append_value(struct buffer *out, const char *value, size_t size);
/* Appends "key = value". */
void ini_append_line(struct buffer *out, const char *key, size_t key_size, const char *value, size_t size);

#endif
