#include "lib/gdelt/table.h"

#include "lib/text/html.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

enum {
    COLUMNS_MAX = 64,
    EVENT_COLUMNS = 61,
    EVENT_COLUMNS_V1 = 58, /* GDELT 1: the address is its last column as well */
    EVENT_CODE = 26,
    GKG_COLUMNS = 27,
    GKG_COLLECTION = 2,
    GKG_SOURCE = 3,
    GKG_URL = 4,
    GKG_THEMES = 7,
    GKG_TRANSLATION = 25,
    GKG_EXTRAS = 26
};

static size_t split(const char *line, size_t size, struct gdelt_text columns[COLUMNS_MAX])
{
    size_t count = 0;
    const char *at = line, *end = line + size;
    while (count < COLUMNS_MAX) {
        const char *tab = memchr(at, '\t', (size_t)(end - at));
        columns[count++] = (struct gdelt_text){at, (size_t)((tab ? tab : end) - at)};
        if (!tab)
            return count;
        at = tab + 1;
    }
    return 0;
}

static bool is_web_address(struct gdelt_text text)
{
    return (text.size > 8 && strncasecmp(text.bytes, "https://", 8) == 0) ||
           (text.size > 7 && strncasecmp(text.bytes, "http://", 7) == 0);
}

/* What stands between <NAME> and </NAME>; bytes NULL where it is not there. */
static struct gdelt_text element_of(struct gdelt_text xml, const char *open, const char *close)
{
    const char *start = memmem(xml.bytes, xml.size, open, strlen(open));
    if (!start)
        return (struct gdelt_text){NULL, 0};
    start += strlen(open);
    size_t left = xml.size - (size_t)(start - xml.bytes);
    const char *end = memmem(start, left, close, strlen(close));
    return end ? (struct gdelt_text){start, (size_t)(end - start)} : (struct gdelt_text){NULL, 0};
}

/* "20240305101500" */
static bool read_timestamp(struct gdelt_text text, struct date *date)
{
    char iso[] = "0000-00-00T00:00:00Z";
    static const unsigned char places[] = {0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18};
    if (text.size != sizeof places)
        return false;
    for (size_t i = 0; i < sizeof places; i++) {
        if (!isdigit((unsigned char)text.bytes[i]))
            return false;
        iso[places[i]] = text.bytes[i];
    }
    return date_parse(iso, sizeof iso - 1, date);
}

/* "srclc:fra;eng:GT-FRA 1.0": machine-translated from French. */
static void read_language(struct gdelt_row *row, struct gdelt_text translation)
{
    static const char mark[] = "srclc:";
    memset(row->language, 0, sizeof row->language);
    if (translation.size >= sizeof mark - 1 + 3 && memcmp(translation.bytes, mark, sizeof mark - 1) == 0)
        for (size_t i = 0; i < 3; i++)
            row->language[i] = (char)tolower((unsigned char)translation.bytes[sizeof mark - 1 + i]);
}

static bool read_gkg(struct gdelt_row *row, const struct gdelt_text *columns, size_t count)
{
    if (count != GKG_COLUMNS || columns[GKG_COLLECTION].size != 1 || *columns[GKG_COLLECTION].bytes != '1')
        return false;
    row->url = columns[GKG_URL];
    row->source = columns[GKG_SOURCE];
    row->themes = columns[GKG_THEMES];
    read_language(row, columns[GKG_TRANSLATION]);
    struct gdelt_text title = element_of(columns[GKG_EXTRAS], "<PAGE_TITLE>", "</PAGE_TITLE>");
    if (title.bytes)
        html_append_text(&row->title, title.bytes, title.size, HTML_ONE_LINE | HTML_KNOWN_TAGS);
    struct gdelt_text published =
        element_of(columns[GKG_EXTRAS], "<PAGE_PRECISEPUBTIMESTAMP>", "</PAGE_PRECISEPUBTIMESTAMP>");
    row->has_published = published.bytes && read_timestamp(published, &row->published);
    return is_web_address(row->url);
}

static bool read_event(struct gdelt_row *row, const struct gdelt_text *columns, size_t count)
{
    if (count != EVENT_COLUMNS && count != EVENT_COLUMNS_V1)
        return false;
    row->url = columns[count - 1];
    row->code = columns[EVENT_CODE];
    return is_web_address(row->url);
}

bool gdelt_row_read(struct gdelt_row *row, enum gdelt_table table, const char *line, size_t size)
{
    struct gdelt_text columns[COLUMNS_MAX];
    struct buffer title = row->title;
    if (size > 0 && line[size - 1] == '\r')
        size--;
    size_t count = split(line, size, columns);
    buffer_clear(&title);
    *row = (struct gdelt_row){.title = title};
    return table == GDELT_GKG ? read_gkg(row, columns, count) : read_event(row, columns, count);
}

void gdelt_row_clear(struct gdelt_row *row)
{
    buffer_free(&row->title);
    *row = (struct gdelt_row){.has_published = false};
}

bool gdelt_row_has_theme(const struct gdelt_row *row, const char *theme)
{
    size_t size = strlen(theme);
    if (row->themes.size == 0)
        return false;
    const char *at = row->themes.bytes, *end = at + row->themes.size;
    while (at < end) {
        const char *stop = memchr(at, ';', (size_t)(end - at));
        size_t length = (size_t)((stop ? stop : end) - at);
        if (length == size && strncasecmp(at, theme, size) == 0)
            return true;
        at += length + 1;
    }
    return false;
}

static bool ends_in(const char *name, size_t size, const char *ending)
{
    size_t ending_size = strlen(ending);
    return size >= ending_size && strncasecmp(name + size - ending_size, ending, ending_size) == 0;
}

bool gdelt_table_of_name(const char *name, size_t size, enum gdelt_table *table)
{
    if (ends_in(name, size, ".zip"))
        size -= 4;
    bool is_events = ends_in(name, size, ".export.csv"), is_gkg = ends_in(name, size, ".gkg.csv");
    *table = is_gkg ? GDELT_GKG : GDELT_EVENTS;
    return is_events || is_gkg;
}

struct gdelt_text gdelt_list_find(const char *list, size_t size, enum gdelt_table table)
{
    size_t at = 0;
    while (at < size) {
        const char *end = memchr(list + at, '\n', size - at);
        size_t length = end ? (size_t)(end - list) - at : size - at;
        struct gdelt_text line = {list + at, length};
        at += length + 1;
        while (line.size > 0 && isspace((unsigned char)line.bytes[line.size - 1]))
            line.size--;
        const char *space = memrchr(line.bytes, ' ', line.size);
        size_t skip = space ? (size_t)(space + 1 - line.bytes) : 0;
        struct gdelt_text address = {line.bytes + skip, line.size - skip};
        enum gdelt_table found;
        if (is_web_address(address) && gdelt_table_of_name(address.bytes, address.size, &found) && found == table)
            return address;
    }
    return (struct gdelt_text){NULL, 0};
}
