#include "core/store/schema.h"

#include "core/store/alert_states.h"
#include "core/store/alerts.h"
#include "core/store/baseline.h"
#include "core/store/clusters.h"
#include "core/store/codings.h"
#include "core/store/columns.h"
#include "core/store/corrections.h"
#include "core/store/dead_letters.h"
#include "core/store/deliveries.h"
#include "core/store/events.h"
#include "core/store/http_state.h"
#include "core/store/items.h"
#include "core/store/kv.h"
#include "core/store/progress.h"
#include "core/store/recode.h"
#include "core/store/remarks.h"
#include "core/store/reports.h"
#include "core/store/same_item.h"
#include "core/store/series.h"
#include "core/store/sources.h"
#include "core/store/tokens.h"
#include "core/store/views.h"

#include <stdio.h>
#include <unistd.h>

static const char *const create_current[] = {
    store_items_schema,
    store_item_alias_schema,
    store_reports_schema,
    store_remarks_schema,
    store_recode_schema,
    store_progress_schema,
    store_kv_schema,
    store_http_state_schema,
    store_sources_schema,
    store_dead_letters_schema,
    store_clusters_schema,
    store_corrections_schema,
    store_events_schema,
    store_alerts_schema,
    store_deliveries_schema,
    store_tokens_schema,
    store_columns_schema,
    store_baseline_schema,
    store_series_schema,
    store_alert_states_schema,
    store_codings_schema,
    store_mute_acts_schema,
    store_views_schema,
    NULL,
};

static const struct schema_migration migrations_current[] = {
    {1, "ALTER TABLE desk_report ADD COLUMN hand INTEGER NOT NULL DEFAULT 0;"
        "CREATE INDEX desk_report_hand ON desk_report(hand) WHERE hand<>0;"
        "ALTER TABLE event ADD COLUMN verdict TEXT;"
        "ALTER TABLE event ADD COLUMN corrections INTEGER NOT NULL DEFAULT 0;"
        "CREATE INDEX event_corrected ON event(sequence) WHERE corrections>0"},
    {2, store_corrections_schema},
    {3, store_deliveries_migration},
    {4, store_tokens_schema},
    {5, store_columns_migration},
    {6, "ALTER TABLE desk_report ADD COLUMN sketch BLOB"},
    {7, store_baseline_migration},
    {8, store_series_schema},
    {9, store_alert_states_schema},
    {10, "ALTER TABLE desk_key ADD COLUMN unpublished INTEGER NOT NULL DEFAULT 0;"
         "UPDATE desk_key SET unpublished=1 WHERE report IN"
         " (SELECT sequence FROM desk_report WHERE published=9223372036854775807);"
         "CREATE INDEX desk_key_unpublished ON desk_key(key) WHERE unpublished=1"},
    {11, store_columns_anew},
    {12, store_codings_schema},
    {13, store_mute_acts_schema},
    {14, store_columns_shown},
    {15, store_columns_stamped},
    {16, store_views_schema},
    {17, store_ties_migration},
    {0, NULL},
};

const struct schema schema_current = {18, create_current, migrations_current};

static bool read_version(struct store *store, int *version, struct error *error)
{
    bool row;
    sqlite3_stmt *statement = store_statement(store, "PRAGMA user_version", error);
    if (!statement || !store_step(store, statement, &row, error, "read the store's version"))
        return false;
    *version = row ? sqlite3_column_int(statement, 0) : 0;
    store_done(statement);
    return true;
}

static bool write_version(struct store *store, int version, struct error *error)
{
    char sql[60];
    snprintf(sql, sizeof sql, "PRAGMA user_version=%d", version);
    return store_execute(store, sql, error);
}

static bool create_tables(struct store *store, const struct schema *schema, struct error *error)
{
    int64_t tables;
    if (!store_count(store, "SELECT count(*) FROM sqlite_schema", &tables, error))
        return false;
    if (tables > 0)
        return error_set(error, ERROR_STATE, "%s is another program's database; give Entente a state_dir of its own",
                         store_path(store));
    for (const char *const *sql = schema->create; *sql; sql++) {
        if (!store_execute(store, *sql, error))
            return false;
    }
    return true;
}

static bool migrate_step(struct store *store, const struct schema *schema, int from, struct error *error)
{
    for (const struct schema_migration *step = schema->migrations; step->sql; step++) {
        if (step->from == from)
            return store_execute(store, step->sql, error);
    }
    return error_set(error, ERROR_STATE, "%s has schema %d, from which this version knows no way to its own, %d",
                     store_path(store), from, schema->version);
}

static bool change_schema(struct store *store, const struct schema *schema, int from, struct error *error)
{
    bool ok = store_begin(store, error);
    if (ok && from == 0)
        ok = create_tables(store, schema, error);
    for (int version = from; ok && from > 0 && version < schema->version; version++)
        ok = migrate_step(store, schema, version, error);
    ok = ok && write_version(store, schema->version, error) && store_commit(store, error);
    if (!ok) {
        store_rollback(store);
        error_prefix(error, from == 0 ? "making the store's tables" : "migrating the store (it is as it was before)");
    }
    return ok;
}

/* A backup of an earlier attempt that then failed is as good as a new one, since nothing was changed. */
static bool back_up(struct store *store, int version, struct error *error)
{
    char path[4096];
    int size = snprintf(path, sizeof path, "%s.v%d.backup", store_path(store), version);
    if (size < 0 || (size_t)size >= sizeof path)
        return error_set(error, ERROR_LIMIT, "the path of the store is too long: %s", store_path(store));
    unlink(path);
    return store_backup(store, path, error);
}

bool schema_prepare(struct store *store, enum store_mode mode, const struct schema *schema, struct error *error)
{
    int version;
    if (!read_version(store, &version, error))
        return false;
    if (version == schema->version)
        return true;
    if (version > schema->version)
        return error_set(error, ERROR_STATE,
                         "%s was written by a newer Entente (schema %d; this one knows up to %d): use that version, or "
                         "restore a backup made before the upgrade",
                         store_path(store), version, schema->version);
    if (mode == STORE_READ)
        return error_set(error, ERROR_STATE,
                         "%s has schema %d, this version reads %d: start entented once to migrate it",
                         store_path(store), version, schema->version);
    return (version == 0 || back_up(store, version, error)) && change_schema(store, schema, version, error);
}
