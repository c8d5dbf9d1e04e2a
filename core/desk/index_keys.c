#include "core/desk/index_keys.h"

#include "lib/base/digest.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

enum {
    ACTORS_MAX = 4, /* of a long list those with the least hashes stand for all: lists that are alike share most */
    PARTIES_DAYS = 64,
    BOUGHT_DAYS = 10,
    PACKAGE_DAYS = 7, /* as match.c has it */
    SELDOM_DAYS = 800,
    BAN_DAYS = 2600,
    NAME_OF_OCCASION_DAYS = 200,
    NAME_DAYS = 1900,
    GOODS_DAYS = 2200,
    KIND_OF_GOODS_DAYS = 800,
    MONEY_DAYS = 400,
    SITE_DAYS = 220,
    ANY_DAYS = 40000,
    TOLD_AFTER_DAYS = 3, /* as match.c has it */
};

struct keys {
    struct cluster_key *rows;
    size_t count;
    int32_t day;
    bool is_published;
};

static void add(struct keys *keys, int32_t window, const char *kind, const uint64_t *parts, size_t part_count)
{
    uint64_t block[6];
    if (keys->count == INDEX_KEYS_MAX || part_count > 5)
        return;
    block[0] = hash_bytes(kind, strlen(kind));
    memcpy(block + 1, parts, part_count * sizeof *parts);
    uint64_t hash = hash_bytes(block, (part_count + 1) * sizeof *block);
    struct cluster_key key = {.day = keys->day, .window = window, .is_published = keys->is_published};
    memcpy(&key.key, &hash, sizeof key.key);
    for (size_t i = 0; i < keys->count; i++)
        if (keys->rows[i].key == key.key)
            return;
    keys->rows[keys->count++] = key;
}

static uint64_t hash_word(const struct feature_word *word)
{
    return hash_bytes(word->text, sizeof word->text);
}

/* A designator up to its first number, so that f16 and f16c, k9 and k9a1 share a key. */
static uint64_t hash_designator(const struct feature_word *word)
{
    struct feature_word stem = *word;
    size_t at = 0, size = strnlen(stem.text, sizeof stem.text);
    while (at < size && !isdigit((unsigned char)stem.text[at]))
        at++;
    while (at < size && isdigit((unsigned char)stem.text[at]))
        at++;
    memset(stem.text + at, 0, sizeof stem.text - at);
    return hash_word(&stem);
}

static void add_parties(struct keys *keys, const struct features *features, uint64_t type, int actors)
{
    if (features->actor_count == 1)
        add(keys, PARTIES_DAYS, "one", (uint64_t[]){type, features->actors[0].id}, 2);
    for (int i = 0; i < actors; i++)
        for (int j = i + 1; j < actors; j++) {
            uint64_t a = features->actors[i].id, b = features->actors[j].id;
            /* What is signed is ratified within a year or two. */
            bool is_long = feature_is_seldom(features->type) || features->type == TYPE_AGREEMENT;
            add(keys,
                features->type == TYPE_DOWNTURN ? BAN_DAYS
                : is_long                       ? SELDOM_DAYS
                                                : PARTIES_DAYS,
                "parties", (uint64_t[]){type, a, b}, 3);
            if (features->date_low != FEATURE_DAY_NONE)
                add(keys, ANY_DAYS, "month", (uint64_t[]){type, a, b, (uint64_t)(features->date_low / 31)}, 4);
            if (features->date_high != FEATURE_DAY_NONE)
                add(keys, ANY_DAYS, "month", (uint64_t[]){type, a, b, (uint64_t)(features->date_high / 31)}, 4);
            /* An occasion without a date may be one that was announced with it: it is told at that time or just after.
             */
            bool is_undated = feature_is_occasion(features->type) && !features->has_date;
            for (int32_t back = 0; is_undated && back <= TOLD_AFTER_DAYS && keys->day != CLUSTER_DAY_NONE;
                 back += TOLD_AFTER_DAYS)
                add(keys, ANY_DAYS, "month", (uint64_t[]){type, a, b, (uint64_t)((keys->day - back) / 31)}, 4);
        }
}

static void add_goods(struct keys *keys, const struct features *features, uint64_t type, int actors)
{
    for (int g = 0; g < features->good_count && g < 4; g++)
        for (int i = 0; i < actors; i++) {
            const struct feature_good *good = &features->goods[g];
            uint64_t actor = features->actors[i].id;
            /* A firm may stand for the other state here, too. Of "helicopters" for one state so many are told that only
             * those of some days are looked at, or those of one number. */
            bool is_bought =
                features->type == TYPE_ARMS_TRANSFER && good->head.text[0] && !features->actors[i].is_company;
            if (is_bought)
                add(keys, BOUGHT_DAYS, "bought", (uint64_t[]){type, actor, hash_word(&good->head)}, 3);
            if (is_bought && good->count >= 2)
                add(keys, PARTIES_DAYS, "some",
                    (uint64_t[]){type, actor, hash_word(&good->head), (uint64_t)good->count}, 4);
            for (int w = 0; w < good->designators.count && w < 2; w++)
                add(keys, GOODS_DAYS, "goods", (uint64_t[]){type, actor, hash_designator(&good->designators.words[w])},
                    3);
            for (int w = 0; w < good->names.count && w < 2; w++)
                add(keys, GOODS_DAYS, "goods", (uint64_t[]){type, actor, hash_word(&good->names.words[w])}, 3);
            /* A firm may stand for the other state. */
            if (features->type == TYPE_INDUSTRY && good->head.text[0] && !features->actors[i].is_company)
                add(keys, KIND_OF_GOODS_DAYS, "made", (uint64_t[]){type, actor, hash_word(&good->head)}, 3);
            /* An order of so many is cancelled, or comes, after years. */
            for (int j = i + 1; j < actors && good->head.text[0] && good->count >= 2; j++)
                add(keys, GOODS_DAYS, "number",
                    (uint64_t[]){type, actor, features->actors[j].id, hash_word(&good->head), (uint64_t)good->count},
                    5);
            /* "Helicopters" alone is told of too many to be looked for by one party. */
            for (int j = i + 1; j < actors && good->head.text[0]; j++)
                add(keys, KIND_OF_GOODS_DAYS, "kind",
                    (uint64_t[]){type, actor, features->actors[j].id, hash_word(&good->head)}, 4);
        }
}

static void add_amounts(struct keys *keys, const struct features *features, uint64_t type, int actors)
{
    for (int m = 0; m < features->amount_count; m++) {
        const struct feature_amount *amount = &features->amounts[m];
        if (amount->kind != KIND_MONEY || !amount->unit || amount->value <= 0)
            continue;
        /* To about a tenth: two sums that match share one of two neighbouring steps. */
        double step = log(amount->value) * 10;
        /* A package may be told as aid and as arms. */
        bool is_package = features->type == TYPE_AID || features->type == TYPE_ARMS_TRANSFER;
        for (int i = 0; i < actors && is_package; i++)
            for (int j = i + 1; j < actors; j++) {
                uint64_t a = features->actors[i].id, b = features->actors[j].id, unit = amount->unit;
                add(keys, PACKAGE_DAYS, "package", (uint64_t[]){a, b, unit, (uint64_t)floor(step)}, 4);
                add(keys, PACKAGE_DAYS, "package", (uint64_t[]){a, b, unit, (uint64_t)floor(step + 0.5) + 1000}, 4);
            }
        for (int i = 0; i < actors; i++) {
            uint64_t actor = features->actors[i].id;
            add(keys, MONEY_DAYS, "money", (uint64_t[]){type, actor, amount->unit, (uint64_t)floor(step)}, 4);
            add(keys, MONEY_DAYS, "money", (uint64_t[]){type, actor, amount->unit, (uint64_t)floor(step + 0.5) + 1000},
                4);
        }
    }
}

bool index_key_of_pair(const struct features *features, enum feature_type type, int32_t days, struct cluster_key *key)
{
    struct keys keys = {key, 0, features->anchor_day, features->published_day != FEATURE_DAY_NONE};
    uint64_t parties[3] = {(uint64_t)type};
    size_t count = 1;
    for (int i = 0; i < features->actor_count && count < 3; i++)
        if (!features->actors[i].is_company)
            parties[count++] = features->actors[i].id;
    if (count < 3 || features->anchor_day == FEATURE_DAY_NONE)
        return false;
    add(&keys, days, "parties", parties, 3);
    return true;
}

size_t index_keys(const struct features *features, struct cluster_key rows[INDEX_KEYS_MAX])
{
    struct keys keys = {rows, 0, features->anchor_day == FEATURE_DAY_NONE ? CLUSTER_DAY_NONE : features->anchor_day,
                        features->published_day != FEATURE_DAY_NONE};
    uint64_t type = (uint64_t)features->type;
    int actors = features->actor_count < ACTORS_MAX ? features->actor_count : ACTORS_MAX;
    int32_t name_days = feature_is_occasion(features->type) ? NAME_OF_OCCASION_DAYS : NAME_DAYS;
    add_parties(&keys, features, type, actors);
    for (int i = 0; i < features->name.count && i < 4; i++)
        add(&keys, name_days, "name", (uint64_t[]){type, hash_word(&features->name.words[i])}, 2);
    add_goods(&keys, features, type, actors);
    add_amounts(&keys, features, type, actors);
    for (int p = 0; p < features->place_count && p < 3; p++)
        for (int i = 0; i < actors && features->places[p].name && !features->places[p].is_sea &&
                        !feature_is_occasion(features->type);
             i++)
            add(&keys, features->type == TYPE_BASING ? NAME_DAYS : SITE_DAYS, "site",
                (uint64_t[]){type, features->actors[i].id, features->places[p].name}, 3);
    return keys.count;
}
