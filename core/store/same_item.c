#include "core/store/same_item.h"

#include "core/store/store.h"
#include "lib/base/buffer.h"
#include "lib/text/url.h"

#include <entente/plugin.h>

#include <stdio.h>
#include <string.h>

enum { SLUG_LEAST = 12 }; /* bytes */
#define REISSUED_WITHIN_MS (2LL * 24 * 60 * 60 * 1000)

const char store_item_alias_schema[] = "CREATE TABLE item_alias("
                                       " alias TEXT PRIMARY KEY,"
                                       " id TEXT NOT NULL) WITHOUT ROWID;";

static const char *text_of(struct record_view item, unsigned field)
{
    const char *text = record_text(item, field);
    return text ? text : "";
}

/* Has the address a path or a query, so that it is one of a page? */
static bool is_page(const char *url)
{
    const char *host = strstr(url, "://");
    const char *path = host ? host + 3 + strcspn(host + 3, "/?") : url;
    return path[0] && path[1];
}

void item_link(char link[DIGEST_HEX_SIZE], struct record_view item)
{
    struct buffer address = BUFFER_INIT;
    const char *url = text_of(item, ENT_ITEM_URL);
    link[0] = '\0';
    if (!*url)
        return;
    url_canonical(&address, url, strlen(url));
    buffer_append_char(&address, '\0');
    if (!address.failed && is_page(address.bytes))
        digest_texts(link, "link", address.bytes, (const char *)NULL);
    buffer_free(&address);
}

static bool is_beside(const struct same_items *beside, const char *id)
{
    for (size_t i = 0; beside && i < beside->count; i++)
        if (strcmp(beside->ids[i], id) == 0)
            return true;
    return false;
}

static void take_id(char id[DIGEST_HEX_SIZE], const char *found)
{
    snprintf(id, DIGEST_HEX_SIZE, "%s", found);
}

/* ---- what is remembered ---- */

static bool find_alias(struct store *store, const char *alias, char id[DIGEST_HEX_SIZE], bool *found,
                       struct error *error)
{
    sqlite3_stmt *statement = store_statement(store, "SELECT id FROM item_alias WHERE alias=?1", error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, alias);
    if (!store_step(store, statement, found, error, "look for an item's other id"))
        return false;
    if (*found)
        take_id(id, store_column_text(statement, 0));
    store_done(statement);
    return true;
}

static bool put_alias(struct store *store, const char *alias, const char *id, struct error *error)
{
    sqlite3_stmt *statement =
        store_statement(store, "INSERT OR REPLACE INTO item_alias(alias, id) VALUES(?1, ?2)", error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, alias);
    store_bind_text(statement, 2, id);
    return store_run(store, statement, error, "note an item's other id");
}

/* ---- what is alike ---- */

static bool is_alike(struct record_view one, struct record_view other)
{
    int64_t published, others;
    if (*text_of(one, ENT_ITEM_TITLE) && strcmp(text_of(one, ENT_ITEM_TITLE), text_of(other, ENT_ITEM_TITLE)) == 0)
        return true;
    return record_get_int(one, ENT_ITEM_PUBLISHED, 0, &published) &&
           record_get_int(other, ENT_ITEM_PUBLISHED, 0, &others) && published == others;
}

/* The one item of the source that has this address, if it is alike. */
static bool find_by_link(struct store *store, struct record_view item, const char *link,
                         const struct same_items *beside, char id[DIGEST_HEX_SIZE], bool *found, struct error *error)
{
    char first[DIGEST_HEX_SIZE] = "";
    bool row, is_one = true, alike = false;
    sqlite3_stmt *statement = store_statement(
        store, "SELECT id, record FROM item WHERE source=?1 AND link=?2 ORDER BY sequence DESC LIMIT 50", error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, text_of(item, ENT_ITEM_SOURCE));
    store_bind_text(statement, 2, link);
    for (;;) {
        if (!store_step(store, statement, &row, error, "look for an item by its address"))
            return false;
        if (!row)
            break;
        const char *other_id = store_column_text(statement, 0);
        if (!*first) {
            struct ent_record *other = store_column_record(store, statement, 1, error);
            if (!other) {
                store_done(statement);
                return false;
            }
            take_id(first, other_id);
            alike = is_alike(item, other->view);
            record_release(other);
        }
        is_one = is_one && strcmp(first, other_id) == 0;
    }
    *found = *first && is_one && alike && !is_beside(beside, first);
    if (*found)
        take_id(id, first);
    return true;
}

/* The last part of the path, "ministers-sign-pact-123"; empty where it is too short to tell pages apart. */
static struct ent_str slug_of(struct record_view item)
{
    const char *url = text_of(item, ENT_ITEM_URL), *host = strstr(url, "://");
    const char *start = host ? host + 3 : url, *end = start + strcspn(start, "?#");
    while (end > start && end[-1] == '/')
        end--;
    const char *slug = end;
    while (slug > start && slug[-1] != '/')
        slug--;
    bool tells = slug > start && end - slug >= SLUG_LEAST;
    return (struct ent_str){slug, tells ? (size_t)(end - slug) : 0};
}

static bool is_moved(struct record_view one, struct record_view other)
{
    struct ent_str left = slug_of(one), right = slug_of(other);
    return left.size > 0 && left.size == right.size && memcmp(left.data, right.data, left.size) == 0;
}

static bool find_by_text(struct store *store, struct record_view item, const char *content,
                         const struct same_items *beside, char id[DIGEST_HEX_SIZE], bool *found, struct error *error)
{
    *found = false;
    if (!*text_of(item, ENT_ITEM_BODY) || slug_of(item).size == 0)
        return true;
    sqlite3_stmt *statement = store_statement(store,
                                              "SELECT id, record FROM item WHERE content=?1 AND source=?2 AND"
                                              " fetched>=?3 AND superseded_by IS NULL ORDER BY sequence DESC LIMIT 1",
                                              error);
    if (!statement)
        return false;
    store_bind_text(statement, 1, content);
    store_bind_text(statement, 2, text_of(item, ENT_ITEM_SOURCE));
    sqlite3_bind_int64(statement, 3, record_int(item, ENT_ITEM_FETCHED, 0) - REISSUED_WITHIN_MS);
    if (!store_step(store, statement, found, error, "look for an item by its text"))
        return false;
    struct ent_record *other = *found ? store_column_record(store, statement, 1, error) : NULL;
    bool ok = !*found || other;
    *found = other && is_moved(item, other->view) && !is_beside(beside, store_column_text(statement, 0));
    if (*found)
        take_id(id, store_column_text(statement, 0));
    record_release(other);
    store_done(statement);
    return ok;
}

bool store_item_resolve(struct store *store, struct record_view item, const char *link, const char *content,
                        const struct same_items *beside, char id[DIGEST_HEX_SIZE], struct error *error)
{
    const char *own = text_of(item, ENT_ITEM_ID);
    bool found = false;
    take_id(id, own);
    if (!find_alias(store, own, id, &found, error))
        return false;
    if (found)
        return true;
    if (*link && !find_by_link(store, item, link, beside, id, &found, error))
        return false;
    if (!found && !find_by_text(store, item, content, beside, id, &found, error))
        return false;
    return !found || put_alias(store, own, id, error);
}
