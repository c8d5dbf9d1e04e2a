#include "core/desk/publishers.h"

#include "core/desk/publishers_text.h"

#include "lib/base/arena.h"
#include "lib/base/digest.h"

#include <ctype.h>
#include <libpsl.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_SIZE = 256, SLOTS_MIN = 1024 };

struct name {
    const char *text;
    struct publisher *publisher;
};

struct publishers {
    struct arena *arena;
    struct name *slots; /* open addressing; a power of two, at most half full */
    size_t slot_count, used;
    const psl_ctx_t *suffixes; /* libpsl's own, not to be freed */
};

static bool no_memory(struct error *error)
{
    return error_set(error, ERROR_MEMORY, "no memory for the table of publishers");
}

/* ---- the table of names ---- */

static struct name *find_slot(struct name *slots, size_t count, const char *text)
{
    size_t at = (size_t)hash_bytes(text, strlen(text)) & (count - 1);
    while (slots[at].text && strcmp(slots[at].text, text) != 0)
        at = (at + 1) & (count - 1);
    return &slots[at];
}

static bool grow(struct publishers *publishers)
{
    size_t count = publishers->slot_count ? publishers->slot_count * 2 : SLOTS_MIN;
    struct name *slots = calloc(count, sizeof *slots);
    if (!slots)
        return false;
    for (size_t i = 0; i < publishers->slot_count; i++)
        if (publishers->slots[i].text)
            *find_slot(slots, count, publishers->slots[i].text) = publishers->slots[i];
    free(publishers->slots);
    publishers->slots = slots;
    publishers->slot_count = count;
    return true;
}

static bool put_name(struct publishers *publishers, const char *text, struct publisher *publisher)
{
    if (publishers->used * 2 >= publishers->slot_count && !grow(publishers))
        return false;
    struct name *slot = find_slot(publishers->slots, publishers->slot_count, text);
    if (!slot->text) {
        slot->text = arena_copy(publishers->arena, text, strlen(text));
        publishers->used++;
    }
    slot->publisher = publisher;
    return slot->text != NULL;
}

static struct publisher *get_name(const struct publishers *publishers, const char *text)
{
    return find_slot(publishers->slots, publishers->slot_count, text)->publisher;
}

/* A house has a name of its own in the table, which no publisher can have. */
static void house_key(char key[NAME_SIZE], const char *family)
{
    size_t size = strnlen(family, NAME_SIZE - 2);
    key[0] = '|';
    memcpy(key + 1, family, size);
    key[size + 1] = '\0';
}

/* Lower case, blanks as one, without "the" and "www.". */
static void fold(char folded[NAME_SIZE], const char *text, size_t size)
{
    size_t used = 0;
    for (size_t i = 0; i < size && used < NAME_SIZE - 1; i++) {
        unsigned char byte = (unsigned char)text[i];
        if (!isspace(byte))
            folded[used++] = (char)tolower(byte);
        else if (used && folded[used - 1] != ' ')
            folded[used++] = ' ';
    }
    while (used && folded[used - 1] == ' ')
        used--;
    folded[used] = '\0';
    size_t skip = strncmp(folded, "the ", 4) == 0 || strncmp(folded, "www.", 4) == 0 ? 4 : 0;
    memmove(folded, folded + skip, used - skip + 1);
}

/* ---- reading ---- */

struct line {
    const char *at, *end; /* what is left of it */
    const char *name;
    size_t number;
};

/* The next field, without blanks around it. */
static bool next_field(struct line *line, char separator, const char **field, size_t *size)
{
    if (line->at > line->end)
        return false;
    const char *stop = memchr(line->at, separator, (size_t)(line->end - line->at));
    const char *from = line->at, *to = stop ? stop : line->end;
    line->at = to + 1;
    while (from < to && isspace((unsigned char)*from))
        from++;
    while (to > from && isspace((unsigned char)to[-1]))
        to--;
    *field = from;
    *size = (size_t)(to - from);
    return true;
}

static bool wrong(const struct line *line, struct error *error, const char *what)
{
    return error_set(error, ERROR_CONFIG, "%s:%zu: %s; a line is 'family | agency or publisher | grade | name, domain, …'",
                     line->name, line->number, what);
}

static struct publisher *put_house(struct publishers *publishers, const char *family, size_t size)
{
    char key[NAME_SIZE], folded[NAME_SIZE];
    fold(folded, family, size);
    house_key(key, folded);
    struct publisher *house = get_name(publishers, key);
    if (house)
        return house;
    house = arena_calloc(publishers->arena, 1, sizeof *house);
    char *copy = arena_copy(publishers->arena, folded, strlen(folded));
    if (!house || !copy || !put_name(publishers, key, house))
        return NULL;
    house->family = copy;
    return house;
}

static bool read_line(struct publishers *publishers, struct line *line, struct error *error)
{
    const char *family, *kind, *grade, *name;
    size_t family_size, kind_size, grade_size, size;
    if (!next_field(line, '|', &family, &family_size) || !next_field(line, '|', &kind, &kind_size) ||
        !next_field(line, '|', &grade, &grade_size))
        return wrong(line, error, "fields are missing");
    bool is_agency = kind_size == 6 && memcmp(kind, "agency", 6) == 0;
    if (!is_agency && (kind_size != 9 || memcmp(kind, "publisher", 9) != 0))
        return wrong(line, error, "the kind is neither agency nor publisher");
    if (grade_size != 1 || (*grade != '-' && (*grade < 'A' || *grade > 'F')))
        return wrong(line, error, "the grade is none of A to F and -");
    if (family_size == 0 || family_size >= PUBLISHER_FAMILY_SIZE)
        return wrong(line, error, "the family's name is empty or too long");
    struct publisher *house = put_house(publishers, family, family_size);
    if (!house)
        return no_memory(error);
    house->is_agency = is_agency;
    house->grade = *grade == '-' || *grade == 'F' ? '\0' : *grade;
    while (next_field(line, ',', &name, &size)) {
        char folded[NAME_SIZE];
        fold(folded, name, size);
        if (*folded && !put_name(publishers, folded, house))
            return no_memory(error);
    }
    return true;
}

bool publishers_read(struct publishers *publishers, const char *text, size_t size, const char *name, struct error *error)
{
    const char *end = text + size;
    size_t number = 0;
    if (size > PUBLISHERS_TEXT_MAX)
        return error_set(error, ERROR_LIMIT, "%s is larger than %d bytes", name, PUBLISHERS_TEXT_MAX);
    for (const char *at = text; at < end;) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        struct line line = {.at = at, .end = stop ? stop : end, .name = name, .number = ++number};
        at = line.end + 1;
        while (line.at < line.end && isspace((unsigned char)*line.at))
            line.at++;
        if (line.at < line.end && *line.at != '#' && !read_line(publishers, &line, error))
            return false;
    }
    return true;
}

struct publishers *publishers_create(void)
{
    struct publishers *publishers = calloc(1, sizeof *publishers);
    if (!publishers)
        return NULL;
    publishers->arena = arena_create(0);
    publishers->suffixes = psl_builtin();
    if (publishers->arena && grow(publishers) &&
        publishers_read(publishers, publishers_text, publishers_text_size, "data/publishers.txt", NULL))
        return publishers;
    publishers_destroy(publishers);
    return NULL;
}

void publishers_destroy(struct publishers *publishers)
{
    if (!publishers)
        return;
    arena_destroy(publishers->arena);
    free(publishers->slots);
    free(publishers);
}

/* ---- finding ---- */

static bool is_domain(const char *text)
{
    return strchr(text, '.') && !strchr(text, ' ');
}

/* The name itself, and for a domain those above it. */
static const struct publisher *find_folded(const struct publishers *publishers, const char *folded)
{
    const struct publisher *found = get_name(publishers, folded);
    bool is_host = is_domain(folded);
    for (const char *dot = strchr(folded, '.'); !found && is_host && dot; dot = strchr(dot + 1, '.'))
        found = get_name(publishers, dot + 1);
    return found;
}

const struct publisher *publishers_find(const struct publishers *publishers, const char *name)
{
    char folded[NAME_SIZE];
    if (!name || strchr(name, '|'))
        return NULL;
    fold(folded, name, strlen(name));
    return find_folded(publishers, folded);
}

void publishers_family(const struct publishers *publishers, const char *name, char family[PUBLISHER_FAMILY_SIZE])
{
    char folded[NAME_SIZE];
    family[0] = '\0';
    if (!name)
        return;
    fold(folded, name, strlen(name));
    const struct publisher *found = find_folded(publishers, folded);
    const char *text = found ? found->family : folded;
    if (!found && is_domain(folded)) {
        const char *domain = psl_registrable_domain(publishers->suffixes, folded);
        text = domain ? domain : folded;
    }
    size_t size = strnlen(text, PUBLISHER_FAMILY_SIZE - 1);
    memcpy(family, text, size);
    family[size] = '\0';
}
