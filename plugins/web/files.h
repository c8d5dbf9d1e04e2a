/* Files: the dashboard's page and the API's description, embedded when the plugin is built. Constant. */
#ifndef PLUGINS_WEB_FILES_H
#define PLUGINS_WEB_FILES_H

#include <stddef.h>

struct file {
    const char *name; /* "app.js", "openapi.json"; NULL ends the table */
    const char *type;
    const char *tag; /* ETag, quotes included */
    const unsigned char *plain;
    size_t plain_size;
    const unsigned char *packed; /* gzip */
    size_t packed_size;
};

extern const struct file files[];
/* NULL where there is none. */
const struct file *file_find(const char *name);

#endif
