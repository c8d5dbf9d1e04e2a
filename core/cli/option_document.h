/* Option document: option tables as people and programs read them: text, a sample of the INI file, a JSON schema, a
 * manual page's section, Markdown. All from the same rows by which values are checked (core/config/options.h). Appended
 * to a buffer; one thread. */
#ifndef CORE_CLI_OPTION_DOCUMENT_H
#define CORE_CLI_OPTION_DOCUMENT_H

#include "core/config/options.h"
#include "lib/base/buffer.h"
#include "lib/base/json_writer.h"

/* One entry an option, wrapped to the terminal, styled where stdout has colour. */
void option_document_text(struct buffer *buffer, const struct option_table *table);
/* Lines of a section: what must be set stands as such, what has a default is commented out. `advanced`: also the
 * options that are rarely needed. */
void option_document_ini(struct buffer *buffer, const struct option_table *table, bool advanced);
/* Members of a JSON schema's "properties", and the names of its "required". */
void option_document_properties(struct json_writer *writer, const struct option_table *table);
void option_document_required(struct json_writer *writer, const struct option_table *table);
/* man(7) paragraphs. */
void option_document_roff(struct buffer *buffer, const struct option_table *table);
/* A table. */
void option_document_markdown(struct buffer *buffer, const struct option_table *table);

/* Text for roff: hyphens, backslashes and requests made harmless. */
void option_document_roff_text(struct buffer *buffer, const char *text);

#endif
